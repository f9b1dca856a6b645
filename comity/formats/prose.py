"""Prose of any kind to objects, once its format has been taken off."""

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from comity.formats.assemble import Head, assemble
from comity.formats.hits import Passage, hits_in
from comity.formats.reading import Loss, Reading
from comity.formats.stated import stated_date, stated_marking
from comity.stix.base import StixObject
from comity.stix.timestamp import Timestamp

_ORNAMENT = "#=*_`~-+|> \t"
_KEY = re.compile(r"(?:title|subject)\s{0,3}:\s{0,3}", re.IGNORECASE).match
_FRONT_MATTER = re.compile(
    r"(?:title|subject|url|link|source|author|date|published)\s?:", re.I
).match
_NO_TITLE = re.compile(r"[\W_]*$|:[\w-]{1,40}:|[^a-z]{0,40}TLP[:\s]", re.IGNORECASE).match


class Prose(NamedTuple):
    """A document as text. What a format states itself goes before what its text states."""

    passages: Sequence[Passage]
    title: str | None = None
    summary: str | None = None
    at: Timestamp | None = None
    labels: tuple[str, ...] = ()
    also: tuple[tuple[StixObject, str], ...] = ()


def read_prose(
    format: str,  # noqa: A002
    reader: str,
    prose: Prose,
    *,
    source: str,
    losses: Iterable[Loss] = (),
    notes: tuple[str, ...] = (),
) -> Reading:
    """Find everything in the passages and put it under a report named by the title."""
    opening = next((passage.text for passage in prose.passages if passage.text.strip()), "")
    title, summary = _title_and_summary(opening)
    head = Head(
        name=prose.title or title or "A report without a title",
        description=prose.summary or summary,
        at=prose.at or stated_date(opening),
        markings=stated_marking(_all_words(prose)),
        labels=prose.labels,
        also=prose.also,
    )
    hits = (hit for passage in prose.passages for hit in hits_in(passage))
    return assemble(
        format, reader, head, hits, source=source, losses=losses, notes=notes, prose=_read(prose)
    )


def _read(prose: Prose) -> tuple[tuple[str, str], ...]:
    """All that was read, each stretch with its place; a title may stand outside of the text."""
    head = (("title, ", prose.title),) if prose.title else ()
    return (*head, *((passage.before, passage.text) for passage in prose.passages))


def _all_words(prose: Prose) -> str:
    """Everything that may state a marking, the body first, as only its head may open doors."""
    said = [passage.text for passage in prose.passages]
    return "\n".join((*said, prose.title or "", prose.summary or ""))


def _title_and_summary(text: str) -> tuple[str | None, str | None]:
    """The first line with words in it, and the first paragraph below it."""
    blocks = re.split(r"\n[ \t]*\n", text[:20_000])
    lines = [_plain(line) for block in blocks for line in block.split("\n")]
    title = next((line for line in lines if line and not _NO_TITLE(line)), None)
    for block in blocks:
        rows = [_plain(line) for line in block.split("\n")]
        words = " ".join(row for row in rows if row != title and not _FRONT_MATTER(row)).split()
        if len(words) >= 8:
            return _named(title), " ".join(words)
    return _named(title), None


def _named(title: str | None) -> str | None:
    key = _KEY(title) if title else None
    return title[key.end() :].strip() if title and key else title


def _plain(line: str) -> str:
    return line.strip().strip(_ORNAMENT).strip()
