"""Which values of the material stand on lists of common or benign values.

This is context and never a filter: as one, such lists drop most true command servers, which
stand on the addresses of cloud providers.
"""

from __future__ import annotations

import hashlib
import ipaddress
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

import msgspec

from comity.assess.clean_value import network_of
from comity.assess.values import Value
from comity.knowledge.warning_lists import ALL_KINDS, Kind, WarningList
from comity.wording import Sentence, say

MOST_VALUES = 20_000
LONGEST_NAME = 253  # characters of a domain name (RFC 1035 §2.3.4)
MOST_EXPRESSIONS, LONGEST_EXPRESSION = 1_000, 300
# /expression/flags, as PHP writes it.
_PHP = re.compile(r"/(.*)/([a-z]*)", re.DOTALL).fullmatch
# A repeated group with a repetition in it can take time without bound.
_NESTED = re.compile(r"[+*}][^()]*\)\s*[+*{]")

# What stands before and between the host of a URL (RFC 3986 §3.2).
_AUTHORITY = re.compile(
    r"[a-z][a-z0-9+.-]{0,30}://(?:[^/?#@]*+@)?(\[[0-9a-f:.]+\]|[^/?#:@]+)", re.IGNORECASE
).match


class Listed(msgspec.Struct, frozen=True):
    """A value, a list that it stands on with its version, and the entry that it meets."""

    value: Value
    list_name: str
    version: str
    entry: str
    source: str


class BenignContext(msgspec.Struct, frozen=True):
    """What was found on lists, in the order of the values.

    ``faults`` are sentences about what could not be compared. ``sha256`` names the lists that
    were used; None if none was.
    """

    listed: tuple[Listed, ...] = ()
    faults: tuple[Sentence, ...] = ()
    sha256: str | None = None

    def as_they_are(self) -> frozenset[str]:
        """Values that are entries themselves, not merely inside a block or below a name."""
        return frozenset(
            row.value.text for row in self.listed if row.entry.lower().strip(".") == row.value.text
        )


def benign_context(values: Sequence[Value], lists: Iterable[WarningList]) -> BenignContext:
    """Compare all values with all lists. Without values no list is asked for."""
    if not values:
        return BenignContext()
    faults: list[Sentence] = []
    if len(values) > MOST_VALUES:
        left = len(values) - MOST_VALUES
        faults.append(say("{count} values were not compared with the warning lists.", count=left))
    keys = _Keys(values[:MOST_VALUES])
    found: list[tuple[int, Listed]] = []
    used = hashlib.sha256()
    for one in lists:
        used.update(f"{one.sha256}\n".encode())
        if one.fault:
            faults.append(
                say("The warning list {name} was not used: {why}.", name=one.name, why=one.fault)
            )
        hits = dict.fromkeys(keys.on(one, faults))
        found += [
            (at, Listed(values[at], one.name, one.version, entry, one.source)) for at, entry in hits
        ]
    found.sort(key=lambda pair: pair[0])
    return BenignContext(tuple(listed for _, listed in found), tuple(faults), used.hexdigest())


class _Hit(NamedTuple):
    value: int
    entry: str


