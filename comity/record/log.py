"""The log database: entries, openings, tiles, small bodies, tombstones."""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from comity.errors import BadInput
from comity.record import commitment, database, files

FILE_NAME: Final = "log.db"
CHUNK: Final = 256
"""Entries read at once: one tile."""

_SCHEMA = """
CREATE TABLE entries (idx INTEGER PRIMARY KEY, entry BLOB NOT NULL);
CREATE TABLE openings (idx INTEGER PRIMARY KEY, salt BLOB NOT NULL, payload BLOB NOT NULL);
CREATE TABLE tiles (
  level INTEGER NOT NULL, n INTEGER NOT NULL, hashes BLOB NOT NULL, PRIMARY KEY (level, n)
);
CREATE TABLE bodies (sha256 TEXT PRIMARY KEY, body BLOB NOT NULL);
CREATE TABLE held (
  sha256 TEXT NOT NULL, idx INTEGER NOT NULL, PRIMARY KEY (sha256, idx)
) WITHOUT ROWID;
CREATE INDEX held_by ON held (idx);
CREATE TABLE tombstones (
  idx INTEGER PRIMARY KEY, tombstone INTEGER NOT NULL, finished INTEGER NOT NULL
);
"""


@dataclass(frozen=True, slots=True)
class Row:
    """One entry as it is on disk; ``salt`` and ``payload`` are None once erased."""

    index: int
    entry: bytes
    salt: bytes | None
    payload: bytes | None

    def opening(self) -> commitment.Opening | None:
        """Return the opening; raise BadInput if it is not what the entry commits to."""
        if self.salt is None or self.payload is None:
            return None
        opening = commitment.Opening(self.salt, self.payload)
        if not commitment.opens(self.entry, opening):
            raise BadInput(f"The payload of entry {self.index} is not what the log commits to.")
        return opening


@dataclass(frozen=True, slots=True)
class Batch:
    """What one append writes, all of it in one transaction.

    ``held`` pairs an entry index with the SHA-256 of a body it holds; ``erases`` is the index that
    the first entry is the tombstone of.
    """

    first: int
    entries: Sequence[bytes]
    openings: Sequence[commitment.Opening]
    tiles: Mapping[tuple[int, int], bytes]
    bodies: Mapping[str, bytes]
    held: Sequence[tuple[int, str]]
    erases: int | None


