"""One MISP event: its report and all that hangs below it (MISP core format 2.2)."""

from collections.abc import Iterable, Iterator

import msgspec
from msgspec import structs

from comity.formats.misp.attributes import prepare, record
from comity.formats.misp.catalogue import catalogue_of
from comity.formats.misp.context import UNREAD, Context, labels, own_uuid
from comity.formats.misp.galaxies import Attached, attach
from comity.formats.misp.limits import Binding, limits_of, sharing_group
from comity.formats.misp.objects import read_object, relate_objects
from comity.formats.misp.observables import Link
from comity.formats.misp.pieces import Pieces, Placed
from comity.formats.misp.prose import author, event_report
from comity.formats.misp.scalars import day, flag, seconds, text, valid_uuid, whole
from comity.formats.misp.shapes import Event
from comity.formats.misp.sheet import Common, Sheet
from comity.formats.misp.tags import Tags, read_tags
from comity.formats.reading import Loss, ReadObject
from comity.stix.convert import to_struct
from comity.stix.error import StixError
from comity.stix.markings import Tlp, strictest
from comity.stix.meta import MarkingDefinition
from comity.stix.sdo import Report
from comity.stix.stated import stated_level
from comity.stix.surrogates import masked
from comity.stix.types import Opaque

_INHERIT = "5"
MOST_ATTRIBUTES = 50_000


def read_event(raw: bytes, pointer: str, source: str) -> tuple[list[ReadObject], list[Loss]]:
    """Read an event that stands at ``pointer`` of the file ``source``.

    Raises ``StixError`` for a fault of the event itself; a fault of a part is a loss.
    """
    sheet = Sheet(source)
    pieces = Pieces(raw, pointer, sheet.losses)
    if "info" not in pieces.head and {"Attribute", "Object"} & pieces.head.keys():
        rule = "holds attributes or objects without the event that says who may see them"
        raise StixError(None, "", rule)
    shape = to_struct(pieces.head, Event)
    uuid = own_uuid(pieces.head)
    tags = read_tags(pieces.listed("Tag"), lambda *loss: sheet.lose(uuid, *loss))
    tags = tags._replace(tlp=strictest(_levels(pieces, shape, tags, sheet, uuid)))
    galaxies, attributes = pieces.listed("Galaxy"), pieces.listed("Attribute")
    objects = pieces.listed("Object")
    changed = pieces.tolerant(lambda: seconds(shape.timestamp, "timestamp"))
    start = pieces.tolerant(lambda: day(shape.date)) or changed
    modified = changed or start
    if modified is None or start is None:
        raise StixError(None, "timestamp", "is required where there is no date")
    group = pieces.single("SharingGroup")
    known = sharing_group(group.sent) if group else None
    binding = _binding(shape, group, tags, sheet, uuid, pointer)
    held = len(attributes) + sum(len(_below(placed.sent, "Attribute")) for placed in objects)
    if held > MOST_ATTRIBUTES:
        rule = f"holds {held} attributes and at most {MOST_ATTRIBUTES} are read; split it"
        raise StixError(None, "", rule)
    context = Context(
        sheet=sheet,
        report_id=f"report--{uuid}",
        author=author(sheet, pieces.single("Orgc"), modified, binding),
        day=min(start, modified),
        modified=modified,
        binding=binding,
        groups={known[0]: known[1]} if known and known[0] else {},
        catalogue=catalogue_of(_galaxies(galaxies, (*attributes, *objects))),
        made={},
    )
    worn = attach(context, galaxies, tags, binding)
    _elements(context, attributes, objects)
    for placed in pieces.listed("EventReport"):
        event_report(context, placed)
    _name_unread(pieces, sheet)
    _count(shape, pieces, held)
    return _with_report(context, pieces, shape, tags, worn), sheet.losses


def _levels(pieces: Pieces, shape: Event, tags: Tags, sheet: Sheet, uuid: str) -> Iterator[Tlp]:
    """Every TLP level that the event states, in its tags or in its title.

    Tags that are no list of tags, or stand where they do not belong, cannot be read; what they
    limit is then taken to be limited most.
    """
    if tags.tlp is not None:
        yield tags.tlp
    for key in ("Tag", "EventTag"):
        raw = pieces.raw(key) or b"null"
        sent = msgspec.json.decode(masked(raw) or raw)
        # Objects in the list of tags have been read already; whatever else names TLP has not.
        if key == "Tag" and isinstance(sent, list):
            sent = [part for part in sent if not isinstance(part, dict)]
        if "tlp:" in str(sent).lower():
            rule = "holds TLP tags that cannot be read there, so TLP:RED was applied"
            sheet.lose(uuid, f"{pieces.pointer}/{key}", "", rule)
            yield Tlp.RED
    said = stated_level(shape.info)
    if said is not None and said >= Tlp.AMBER:
        yield said


