"""Many rows at once: ``COPY`` on PostgreSQL, ``executemany`` on SQLite.

For the tables that a single report fills with thousands of rows; the ORM does everything else.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import connection


def write(table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Insert rows inside the caller's transaction.

    It replaces nothing: who may come twice deletes first. Texts may hold whatever a report holds:
    what a database cannot keep, NUL and halves of surrogate pairs, is replaced.
    """
    quote = connection.ops.quote_name
    into = f"{quote(table)} ({', '.join(map(quote, columns))})"
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {into} FROM STDIN") as copy:
                for row in rows:
                    copy.write_row([_storable(value) for value in row])
        else:
            places = ", ".join(["%s"] * len(columns))
            cursor.executemany(
                f"INSERT INTO {into} VALUES ({places})",  # noqa: S608  # names of our own tables
                [[_storable(value) for value in row] for row in rows],
            )


def _storable(value: Any) -> Any:
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    return value


def storable(text: str) -> str:
    """The text without what a database cannot keep."""
    if text.isascii():
        return text.replace("\0", "\ufffd")
    return text.replace("\0", "\ufffd").encode("utf-8", "replace").decode("utf-8")
