"""A table of indicators as CSV (RFC 4180), also with semicolons or tabs.

Tables that MISP writes (uuid, event_id, category, type, value, comment, to_ids, date) are read
by their types; in others the names of the columns say what stands in them.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime

from comity.errors import BadInput
from comity.formats.assemble import Head, assemble
from comity.formats.csv_cells import cell_subjects, file_of, typed_subject
from comity.formats.csv_columns import TYPED, Columns, columns, key, understood
from comity.formats.csv_rows import Row, rows
from comity.formats.hits import Cited, Hit, special_use
from comity.formats.misp.observables import Observed
from comity.formats.plain import decoded
from comity.formats.produced import CANDIDATE_LABEL, SPECIAL_USE_LABEL
from comity.formats.reading import Loss, Reading
from comity.formats.stated import as_timestamp, from_datetime, stated_marking
from comity.stix.error import StixError
from comity.stix.timestamp import Timestamp
from comity.stix.types import ExternalReference

FORMAT = "csv"
READER = "csv/1"
# Losses that are named one by one; of more than that only the number is kept.
MOST_LOSSES = 10_000
MOST_ROWS = 200_000
MOST_LINES = 2_000_000  # a cell can hold several, and empty ones do not count

_DAY = re.compile(r"([12][0-9]{3})([01][0-9])([0-3][0-9])").fullmatch
_SECONDS = re.compile(r"[1-9][0-9]{8,9}").fullmatch
_NO = frozenset({"0", "false", "no", ""})


def recognises(text: str) -> bool:
    """Whether the text is a table, be its columns understood or not."""
    return columns(text) is not None


def read(data: bytes, *, source: str) -> Reading:
    """Read a table of indicators; ``source`` is the SHA-256, in hex, of ``data``.

    A row or a cell that cannot be read is a loss with its line. Without a column that says
    which rows are meant to detect (``to_ids``) every value is a candidate. Raises ``BadInput``
    for a file that is empty, too large or no text, and for a table without rows or without a
    header that says where the indicators stand.
    """
    text, notes = decoded(data)
    table = columns(text)
    if table is None:
        raise BadInput(
            "The file is no table with a header; put the names of the columns in its first line."
        )
    understood(table)
    if text.count("\n") > MOST_LINES:
        raise BadInput(
            f"The table has more than {MOST_LINES} lines, the most that is read; split it."
        )
    losses: list[Loss] = []
    found: list[Hit] = []
    count = more = 0
    for row in rows(text, table.delimiter):
        if row.line > table.first.line:
            count += 1
            if count > MOST_ROWS:
                raise BadInput(
                    f"The table has more than {MOST_ROWS} rows, the most that is read; split it."
                )
            found += _hits(row, table, losses)
            more += len(losses[MOST_LOSSES:])
            del losses[MOST_LOSSES:]
    if not count:
        raise BadInput("The table has a header and no row below it; export it again with its rows.")
    unread = table.unread()
    if unread:
        notes += (f"These columns were not read: {', '.join(name[:40] for name in unread)}.",)
    if more:
        losses.append(Loss(None, "further down", "", f"and {more} more could not be used"))
    head = Head(
        name=f"A table of {count} rows: {', '.join(filter(None, table.names))}",
        markings=stated_marking(text),
    )
    return assemble(
        FORMAT, READER, head, found, source=source, losses=losses, notes=notes, prose=(("", text),)
    )


def _hits(row: Row, table: Columns, losses: list[Loss]) -> list[Hit]:
    position = f"line {row.line}"
    if row.fault:
        losses.append(Loss(None, position, "", row.fault))
        return []
    if len(row.cells) > len(table.names) and any(row.cells[len(table.names) :]):
        rule = f"has {len(row.cells)} cells where the header has {len(table.names)}"
        losses.append(Loss(None, position, "", rule))
        return []
    made: list[Hit] = []
    for subject, name in _subjects(row, table, losses):
        made.append(_hit(subject, position, name, row, table))
    return made


def _subjects(
    row: Row, table: Columns, losses: list[Loss]
) -> Iterator[tuple[Observed | Cited, str]]:
    """What the row names, with the column it stands in; what it does not name is a loss."""
    cells = {at: row.cells[at] for at in table.values if at < len(row.cells) and row.cells[at]}
    if not cells:
        losses.append(Loss(None, f"line {row.line}", "", "has no value in it"))
        return
    file = None if table.typed_by_row else file_of(cells, table.values)
    if file is not None:
        yield file.observed, table.names[file.column]
        cells = {at: cell for at, cell in cells.items() if at not in file.used}
    for at, cell in cells.items():
        kind = table.values[at]
        try:
            if kind is None and table.typed_by_row:
                yield typed_subject(_cell(row, table, "type"), cell), table.names[at]
            else:
                for subject in cell_subjects(kind, cell):
                    yield subject, table.names[at]
        except StixError as error:
            losses.append(Loss(None, f"line {row.line}", table.names[at][:40], error.rule))


def _hit(subject: Observed | Cited, position: str, column: str, row: Row, table: Columns) -> Hit:
    flagged = table.roles.get("to_ids")
    labels = [CANDIDATE_LABEL] if flagged is None and isinstance(subject, Observed) else []
    if isinstance(subject, Observed) and _special(subject):
        labels.append(SPECIAL_USE_LABEL)
    if TYPED.get(key(_cell(row, table, "type") or column)) == "ip-src":
        labels.append('misp:type="ip-src"')
    if category := _cell(row, table, "category"):
        labels.append(f'misp:category="{category[:100]}"')
    uuid = _cell(row, table, "uuid")[:100]
    return Hit(
        subject,
        f"{position}, column {column}",
        _cell(row, table, "comment") or None,
        indicates=flagged is None or _cell(row, table, "to_ids").lower() not in _NO,
        labels=tuple(labels),
        at=_date(_cell(row, table, "date")),
        references=(ExternalReference(source_name="misp", external_id=uuid),) if uuid else (),
    )


def _special(subject: Observed) -> bool:
    kinds = {"ipv4-addr": "ipv4", "ipv6-addr": "ipv6", "domain-name": "domain"}
    return any(
        special_use(kinds.get(sco.type, ""), str(getattr(sco, "value", ""))) for sco in subject.scos
    )


def _cell(row: Row, table: Columns, role: str) -> str:
    at = table.roles.get(role)
    return row.cells[at] if at is not None and at < len(row.cells) else ""


def _date(text: str) -> Timestamp | None:
    """A day as MISP writes it (20161104), seconds since 1970, or a date in words."""
    if day := _DAY(text):
        return as_timestamp(f"{day[1]}-{day[2]}-{day[3]}")
    if _SECONDS(text):
        return from_datetime(datetime.fromtimestamp(int(text), UTC))
    return as_timestamp(text)
