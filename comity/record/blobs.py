"""Bodies too large for the log database: one file each, named by its SHA-256."""

from collections.abc import Iterable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import Final, Protocol

from comity.record import files

MAX_BLOB: Final = 1 << 28
"""Bytes in one body: 256 MiB."""

_SUFFIX = ".tmp"


class Blobs(Protocol):
    """Immutable bodies by SHA-256 (64 hexadecimal digits).

    ``put`` returns only when the body is durable, and is atomic: after a crash a body is whole or
    absent. Putting a body that is there already repairs it if it is damaged. ``put``, ``remove``
    and ``sweep`` need the record's lock, reading needs none. Nobody retries.
    """

    def put(self, body: bytes) -> str:
        """Store a body and return its SHA-256."""

    def get(self, name: str) -> bytes | None:
        """Return a body as it is on disk, unverified, or None."""

    def remove(self, names: Iterable[str]) -> None:
        """Remove bodies durably; those that are not there are no error."""

    def names(self) -> Iterator[str]:
        """Yield the SHA-256 of every body, in order."""

    def sweep(self) -> None:
        """Remove what interrupted writes left behind."""


class BlobFiles:
    """``Blobs`` in one directory."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def put(self, body: bytes) -> str:
        """Store a body and return its SHA-256."""
        name = sha256(body).hexdigest()
        with files.disk("A body in the record"):
            files.make_directory(self._directory)
            files.write_durably(self._directory / name, body)
        return name

    def get(self, name: str) -> bytes | None:
        """Return a body as it is on disk, unverified, or None."""
        with files.disk("A body in the record"):
            try:
                return (self._directory / name).read_bytes()
            except FileNotFoundError:
                return None

    def remove(self, names: Iterable[str]) -> None:
        """Remove bodies durably; those that are not there are no error."""
        with files.disk("A body in the record"):
            for name in names:
                (self._directory / name).unlink(missing_ok=True)
            if self._directory.is_dir():
                files.sync_directory(self._directory)

    def names(self) -> Iterator[str]:
        """Yield the SHA-256 of every body, in order."""
        with files.disk("A body in the record"):
            found = sorted(self._directory.iterdir()) if self._directory.is_dir() else []
        return (path.name for path in found if path.suffix != _SUFFIX)

    def sweep(self) -> None:
        """Remove what interrupted writes left behind."""
        with files.disk("A body in the record"):
            for path in self._directory.glob(f".*{_SUFFIX}"):
                path.unlink()


class MemoryBlobs:
    """``Blobs`` in a dict."""

    def __init__(self) -> None:
        self.bodies: dict[str, bytes] = {}

    def put(self, body: bytes) -> str:
        """Store a body and return its SHA-256."""
        name = sha256(body).hexdigest()
        self.bodies[name] = body
        return name

    def get(self, name: str) -> bytes | None:
        """Return a body, or None."""
        return self.bodies.get(name)

    def remove(self, names: Iterable[str]) -> None:
        """Remove bodies; those that are not there are no error."""
        for name in names:
            self.bodies.pop(name, None)

    def names(self) -> Iterator[str]:
        """Yield the SHA-256 of every body, in order."""
        return iter(sorted(self.bodies))

    def sweep(self) -> None:
        """Nothing is ever left behind in memory."""
