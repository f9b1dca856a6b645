"""What stops the record: a checkpoint that its own keys signed and that it does not hold.

Either the record was restored from an older copy, or somebody else signs with its keys. In both
cases the next signature would make a second history, so nothing more is written. Only a checkpoint
under *both* of the record's own signatures stops it: what a witness merely says stops nothing.
"""

from pathlib import Path
from typing import Final, Protocol

from comity.errors import BadInput, Unavailable
from comity.record import checkpoint, files, merkle, note, tiles
from comity.record.stores import Stores

FILE_NAME: Final = "halt"


class Halt(Protocol):
    """Where the checkpoint lies that stops the record, if there is one.

    ``write`` is atomic and durable when it returns; it is called under the record's lock. Nobody
    removes it: as soon as the record holds that checkpoint, it stops nothing any more.
    """

    def read(self) -> bytes:
        """Return the signed note, or no bytes."""

    def write(self, body: bytes) -> None:
        """Put a signed note there."""


class HaltFile:
    """``Halt`` as a file of the record's folder."""

    def __init__(self, directory: Path) -> None:
        self._path = directory / FILE_NAME

    def read(self) -> bytes:
        """Return the signed note, or no bytes."""
        with files.disk("The record"):
            try:
                with self._path.open("rb") as file:
                    return file.read(note.MAX_NOTE)
            except FileNotFoundError:
                return b""

    def write(self, body: bytes) -> None:
        """Put a signed note there."""
        with files.disk("The record"):
            files.write_durably(self._path, body)


class MemoryHalt:
    """``Halt`` that is gone with the process: the twin for tests."""

    def __init__(self) -> None:
        self._body = b""

    def read(self) -> bytes:
        """Return the signed note, or no bytes."""
        return self._body

    def write(self, body: bytes) -> None:
        """Put a signed note there."""
        self._body = body


def reason(
    body: bytes, keys: checkpoint.LogKeys, stores: Stores, held: checkpoint.Checkpoint
) -> str | None:
    """Return why the note ``body`` stops a record whose head is ``held``, or None.

    None for what ``keys`` did not sign, and for a checkpoint that the record contains.
    """
    try:
        shown = checkpoint.verify(body, keys).checkpoint
    except BadInput:
        return None
    if shown.size > held.size:
        return (
            f"A witness holds a checkpoint of {shown.size} entries that this record signed, and "
            f"the record ends at {held.size}: it was restored from an older copy, and writing to "
            "it would make a second history; restore a newer copy."
        )
    try:
        root = merkle.root(tiles.TileHashes(stores.log.tile), shown.size)
    except BadInput as error:
        raise Unavailable(f"{error} Run the verification.") from None
    if root != shown.root:
        return (
            f"A witness holds another history of {shown.size} entries under this record's "
            "signatures: a copy of it was written to, or somebody has its keys; nothing more is "
            "written until that is found out."
        )
    return None
