"""The places of a template's text: ``{feature}``, ``{addressee}``, ``{fill: what is missing}``."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

_PLACE = re.compile(r"\{([^{}]*)\}")
_FILL = "fill:"


class Words(msgspec.Struct, frozen=True):
    """Text as it stands in the template."""

    text: str


class Place(msgspec.Struct, frozen=True):
    """A place that the assessment fills: a feature, or one of ``PLACES``."""

    name: str


class Fill(msgspec.Struct, frozen=True):
    """A place that a person fills, with what is to be put there."""

    what: str


def pieces(text: str) -> Iterator[Words | Place | Fill]:
    """The text in order, cut at its places; empty pieces are left out."""
    done = 0
    for match in _PLACE.finditer(text):
        if match.start() > done:
            yield Words(text[done : match.start()])
        inner = match[1].strip()
        if inner.startswith(_FILL):
            yield Fill(inner.removeprefix(_FILL).strip())
        else:
            yield Place(inner)
        done = match.end()
    if done < len(text):
        yield Words(text[done:])