class _Keys:
    """Everything an entry may be equal to, so that a list is gone through once, in C."""

    def __init__(self, values: Sequence[Value]) -> None:
        self.exact: dict[Kind, dict[str, list[int]]] = {kind: {} for kind in ALL_KINDS}
        self.parents: dict[str, list[int]] = {}
        self.networks: dict[str, list[int]] = {}
        self.ipv6: list[tuple[ipaddress.IPv6Network, int]] = []
        self._ipv6_by_length: dict[int, dict[int, list[int]]] = {}
        for at, value in enumerate(values):
            self._add(at, value.kind, value.text)
            if value.kind == "url" and (host := _host(value.text)):
                self._add(at, "address" if network_of(host) else "domain", host)

    def _add(self, at: int, kind: Kind, text: str) -> None:
        self.exact[kind].setdefault(text, []).append(at)
        if kind == "domain":
            labels = text.split(".") if len(text) <= LONGEST_NAME else []
            for begin in range(len(labels)):
                parent = ".".join(labels[begin:])
                for written in (parent, f".{parent}"):
                    self.parents.setdefault(written, []).append(at)
        elif kind == "address" and (network := network_of(text)):
            if isinstance(network, ipaddress.IPv6Network):
                self.ipv6.append((network, at))
            else:
                for around in _around(network):
                    self.networks.setdefault(around, []).append(at)

    def on(self, one: WarningList, faults: list[Sentence]) -> Iterator[_Hit]:
        """Each value on the list with the entry it meets."""
        if one.match == "hostname":
            if one.kinds & {"domain", "url"}:
                yield from _equal(self.parents, one.entries)
        elif one.match == "cidr":
            if "address" in one.kinds:
                yield from _equal(self.networks, one.entries)
                yield from self._within_ipv6(one.entries)
        else:
            for kind in sorted(one.kinds):
                texts = self.exact[kind]
                if not texts:
                    continue
                if one.match == "string":
                    yield from _equal(texts, one.entries)
                elif one.match == "substring":
                    yield from _containing(texts, one.entries)
                else:
                    yield from _matching(texts, one, faults)

    def _within_ipv6(self, entries: Sequence[str]) -> Iterator[_Hit]:
        """By number: the same IPv6 network is written in many ways."""
        if not self.ipv6:
            return
        for entry in entries:
            if ":" in entry and isinstance(block := network_of(entry), ipaddress.IPv6Network):
                for at in self._inside(block):
                    yield _Hit(at, entry)

    def _inside(self, block: ipaddress.IPv6Network) -> Sequence[int]:
        length, shift = block.prefixlen, 128 - block.prefixlen
        beginnings = self._ipv6_by_length.get(length)
        if beginnings is None:
            beginnings = self._ipv6_by_length[length] = {}
            for network, at in self.ipv6:
                if network.prefixlen >= length:
                    beginnings.setdefault(int(network.network_address) >> shift, []).append(at)
        return beginnings.get(int(block.network_address) >> shift, ())


def _equal(keys: Mapping[str, list[int]], entries: Iterable[str]) -> Iterator[_Hit]:
    # The keys are few and the entries many: they are gone through once and not held.
    for entry in sorted(set(keys).intersection(entries)):
        for at in keys[entry]:
            yield _Hit(at, entry)


def _containing(texts: Mapping[str, list[int]], entries: Iterable[str]) -> Iterator[_Hit]:
    everything = "\n".join(texts)
    for entry in entries:
        if entry and entry in everything:
            for text, places in texts.items():
                if entry in text:
                    for at in places:
                        yield _Hit(at, entry)


def _matching(
    texts: Mapping[str, list[int]], one: WarningList, faults: list[Sentence]
) -> Iterator[_Hit]:
    unused = len(one.entries[MOST_EXPRESSIONS:])
    for entry in one.entries[:MOST_EXPRESSIONS]:
        expression = _compiled(entry)
        if expression is None:
            unused += 1
            continue
        for text, places in texts.items():
            if expression.search(text):
                for at in places:
                    yield _Hit(at, entry)
    if unused:
        faults.append(
            say(
                "{count} expressions of the warning list {name} were not used.",
                count=unused,
                name=one.name,
            )
        )


def _compiled(entry: str) -> re.Pattern[str] | None:
    """The expression, unless it is broken, too long, or could run without bound."""
    php = _PHP(entry)
    text = php[1] if php else entry
    if len(text) > LONGEST_EXPRESSION or _NESTED.search(text):
        return None
    try:
        return re.compile(text, re.IGNORECASE if php and "i" in php[2] else 0)
    except (re.error, OverflowError, RecursionError):
        return None


def _around(network: ipaddress.IPv4Network) -> Iterator[str]:
    """Every way in which a list can write a block that holds this one."""
    address = int(network.network_address)
    if network.prefixlen == 32:
        yield str(network.network_address)
    for length in range(network.prefixlen + 1):
        masked = address >> (32 - length) << (32 - length) if length else 0
        yield f"{ipaddress.IPv4Address(masked)}/{length}"


def _host(url: str) -> str | None:
    authority = _AUTHORITY(url)
    return authority[1].lower().strip("[].") or None if authority else None