class LogDatabase:
    """The log in SQLite.

    ``write`` and ``erase`` are atomic and, when they return, durable (``synchronous=FULL``, one
    fsync each). They need the record's lock; reading needs none and sees whole commits only. Reads
    go through a connection that never wrote, so they return what is in the file and not what a
    writer still has in its cache. Failures are Unavailable; nobody retries. With ``directory``
    None it is in memory, for tests.
    """

    def __init__(self, directory: Path | None) -> None:
        self._made: sqlite3.Connection | None = None
        with files.disk("The record"):
            if directory is None:
                self._reader = self._made = database.in_memory(_SCHEMA)
            else:
                self._path = directory / FILE_NAME
                database.create(self._path, _SCHEMA)
                self._reader = database.connect(self._path, writes=False)

    def size(self) -> int:
        """Return the number of entries, signed or not."""
        with files.disk("The record"):
            (last,) = self._reader.execute("SELECT max(idx) FROM entries").fetchone()
        return 0 if last is None else int(last) + 1

    def tile(self, level: int, n: int) -> bytes:
        """Return the hashes of a tile, full or partial, or no bytes if it is not there."""
        with files.disk("The record"):
            row = self._reader.execute(
                "SELECT CAST(hashes AS BLOB) FROM tiles WHERE level = ? AND n = ?", (level, n)
            ).fetchone()
        return bytes(row[0]) if row else b""

    def tile_keys(self) -> Iterator[tuple[int, int]]:
        """Yield (level, n) of every stored tile."""
        with files.disk("The record"):
            yield from self._reader.execute("SELECT level, n FROM tiles ORDER BY level, n")

    def rows(self, start: int, end: int) -> Iterator[Row]:
        """Yield the entries from ``start`` up to ``end`` (exclusive), in order."""
        for at in range(start, end, CHUNK):
            with files.disk("The record"):
                chunk = self._reader.execute(
                    "SELECT idx, CAST(entry AS BLOB), CAST(salt AS BLOB), CAST(payload AS BLOB)"
                    " FROM entries LEFT JOIN openings USING (idx)"
                    " WHERE idx >= ? AND idx < ? ORDER BY idx",
                    (at, min(at + CHUNK, end)),
                ).fetchall()
            yield from (Row(*row) for row in chunk)

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """Let every read in a ``with`` block see the same state, whatever others append."""
        with files.disk("The record"):
            self._reader.execute("BEGIN")
        try:
            yield
        finally:
            with files.disk("The record"):
                self._reader.execute("ROLLBACK")

    def write(self, batch: Batch) -> None:
        """Append a batch."""
        indices = range(batch.first, batch.first + len(batch.entries))
        with files.disk("The record"), database.transaction(self._writer):
            run = self._writer.executemany
            run("INSERT INTO entries VALUES (?, ?)", zip(indices, batch.entries, strict=True))
            run(
                "INSERT INTO openings VALUES (?, ?, ?)",
                (
                    (index, opening.salt, opening.payload)
                    for index, opening in zip(indices, batch.openings, strict=True)
                ),
            )
            run(
                "INSERT OR REPLACE INTO tiles VALUES (?, ?, ?)",
                ((level, n, hashes) for (level, n), hashes in batch.tiles.items()),
            )
            run("INSERT OR REPLACE INTO bodies VALUES (?, ?)", batch.bodies.items())
            run("INSERT INTO held (idx, sha256) VALUES (?, ?)", batch.held)
            if batch.erases is not None:
                run("INSERT INTO tombstones VALUES (?, ?, 0)", [(batch.erases, batch.first)])

    def put_body(self, name: str, body: bytes) -> None:
        """Store a small body that no entry holds yet."""
        with files.disk("The record"):
            self._writer.execute("INSERT OR REPLACE INTO bodies VALUES (?, ?)", (name, body))

    def body(self, name: str) -> bytes | None:
        """Return a small body as it is on disk, unverified, or None."""
        with files.disk("The record"):
            row = self._reader.execute(
                "SELECT CAST(body AS BLOB) FROM bodies WHERE sha256 = ?", (name,)
            ).fetchone()
        return bytes(row[0]) if row else None

    def body_names(self) -> Iterator[str]:
        """Yield the SHA-256 of every small body, in order."""
        with files.disk("The record"):
            for (name,) in self._reader.execute("SELECT sha256 FROM bodies ORDER BY sha256"):
                yield str(name)

    def held(self, index: int) -> frozenset[str]:
        """Return the names of the bodies that an entry holds."""
        with files.disk("The record"):
            rows = self._reader.execute("SELECT sha256 FROM held WHERE idx = ?", (index,))
            return frozenset(str(name) for (name,) in rows)

    def tombstones(self) -> dict[int, int]:
        """Return the index of the tombstone of each entry that is to be, or has been, erased."""
        with files.disk("The record"):
            return dict(self._reader.execute("SELECT idx, tombstone FROM tombstones"))

    def is_buried(self, index: int) -> bool:
        """Return whether an entry is to be, or has been, erased."""
        with files.disk("The record"):
            found = self._reader.execute("SELECT 1 FROM tombstones WHERE idx = ?", (index,))
            return found.fetchone() is not None

    def unfinished(self) -> tuple[int, ...]:
        """Return the entries whose tombstone is there but whose erasure has not been finished."""
        with files.disk("The record"):
            rows = self._reader.execute("SELECT idx FROM tombstones WHERE NOT finished ORDER BY 1")
            return tuple(int(index) for (index,) in rows)

    def only_held_by(self, index: int) -> frozenset[str]:
        """Return the names of the bodies that this entry holds and no other one does."""
        with files.disk("The record"):
            rows = self._reader.execute(
                "SELECT sha256 FROM held AS mine WHERE idx = ? AND NOT EXISTS"
                " (SELECT 1 FROM held AS o WHERE o.sha256 = mine.sha256 AND o.idx != ?)",
                (index, index),
            )
            return frozenset(str(name) for (name,) in rows)

    def erase(self, index: int, names: Iterable[str]) -> None:
        """Delete the opening of an entry and the small bodies ``names``."""
        with files.disk("The record"), database.transaction(self._writer):
            self._writer.execute("DELETE FROM openings WHERE idx = ?", (index,))
            self._writer.execute("DELETE FROM held WHERE idx = ?", (index,))
            self._writer.executemany(
                "DELETE FROM bodies WHERE sha256 = ?", ((name,) for name in names)
            )

    def finish(self, index: int, wait_seconds: float) -> bool:
        """Fold the write-ahead log in, so that no erased page stays in it, and note it as done.

        Return False if a reader of an older state prevented that for ``wait_seconds``.
        """
        with files.disk("The record"):
            self._writer.execute(f"PRAGMA busy_timeout={round(wait_seconds * 1000)}")
            busy, _, _ = self._writer.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            self._writer.execute(f"PRAGMA busy_timeout={round(database.BUSY_SECONDS * 1000)}")
            if not busy:
                self._writer.execute("UPDATE tombstones SET finished = 1 WHERE idx = ?", (index,))
        return not busy

    def large_bodies(self) -> Iterator[str]:
        """Yield the SHA-256 of every body that an entry holds and that lies outside, in order."""
        with files.disk("The record"):
            for (name,) in self._reader.execute(
                "SELECT DISTINCT sha256 FROM held WHERE sha256 NOT IN (SELECT sha256 FROM bodies)"
                " ORDER BY sha256"
            ):
                yield str(name)

    def copy_to(self, directory: Path) -> None:
        """Copy the database as it reads now, in a ``snapshot`` as it was at its first read."""
        with files.disk("The copy of the record"):
            database.copy(self._reader, directory / FILE_NAME)

    def close(self) -> None:
        """Close the database."""
        self._reader.close()
        if self._made is not None:
            self._made.close()

    @property
    def _writer(self) -> sqlite3.Connection:
        """The connection that writes, opened by the first write."""
        if self._made is None:
            self._made = database.connect(self._path)
        return self._made
