"""Durable files, and the sentences for a disk that refuses.

A file written here is either wholly there after a crash or not there at all: temporary file,
fsync, rename, fsync of the directory.
"""

import errno
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from comity.errors import Unavailable

PRIVATE_FILE: Final = 0o600
PRIVATE_DIRECTORY: Final = 0o700

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
_DENIED = frozenset({errno.EROFS, errno.EACCES, errno.EPERM})


@contextmanager
def disk(what: str) -> Iterator[None]:
    """Turn errors of the operating system and of SQLite into an Unavailable sentence.

    ``what`` names the thing on disk, as in "The record".
    """
    try:
        yield
    except sqlite3.Error as error:
        raise Unavailable(_sqlite_sentence(error, what)) from error
    except OSError as error:
        if error.errno in _FULL:
            reason = "the disk is full: free some space and try again"
        elif error.errno in _DENIED:
            reason = "the disk or its permissions do not allow it"
        else:
            reason = error.strerror or "the disk reports an error"
        raise Unavailable(f"{what} cannot be read or written: {reason}.") from error


def _sqlite_sentence(error: sqlite3.Error, what: str) -> str:
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    match code:
        case sqlite3.SQLITE_FULL:
            reason = "the disk is full: free some space and try again"
        case sqlite3.SQLITE_READONLY | sqlite3.SQLITE_CANTOPEN | sqlite3.SQLITE_PERM:
            reason = "the disk or its permissions do not allow it"
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            reason = "another process keeps its database locked"
        case sqlite3.SQLITE_CORRUPT | sqlite3.SQLITE_NOTADB:
            return f"{what} is damaged: its database file is malformed; restore it from a copy."
        case _:
            reason = f"its database reports “{error}”"
    return f"{what} cannot be read or written: {reason}."


def make_directory(path: Path) -> None:
    """Make ``path`` and its parents, readable by the owner only, and make that durable."""
    if path.is_dir():
        return
    make_directory(path.parent)
    path.mkdir(mode=PRIVATE_DIRECTORY, exist_ok=True)
    sync_directory(path.parent)


def write_durably(path: Path, body: bytes) -> None:
    """Put ``body`` at ``path`` atomically and durably, readable by the owner only.

    Concurrent writers of one path must hold a lock: they share the temporary file.
    """
    temporary = path.with_name(f".{path.name}.tmp")
    temporary.unlink(missing_ok=True)
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
    with os.fdopen(os.open(temporary, flags, PRIVATE_FILE), "wb") as stream:
        stream.write(body)
        stream.flush()
        os.fsync(stream.fileno())
    temporary.replace(path)
    sync_directory(path.parent)


def sync_directory(path: Path) -> None:
    """Make the names in a directory durable."""
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
