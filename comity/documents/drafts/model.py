"""A draft document as data: one value feeds HTML, DOCX and PDF.

Texts are already in the language of the document. A missing fact is a ``Blank``, never a guess.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import msgspec

SCHEMA = "comity-drafts/1"
Audience = Literal["external", "internal", "public"]
Direction = Literal["ltr", "rtl"]


class Text(msgspec.Struct, frozen=True, tag="text"):
    """Words. ``outside``: they were received, not written by us.

    ``ltr``: an address, a time or a reference, which reads from left to right in every language.
    """

    text: str
    outside: bool = False
    ltr: bool = False


class Blank(msgspec.Struct, frozen=True, tag="blank"):
    """Something that a person has to fill in; ``shown`` is how it stands in the document."""

    what: str
    shown: str


Run = Text | Blank
Runs = tuple[Run, ...]


class Heading(msgspec.Struct, frozen=True, tag="heading"):
    """A heading of the body."""

    text: str


class Paragraph(msgspec.Struct, frozen=True, tag="paragraph"):
    """A paragraph."""

    runs: Runs


class Bullets(msgspec.Struct, frozen=True, tag="bullets"):
    """A list."""

    items: tuple[Runs, ...]


class Table(msgspec.Struct, frozen=True, tag="table"):
    """Rows under a head; the first cell of a row names the row."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[Runs, ...], ...]


Block = Heading | Paragraph | Bullets | Table


class Field(msgspec.Struct, frozen=True):
    """One line of the document's header."""

    label: str
    runs: Runs


class Labels(msgspec.Struct, frozen=True):
    """The words of the frame, in the language of the document."""

    before_release: str
    not_part: str
    to_fill_in: str
    nothing_to_fill_in: str
    to_do: str
    page: str


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """One document to one addressee.

    ``id`` names it within the case and is its file name. ``status`` and ``marking`` stand on
    every page. ``before_release`` is what a person does first; it is not part of the document.
    """

    id: str
    template: str
    title: str
    purpose: str
    audience: Audience
    addressee: str | None
    language: str
    direction: Direction
    status: str
    marking: str
    created: str  #: RFC 3339, UTC
    header: tuple[Field, ...]
    blocks: tuple[Block, ...]
    labels: Labels
    before_release: tuple[str, ...]

    @property
    def blanks(self) -> tuple[str, ...]:
        """What is to be filled in, each once, in the order of the document."""
        return tuple(dict.fromkeys(run.what for run in runs_of(self) if isinstance(run, Blank)))


class Withheld(msgspec.Struct, frozen=True):
    """A document that was not drafted (to this addressee), and why."""

    template: str
    title: str
    addressee: str | None
    why: str


class LeftOut(msgspec.Struct, frozen=True):
    """How many indicators stay inside for which reason."""

    count: int
    why: str


class Drafts(msgspec.Struct, frozen=True, kw_only=True):
    """All documents of one assessment. ``remarks`` hold for all of them."""

    case: str
    drafts: tuple[Draft, ...]
    withheld: tuple[Withheld, ...]
    left_out: tuple[LeftOut, ...]
    remarks: tuple[str, ...]


class Indicator(msgspec.Struct, frozen=True):
    """A line of the table of indicators: what kind, and the value, defanged."""

    kind: str
    value: str


def indicators_in(draft: Draft) -> tuple[Indicator, ...]:
    """The technical detail of a document: what was received and stands in a table as an address.

    It is all of a document that a CSIRT has to read to say whether it may leave.
    """
    return tuple(
        Indicator("".join(_words(kind)), "".join(_words(value)))
        for block in draft.blocks
        if isinstance(block, Table)
        for kind, value, *_ in block.rows
        if any(isinstance(run, Text) and run.outside and run.ltr for run in value)
    )


def _words(runs: Runs) -> Iterator[str]:
    return (run.text if isinstance(run, Text) else run.shown for run in runs)


def runs_of(draft: Draft) -> Iterator[Run]:
    """Every run of the header and the body, in order."""
    for line in lines_of(draft):
        yield from line


def lines_of(draft: Draft) -> Iterator[Runs]:
    """Every line of the header and the body, in order; headings and captions are left out."""
    for field in draft.header:
        yield field.runs
    for block in draft.blocks:
        match block:
            case Paragraph(runs=runs):
                yield runs
            case Bullets(items=items):
                yield from items
            case Table(rows=rows):
                for row in rows:
                    yield from row
            case Heading():
                pass


def frame_of(draft: Draft) -> Iterator[str]:
    """The words around the facts: status, labels, headings, heads of tables."""
    yield from (draft.title, draft.status, draft.marking)
    yield from (field.label for field in draft.header)
    for block in draft.blocks:
        if isinstance(block, Heading):
            yield block.text
        elif isinstance(block, Table):
            yield from (block.caption, *block.head)
    yield from draft.before_release


def text_of(draft: Draft) -> str:
    """Every word that a reader of the document can see, one piece a line."""
    lines = ("".join(map(shown, line)) for line in lines_of(draft))
    return "\n".join((draft.id, draft.addressee or "", *frame_of(draft), *lines))


def ours(run: Run) -> bool:
    """Whether a run is in our own words; a blank is."""
    return isinstance(run, Blank) or not run.outside


def shown(run: Run) -> str:
    """A run as it stands in the document."""
    return run.shown if isinstance(run, Blank) else run.text
