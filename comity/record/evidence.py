"""Evidence against a log: checkpoints that it signed and that do not fit together."""

from base64 import b64encode
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from typing import Final

from comity.errors import BadInput
from comity.record import checkpoint, note

HEADER: Final = "comity-checkpoints/v1"
MAX_EVIDENCE: Final = 1 << 20
"""Bytes accepted in one file of evidence."""


class Kind(StrEnum):
    """What two checkpoints of one log say about it.

    ``FORK``: two roots of one size, which no log can take back. ``UNPROVEN``: a larger tree that
    whoever sent it could not connect to the one that was cosigned; the log may be innocent, since
    anybody can send a checkpoint with a wrong proof. It becomes a fork with the first checkpoint
    of the same size and another root.
    """

    FORK = "fork"
    UNPROVEN = "unproven"


@dataclass(frozen=True, slots=True)
class Evidence:
    """Two notes that the log signed: ``cosigned`` by the witness too (or none), and ``seen``."""

    kind: Kind
    cosigned: bytes
    seen: bytes

    @property
    def origin(self) -> str:
        """Return the origin of the log."""
        return self.head.origin

    @property
    def head(self) -> checkpoint.Checkpoint:
        """Return the checkpoint that does not fit."""
        return checkpoint.parse(note.parse(self.seen).text)

    @property
    def digest(self) -> bytes:
        """Return what tells one piece from another: the kind and what was signed, not by whom.

        Signatures of one text differ each time, and would make one fork look like many.
        """
        return sha256(f"{self.kind}\n{self.head}".encode()).digest()

    def __bytes__(self) -> bytes:
        """Return the file: the header, and each note in base64 on a line of its own."""
        lines = (HEADER, *(b64encode(body).decode() for body in (self.cosigned, self.seen)), "")
        return "\n".join(lines).encode()


def check_fork(data: bytes, keys: checkpoint.LogKeys) -> tuple[checkpoint.Signed, ...]:
    """Return both checkpoints of a file of evidence that proves a fork of the log.

    Raise BadInput if it proves none: not two checkpoints, not both signed by the pinned ``keys``,
    of two sizes, or of one root. Needs no word of the witness that kept it.
    """
    if len(data) > MAX_EVIDENCE:
        raise BadInput(f"The file of evidence is longer than {MAX_EVIDENCE} bytes.")
    try:
        lines = data.decode("ascii").split("\n")
    except UnicodeDecodeError:
        raise BadInput("The file of evidence contains characters that are not ASCII.") from None
    if len(lines) != 4 or lines[0] != HEADER or lines[3]:
        raise BadInput(f"A file of evidence is the line {HEADER} and two checkpoints in base64.")
    first, second = (
        checkpoint.verify(note.decode_base64(line, "A checkpoint of the evidence"), keys)
        for line in lines[1:3]
    )
    if first.checkpoint.size != second.checkpoint.size:
        raise BadInput("The two checkpoints are of two sizes: by themselves they prove no fork.")
    if first.checkpoint.root == second.checkpoint.root:
        raise BadInput("The two checkpoints are of one tree: there is no fork.")
    return first, second
