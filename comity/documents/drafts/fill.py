"""A draft completed by a person: blanks become words, and the page before release goes."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from comity.documents.drafts.model import (
    Blank,
    Block,
    Bullets,
    Draft,
    Field,
    Heading,
    Paragraph,
    Run,
    Runs,
    Table,
    Text,
)


def fill(draft: Draft, words: Mapping[str, str], marking: str | None = None) -> Draft:
    """The draft with each blank that ``words`` names (by ``Blank.what``) filled in.

    An empty word leaves its blank. Two blanks that ask for the same get the same words. A new
    ``marking`` takes the place of the old one in the head too.
    """

    def runs(line: Runs) -> Runs:
        return tuple(map(written, line))

    def written(run: Run) -> Run:
        if isinstance(run, Blank):
            said = words.get(run.what, "")
            return Text(said) if said else run
        if marking and run.text == draft.marking and not run.outside:
            return msgspec.structs.replace(run, text=marking)
        return run

    def block(part: Block) -> Block:
        match part:
            case Paragraph(runs=line):
                return Paragraph(runs(line))
            case Bullets(items=items):
                return Bullets(tuple(map(runs, items)))
            case Table(caption=caption, head=head, rows=rows):
                return Table(caption, head, tuple(tuple(map(runs, row)) for row in rows))
            case Heading():
                return part

    return msgspec.structs.replace(
        draft,
        header=tuple(Field(field.label, runs(field.runs)) for field in draft.header),
        blocks=tuple(map(block, draft.blocks)),
        marking=marking or draft.marking,
    )


def final(draft: Draft, status: str) -> Draft:
    """The document as it leaves: with its status, without the page for those who release it."""
    return msgspec.structs.replace(draft, status=status, before_release=())
