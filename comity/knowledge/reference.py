"""The frozen types of the reference packs: terms, words, models of maturity, checklists."""

from __future__ import annotations

import datetime as dt
from typing import Literal

import msgspec

Phase = Literal["prevent", "detect", "respond", "recover"]


class Definition(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What somebody means by a term, and what kind of text says so."""

    text: str
    by: str
    status: Literal["law", "bill", "policy", "standard", "scholarship", "usage"]


class Term(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A term with every definition found. Which one a node works with is its own choice."""

    id: str
    title: str
    definitions: tuple[Definition, ...]
    source: tuple[str, ...]
    as_of: dt.date
    verified: bool
    note: str | None = None


class Word(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A word or grade of a scale; ``low`` and ``high`` are per cent where the scale gives them."""

    word: str
    low: int | None = None
    high: int | None = None


class WordScale(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A published scale of likelihood, confidence or reliability, in its own order."""

    id: str
    title: str
    measures: Literal["likelihood", "confidence", "reliability", "credibility", "responsibility"]
    words: tuple[Word, ...]
    source: tuple[str, ...]
    as_of: dt.date
    verified: bool
    note: str | None = None


class Part(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A factor, area or category of a model, and the phases it belongs to: Comity's mapping.

    ``points`` are the most that it counts in the publisher's score, ``holds`` the indicators or
    subjects in it, as far as they are known.
    """

    id: str
    title: str
    phases: tuple[Phase, ...]
    points: int | None = None
    holds: tuple[str, ...] = ()


class MaturityModel(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A model of national maturity or resilience; ``levels`` from lowest to highest, if any."""

    id: str
    title: str
    publisher: str
    levels: tuple[str, ...] = ()
    parts: tuple[Part, ...]
    source: tuple[str, ...]
    as_of: dt.date
    verified: bool
    note: str | None = None


class Item(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One point of a checklist; ``one_of`` are the words that practice chooses from."""

    text: str
    one_of: tuple[str, ...] = ()


class Checklist(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a document, a record or a procedure of this kind holds, in its usual order.

    Each item is filled or expressly left out by a person; the list itself says nothing about
    an incident.
    """

    id: str
    title: str
    purpose: str
    items: tuple[Item, ...]
    source: tuple[str, ...]
    as_of: dt.date
    verified: bool
    note: str | None = None
