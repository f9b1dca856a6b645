"""Indicators that a document to another state may carry, and the names it must not carry.

The least set that helps: single values of malicious infrastructure that an analyst put forward,
whose marking lets them leave, and that belong to no victim. Everything else is counted with the
reason why it stays.
"""

from __future__ import annotations

import datetime as dt
import ipaddress
import re
from collections.abc import Callable, Collection, Iterable, Iterator
from typing import Literal

import msgspec

from comity.formats.extract.special import special_address, special_name
from comity.formats.produced import CANDIDATE_LABEL, SPECIAL_USE_LABEL, UNDATED_LABEL
from comity.stix.base import Foreign, StixObject
from comity.stix.markings import Tlp
from comity.stix.sdo import Campaign, Identity, Indicator, IntrusionSet, ThreatActor
from comity.stix.sro import Relationship, Sighting
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
_HOST = re.compile(r"[a-z][a-z0-9+.-]*://(?:[^/?#@]*@)?(\[[0-9a-f:.]+\]|[^/:?#]+)", re.IGNORECASE)
_DIGEST = re.compile(r"[0-9A-Fa-f]{32,128}")
_DOMAINS = re.compile(r"(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)+[a-z][a-z0-9-]{1,62}")


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
    victim = _Victim(everything)
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
    item: Indicator, level: Level, silent: Collection[str], victim: _Victim
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
        match = _HOST.match(value)
        if match is None:
            return "pattern"
        host = match[1].strip("[]")
    network = _network(host)
    if network is not None:
        return "special" if special_address(host) or network.is_private else None
    if kind in ("ipv4-addr", "ipv6-addr"):
        return "pattern"
    name = host.lower().rstrip(".")
    if not name or "." not in name:
        return "special"
    return "special" if special_name(name) else None


def _network(text: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network | None:
    try:
        return ipaddress.ip_network(text, strict=False)
    except ValueError:
        return None


# A shorter word stands in many a value by chance.
_TELLING = 5
# Who targets a victim does not own it; these say what is the victim's.
_HIT = frozenset({"targets", "impacts"})
_STRANGERS = frozenset({"targets", "impacts", "attributed-to", "located-at", "communicates-with"})


class _Victim:
    """What belongs to those who were hit: objects, values, and names of domains."""

    def __init__(self, everything: Collection[StixObject | Foreign]) -> None:
        by_id = {value.id: value for value in everything if value.id}
        links = [value for value in everything if isinstance(value, Relationship)]
        hit = {
            link.target_ref
            for link in links
            if link.relationship_type in _HIT
            and link.target_ref.startswith(("identity--", "infrastructure--", *_SCO))
        }
        hit |= {
            value.id
            for value in everything
            if isinstance(value, Identity) and "victim" in map(str.lower, value.roles)
        }
        # Where it was seen is where it did harm.
        hit |= {ref for v in everything if isinstance(v, Sighting) for ref in v.where_sighted_refs}
        self._ids = _closure(hit, links)
        self._values: set[str] = set()
        self._names: set[str] = set()
        self._domains: set[str] = set()
        self._networks: list[ipaddress.IPv4Network | ipaddress.IPv6Network] = []
        for ident in self._ids:
            for text in _texts(by_id.get(ident)):
                self._learn(text)

    def _learn(self, text: str) -> None:
        words = text.casefold()
        if len(words) >= _TELLING:
            self._values.add(words)
        if len(_bare(words)) >= _TELLING and not any(c.isdigit() for c in words):
            self._names.add(_bare(words))
        network = _network(words.strip())
        if network is not None:
            self._networks.append(network)
        self._domains |= {_without_www(name) for name in _DOMAINS.findall(words)}

    def owns(self, ident: str, value: str) -> bool:
        """Whether an indicator is linked to a victim, or its value is or holds a victim's."""
        words = value.casefold()
        if ident in self._ids or self._shown_in(words):
            return True
        match = _HOST.match(words)
        network = _network(match[1].strip("[]") if match else words)
        return network is not None and any(
            network.version == own.version and network.overlaps(own) for own in self._networks
        )

    def _shown_in(self, words: str) -> bool:
        """Whether a name, domain or address of the victim stands anywhere in a value."""
        bare = _bare(words)
        return any(text in words for text in (*self._domains, *self._values)) or any(
            name in bare for name in self._names
        )


def _bare(text: str) -> str:
    return "".join(c for c in text if c.isalnum())


_SCO = ("ipv4-addr--", "ipv6-addr--", "domain-name--", "url--", "email-addr--", "network-traffic--")


def _closure(start: set[str], links: list[Relationship]) -> set[str]:
    """The victims and whatever is tied to them, save for those who come from outside."""
    reached = set(start)
    ties: dict[str, set[str]] = {}
    for link in links:
        if link.relationship_type not in _STRANGERS:
            ends = link.source_ref, link.target_ref
            for one, other in (ends, ends[::-1]):
                if other.startswith(("infrastructure--", "indicator--", *_SCO)):
                    ties.setdefault(one, set()).add(other)
    waiting = list(start)
    while waiting:
        here = waiting.pop()
        # An indicator tells of the activity: what hangs on it is not the victim's.
        if not here.startswith("indicator--"):
            new = ties.get(here, set()) - reached
            reached |= new
            waiting += new
    return reached


def _texts(value: StixObject | Foreign | None) -> Iterator[str]:
    if value is None or isinstance(value, Indicator):
        return
    if isinstance(value, Identity):
        yield from (text for text in (value.name, value.contact_information) if text)
        yield from (ref.url for ref in value.external_references if ref.url)
        return
    for name in ("value", "name"):
        if isinstance(text := getattr(value, name, None), str):
            yield text


def _without_www(name: str) -> str:
    return name.removeprefix("www.")
