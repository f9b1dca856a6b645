"""One attribute: its observables, and the one object that carries its uuid and its words.

That object is an indicator where ``to_ids`` is set and its type has a pattern, an object of
its own where its type names a thing, else a note with the value as content and the comment as
abstract. Observables have no room for a comment, a category, a tag or a deletion, and may be
shared by several attributes (MISP core format 2.3).
"""

from msgspec import Struct

from comity.formats.misp.context import (
    Context,
    labels,
    name_unread,
    numbered,
    own_uuid,
    sent_uuid,
)
from comity.formats.misp.galaxies import Attached, attach
from comity.formats.misp.limits import Binding
from comity.formats.misp.observables import OBSERVABLES, Link, Observed
from comity.formats.misp.scalars import flag, instant, text, valid_uuid
from comity.formats.misp.shapes import Attribute
from comity.formats.misp.sheet import Common
from comity.formats.misp.tags import Tags, read_tags
from comity.formats.misp.things import THINGS
from comity.formats.reading import Reading
from comity.stix.convert import to_struct
from comity.stix.error import StixError
from comity.stix.markings import Tlp
from comity.stix.sdo import Indicator, Note, ObservedData
from comity.stix.stated import stated_level
from comity.stix.timestamp import Timestamp
from comity.stix.types import ExternalReference

# Types for which a note is the mapping and not the lack of one.
_PROSE = frozenset(("comment", "link", "other", "text"))
_UNMAPPED = 'misp:mapping="none"'
_TYPE = 'misp:type="'


class Item(Struct, frozen=True):
    """An attribute that was read and can be written."""

    attribute: Attribute
    uuid: str
    value: str
    position: str
    binding: Binding
    tags: Tags
    common: Common
    observed: Observed | None
    first_seen: Timestamp | None
    last_seen: Timestamp | None


def kept_as_notes(reading: Reading) -> dict[str, int]:
    """How many attributes of which type have no mapping and stand as notes, by type."""
    counts: dict[str, int] = {}
    for item in reading.objects:
        value = item.received.value
        if isinstance(value, Note) and _UNMAPPED in value.labels:
            name = next(label for label in value.labels if label.startswith(_TYPE))
            kind = name[len(_TYPE) : -1]
            counts[kind] = counts.get(kind, 0) + 1
    return counts


def prepare(context: Context, sent: object, position: str, parent: Binding) -> Item | None:
    """Read an attribute; ``None`` if it became a loss."""
    try:
        return _prepare(context, sent, position, parent)
    except StixError as error:
        context.sheet.lose(sent_uuid(sent), position, error.path, error.rule)
        return None


def _prepare(context: Context, sent: object, position: str, parent: Binding) -> Item:
    if not isinstance(sent, dict):
        raise StixError(None, "", "must be a JSON object")
    attribute = to_struct(sent, Attribute)
    value = text(attribute.value).strip()
    if not value:
        raise StixError(None, "value", "must not be empty")
    make = OBSERVABLES.get(attribute.type)
    observed = make(value) if make else None
    uuid = own_uuid(sent)

    def lose(at: str, path: str, rule: str) -> None:
        context.sheet.lose(uuid, at, path, rule)

    tags = read_tags(numbered(f"{position}/Tag", attribute.tags), lose)
    said = stated_level(f"{text(attribute.comment)}\n{value}")
    if said is not None and said >= Tlp.AMBER:
        tags = tags._replace(tlp=max(said, tags.tlp or said))
    common = context.common(attribute, _labels(attribute, tags), tags.confidence)
    first, last = _seen(context, attribute, position)
    if text(attribute.data):
        rule = "is not carried: samples and attachments stay in the received file"
        context.sheet.lose(uuid, position, "data", rule)
    name_unread(context.sheet, attribute, position)
    binding = context.bound(attribute, tags, position, parent)
    return Item(attribute, uuid, value, position, binding, tags, common, observed, first, last)


def _labels(attribute: Attribute, tags: Tags) -> tuple[str, ...]:
    said = labels(
        type=attribute.type,
        category=attribute.category,
        object_relation=attribute.object_relation,
        uuid="" if valid_uuid(attribute.uuid) else attribute.uuid,
    )
    return (*said, *tags.labels)


