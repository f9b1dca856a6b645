"""The three places where the record lies, opened together."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from comity.errors import BadInput, Unavailable
from comity.record import files, merkle, payload, tiles
from comity.record.blobs import BlobFiles, Blobs, MemoryBlobs
from comity.record.checkpoints import FILE_NAME as CHECKPOINT_FILE
from comity.record.checkpoints import CheckpointDatabase
from comity.record.log import FILE_NAME as LOG_FILE
from comity.record.log import LogDatabase

DIRECTORY: Final = "record"
MAX_SMALL_BODY: Final = 65_536
"""Bytes up to which a body lies in the log database, so that a batch of them costs one fsync."""


@dataclass(frozen=True, slots=True)
class Stores:
    """The log, the last checkpoint and the large bodies; tests put in their own."""

    log: LogDatabase
    checkpoints: CheckpointDatabase
    blobs: Blobs

    @classmethod
    def at(cls, directory: Path) -> "Stores":
        """Open what is in ``directory``, or make it; making it needs the record's lock."""
        return cls(
            # The checkpoint is made first: a log without one would look like an unsigned log.
            checkpoints=CheckpointDatabase(directory),
            log=LogDatabase(directory),
            blobs=BlobFiles(directory / "blobs"),
        )

    @classmethod
    def in_memory(cls) -> "Stores":
        """Open an empty record that is gone with the process."""
        return cls(LogDatabase(None), CheckpointDatabase(None), MemoryBlobs())

    @staticmethod
    def found(directory: Path) -> int:
        """Return how many of the two databases are there."""
        with files.disk("The record"):
            return sum((directory / name).exists() for name in (LOG_FILE, CHECKPOINT_FILE))

    def body(self, name: str) -> bytes:
        """Return a stored body; raise if it is not there or not what its name says."""
        body = self.find_body(name)
        if body is None:
            raise BadInput(f"The record holds no body with the SHA-256 {name}.")
        if payload.sha256_hex(body) != name:
            raise Unavailable(f"The body {name} in the record is damaged; restore it from a copy.")
        return body

    def find_body(self, name: str) -> bytes | None:
        """Return a body as it is on disk, unverified, or None."""
        small = self.log.body(name)
        return self.blobs.get(name) if small is None else small

    def tile_prefix(self, size: int, level: int, n: int) -> bytes:
        """Return a tile as it was when the tree had ``size`` leaves."""
        width = min((size >> (tiles.HEIGHT * level)) - n * tiles.WIDTH, tiles.WIDTH)
        return self.log.tile(level, n)[: width * merkle.HASH_SIZE]

    def close(self) -> None:
        """Close both databases."""
        self.log.close()
        self.checkpoints.close()
