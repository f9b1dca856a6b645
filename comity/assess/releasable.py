"""Indicators that a document to another state may carry, and the names it must not carry.

The least set that helps: single values of malicious infrastructure that an analyst put forward,
whose marking lets them leave, and that belong to no victim. Everything else is counted with the
reason why it stays.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Collection, Iterable
from typing import Literal

import msgspec

from comity.assess.victim_values import HOST, VictimValues, network_of
from comity.formats.extract.special import special_address, special_name
from comity.formats.produced import CANDIDATE_LABEL, SPECIAL_USE_LABEL, UNDATED_LABEL
from comity.stix.base import Foreign, StixObject
from comity.stix.markings import Tlp
from comity.stix.sdo import Campaign, Identity, Indicator, IntrusionSet, ThreatActor
from comity.stix.sro import Relationship
from comity.stix.timestamp import as_datetime

Kind = Literal["ipv4-addr", "ipv6-addr", "domain-name", "url", "file"]
Reason = Literal[
    "not_malicious", "candidate", "no_marking", "restricted", "other_marking", "pattern",
    "special", "victim",
]  # fmt: skip
"""Why an indicator stays: see ``documents.drafts.left_out`` for the words."""

Level = Callable[[str], Tlp | None]

_MALICIOUS = frozenset({"malicious-activity", "compromised"})
# Only one equality on one value: what a person at the other end can act on and check.
_SINGLE = re.compile(
    r"\[\s*(?P<type>ipv4-addr|ipv6-addr|domain-name|url|file):"
    r"(?P<path>value|hashes\.(?:'[A-Za-z0-9-]{3,12}'|[A-Za-z0-9]{3,12}))\s*=\s*"
    r"'(?P<value>(?:[^'\\]|\\['\\])+)'\s*\]"
)
_DIGEST = re.compile(r"[0-9A-Fa-f]{32,128}")


class Releasable(msgspec.Struct, frozen=True):
    """One value with the time for which it is held to be valid; None: not dated, or open."""

    kind: Kind
    value: str
    since: dt.datetime | None
    until: dt.datetime | None


class IndicatorSet(msgspec.Struct, frozen=True):
    """All that may leave, in the order of choosing, and how many stay for which reason."""

    free: tuple[Releasable, ...] = ()
    kept: tuple[tuple[Reason, int], ...] = ()


def releasable(
    values: Iterable[StixObject | Foreign], level: Level, silent: Collection[str] = ()
) -> IndicatorSet:
    """Sort the indicators: those with an end first, then the newest, then by value.

    ``level`` gives the TLP of a marking reference, None for any other marking; ``silent`` are
    markings that were read and limit nothing beside the TLP.
    """
    everything = tuple(values)
    victim = VictimValues(everything)
    kept: dict[Reason, int] = {}
    free: dict[str, Releasable] = {}
    items = [value for value in everything if isinstance(value, Indicator)]
    # Said twice under two markings, the stricter one holds for both.
    barred = {_same(i) for i in items if _marking(i, level, silent) == "restricted"}
    for item in items:
        found = _weigh(item, level, silent, victim)
        if isinstance(found, Releasable) and _same(item) in barred:
            found = "restricted"
        if isinstance(found, Releasable):
            known = free.get(found.value)
            if known is None or _order(found) < _order(known):
                free[found.value] = found
        else:
            kept[found] = kept.get(found, 0) + 1
    return IndicatorSet(tuple(sorted(free.values(), key=_order)), tuple(sorted(kept.items())))


def _same(item: Indicator) -> str:
    return item.pattern.strip().casefold()


def actor_names(values: Iterable[StixObject | Foreign]) -> tuple[str, ...]:
    """Names and aliases of actors, and of those to whom they are attributed.

    Revoked and replaced objects count too: a name once said is still a name.
    """
    everything = tuple(values)
    actors = [v for v in everything if isinstance(v, ThreatActor | IntrusionSet | Campaign)]
    named: dict[str, None] = {}
    for actor in actors:
        named |= dict.fromkeys((actor.name, *actor.aliases))
    ids = {actor.id for actor in actors}
    sponsors = {
        link.target_ref
        for link in everything
        if isinstance(link, Relationship)
        and link.relationship_type in ("attributed-to", "sponsored-by")
        and link.source_ref in ids
    }
    for value in everything:
        if isinstance(value, Identity) and value.id in sponsors:
            named[value.name] = None
    return tuple(name for name in named if name.strip())


def _order(item: Releasable) -> tuple[bool, float, str]:
    newest_first = -item.since.timestamp() if item.since else float("inf")
    return item.until is None, newest_first, item.value


def _weigh(
    item: Indicator, level: Level, silent: Collection[str], victim: VictimValues
) -> Releasable | Reason:
    marked = _marking(item, level, silent)
    if marked is not None:
        return marked
    if CANDIDATE_LABEL in item.labels:
        return "candidate"
    if not _malicious(item):
        return "not_malicious"
    match = _SINGLE.fullmatch(item.pattern.strip()) if item.pattern_type == "stix" else None
    if match is None or (match["type"] == "file") != match["path"].startswith("hashes"):
        return "pattern"
    value = re.sub(r"\\(['\\])", r"\1", match["value"])
    if not value.isprintable() or "@" in value or len(value) > 300:
        return "pattern"
    kind: Kind = match["type"]  # type: ignore[assignment]  # the pattern names these five alone
    problem = _problem(kind, value)
    if problem or SPECIAL_USE_LABEL in item.labels:
        return problem or "special"
    if victim.owns(item.id, value):
        return "victim"
    dated = UNDATED_LABEL not in item.labels
    return Releasable(
        kind,
        value,
        since=as_datetime(item.valid_from) if dated else None,
        until=as_datetime(item.valid_until) if item.valid_until else None,
    )


def _malicious(item: Indicator) -> bool:
    """An analyst said so: by the type of the indicator, or by MISP's flag for detection."""
    kinds = {kind.lower() for kind in item.indicator_types}
    if kinds:
        return bool(kinds & _MALICIOUS) and "benign" not in kinds
    return any(label.startswith(("misp:type=", "misp:category=")) for label in item.labels)


def _marking(item: Indicator, level: Level, silent: Collection[str]) -> Reason | None:
    refs = [*item.object_marking_refs]
    refs += [part.marking_ref for part in item.granular_markings if part.marking_ref is not None]
    levels = [level(ref) for ref in refs if ref not in silent]
    known = [found for found in levels if found is not None]
    if known and max(known) >= Tlp.AMBER:
        return "restricted"
    # Unmarked is not free to share, and a marking that cannot be read may forbid it.
    if len(known) < len(levels):
        return "other_marking"
    return None if known else "no_marking"


def _problem(kind: Kind, value: str) -> Reason | None:
    if kind == "file":
        return None if _DIGEST.fullmatch(value) else "pattern"
    host = value
    if kind == "url":
        match = HOST.match(value)
        if match is None:
            return "pattern"
        host = match[1].strip("[]")
    network = network_of(host)
    if network is not None:
        return "special" if special_address(host) or network.is_private else None
    if kind in ("ipv4-addr", "ipv6-addr"):
        return "pattern"
    name = host.lower().rstrip(".")
    if not name or "." not in name:
        return "special"
    return "special" if special_name(name) else None