def _binding(
    shape: Event, group: Placed | None, tags: Tags, sheet: Sheet, uuid: str, pointer: str
) -> Binding:
    """The event's own limits. It has no parent, so there is nothing that it could inherit."""
    if text(shape.distribution) == _INHERIT:
        rule = "must be 0 to 4, so own organisation only was applied"
        sheet.lose(uuid, pointer, "distribution", rule)
        shape = structs.replace(shape, distribution="0")
    shape = structs.replace(shape, sharing_group=group.sent if group else None)
    limits = limits_of(
        shape, tags.tlp, tags.pap, {}, lambda path, rule: sheet.lose(uuid, pointer, path, rule)
    )
    return (limits,)


def _galaxies(galaxies: Iterable[Placed], elements: Iterable[Placed]) -> Iterator[object]:
    """All galaxies of an event, wherever they are attached."""
    yield from (placed.sent for placed in galaxies)
    for placed in elements:
        yield from _below(placed.sent, "Galaxy")
        for attribute in _below(placed.sent, "Attribute"):
            if isinstance(attribute, dict):
                yield from _below(attribute, "Galaxy")


def _below(sent: Opaque, key: str) -> list[object]:
    found = sent.get(key)
    return found if isinstance(found, list) else []


def _elements(context: Context, attributes: list[Placed], objects: list[Placed]) -> None:
    ids: dict[str, str] = {}
    for position, sent in attributes:
        item = prepare(context, sent, position, context.binding)
        if item is not None:
            ids[item.uuid] = record(context, item)
    pending = []
    for position, sent in objects:
        done = read_object(context, sent, position)
        if done is not None:
            pending.append(done)
            ids.update(done.ids)
    for done in pending:
        relate_objects(context, done, ids)


def _name_unread(pieces: Pieces, sheet: Sheet) -> None:
    for key, _, rule in UNREAD:
        for position, sent in pieces.listed(key):
            sheet.lose(valid_uuid(sent.get("uuid")), position, "", rule)


def _count(shape: Event, pieces: Pieces, held: int) -> None:
    """An event that announces more attributes than it holds was cut on its way."""

    def check() -> None:
        said = whole(shape.attribute_count, "attribute_count")
        if said is not None and said > held:
            rule = f"announces {said} attributes, of which {held} are in the file"
            raise StixError(None, "attribute_count", rule)

    pieces.tolerant(check)


def _with_report(
    context: Context, pieces: Pieces, shape: Event, tags: Tags, worn: list[Attached]
) -> list[ReadObject]:
    """Write everything, and last the report, which refers to what was written."""
    pointer, sheet = pieces.pointer, context.sheet
    common = Common(
        spec_version="2.1",
        created=context.day,
        modified=context.modified,
        created_by_ref=context.author,
        revoked=False,
        labels=(*_labels(shape), *tags.labels),
        confidence=tags.confidence,
    )
    for id_, relation in worn:
        if relation:
            link = Link(relation, context.report_id, id_)
            context.relate(link, context.report_id, common, pointer, context.binding)
    objects = sheet.written()
    values = (item.received.value for item in objects)
    refs = tuple(
        dict.fromkeys(
            value.id for value in values if value.id and not isinstance(value, MarkingDefinition)
        )
    )
    if not refs:
        rule = "holds nothing that a report could refer to"
        sheet.lose(valid_uuid(shape.uuid), pointer, "", rule)
        return objects
    published = pieces.tolerant(lambda: seconds(shape.publish_timestamp, "publish_timestamp"))
    report = Report(
        id=context.report_id,
        name=shape.info,
        published=published or context.modified,
        object_refs=refs,
        **common,
    )
    sheet.put(report, pointer, context.binding)
    return [*objects, *sheet.written()]


def _labels(shape: Event) -> tuple[str, ...]:
    return labels(
        threat_level_id=shape.threat_level_id,
        analysis=shape.analysis,
        published="" if shape.published is None or flag(shape.published) else "0",
        extends_uuid=shape.extends_uuid,
        uuid="" if valid_uuid(shape.uuid) else shape.uuid,
    )
