"""What the received objects say: a title, the claims they carry, techniques, counts.

Nothing is inferred here. A claim is taken over only where an object states it,
with the object as its source.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import NamedTuple

import msgspec
from msgspec.structs import replace

from comity.assess.actor_names import actor_names
from comity.assess.facts import Claim, refuse_misfit, typed
from comity.assess.material import Seen
from comity.assess.releasable import IndicatorSet, Limits, releasable
from comity.errors import BadInput
from comity.formats.reading import Reading, ReadObject
from comity.knowledge.attack import NAMES
from comity.knowledge.base import Knowledge
from comity.knowledge.model import State
from comity.stix.audience import audience_of, strictest_tlp
from comity.stix.base import Foreign, StixObject
from comity.stix.comity_ext import COMITY, FactClaim, comity_incident
from comity.stix.markings import TLP_2_EXTENSION, Tlp, strictest, tlp_named, tlp_of
from comity.stix.meta import MarkingDefinition
from comity.stix.sdo import (
    AttackPattern,
    Identity,
    Incident,
    Indicator,
    IntrusionSet,
    Location,
    Malware,
    Report,
    ThreatActor,
    Tool,
)
from comity.stix.sro import Relationship
from comity.stix.stated import stated_level
from comity.stix.timestamp import as_datetime, instant
from comity.stix.types import Opaque

_CAMPAIGN = re.compile(r"C[0-9]{4}")
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

    ``unusable`` are sentences about claims that could not be used, ``set_aside``
    about objects that were revoked or superseded, ``replaced`` about those of
    which another file brought the end, ``incidents`` how many incidents the
    material holds. ``tlp`` is the strictest marking found, None
    where nothing is marked, and ``unread_markings`` are markings that are no
    TLP. ``campaigns`` are ATT&CK campaigns that the material refers to. ``actors``
    are where actors are named: the names themselves stay out of anything but an
    attribution, and ``actor_names`` is there to keep them out. ``indicators`` are
    those that a document to another state may carry.
    """

    title: str | None
    description: str | None
    told_by: str | None
    claims: tuple[Claim, ...]
    unusable: tuple[str, ...]
    set_aside: tuple[str, ...]
    replaced: tuple[str, ...]
    incidents: int
    techniques: tuple[Named, ...]
    software: tuple[Named, ...]
    actors: tuple[str, ...]
    campaigns: tuple[str, ...]
    counts: tuple[tuple[str, int], ...]
    tlp: Tlp | None
    unread_markings: tuple[str, ...]
    actor_names: tuple[str, ...] = ()
    indicators: IndicatorSet = IndicatorSet()


def observe(received: Iterable[Received], knowledge: Knowledge) -> Observed:
    """Look through all received objects; the first incident, else report, gives the title."""
    received = tuple(received)
    everything = [
        _Placed(_place(file.file, item), file.file, item.received.value, item.received.custom)
        for file in received
        for item in file.reading.objects
    ]
    seen = [item.seen() for item in everything]
    current, set_aside = _current(everything)
    told = _told(current)
    own, audiences = _defined(everything)
    limits = _limits(everything, own)
    claims, unusable = _claims(current, knowledge, limits)
    levels, unread = _markings(everything, own, audiences)
    return Observed(
        title=told[1].name if told else None,
        description=told[1].description if told else None,
        told_by=told[0] if told else None,
        claims=claims,
        unusable=unusable,
        set_aside=set_aside,
        replaced=_replaced(everything),
        incidents=len({p.value.id for p in current if isinstance(p.value, Incident)}),
        techniques=_named(current, (AttackPattern,)),
        software=_named(current, (Malware, Tool)),
        actors=tuple(p.place for p in current if isinstance(p.value, ThreatActor | IntrusionSet)),
        campaigns=_campaigns(current),
        counts=tuple(sorted(Counter(p.value.type for p in everything).items())),
        tlp=strictest(levels),
        unread_markings=unread,
        actor_names=actor_names(seen),
        indicators=releasable(
            seen,
            (p.value for p in current if isinstance(p.value, Indicator)),
            limits,
            unread=any(_telling_loss(file) for file in received),
        ),
    )


def with_names(observed: Observed, names: Mapping[str, str]) -> Observed:
    """Techniques and software that the material gives only an id for, called by their names."""

    def named(items: tuple[Named, ...]) -> tuple[Named, ...]:
        return tuple(
            replace(item, name=names.get(item.id, item.name))
            if item.id and item.name == item.id
            else item
            for item in items
        )

    return replace(
        observed, techniques=named(observed.techniques), software=named(observed.software)
    )


class _Placed(NamedTuple):
    place: str
    file: str
    value: StixObject | Foreign
    custom: Opaque

    def seen(self) -> Seen:
        return Seen(self.value, self.custom)


def _place(file: str, item: ReadObject) -> str:
    ident = item.received.value.id or "an object without an id"
    return f"{ident} in {file} at {item.origin.position}"


