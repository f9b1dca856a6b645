"""Salted commitments: what a log entry says about a payload without revealing it.

The log, its witnesses and its mirrors see only the commitment; whoever is given the opening can
check it. Deleting the opening erases the payload and leaves the log intact, and the 32 random
bytes of salt keep a deleted payload from being guessed.
"""

from dataclasses import dataclass
from hashlib import sha256
from hmac import compare_digest
from typing import Final

from comity.errors import BadInput

ENTRY_LABEL: Final = b"comity-entry/v1\n"
COMMITMENT_LABEL: Final = b"comity-commitment/v1\x00"
SALT_SIZE: Final = 32
MAX_PAYLOAD: Final = 65_536
"""Bytes in one payload; a larger body lies in the blob store and the payload names its SHA-256."""


@dataclass(frozen=True, slots=True)
class Opening:
    """What opens a commitment: ``salt`` (32 random bytes) and the payload."""

    salt: bytes
    payload: bytes

    def __post_init__(self) -> None:
        """Refuse a salt or payload of the wrong length."""
        if len(self.salt) != SALT_SIZE:
            raise BadInput(f"The salt of an opening has {SALT_SIZE} bytes, not {len(self.salt)}.")
        if len(self.payload) > MAX_PAYLOAD:
            raise BadInput(
                f"A payload has at most {MAX_PAYLOAD} bytes, not {len(self.payload)}: put the body "
                "into the blob store and name its SHA-256."
            )


def commit(opening: Opening) -> bytes:
    """Return the log entry: the label and SHA-256(label || salt || payload), 48 bytes."""
    digest = sha256(COMMITMENT_LABEL + opening.salt + opening.payload).digest()
    return ENTRY_LABEL + digest


def opens(entry: bytes, opening: Opening) -> bool:
    """Return whether ``opening`` is what ``entry`` commits to."""
    return compare_digest(entry, commit(opening))
