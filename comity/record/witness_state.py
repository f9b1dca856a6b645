"""What a witness cosigned last for each log, and the evidence that it keeps."""

import sqlite3
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

from comity.errors import Unavailable
from comity.record import database, files
from comity.record.evidence import Evidence, Kind
from comity.record.lock import FileLock

FILE_NAME: Final = "witness.db"
MOST: Final = 100
"""Pieces of evidence of one kind kept against one log: more would say nothing more."""
_WHAT: Final = "The state of the witness"
_SCHEMA = """
CREATE TABLE cosigned (origin TEXT PRIMARY KEY, body BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE evidence (
    digest BLOB PRIMARY KEY, origin TEXT NOT NULL, kind TEXT NOT NULL, at INTEGER NOT NULL,
    cosigned BLOB NOT NULL, seen BLOB NOT NULL
);
"""


@dataclass(frozen=True, slots=True)
class Kept:
    """A piece of evidence and when it came, in POSIX seconds by the witness's clock."""

    at: int
    evidence: Evidence


class WitnessState:
    """One cosigned note for each log, which only ever moves by compare-and-swap.

    ``advance`` and ``keep`` are atomic and durable when they return (SQLite,
    ``synchronous=FULL``); any process may call them at any time, and of two that expect the same
    note one loses. One ``WitnessState`` belongs to one thread. Nobody retries. Nothing is ever
    removed: a log that is taken off the operator's list and put back is still held to what was
    cosigned. With ``directory`` None it is in memory, for tests.
    """

    def __init__(self, directory: Path | None) -> None:
        self._directory = directory

    @staticmethod
    def make(directory: Path) -> None:
        """Make an empty state if there is none: only ever before the witness's keys are made."""
        with files.disk(_WHAT):
            files.make_directory(directory)
            with FileLock(directory / "lock").held():
                database.create(directory / FILE_NAME, _SCHEMA)

    @cached_property
    def _connection(self) -> sqlite3.Connection:
        """The database, opened when it is first needed: a stranger's request needs none."""
        if self._directory is None:
            return database.in_memory(_SCHEMA)
        if not (self._directory / FILE_NAME).exists():
            raise Unavailable(
                "The state of the witness is missing: with the same keys it would cosign what it "
                "forgot a second time; remove keys/witness.pem, and have new keys made."
            )
        return database.connect(self._directory / FILE_NAME)

    def last(self, origin: str) -> bytes:
        """Return the note that was cosigned last for a log, or no bytes."""
        with files.disk(_WHAT):
            row = self._connection.execute(
                "SELECT body FROM cosigned WHERE origin = ?", (origin,)
            ).fetchone()
        return bytes(row[0]) if row else b""

    def advance(self, origin: str, expected: bytes, body: bytes) -> bool:
        """Replace ``expected`` by ``body``; return False if something else is there."""
        with files.disk(_WHAT):
            if expected:
                cursor = self._connection.execute(
                    "UPDATE cosigned SET body = ? WHERE origin = ? AND body = ?",
                    (body, origin, expected),
                )
            else:
                cursor = self._connection.execute(
                    "INSERT OR IGNORE INTO cosigned VALUES (?, ?)", (origin, body)
                )
        return cursor.rowcount == 1

    def keep(self, evidence: Evidence, at: int) -> None:
        """Keep a piece of evidence, each once and at most ``MOST`` of a kind against a log."""
        with files.disk(_WHAT):
            self._connection.execute(
                "INSERT OR IGNORE INTO evidence SELECT ?, ?, ?, ?, ?, ? WHERE"
                " (SELECT count(*) FROM evidence WHERE origin = ? AND kind = ?) < ?",
                (
                    evidence.digest, evidence.origin, evidence.kind.value, at,
                    evidence.cosigned, evidence.seen,
                    evidence.origin, evidence.kind.value, MOST,
                ),
            )  # fmt: skip

    def evidence(self) -> tuple[Kept, ...]:
        """Return everything that is kept, the oldest first."""
        with files.disk(_WHAT):
            rows = self._connection.execute(
                "SELECT at, kind, cosigned, seen FROM evidence ORDER BY at, digest"
            ).fetchall()
        return tuple(
            Kept(at, Evidence(Kind(kind), bytes(cosigned), bytes(seen)))
            for at, kind, cosigned, seen in rows
        )

    def close(self) -> None:
        """Close the database; whoever uses it after that opens it anew."""
        if connection := self.__dict__.pop("_connection", None):
            connection.close()
