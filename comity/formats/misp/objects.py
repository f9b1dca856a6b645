"""One MISP object: a grouping of what its attributes say (MISP core format 2.5 and 2.6).

Each attribute is read as it would be alone, so its uuid, words, tags and limits stay its own.
Where the object's template describes one thing, its attributes are about that one thing.
"""

from collections.abc import Iterable

from msgspec import Struct

from comity.formats.misp.attributes import Item, prepare, record
from comity.formats.misp.composites import Composite, Whole, compose
from comity.formats.misp.context import (
    Context,
    labels,
    name_unread,
    numbered,
    own_uuid,
    sent_uuid,
)
from comity.formats.misp.galaxies import attach
from comity.formats.misp.limits import Binding, Limits
from comity.formats.misp.scalars import flag, seconds, text, valid_uuid
from comity.formats.misp.shapes import MispObject, ObjectReference, Parts
from comity.formats.misp.sheet import Common
from comity.formats.misp.tags import read_tags
from comity.stix.convert import to_struct
from comity.stix.error import StixError
from comity.stix.markings import Tlp
from comity.stix.sdo import Grouping
from comity.stix.sro import Relationship
from comity.stix.stated import stated_level
from comity.stix.types import Opaque


class Pending(Struct, frozen=True):
    """The references of an object; their targets are known when all elements are read.

    ``ids`` finds the objects of this one and of its attributes by their MISP uuids.
    """

    source: str
    references: Parts
    position: str
    binding: Binding
    common: Common
    ids: dict[str, str]


def read_object(context: Context, sent: Opaque, position: str) -> Pending | None:
    """Put an object and its attributes; ``None`` if the object as a whole became a loss.

    Its attributes are kept all the same. What it said of their distribution may be what could
    not be read, so they are for the own organisation only.
    """
    try:
        return _read(context, sent, position)
    except StixError as error:
        context.sheet.lose(valid_uuid(sent.get("uuid")), position, error.path, error.rule)
    parts = sent.get("Attribute")
    binding = (*context.binding, Limits(distribution=0))
    for at, part in numbered(f"{position}/Attribute", parts if isinstance(parts, list) else []):
        if (item := prepare(context, part, at, binding)) is not None:
            record(context, item)
    return None


def _read(context: Context, sent: Opaque, position: str) -> Pending:
    shape = to_struct(sent, MispObject)
    uuid = own_uuid(sent)

    def lose(at: str, path: str, rule: str) -> None:
        context.sheet.lose(uuid, at, path, rule)

    tags = read_tags(numbered(f"{position}/Tag", shape.tags), lose)
    said = stated_level(f"{text(shape.comment)}\n{text(shape.description)}")
    if said is not None and said >= Tlp.AMBER:
        tags = tags._replace(tlp=max(said, tags.tlp or said))
    common = context.common(shape, (*_labels(shape), *tags.labels), tags.confidence)
    binding = context.bound(shape, tags, position, context.binding)
    name_unread(context.sheet, shape, position)
    items = _items(context, shape, position, binding)
    galaxies = numbered(f"{position}/Galaxy", shape.galaxies)
    refs = [id_ for id_, _ in attach(context, galaxies, tags, binding)]
    composite = _composite(context, shape.name, Whole(uuid, items, common), position, binding)
    refs += (value.id for value in composite.values)
    ids = {item.uuid: record(context, item, composite.about.get(item.position)) for item in items}
    refs += ids.values()
    grouping = Grouping(
        id=f"grouping--{uuid}",
        name=shape.name,
        context="unspecified",
        description=text(shape.comment) or text(shape.description) or None,
        object_refs=tuple(dict.fromkeys(refs)) or (context.report_id,),
        **common,
    )
    context.sheet.put(grouping, position, binding)
    ids[uuid] = grouping.id
    return Pending(grouping.id, shape.references, position, binding, common, ids)


def _labels(shape: MispObject) -> tuple[str, ...]:
    return labels(
        name=shape.name,
        meta_category=shape.meta_category,
        template_uuid=shape.template_uuid,
        template_version=shape.template_version,
        first_seen=shape.first_seen,
        last_seen=shape.last_seen,
        uuid="" if valid_uuid(shape.uuid) else shape.uuid,
    )


def _items(context: Context, shape: MispObject, position: str, binding: Binding) -> list[Item]:
    items = []
    for at, part in numbered(f"{position}/Attribute", shape.attributes):
        # What is deleted as a whole is deleted in its parts.
        sent = {**part, "deleted": True} if flag(shape.deleted) and isinstance(part, dict) else part
        if (item := prepare(context, sent, at, binding)) is not None:
            items.append(item)
    return items


def _composite(
    context: Context, name: str, whole: Whole, position: str, binding: Binding
) -> Composite:
    """Put what the standing attributes describe together."""
    standing = [item for item in whole.items if not flag(item.attribute.deleted)]
    try:
        composite = compose(name, Whole(whole.uuid, standing, whole.common))
    except StixError as error:
        # The attributes are all there; only their sum is not.
        context.sheet.lose(whole.uuid, position, error.path, error.rule)
        return Composite()
    bound = _bound(binding, standing)
    for value in composite.values:
        context.sheet.put(value, position, bound)
    for link in composite.links:
        context.relate(link, whole.uuid, whole.common, position, bound)
    return composite


def _bound(binding: Binding, items: Iterable[Item]) -> Binding:
    """A whole shows its parts, so the limits of all of them bind it."""
    return tuple(dict.fromkeys((*binding, *(one for item in items for one in item.binding))))


def relate_objects(context: Context, pending: Pending, ids: dict[str, str]) -> None:
    """Put the references of an object; ``ids`` finds an element's object by its uuid."""
    for at, part in numbered(f"{pending.position}/ObjectReference", pending.references):
        try:
            _relate(context, pending, part, at, ids)
        except StixError as error:
            context.sheet.lose(sent_uuid(part), at, error.path, error.rule)


def _relate(
    context: Context, pending: Pending, part: object, position: str, ids: dict[str, str]
) -> None:
    if not isinstance(part, dict):
        raise StixError(None, "", "must be a JSON object")
    reference = to_struct(part, ObjectReference)
    target = ids.get(valid_uuid(reference.referenced_uuid) or "")
    if target is None:
        raise StixError(None, "referenced_uuid", "names no element of the event that was read")
    modified = seconds(reference.timestamp, "timestamp") or context.modified
    relationship = Relationship(
        id=f"relationship--{own_uuid(part)}",
        relationship_type=reference.relationship_type,
        source_ref=pending.source,
        target_ref=target,
        description=text(reference.comment) or None,
        **Common(
            **{
                **pending.common,
                "created": min(context.day, modified),
                "modified": modified,
                "revoked": flag(reference.deleted),
                "labels": (),
                "confidence": None,
            }
        ),
    )
    context.sheet.put(relationship, position, pending.binding)
