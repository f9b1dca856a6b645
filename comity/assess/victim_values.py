"""What belongs to those who were hit or who reported: none of it may leave, however it is written.

A person or body of the material is taken for a victim unless it is an actor: a report often
comes from the one who was hit, and links between the two are made in many ways.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Collection, Iterable, Sequence

from comity.assess.clean_value import Network, folded, host_of, network_of, unescaped
from comity.assess.material import Seen
from comity.stix.base import Foreign, StixObject
from comity.stix.sdo import Grouping, Identity, Indicator
from comity.stix.sro import Relationship, Sighting

_DOMAINS = re.compile(r"(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)+[a-z][a-z0-9-]{1,62}")
# A shorter word stands in many a value by chance; it counts as a part of its own alone.
_TELLING = 5
_SHORTEST = 3
_IDLE = frozenset(
    {"the", "and", "for", "von", "der", "die", "das", "des", "les", "del", "los", "inc", "ltd",
     "llc", "gmbh", "corp", "org", "com", "net", "www", "http", "https", "mail", "team", "group"}
)  # fmt: skip
# Who targets a victim does not own it; these say what is the victim's.
_HIT = frozenset({"targets", "impacts"})
_STRANGERS = frozenset({"targets", "impacts", "attributed-to", "located-at", "communicates-with"})
_SCO = ("ipv4-addr--", "ipv6-addr--", "domain-name--", "url--", "email-addr--", "network-traffic--")
# What MISP says of a target: a category, types, and an object template (MISP core format 2.3).
_TARGET = re.compile(r'misp:(?:category="targeting data"|type="target-[a-z]+"|name="victim")')


class VictimValues:
    """What belongs to those who were hit: objects, values, and names of domains.

    ``blind`` says that somebody is named as hit of whom nothing was received: then nobody can
    tell whose a value is.
    """

    def __init__(self, everything: Sequence[Seen]) -> None:
        by_id: dict[str, list[Seen]] = {}
        for seen in everything:
            if seen.value.id:
                by_id.setdefault(seen.value.id, []).append(seen)
        values = [seen.value for seen in everything]
        links = [value for value in values if isinstance(value, Relationship)]
        hit = {link.target_ref for link in links if link.relationship_type in _HIT}
        # Where it was seen is where it did harm.
        hit |= {ref for v in values if isinstance(v, Sighting) for ref in v.where_sighted_refs}
        self.blind = any(ref.startswith("identity--") and ref not in by_id for ref in hit)
        hit = {ref for ref in hit if ref.startswith(("identity--", "infrastructure--", *_SCO))}
        hit |= {ident for ident in by_id if ident.startswith("identity--")}
        hit |= _marked_as_target(values)
        self._ids = _closure(hit, links)
        self._values: set[str] = set()
        self._names: set[str] = set()
        self._parts: set[str] = set()
        self._domains: set[str] = set()
        self._networks: list[Network] = []
        for ident in self._ids:
            for seen in by_id.get(ident, ()):
                self._learn_from(seen)

    def _learn_from(self, seen: Seen) -> None:
        if isinstance(seen.value, Indicator):
            if _is_target(seen.value):
                for text in seen.texts():
                    self._learn(text)
            return
        texts = list(seen.named())
        if isinstance(seen.value, Identity):
            texts += (ref.url for ref in seen.value.external_references if ref.url)
        for text in texts:
            self._learn(text)
        if seen.value.type == "identity":
            for text in seen.named():
                self._learn_name(text)

    def _learn(self, text: str) -> None:
        words = folded(text)
        if len(words) >= _TELLING:
            self._values.add(words)
        network = network_of(words.strip())
        if network is not None:
            self._networks.append(network)
        for name in _DOMAINS.findall(words):
            own = name.removeprefix("www.")
            self._domains |= {own, folded(_in_letters(own))}

    def _learn_name(self, text: str) -> None:
        """A name run together, its words, and its initials."""
        words = re.findall(r"[^\W_]+", folded(text))
        whole = "".join(words)
        if len(whole) >= _TELLING - 1 and not whole.isdigit():
            self._names.add(whole)
        initials = "".join(word[0] for word in re.findall(r"[^\W_]+", text) if word[0].isupper())
        for word in (*words, initials.casefold()):
            if word in _IDLE or word.isdigit() or len(word) < _SHORTEST:
                continue
            (self._names if len(word) >= _TELLING else self._parts).add(word)

    def owns(self, ident: str, value: str) -> bool:
        """Whether an indicator is linked to a victim, or its value is or holds a victim's."""
        if ident in self._ids:
            return True
        words = folded(unescaped(value))
        if self._shown_in(words) or self._shown_in(folded(_in_letters(words))):
            return True
        network = network_of(host_of(words))
        return any(_holds(own, network, words) for own in self._networks)

    def _shown_in(self, words: str) -> bool:
        """Whether a name, domain or address of the victim stands anywhere in a value."""
        bare = "".join(filter(str.isalnum, words))
        parts = {*re.findall(r"[^\W_]+", words), *re.findall(r"[^\W\d_]+", words)}
        return (
            any(text in words for text in (*self._domains, *self._values))
            or any(name in bare for name in self._names)
            or not parts.isdisjoint(self._parts)
        )


def _holds(own: Network, network: Network | None, words: str) -> bool:
    """Whether a value is in a victim's network, or its address stands in it in other writing."""
    if network is not None and network.version == own.version and network.overlaps(own):
        return True
    if not isinstance(own, ipaddress.IPv4Network) or own.prefixlen != own.max_prefixlen:
        return False
    parts = str(own.network_address).split(".")
    return any(
        re.search(rf"(?<!\d){'[^0-9]'.join(way)}(?!\d)", words) for way in (parts, parts[::-1])
    )


def _marked_as_target(values: Iterable[StixObject | Foreign]) -> set[str]:
    """Ids of what MISP calls targeted, and of what its object ``victim`` holds."""
    found: set[str] = set()
    for value in values:
        if value.id and _is_target(value):
            found.add(value.id)
            found |= set(getattr(value, "object_refs", ()) if isinstance(value, Grouping) else ())
    return found


def _is_target(value: StixObject | Foreign) -> bool:
    return any(_TARGET.fullmatch(label.lower()) for label in getattr(value, "labels", ()))


def _closure(start: set[str], links: Collection[Relationship]) -> set[str]:
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


def _in_letters(text: str) -> str:
    """A host name with its ASCII forms (RFC 3492) turned back into letters."""

    def letters(match: re.Match[str]) -> str:
        try:
            return match[1].encode().decode("punycode")
        except UnicodeError:
            return match[0]

    return re.sub(r"xn--([a-z0-9-]{1,59})", letters, text)