def _current(everything: list[_Placed]) -> tuple[list[_Placed], tuple[str, ...]]:
    """The newest version of each object that was not revoked, and a word on the others."""
    newest: dict[str, str] = {}
    for item in everything:
        if (ident := item.value.id) and (modified := _modified(item.value)):
            newest[ident] = max(newest.get(ident, ""), modified)
    kept, aside = [], []
    for item in everything:
        modified = _modified(item.value)
        if getattr(item.value, "revoked", False):
            aside.append(f"revoked: {item.place}")
        elif modified and item.value.id and modified < newest[item.value.id]:
            aside.append(f"a newer version was received: {item.place}")
        else:
            kept.append(item)
    gone = {i.value.id for i in everything if getattr(i.value, "revoked", False)}
    # Revoking is final (STIX 2.1 §3.6): an older version of a revoked object is not current again.
    return [item for item in kept if item.value.id not in gone], tuple(aside)


def _replaced(everything: list[_Placed]) -> tuple[str, ...]:
    """Objects whose end came with another file than they did; nothing shows that it may."""
    last: dict[str, tuple[str, _Placed]] = {}
    for item in everything:
        ident, modified = item.value.id, _modified(item.value)
        if ident and modified and (ident not in last or modified >= last[ident][0]):
            last[ident] = modified, item
    found: dict[str, None] = {}
    for item in everything:
        modified, end = last.get(item.value.id or "", ("", item))
        if end.file != item.file and modified != _modified(item.value):
            found[f"{item.value.id} of {item.file} is replaced or revoked by {end.file}"] = None
    return tuple(found)


def _modified(value: StixObject | Foreign) -> str | None:
    modified = getattr(value, "modified", None)
    return instant(modified) if modified is not None else None


def _told(placed: list[_Placed]) -> tuple[str, Incident | Report] | None:
    for kind in (Incident, Report):
        for item in placed:
            if isinstance(item.value, kind):
                return item.place, item.value
    return None


def _defined(placed: list[_Placed]) -> tuple[dict[str, Tlp], set[str]]:
    """TLP markings that came under ids of their own, by their names, and the audiences."""
    own: dict[str, Tlp] = {}
    audiences: set[str] = set()
    for item in placed:
        if isinstance(item.value, MarkingDefinition):
            level = _named_level(item.value)
            if level is not None:
                # Whoever defines an id a second time cannot lower what it says.
                own[item.value.id] = max(own.get(item.value.id, level), level)
            if COMITY in item.value.extensions:
                audiences.add(item.value.id)
    return own, audiences


def _telling_loss(file: Received) -> bool:
    """Whether an object that says who was hit, or who did it, was refused."""
    return any(loss.id and loss.id.startswith(_WHO) for loss in file.reading.losses)


_WHO = ("identity--", "threat-actor--", "intrusion-set--", "campaign--")


def _limits(everything: list[_Placed], own: Mapping[str, Tlp]) -> Limits:
    """What each marking says, an audience (MISP's distribution and PAP) as TLP too."""
    limits, silent = dict(own), set()
    for item in everything:
        if isinstance(item.value, MarkingDefinition) and COMITY in item.value.extensions:
            try:
                audience = audience_of(item.value)
            except BadInput:
                audience = None
            if audience is None:
                continue
            level = strictest_tlp(audience.distribution, None)
            if audience.pap in ("amber", "red"):
                # What may only be used inside is not for another state to act on.
                level = max(level or Tlp.AMBER, Tlp.AMBER)
            if level is None:
                silent.add(item.value.id)
            else:
                limits[item.value.id] = max(limits.get(item.value.id, level), level)
    return Limits(lambda ref: _level(ref, limits), frozenset(silent - limits.keys()))


def _level(ref: str, own: Mapping[str, Tlp]) -> Tlp | None:
    level = tlp_of(ref)
    return own.get(ref) if level is None else level


def _markings(
    placed: list[_Placed], own: Mapping[str, Tlp], audiences: Collection[str]
) -> tuple[list[Tlp], tuple[str, ...]]:
    """TLP levels on objects or their parts, and references to markings that are no TLP."""
    levels: list[Tlp] = []
    unread: dict[str, None] = {}
    for item in placed:
        refs = [*item.value.object_marking_refs]
        refs += [g.marking_ref for g in item.value.granular_markings if g.marking_ref is not None]
        for ref in refs:
            level = _level(ref, own)
            if level is not None:
                levels.append(level)
            elif ref not in audiences:
                unread[ref] = None
    return levels, tuple(unread)


def _named_level(marking: MarkingDefinition) -> Tlp | None:
    """The strictest level that a marking states anywhere, for whatever type it calls itself."""
    extension = marking.extensions.get(TLP_2_EXTENSION, {})
    said = (marking.definition.get("tlp"), extension.get("tlp_2_0"))
    found = [tlp_named(f"tlp:{word}") for word in said if word]
    found.append(tlp_named(marking.name or ""))
    found.append(stated_level(str(marking.definition.get("statement") or "")))
    return strictest(level for level in found if level is not None)


