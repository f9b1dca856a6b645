"""The frozen types of the severity pack: published scales and what each level asks for."""

from __future__ import annotations

import datetime as dt

import msgspec


class Level(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One level of a scale. ``applies_if`` is CEL over the vocabulary: Comity's reading of it."""

    id: str
    name: str  #: as the publisher calls it: "Category 2, highly significant incident"
    criterion: str
    applies_if: str


class Scale(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A published scale of severity, its gravest level first.

    A scale is its publisher's: another state may use it to speak the same
    language, and only the publisher classifies an incident on it.
    """

    id: str
    title: str
    short: str  #: for one line: "UK NCSC"
    publisher: str
    levels: tuple[Level, ...]
    source: tuple[str, ...]
    as_of: dt.date
    verified: bool
    note: str | None = None
