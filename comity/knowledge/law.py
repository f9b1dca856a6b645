"""The frozen types of the law and measures packs: legal concepts as checklists, and responses."""

from __future__ import annotations

import datetime as dt
from typing import Literal

import msgspec

Attribution = Literal["not_needed", "case_by_case", "partly", "needed"]
"""Has it to be established first who is responsible?"""


class Element(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Something that has to be established.

    ``features`` are facts of the vocabulary that bear on it. ``needs`` is what
    the vocabulary does not hold and a lawyer has to find out.
    """

    text: str
    features: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()


class View(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A view on a contested question, and who holds it."""

    text: str
    held_by: str


class Concept(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A concept of international law as a checklist, never a verdict.

    ``raised_if`` (CEL) says when a lawyer should look at it: Comity's reading.
    """

    id: str
    title: str
    summary: str
    raised_if: str
    elements: tuple[Element, ...]
    views: tuple[View, ...] = ()
    source: tuple[str, ...]
    as_of: dt.date
    verified: bool
    note: str | None = None


class Measure(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A way to respond, who decides on it, and whether attribution has to come first.

    ``open_to`` is the group whose members may use it, None for every state;
    ``outside`` says that it addresses states that are not in that group.
    ``fits_if`` (CEL) says when it is worth a look: Comity's reading.
    ``concept`` is the checklist that has to be gone through first.
    """

    id: str
    title: str
    group: Literal[
        "cooperation", "preventive", "cooperative", "stability", "restrictive", "support", "law"
    ]
    summary: str
    attribution: Attribution
    open_to: str | None = None
    outside: bool = False
    fits_if: str
    decided_by: str
    needs: tuple[str, ...] = ()
    concept: str | None = None
    source: tuple[str, ...]
    as_of: dt.date
    verified: bool
    note: str | None = None
