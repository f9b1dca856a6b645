"""The root documents that a node made its own, one file for each version: ``1.root.json`` …"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final, Protocol

from comity.errors import Unavailable
from comity.identity.document import MAX_ROOT, Root
from comity.identity.root import succeed, trusted_chain
from comity.record import files
from comity.record.lock import FileLock

DIRECTORY: Final = "identity"
"""Folder of a node's identity, in its data folder."""


class OwnRoots(Protocol):
    """Keeper of a node's own versions.

    ``add`` checks and writes under one lock: of two processes that add the same version, one gets
    BadInput, so that no version is ever there in two forms. It is atomic and durable. Failures
    of the disk are Unavailable; nobody retries.
    """

    def load(self) -> tuple[bytes, ...]:
        """Return all versions, from 1 on; empty before the first."""

    def add(self, data: bytes) -> Root:
        """Make a document the next version; BadInput if it is not one that follows."""


class RootFiles:
    """``OwnRoots`` in a folder of files, named as TUF names them."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def load(self) -> tuple[bytes, ...]:
        """Read the files in their order; a gap is Unavailable, not an older identity."""
        found: list[bytes] = []
        with files.disk("The root document"):
            there = len(list(self._directory.glob("*.root.json")))
            while (path := self._path(len(found) + 1)).exists():
                with path.open("rb") as file:
                    found.append(file.read(MAX_ROOT + 1))
        if len(found) < there:
            raise Unavailable(f"There is no {path}, but a later version: restore it from a backup.")
        return tuple(found)

    def add(self, data: bytes) -> Root:
        """Check against the last version, then write."""
        with FileLock(self._directory / "lock").held():
            root = _follow(self.load(), data)
            with files.disk("The root document"):
                files.write_durably(self._path(root.version), data)
        return root

    def _path(self, version: int) -> Path:
        return self._directory / f"{version}.root.json"


class MemoryRoots:
    """``OwnRoots`` that are gone with the process: the twin for tests."""

    def __init__(self) -> None:
        self._roots: list[bytes] = []

    def load(self) -> tuple[bytes, ...]:
        """Return all versions."""
        return tuple(self._roots)

    def add(self, data: bytes) -> Root:
        """Check and keep."""
        root = _follow(self._roots, data)
        self._roots.append(data)
        return root


def _follow(chain: Sequence[bytes], data: bytes) -> Root:
    if chain:
        return succeed(trusted_chain(chain), data)
    return trusted_chain([data])