def _claims(
    placed: list[_Placed], knowledge: Knowledge, limits: Limits
) -> tuple[tuple[Claim, ...], tuple[str, ...]]:
    """Claims of the fact extension and of the victim's identity; one that misfits is left out."""
    claims, unusable = [], []
    for item in placed:
        if isinstance(item.value, Incident):
            try:
                extension = comity_incident(item.value)
            except BadInput as error:
                unusable.append(f"{item.place}: {error}")
                continue
            for fact in extension.facts if extension else ():
                try:
                    claims.append(_stated(item, fact, knowledge, limits))
                except BadInput as error:
                    unusable.append(str(error))
    claims += _victim(placed, knowledge, limits)
    return tuple(claims), tuple(unusable)


def _stated(item: _Placed, fact: FactClaim, knowledge: Knowledge, limits: Limits) -> Claim:
    feature = knowledge.features.get(fact.name)
    if feature is not None and feature.ours:
        raise BadInput(
            f"{item.place}: {fact.name} is left out: a report cannot vouch for itself, "
            "only your own people can say it"
        )
    claim = Claim(
        name=fact.name,
        value=typed(fact.value, feature, item.place),
        # Who said it is itself only what the file says.
        said_by=f"{fact.said_by}, according to {item.file}",
        said_at=as_datetime(fact.said_at),
        source=fact.source or item.place,
        place=item.place,
        disputed=fact.state == "disputed",
        inside=limits.reason(item.value) is not None,
    )
    refuse_misfit(claim, knowledge.features)
    if feature is not None and feature.states:
        _refuse_other_names(claim, knowledge)
    return claim


def _refuse_other_names(claim: Claim, knowledge: Knowledge) -> None:
    """What a report calls a state would become an addressee: any word fits the form of a code."""
    words = claim.value if isinstance(claim.value, tuple) else (claim.value,)
    for word in words:
        if isinstance(word, str) and word not in knowledge.states:
            raise BadInput(
                f"{claim.place}: {claim.name} {word!r} is not a state of the packs; "
                "enter it in a fact sheet if you know it under that name"
            )


def _victim(placed: list[_Placed], knowledge: Knowledge, limits: Limits) -> Iterator[Claim]:
    """State and sector of an identity that an incident is said to target or impact."""
    by_id = {item.value.id: item for item in placed}
    links = [(item.place, item.value) for item in placed if isinstance(item.value, Relationship)]
    located: dict[str, list[tuple[str, str]]] = {}
    for link_place, link in links:
        if link.relationship_type == "located-at":
            located.setdefault(link.source_ref, []).append((link_place, link.target_ref))
    hit = {
        link.target_ref: by_id[link.target_ref]
        for _, link in links
        if link.relationship_type in _HIT
        and link.source_ref.startswith("incident--")
        and link.target_ref in by_id
    }
    for item in hit.values():
        place, file, identity = item.place, item.file, item.value
        if not isinstance(identity, Identity):
            continue
        author = by_id.get(identity.created_by_ref) if identity.created_by_ref else None
        named = author.value.name if author and isinstance(author.value, Identity) else "its sender"
        base = Claim(
            name="victim.sector",
            value=None,
            said_by=f"{named}, according to {file}",
            said_at=as_datetime(identity.created),
            source=place,
            place=place,
            inside=limits.reason(identity) is not None,
        )
        for sector in identity.sectors[:1]:
            yield replace(base, value=sector)
        states: set[str] = set()
        for link_place, target in located.get(identity.id, ()):
            found = by_id.get(target)
            country = found.value.country if found and isinstance(found.value, Location) else ""
            state = _state(country, knowledge) if country else None
            if state and state.id not in states:
                states.add(state.id)
                yield replace(
                    base,
                    name="victim.state",
                    value=state.id,
                    source=link_place,
                    place=link_place,
                )


def _state(country: str, knowledge: Knowledge) -> State | None:
    """The state that a location names: by its two letters, as STIX asks, or as people write it."""
    called = knowledge.states_called(country)
    return knowledge.state_by_alpha2(country) or (called[0] if len(called) == 1 else None)


def _campaigns(placed: list[_Placed]) -> tuple[str, ...]:
    named = {
        ref.external_id
        for item in placed
        for ref in getattr(item.value, "external_references", ())
        if ref.source_name in NAMES and ref.external_id and _CAMPAIGN.fullmatch(ref.external_id)
    }
    return tuple(sorted(named))


def _named(
    placed: list[_Placed], kinds: tuple[type[AttackPattern | Malware | Tool], ...]
) -> tuple[Named, ...]:
    found: dict[str, Named] = {}
    for item in placed:
        if isinstance(item.value, kinds):
            value = item.value
            ident = next(
                (
                    ref.external_id
                    for ref in value.external_references
                    if ref.source_name in NAMES and ref.external_id
                ),
                None,
            )
            name = value.name or ident or value.id
            found.setdefault(ident or name, Named(ident, name, item.place))
    return tuple(found.values())
