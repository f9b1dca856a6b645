"""Text to rows of cells (RFC 4180), one at a time, so that a broken row costs only itself."""

import csv
from collections.abc import Iterator
from typing import NamedTuple

DELIMITERS = (",", ";", "\t")
LONGEST_ROW = 1_000  # lines: a rule or a mail body can stand in one cell
LARGEST_ROW = 128 * 1024  # characters


class Row(NamedTuple):
    """One row with the line it begins on; ``fault`` says why it has no cells."""

    line: int
    cells: tuple[str, ...]
    fault: str | None = None


def rows(text: str, delimiter: str) -> Iterator[Row]:
    """Cut a table into rows; empty lines do not count.

    A cell in quotation marks may run over several lines. One that is never closed would
    swallow the rest of the table, so only the line it begins on is given up.
    """
    lines = text.split("\n")
    at = 0
    while at < len(lines):
        begin = at
        at = _end(lines, begin)
        if at == begin:
            at += 1
            yield Row(begin + 1, (), "has a quotation mark that is never closed")
        elif any(line.strip() for line in lines[begin:at]):
            yield _row(begin + 1, "\n".join(lines[begin:at]), delimiter)


def _end(lines: list[str], begin: int) -> int:
    """The line behind a row; ``begin`` itself if its quotation marks do not pair up."""
    quotes = size = 0
    for at in range(begin, min(begin + LONGEST_ROW, len(lines))):
        quotes += lines[at].count('"')
        size += len(lines[at]) + 1
        if quotes % 2 == 0:
            return at + 1
        if size > LARGEST_ROW:
            break
    return begin


def _row(line: int, text: str, delimiter: str) -> Row:
    if len(text) > LARGEST_ROW:
        return Row(line, (), f"has more than {LARGEST_ROW} characters")
    try:
        cells = next(csv.reader([text], delimiter=delimiter, strict=True))
    except csv.Error:
        return Row(line, (), "has a quotation mark in the middle of a cell")
    return Row(line, tuple(cell.strip() for cell in cells))
