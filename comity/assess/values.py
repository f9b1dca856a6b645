"""The values that the material gives as observed or as signs: addresses, names, hashes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import msgspec

from comity.assess.observe import Received
from comity.knowledge.warning_lists import Kind
from comity.stix.base import Foreign, StixObject
from comity.stix.sdo import Indicator

MOST_PLACES = 3
_TYPES: dict[str, Kind] = {
    "ipv4-addr": "address", "ipv6-addr": "address", "domain-name": "domain", "url": "url",
    "email-addr": "email",
}  # fmt: skip
# One equality of a STIX pattern (STIX 2.1 §9.6): nearly all that are published are nothing else.
_EQUAL = re.compile(
    r"(?:(ipv4-addr|ipv6-addr|domain-name|url|email-addr):value"
    r"|file:hashes\.(?:'[\w-]{1,40}'|\w{1,40}))\s{0,9}=\s{0,9}'((?:[^'\\]|\\.)*+)'"
)
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_HEX = re.compile(r"[0-9a-fA-F]{32,128}").fullmatch
_LONGEST = 2_000


class Value(msgspec.Struct, frozen=True):
    """A value and where it stands: the first places, as ``FILE at POSITION``."""

    kind: Kind
    text: str
    places: tuple[str, ...]


def values_of(received: Iterable[Received]) -> tuple[Value, ...]:
    """Each value once, in the order of the material. Names, addresses and hashes in lower case."""
    found: dict[tuple[Kind, str], list[str]] = {}
    for file in received:
        for item in file.reading.objects:
            for kind, text in _values(item.received.value):
                lower = text if kind == "url" else text.lower().rstrip(".")
                if lower and len(lower) <= _LONGEST:
                    places = found.setdefault((kind, lower), [])
                    if len(places) < MOST_PLACES:
                        places.append(f"{file.file} at {item.origin.position or 'the top'}")
    return tuple(
        Value(kind, text, tuple(dict.fromkeys(places))) for (kind, text), places in found.items()
    )


def _values(value: StixObject | Foreign) -> Iterator[tuple[Kind, str]]:
    if kind := _TYPES.get(value.type):
        text = getattr(value, "value", None)
        if isinstance(text, str):
            yield kind, text
    elif value.type == "file":
        for digest in getattr(value, "hashes", {}).values():
            if _HEX(digest):
                yield "hash", digest
    elif isinstance(value, Indicator) and value.pattern_type == "stix":
        for match in _EQUAL.finditer(value.pattern):
            text = _ESCAPE.sub(r"\1", match[2])
            if match[1]:
                yield _TYPES[match[1]], text
            elif _HEX(text):
                yield "hash", text
