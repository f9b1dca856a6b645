"""Indicators that a document to another state may carry.

The least set that helps: single values of malicious infrastructure that an analyst put forward,
whose marking lets them leave, and that belong to no victim. Everything else is counted with the
reason why it stays. Hostile material must not find a way out, so a doubt keeps a value inside.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Sequence
from typing import Literal

import msgspec

from comity.assess.clean_value import Kind, Problem, host_of, network_of, problem, single
from comity.assess.material import Seen
from comity.assess.victim_values import VictimValues
from comity.formats.produced import CANDIDATE_LABEL, SPECIAL_USE_LABEL, UNDATED_LABEL
from comity.stix.base import Foreign, StixObject
from comity.stix.markings import Tlp, tlp_named
from comity.stix.sdo import Indicator
from comity.stix.stated import stated_level
from comity.stix.timestamp import as_datetime

Reason = (
    Literal[
        "not_malicious", "candidate", "no_marking", "restricted", "other_marking", "victim", "blind"
    ]
    | Problem
)
"""Why an indicator stays: see ``WHY`` in ``documents.drafts.indicators`` for the words."""

# MISP's types for what is on the other side. A source of connections (ip-src) may be the victim.
_OUTSIDE = re.compile(
    r'misp:type="(?:ip-dst|domain|hostname|url|uri|md5|sha1|sha224|sha256|sha384|sha512|filename)'
    r'(?:\|[a-z0-9/-]+)?"'
)
_CATEGORY = re.compile(
    r'misp:category="(?:network activity|payload delivery|payload installation|artifacts dropped'
    r'|external analysis|antivirus detection|persistence mechanism|payload type)"'
)
_HEX = re.compile(r"[0-9a-f]{32,128}")


class Limits(msgspec.Struct, frozen=True):
    """What markings say: ``level`` gives the TLP of a reference, None for any other marking.

    ``silent`` are markings that were read and limit nothing beside the TLP.
    """

    level: Callable[[str], Tlp | None]
    silent: frozenset[str] = frozenset()

    def reason(self, value: StixObject | Foreign) -> Reason | None:
        """Why what an object says must not leave; None where its marking lets it."""
        refs = [*value.object_marking_refs]
        refs += [part.marking_ref for part in value.granular_markings if part.marking_ref]
        levels = [self.level(ref) for ref in refs if ref not in self.silent]
        known = [found for found in levels if found is not None]
        # Other tools write the level into a label or into the words; there it can only tighten.
        said = [tlp_named(label) for label in getattr(value, "labels", ())]
        said.append(stated_level(getattr(value, "description", None) or ""))
        if any(found >= Tlp.AMBER for found in (*known, *filter(None, said))):
            return "restricted"
        # Unmarked is not free to share, and a marking that cannot be read may forbid it.
        if len(known) < len(levels):
            return "other_marking"
        return None if known else "no_marking"


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
    everything: Sequence[Seen],
    current: Iterable[Indicator],
    limits: Limits,
    *,
    unread: bool = False,
) -> IndicatorSet:
    """Sort the current indicators: the newest first, then those with an end, then by value.

    ``everything`` holds withdrawn objects too: a victim once named, and a limit once set, stay
    so. ``unread``: an object that says who was hit or who did it was refused, so nobody can
    tell whose the values are.
    """
    victim = VictimValues(everything)
    barred = _barred(everything, limits)
    kept: dict[Reason, int] = {}
    free: dict[str, Releasable] = {}
    for item in current:
        found = _weigh(item, limits, victim)
        if isinstance(found, Releasable):
            if not barred.isdisjoint(_writings(found.value.lower())):
                found = "restricted"
            elif victim.blind or unread:
                found = "blind"
        if isinstance(found, Releasable):
            known = free.get(found.value)
            if known is None or _order(found) < _order(known):
                free[found.value] = found
        else:
            kept[found] = kept.get(found, 0) + 1
    return IndicatorSet(tuple(sorted(free.values(), key=_order)), tuple(sorted(kept.items())))


def _barred(everything: Iterable[Seen], limits: Limits) -> frozenset[str]:
    """Values that some object holds under a marking that does not let it leave."""
    found: set[str] = set()
    for seen in everything:
        if limits.reason(seen.value) in ("restricted", "other_marking"):
            for text in seen.texts():
                value = text.lower().rstrip(".")
                if "." in value or network_of(value) or _HEX.fullmatch(value):
                    found |= _writings(value)
    return frozenset(found)


def _writings(value: str) -> set[str]:
    """A value, its host, and an address in the one form that all others are brought to."""
    host = host_of(value)
    network = network_of(host)
    single = network is not None and network.prefixlen == network.max_prefixlen
    return {value, host, *((str(network.network_address),) if network and single else ())}


def _order(item: Releasable) -> tuple[float, bool, str]:
    newest_first = -item.since.timestamp() if item.since else float("inf")
    return newest_first, item.until is None, item.value


def _weigh(item: Indicator, limits: Limits, victim: VictimValues) -> Releasable | Reason:
    reason = limits.reason(item) or _standing(item)
    if reason is not None:
        return reason
    found = single(item.pattern) if item.pattern_type == "stix" else None
    if found is None:
        return "pattern"
    kind, value = found
    wrong = problem(kind, value)
    if wrong or SPECIAL_USE_LABEL in item.labels:
        return wrong or "special"
    if victim.owns(item.id, value):
        return "victim"
    dated = UNDATED_LABEL not in item.labels
    return Releasable(
        kind,
        value,
        since=as_datetime(item.valid_from) if dated else None,
        until=as_datetime(item.valid_until) if item.valid_until else None,
    )


def _standing(item: Indicator) -> Reason | None:
    """What those who put it forward say of it that keeps it inside."""
    if CANDIDATE_LABEL in item.labels:
        return "candidate"
    if not _malicious(item):
        return "not_malicious"
    if "compromised" in map(str.lower, item.indicator_types):
        return "victim"  # machines of those who were hit (STIX 2.1 §10.10)
    for label in map(str.lower, item.labels):
        if label.startswith("misp:category=") and not _CATEGORY.fullmatch(label):
            return "victim"
        if label.startswith("misp:type=") and not _OUTSIDE.fullmatch(label):
            return "victim" if label.startswith('misp:type="ip-src') else "pattern"
    return None


def _malicious(item: Indicator) -> bool:
    """An analyst said so, by the type of the indicator or MISP's flag; nobody said otherwise."""
    labels = [label.lower() for label in item.labels]
    if item.confidence == 0 or any("false-positive" in label for label in labels):
        return False
    kinds = {kind.lower() for kind in item.indicator_types}
    if kinds:
        return bool(kinds & {"malicious-activity", "compromised"}) and "benign" not in kinds
    return any(label.startswith(("misp:type=", "misp:category=")) for label in labels)
