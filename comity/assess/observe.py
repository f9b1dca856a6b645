"""What the received objects say: a title, the claims they carry, techniques, counts.

Nothing is inferred here. A claim is taken over only where an object states it,
with the object as its source.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

import msgspec

from comity.assess.facts import Claim, typed
from comity.errors import BadInput
from comity.formats.reading import Reading, ReadObject
from comity.knowledge.base import Knowledge
from comity.stix.base import Foreign, StixObject
from comity.stix.comity_ext import comity_incident
from comity.stix.markings import Tlp, strictest, tlp_of
from comity.stix.sdo import (
    AttackPattern,
    Identity,
    Incident,
    IntrusionSet,
    Location,
    Malware,
    Report,
    ThreatActor,
    Tool,
)
from comity.stix.sro import Relationship

_ATTACK = frozenset({"mitre-attack", "mitre-mobile-attack", "mitre-ics-attack", "mitre-atlas"})
_HIT = frozenset({"targets", "impacts"})


class Received(msgspec.Struct, frozen=True):
    """A file as it came in: its name, the SHA-256 of its bytes, and what was read from it."""

    file: str
    sha256: str
    reading: Reading


class Named(msgspec.Struct, frozen=True):
    """A technique or a piece of software that the material names, and where."""

    id: str | None
    name: str
    source: str


class Observed(msgspec.Struct, frozen=True):
    """What the material says about the incident as a whole.

    ``tlp`` is the strictest marking found, None where nothing is marked, and
    ``unmarked`` how many objects carry none. ``actors`` are where actors are
    named: the names themselves stay out of anything but an attribution.
    """

    title: str | None
    description: str | None
    told_by: str | None
    claims: tuple[Claim, ...]
    techniques: tuple[Named, ...]
    software: tuple[Named, ...]
    actors: tuple[str, ...]
    counts: tuple[tuple[str, int], ...]
    tlp: Tlp | None
    unmarked: int


def observe(received: Iterable[Received], knowledge: Knowledge) -> Observed:
    """Look through all received objects; the first incident, else the first report, is the title.

    Raises BadInput where an incident's fact extension cannot be used.
    """
    placed = [
        (_place(file.file, item), item.received.value)
        for file in received
        for item in file.reading.objects
    ]
    told = _told(placed)
    marked = [_level(value) for _, value in placed if value.type != "marking-definition"]
    levels = [level for level in marked if level is not None]
    return Observed(
        title=told[1].name if told else None,
        description=told[1].description if told else None,
        told_by=told[0] if told else None,
        claims=(*_stated(placed, knowledge), *_victim(placed, knowledge)),
        techniques=_named(placed, (AttackPattern,)),
        software=_named(placed, (Malware, Tool)),
        actors=tuple(
            place for place, value in placed if isinstance(value, ThreatActor | IntrusionSet)
        ),
        counts=tuple(sorted(Counter(value.type for _, value in placed).items())),
        tlp=strictest(levels),
        unmarked=len(marked) - len(levels),
    )


_Placed = list[tuple[str, StixObject | Foreign]]


def _place(file: str, item: ReadObject) -> str:
    ident = item.received.value.id or "an object without an id"
    return f"{ident} in {file} at {item.origin.position}"


def _told(placed: _Placed) -> tuple[str, Incident | Report] | None:
    for kind in (Incident, Report):
        for place, value in placed:
            if isinstance(value, kind):
                return place, value
    return None


def _level(value: StixObject | Foreign) -> Tlp | None:
    """The strictest TLP level on the object or on any part of it."""
    refs = [*value.object_marking_refs]
    refs += [g.marking_ref for g in value.granular_markings if g.marking_ref is not None]
    return strictest(level for level in map(tlp_of, refs) if level is not None)


def _stated(placed: _Placed, knowledge: Knowledge) -> Iterator[Claim]:
    """Claims of the fact extension that incidents carry."""
    for place, incident in placed:
        if not isinstance(incident, Incident):
            continue
        extension = comity_incident(incident)
        for fact in extension.facts if extension else ():
            feature = knowledge.features.get(fact.name)
            if feature is None:
                raise BadInput(f"{place}: there is no feature {fact.name!r}")
            yield Claim(
                name=fact.name,
                value=typed(fact.value, feature, place),
                said_by=fact.said_by,
                said_at=fact.said_at.as_datetime(),
                source=f"{fact.source} ({place})" if fact.source else place,
            )


def _victim(placed: _Placed, knowledge: Knowledge) -> Iterator[Claim]:
    """State and sector of an identity that an incident is said to target or impact."""
    by_id = {value.id: (place, value) for place, value in placed}
    links = [(place, v) for place, v in placed if isinstance(v, Relationship)]
    hit = [
        by_id[link.target_ref]
        for _, link in links
        if link.relationship_type in _HIT
        and link.source_ref.startswith("incident--")
        and link.target_ref in by_id
    ]
    for place, identity in hit:
        if not isinstance(identity, Identity):
            continue
        said_by, said_at = _author(identity, by_id), identity.created.as_datetime()
        for sector in identity.sectors[:1]:
            yield Claim(
                name="victim.sector", value=sector, said_by=said_by, said_at=said_at, source=place
            )
        for link_place, link in links:
            if link.relationship_type != "located-at" or link.source_ref != identity.id:
                continue
            _, location = by_id.get(link.target_ref, ("", None))
            country = location.country if isinstance(location, Location) else None
            if country and (state := knowledge.state_by_alpha2(country)):
                yield Claim(
                    name="victim.state",
                    value=state.id,
                    said_by=said_by,
                    said_at=said_at,
                    source=link_place,
                )


def _author(value: Identity, by_id: Mapping[str | None, tuple[str, StixObject | Foreign]]) -> str:
    _, author = by_id.get(value.created_by_ref, ("", None)) if value.created_by_ref else ("", None)
    return author.name if isinstance(author, Identity) else "the sender of the file"


def _named(
    placed: _Placed, kinds: tuple[type[AttackPattern | Malware | Tool], ...]
) -> tuple[Named, ...]:
    found: dict[str, Named] = {}
    for place, value in placed:
        if isinstance(value, kinds):
            ident = next(
                (
                    ref.external_id
                    for ref in value.external_references
                    if ref.source_name in _ATTACK and ref.external_id
                ),
                None,
            )
            name = value.name or ident or value.id
            found.setdefault(ident or name, Named(ident, name, place))
    return tuple(found.values())
