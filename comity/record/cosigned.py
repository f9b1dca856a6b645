"""The cosignatures that witnesses gave this record, and what each of them said last."""

from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from comity.record import database, files
from comity.record.lock import FileLock
from comity.record.stores import DIRECTORY

FILE_NAME: Final = "cosigned.db"
_WHAT: Final = "The cosignatures of the record"
_SCHEMA = """
CREATE TABLE witness (
    name TEXT PRIMARY KEY, size INTEGER NOT NULL, body BLOB NOT NULL,
    asked_at INTEGER NOT NULL, said TEXT NOT NULL
);
CREATE TABLE met (id INTEGER PRIMARY KEY CHECK (id = 1), size INTEGER NOT NULL, body BLOB NOT NULL);
INSERT INTO met VALUES (1, 0, x'');
"""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a witness stands: the largest checkpoint that it cosigned, and its last answer.

    ``size`` is 0 and ``body`` empty before the first one. ``asked_at`` in POSIX seconds; ``said``
    is a sentence of ours, empty where it cosigned.
    """

    size: int
    body: bytes
    asked_at: int
    said: str


class CosignedCheckpoints:
    """What the witnesses cosigned, by name, and the last checkpoint that met the policy.

    Each call is atomic and durable when it returns (SQLite, ``synchronous=FULL``); any process may
    call at any time. A size never goes back: of two answers the one for the larger tree stays. It
    can be lost without harm, since the witnesses know. With ``home`` None it is in memory, for
    tests.
    """

    def __init__(self, home: Path | None) -> None:
        with files.disk(_WHAT):
            if home is None:
                self._connection = database.in_memory(_SCHEMA)
                return
            directory = home / DIRECTORY
            files.make_directory(directory)
            with FileLock(directory / "cosigned.lock").held():
                database.create(directory / FILE_NAME, _SCHEMA)
            self._connection = database.connect(directory / FILE_NAME)

    def standing(self, name: str) -> Standing:
        """Return where a witness stands."""
        with files.disk(_WHAT):
            row = self._connection.execute(
                "SELECT size, body, asked_at, said FROM witness WHERE name = ?", (name,)
            ).fetchone()
        return Standing(row[0], bytes(row[1]), row[2], row[3]) if row else Standing(0, b"", 0, "")

    def cosigned(self, name: str, size: int, body: bytes, at: int) -> None:
        """Note that a witness cosigned ``body``, a checkpoint of ``size`` entries."""
        with files.disk(_WHAT):
            self._connection.execute(
                "INSERT INTO witness VALUES (?, ?, ?, ?, '') ON CONFLICT (name) DO UPDATE SET"
                " body = iif(excluded.size >= size, excluded.body, body),"
                " size = max(excluded.size, size), asked_at = excluded.asked_at, said = ''",
                (name, size, body, at),
            )

    def said(self, name: str, sentence: str, at: int) -> None:
        """Note that a witness gave no cosignature, and why."""
        with files.disk(_WHAT):
            self._connection.execute(
                "INSERT INTO witness VALUES (?, 0, x'', ?, ?) ON CONFLICT (name) DO UPDATE SET"
                " asked_at = excluded.asked_at, said = excluded.said",
                (name, at, sentence),
            )

    def met(self) -> bytes:
        """Return the largest cosigned checkpoint that met the policy, or no bytes."""
        with files.disk(_WHAT):
            row = self._connection.execute("SELECT CAST(body AS BLOB) FROM met").fetchone()
        return bytes(row[0])

    def meet(self, size: int, body: bytes) -> None:
        """Note that a checkpoint of ``size`` entries met the policy."""
        with files.disk(_WHAT):
            self._connection.execute(
                "UPDATE met SET size = ?, body = ? WHERE size <= ?", (size, body, size)
            )

    def close(self) -> None:
        """Close the database."""
        self._connection.close()


def last_met(home: Path) -> bytes | None:
    """Return the largest checkpoint of a record that met its policy of witnesses, if any did."""
    if not (home / DIRECTORY / FILE_NAME).exists():
        return None
    with closing(CosignedCheckpoints(home)) as kept:
        return kept.met() or None