def _seen(
    context: Context, attribute: Attribute, position: str
) -> tuple[Timestamp | None, Timestamp | None]:
    """First and last sight; one that cannot be read costs only itself."""
    seen: list[Timestamp | None] = []
    for path, sent in (("first_seen", attribute.first_seen), ("last_seen", attribute.last_seen)):
        try:
            seen.append(instant(sent, path))
        except StixError as error:
            context.sheet.lose(valid_uuid(attribute.uuid), position, path, error.rule)
            seen.append(None)
    first, last = seen
    if first and last and last < first:
        rule = "must not be earlier than first_seen"
        context.sheet.lose(valid_uuid(attribute.uuid), position, "last_seen", rule)
        return first, None
    return first, last


def record(context: Context, item: Item, subjects: tuple[str, ...] | None = None) -> str:
    """Write an attribute and return the id of the object that carries its uuid.

    ``subjects`` are the ids of what it is about where that is described by an object around
    it; otherwise it is about its own observables.
    """
    thing = THINGS.get(item.attribute.type)
    if thing is not None and subjects is None:
        comment = text(item.attribute.comment) or None
        common = _with(item, *_flags(item), *_sights(item))
        made = thing(item.uuid, item.value, comment, common)
        context.sheet.put(made, item.position, item.binding)
        _relate_clusters(context, item, made.id)
        return made.id
    about = _observables(context, item) if subjects is None else subjects
    observation = _observation(context, item, about)
    if item.observed is not None and flag(item.attribute.to_ids):
        id_ = _indicator(context, item, item.observed)
        based_on = observation or (about[0] if about else None)
        if based_on:
            _relate(context, item, Link("based-on", id_, based_on))
        _relate_clusters(context, item, id_)
        return id_
    return _note(context, item, about)


def _observables(context: Context, item: Item) -> tuple[str, ...]:
    if item.observed is None:
        return ()
    for sco in item.observed.scos:
        context.sheet.put(sco, item.position, item.binding)
    for link in item.observed.links:
        _relate(context, item, link)
    return tuple(sco.id for sco in item.observed.scos)


def _relate(context: Context, item: Item, link: Link) -> None:
    context.relate(link, item.uuid, item.common, item.position, item.binding)


def _observation(context: Context, item: Item, about: tuple[str, ...]) -> str | None:
    first = item.first_seen or item.last_seen
    last = item.last_seen or item.first_seen
    if not about or first is None or last is None:
        return None
    observed = ObservedData(
        id=f"observed-data--{item.uuid}",
        first_observed=first,
        last_observed=last,
        number_observed=1,
        object_refs=about,
        **item.common,
    )
    return context.sheet.put(observed, item.position, item.binding)


def _indicator(context: Context, item: Item, observed: Observed) -> str:
    indicator = Indicator(
        id=f"indicator--{item.uuid}",
        # A rule names itself inside; a value is the best name that a pattern has.
        name=item.value if observed.pattern != item.value else None,
        description=text(item.attribute.comment) or None,
        pattern=observed.pattern,
        pattern_type=observed.pattern_type,
        valid_from=item.first_seen or item.common["modified"],
        **item.common,
    )
    return context.sheet.put(indicator, item.position, item.binding)


def _note(context: Context, item: Item, about: tuple[str, ...]) -> str:
    kind = item.attribute.type
    extra = _flags(item) if about else (*_flags(item), *_sights(item))
    if kind not in OBSERVABLES and kind not in THINGS and kind not in _PROSE:
        extra = (*extra, _UNMAPPED)
    clusters = _clusters(context, item)
    refs = (*about, *(cluster.id for cluster in clusters))
    url = (ExternalReference(source_name="link", url=item.value),) if kind == "link" else ()
    note = Note(
        id=f"note--{item.uuid}",
        content=item.value,
        abstract=text(item.attribute.comment) or None,
        object_refs=refs or (context.report_id,),
        external_references=url,
        **_with(item, *extra),
    )
    for cluster in clusters:
        if cluster.relation:
            _relate(context, item, Link(cluster.relation, note.id, cluster.id))
    return context.sheet.put(note, item.position, item.binding)


def _clusters(context: Context, item: Item) -> list[Attached]:
    galaxies = numbered(f"{item.position}/Galaxy", item.attribute.galaxies)
    return attach(context, galaxies, item.tags, item.binding)


def _relate_clusters(context: Context, item: Item, source: str) -> None:
    for cluster in _clusters(context, item):
        _relate(context, item, Link(cluster.relation or "related-to", source, cluster.id))


def _flags(item: Item) -> tuple[str, ...]:
    return ('misp:to_ids="1"',) if flag(item.attribute.to_ids) else ()


def _sights(item: Item) -> tuple[str, ...]:
    return labels(first_seen=item.first_seen, last_seen=item.last_seen)


def _with(item: Item, *more: str) -> Common:
    return Common(**{**item.common, "labels": (*item.common["labels"], *more)})
