"""The frozen types of the severity pack: published scales and what each level asks for."""

from __future__ import annotations

import datetime as dt
from typing import Literal

import msgspec


class Level(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One level of a scale, or one class of a classification.

    ``applies_if`` is CEL over the vocabulary: Comity's reading of it, None where the facts of
    an incident do not hold what the publisher asks for.
    """

    id: str
    name: str  #: as the publisher calls it: "Category 2, highly significant incident"
    criterion: str
    applies_if: str | None = None


class Scale(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A published scale of severity, its gravest level first.

    A scale is its publisher's: another state may use it to speak the same
    language, and only the publisher classifies an incident on it. ``kind`` is "levels";
    "score" for a number that the publisher computes from what ``weighs`` names; "classes"
    for a classification, whose classes are in no order of gravity.
    """

    id: str
    title: str
    short: str  #: for one line: "UK NCSC"
    publisher: str
    kind: Literal["levels", "score", "classes"] = "levels"
    levels: tuple[Level, ...] = ()
    weighs: tuple[str, ...] = ()
    source: tuple[str, ...]
    as_of: dt.date
    verified: bool
    note: str | None = None

    @property
    def can_be_read(self) -> bool:
        """Are there conditions to put to the facts? If not, it is listed and never assessed."""
        return bool(self.levels) and all(level.applies_if for level in self.levels)
