"""SQLite as the record uses it: write-ahead log, an fsync for each commit, erased bytes zeroed."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from comity.errors import Unavailable
from comity.record import files

SCHEMA_VERSION: Final = 1
BUSY_SECONDS: Final = 10.0
"""How long a statement waits for readers of other processes to get out of the way."""


def create(path: Path, schema: str) -> None:
    """Create the database if it is not there; a crash leaves a whole database or none.

    The caller holds the record's lock.
    """
    if path.exists():
        return
    temporary = path.with_name(f".{path.name}.tmp")
    temporary.unlink(missing_ok=True)
    temporary.touch(mode=files.PRIVATE_FILE)
    connection = sqlite3.connect(temporary, isolation_level=None)
    try:
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA journal_mode=WAL")
        connection.executescript(f"BEGIN; {schema} PRAGMA user_version={SCHEMA_VERSION}; COMMIT;")
    finally:
        # Closing the last connection folds the write-ahead log in, so one file is renamed.
        connection.close()
    temporary.replace(path)
    files.sync_directory(path.parent)


def connect(path: Path, *, writes: bool = True) -> sqlite3.Connection:
    """Open an existing database of this version; statements commit by themselves."""
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode=rw",
        uri=True,
        isolation_level=None,
        timeout=BUSY_SECONDS,
        check_same_thread=False,
    )
    if writes:
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA secure_delete=ON")
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version != SCHEMA_VERSION:
        connection.close()
        raise Unavailable(
            f"{path.name} has the format {version}, and this version of Comity reads only "
            f"{SCHEMA_VERSION}."
        )
    return connection


def in_memory(schema: str) -> sqlite3.Connection:
    """Open a database that is gone when it is closed: the twin for tests."""
    connection = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
    connection.executescript(schema)
    return connection


def copy(source: sqlite3.Connection, path: Path) -> None:
    """Copy a database that others may write to meanwhile into a new file, by SQLite's own means.

    The file is one state of the source, readable by its owner only, and on disk when this returns.
    """
    path.touch(mode=files.PRIVATE_FILE, exist_ok=False)
    target = sqlite3.connect(path, isolation_level=None)
    try:
        source.backup(target)
    finally:
        target.close()
    with path.open("rb") as file:
        os.fsync(file.fileno())


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """Commit everything in the ``with`` block at once, or none of it."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
