"""From what was found to STIX objects: one object for each value, under one report."""

from collections.abc import Iterable, Iterator

from msgspec import Struct, structs

from comity.errors import BadInput
from comity.formats.hits import Cited, Hit
from comity.formats.misp.observables import Observed
from comity.formats.produced import UNDATED, Common, common, produce, produced_id
from comity.formats.reading import Loss, Reading, ReadObject, reading_of
from comity.stix.base import StixObject
from comity.stix.ids import sco_id
from comity.stix.sco import File
from comity.stix.sdo import AttackPattern, Indicator, Note, Report, Vulnerability
from comity.stix.sro import Relationship
from comity.stix.timestamp import Timestamp
from comity.stix.types import ExternalReference

LONGEST_TEXT = 500
MOST_VALUES = 100_000


class Head(Struct, frozen=True):
    """What a file says of itself; ``also`` are objects about the file, with their places."""

    name: str
    description: str | None = None
    at: Timestamp | None = None
    markings: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    also: tuple[tuple[StixObject, str], ...] = ()


def assemble(
    format: str,  # noqa: A002
    reader: str,
    head: Head,
    hits: Iterable[Hit],
    *,
    source: str,
    losses: Iterable[Loss] = (),
    notes: tuple[str, ...] = (),
    prose: tuple[tuple[str, str], ...] = (),
) -> Reading:
    """Make the objects of a file: a report first, then what it refers to.

    A value that was found several times is one object, at its first place; how often is in
    its position and, where its type has labels, in ``comity:seen=3``. A report has to refer
    to something (STIX 2.1 §4.16), so one in which nothing was found refers to the received
    file itself. ATT&CK ids of tactics, software, groups and campaigns are references of it,
    because the id alone does not say what kind of object stands behind it.
    Raises ``BadInput`` for more than ``MOST_VALUES`` values.
    """
    groups: dict[str, list[Hit]] = {}
    for hit in hits:
        groups.setdefault(_key(hit.subject), []).append(hit)
        if len(groups) > MOST_VALUES:
            raise BadInput(f"The file names more than {MOST_VALUES} different values; split it.")
    objects: dict[str, ReadObject] = {}
    cited: list[ExternalReference] = []
    for value, position in _values(groups, head, source, cited):
        if value.id not in objects:
            objects[value.id] = produce(value, source, position)
    report = Report(
        **common(
            produced_id("report", "", source),
            head.at,
            labels=head.labels,
            markings=head.markings,
            references=tuple(cited),
        ),
        name=head.name[:LONGEST_TEXT],
        published=head.at or UNDATED,
        description=head.description[:LONGEST_TEXT] if head.description else None,
        object_refs=tuple(objects),
    )
    everything = (produce(report, source, "the whole file"), *objects.values())
    return reading_of(format, reader, everything, losses, notes, prose)


def _key(subject: Observed | Cited) -> str:
    return subject.id if isinstance(subject, Cited) else subject.pattern


def _values(
    groups: dict[str, list[Hit]], head: Head, source: str, cited: list[ExternalReference]
) -> Iterator[tuple[StixObject, str]]:
    """Every object but the report; references that are no object go to ``cited``."""
    nothing = True
    for value, position in head.also:
        nothing = False
        yield _marked(value, head), position
    for key, group in groups.items():
        count = _count(group)
        position = group[0].position + (f", seen {count} times" if count > 1 else "")
        subject = group[0].subject
        if isinstance(subject, Observed):
            made = _observed(key, subject, group, head, source)
        elif (citation := _citation(subject, group, head, source)) is not None:
            made = iter((citation,))
        else:
            cited.append(_reference(subject))
            continue
        for value in made:
            nothing = False
            yield value, position
    if nothing:
        hashes = {"SHA-256": source}
        file = File(spec_version="2.1", id=sco_id("file", {"hashes": hashes}), hashes=hashes)
        yield _marked(file, head), "the whole file"


def _observed(
    key: str, subject: Observed, group: list[Hit], head: Head, source: str
) -> Iterator[StixObject]:
    for sco in subject.scos:
        yield _marked(sco, head)
    for link in subject.links:
        key_of_link = f"{link.kind} {link.source} {link.target}"
        yield Relationship(
            **_common("relationship", key_of_link, group, head, source),
            relationship_type=link.kind,
            source_ref=link.source,
            target_ref=link.target,
        )
    said = _description(group)
    if any(hit.indicates for hit in group):
        shared = _common("indicator", key, group, head, source)
        yield Indicator(
            **shared,
            name=_name(subject),
            description=said,
            pattern=subject.pattern,
            pattern_type=subject.pattern_type,
            valid_from=shared["created"],
        )
    elif said and subject.scos:
        yield Note(
            **_common("note", key, group, head, source),
            content=said,
            object_refs=tuple(sco.id for sco in subject.scos),
        )


def _citation(cited: Cited, group: list[Hit], head: Head, source: str) -> StixObject | None:
    references = (_reference(cited),)
    if cited.kind == "cve":
        return Vulnerability(
            **_common("vulnerability", cited.id, group, head, source, references),
            name=cited.id,
            description=_description(group),
        )
    if cited.kind == "technique":
        return AttackPattern(
            **_common("attack-pattern", cited.id, group, head, source, references),
            name=cited.id,
            description=_description(group),
        )
    return None


def _reference(cited: Cited) -> ExternalReference:
    """The entry in its register (STIX 2.1 §2.5, and §4.19 for the name ``cve``)."""
    if cited.kind == "cve":
        return ExternalReference(source_name="cve", external_id=cited.id)
    folders = {
        "technique": "techniques", "tactic": "tactics", "group": "groups", "campaign": "campaigns",
    }  # fmt: skip
    folder = folders.get(cited.kind)
    if cited.id.startswith("AML."):
        return ExternalReference(
            source_name="mitre-atlas",
            external_id=cited.id,
            url=f"https://atlas.mitre.org/{folder}/{cited.id}",
        )
    ics = cited.id.startswith(("T0", "TA01"))
    return ExternalReference(
        source_name="mitre-ics-attack" if ics else "mitre-attack",
        external_id=cited.id,
        url=f"https://attack.mitre.org/{folder or 'software'}/{cited.id.replace('.', '/')}/",
    )


def _common(
    type_: str,
    key: str,
    group: list[Hit],
    head: Head,
    source: str,
    references: tuple[ExternalReference, ...] = (),
) -> Common:
    """The common properties of what stands for a group: its earliest date, all its labels."""
    labels = dict.fromkeys(label for hit in group for label in hit.labels)
    seen = (f"comity:seen={_count(group)}",) if _count(group) > 1 else ()
    dates = [hit.at for hit in group if hit.at is not None]
    return common(
        produced_id(type_, key, source),
        min(dates, key=lambda at: at.instant) if dates else head.at,
        labels=(*labels, *seen),
        markings=head.markings,
        references=(*references, *(ref for hit in group for ref in hit.references)),
    )


def _count(group: list[Hit]) -> int:
    return sum(hit.count for hit in group)


def _description(group: list[Hit]) -> str | None:
    said = dict.fromkeys(hit.context for hit in group if hit.context)
    return " ".join(said)[:LONGEST_TEXT] or None


def _name(subject: Observed) -> str | None:
    """The value itself, where there is one; a rule names itself inside."""
    value = getattr(subject.scos[0], "value", None) if subject.scos else None
    return value if isinstance(value, str) else None


def _marked(value: StixObject, head: Head) -> StixObject:
    return structs.replace(value, object_marking_refs=head.markings)
