"""The lock that makes one process at a time the writer of the record."""

import fcntl
import os
import threading
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Final, Protocol

from comity.errors import Unavailable
from comity.record import files

LIMIT_SECONDS: Final = 10.0
"""How long a writer waits for another one."""
_POLL_SECONDS: Final = 0.005


class Lock(Protocol):
    """Mutual exclusion between all writers of one record.

    ``held()`` enters with the lock or raises Unavailable after the limit; nobody retries. The
    lock ends with the context or with the process, whichever is first, so a killed writer leaves
    nothing to clean up. It is not reentrant.
    """

    def held(self) -> AbstractContextManager[None]:
        """Hold the lock for the length of a ``with`` block."""


def _busy(limit: float) -> Unavailable:
    return Unavailable(
        f"Another process has been writing to the record for over {limit:g} seconds; "
        "wait for it to end, or stop it, and try again."
    )


class FileLock:
    """``Lock`` by flock(2) on a file: it holds between processes of one machine."""

    def __init__(self, path: Path, limit_seconds: float = LIMIT_SECONDS) -> None:
        self._path = path
        self._limit = limit_seconds

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold the lock; waiting polls, because flock has no time limit of its own."""
        with files.disk("The record"):
            files.make_directory(self._path.parent)
            descriptor = os.open(
                self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, files.PRIVATE_FILE
            )
        try:
            deadline = time.monotonic() + self._limit
            while not self._try(descriptor):
                if time.monotonic() >= deadline:
                    raise _busy(self._limit)
                time.sleep(_POLL_SECONDS)
            yield
        finally:
            os.close(descriptor)

    @staticmethod
    def _try(descriptor: int) -> bool:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


class MemoryLock:
    """``Lock`` between the threads of one process."""

    def __init__(self, limit_seconds: float = LIMIT_SECONDS) -> None:
        self._lock = threading.Lock()
        self._limit = limit_seconds

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold the lock for the length of a ``with`` block."""
        if not self._lock.acquire(timeout=self._limit):
            raise _busy(self._limit)
        try:
            yield
        finally:
            self._lock.release()
