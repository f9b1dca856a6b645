"""An object of the material with what its type has no room for, and the texts it holds."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from comity.stix.base import Foreign, StixObject
from comity.stix.sdo import Indicator
from comity.stix.types import Opaque

_LITERAL = re.compile(r"'((?:[^'\\]|\\.)*+)'")
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_NAMING = ("value", "name", "contact_information")
_LONGEST = 2_000


class Seen(msgspec.Struct, frozen=True):
    """An object as read; ``custom`` holds the properties that no struct names."""

    value: StixObject | Foreign
    custom: Opaque

    def named(self) -> Iterator[str]:
        """What names it or is its value, whether or not its type is known here."""
        for name in _NAMING:
            text = getattr(self.value, name, None) or self.custom.get(name)
            if isinstance(text, str) and text:
                yield text
        for name in ("aliases", "x_mitre_aliases"):
            more = getattr(self.value, name, None) or self.custom.get(name)
            if isinstance(more, list | tuple):
                yield from (text for text in more if isinstance(text, str))

    def texts(self) -> Iterator[str]:
        """Every value that it holds: those a pattern compares with, names, digests, the rest."""
        if isinstance(self.value, Indicator):
            for match in _LITERAL.finditer(self.value.pattern):
                yield _ESCAPE.sub(r"\1", match[1])
        yield from self.named()
        yield from getattr(self.value, "hashes", {}).values()
        yield from _leaves(self.custom)


def _leaves(value: object) -> Iterator[str]:
    waiting = [value]
    while waiting:
        here = waiting.pop()
        if isinstance(here, dict):
            waiting += here.values()
        elif isinstance(here, list | tuple):
            waiting += here
        elif isinstance(here, str) and len(here) <= _LONGEST:
            yield here
