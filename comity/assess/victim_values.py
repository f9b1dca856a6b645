"""What belongs to the victim: none of it may leave, however it stands in an indicator."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Collection, Iterator

from comity.stix.base import Foreign, StixObject
from comity.stix.sdo import Identity, Indicator
from comity.stix.sro import Relationship, Sighting

HOST = re.compile(r"[a-z][a-z0-9+.-]*://(?:[^/?#@]*@)?(\[[0-9a-f:.]+\]|[^/:?#]+)", re.IGNORECASE)
_DOMAINS = re.compile(r"(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)+[a-z][a-z0-9-]{1,62}")
# A shorter word stands in many a value by chance.
_TELLING = 5
# Who targets a victim does not own it; these say what is the victim's.
_HIT = frozenset({"targets", "impacts"})
_STRANGERS = frozenset({"targets", "impacts", "attributed-to", "located-at", "communicates-with"})


class VictimValues:
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
        network = network_of(words.strip())
        if network is not None:
            self._networks.append(network)
        self._domains |= {_without_www(name) for name in _DOMAINS.findall(words)}

    def owns(self, ident: str, value: str) -> bool:
        """Whether an indicator is linked to a victim, or its value is or holds a victim's."""
        words = value.casefold()
        if ident in self._ids or self._shown_in(words):
            return True
        match = HOST.match(words)
        network = network_of(match[1].strip("[]") if match else words)
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


def network_of(text: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network | None:
    """An address or a network in CIDR form; None for anything else."""
    try:
        return ipaddress.ip_network(text, strict=False)
    except ValueError:
        return None
