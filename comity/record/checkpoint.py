"""Checkpoints: the signed head of the log (C2SP tlog-checkpoint v1.0.0, tlog-cosignature v1.1.0).

The log signs each checkpoint twice under its origin: an Ed25519 note signature (0x01) and a
timestamped ML-DSA-44 cosignature (0x06). Both or nothing: a checkpoint that lacks one of the two
lines is refused, so whoever breaks one algorithm cannot strip the other.
"""

import re
from base64 import b64encode
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PublicKey

from comity.errors import BadInput
from comity.record import merkle, note
from comity.record.fingerprint import groups

ML_DSA_44: Final = 0x06
"""Signature type byte of a timestamped ML-DSA-44 (sub)tree cosignature."""
ML_DSA_44_KEY_SIZE: Final = 1_312
ML_DSA_44_SIGNATURE_SIZE: Final = 2_420
MAX_SIZE: Final = (1 << 63) - 1
"""Leaves in a tree and seconds in a timestamp: both fit a signed 64-bit integer."""
MAX_NAME: Final = 255
"""Bytes of an origin or cosigner name: tlog-cosignature gives them a one-byte length."""

_SIZE = re.compile(r"0|[1-9][0-9]{0,18}")
_LABEL = b"subtree/v1\n\x00"
_FINGERPRINT_LABEL = b"comity-log-keys/v1\x00"


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The tree head: ``size`` leaves hash to ``root`` (32 bytes) in the log ``origin``."""

    origin: str
    size: int
    root: bytes

    def __str__(self) -> str:
        """Return the note text: origin, size and base64 root, one line each."""
        return f"{self.origin}\n{self.size}\n{b64encode(self.root).decode()}\n"


@dataclass(frozen=True, slots=True)
class LogKeys:
    """The two pinned public keys of one log; both carry the log's origin as their name."""

    ed25519: note.VerifierKey
    ml_dsa_44: note.VerifierKey

    def __post_init__(self) -> None:
        """Refuse keys of the wrong type, of the wrong length, or of two logs."""
        if self.ed25519.type != note.ED25519 or self.ml_dsa_44.type != ML_DSA_44:
            raise BadInput("A log is known by one Ed25519 key (0x01) and one ML-DSA-44 key (0x06).")
        if len(self.ed25519.public_key) != note.ED25519_KEY_SIZE:
            raise BadInput("The Ed25519 key of a log has 32 bytes.")
        if len(self.ml_dsa_44.public_key) != ML_DSA_44_KEY_SIZE:
            raise BadInput(f"The ML-DSA-44 key of a log has {ML_DSA_44_KEY_SIZE} bytes.")
        if self.ed25519.name != self.ml_dsa_44.name:
            raise BadInput("The two keys of a log carry two different origins.")

    @property
    def origin(self) -> str:
        """Return the log's origin."""
        return self.ed25519.name

    @property
    def vkeys(self) -> tuple[str, str]:
        """Return the two vkey strings, Ed25519 first."""
        return str(self.ed25519), str(self.ml_dsa_44)

    @property
    def fingerprint(self) -> str:
        """Return 128 bits over both keys as eight groups of five digits, to be read aloud."""
        return groups(_digest(self.ed25519.public_key, self.ml_dsa_44.public_key))


def log_keys(ed25519: bytes, ml_dsa_44: bytes) -> LogKeys:
    """Return the keys of a new log, whose permanent origin is derived from both of them."""
    origin = f"comity-log/{_digest(ed25519, ml_dsa_44)[:16].hex()}"
    return LogKeys(
        note.VerifierKey(origin, note.ED25519, ed25519),
        note.VerifierKey(origin, ML_DSA_44, ml_dsa_44),
    )


def parse_log_keys(vkeys: tuple[str, ...]) -> LogKeys:
    """Return the pinned keys out of two vkey strings in any order."""
    keys = sorted((note.parse_vkey(text) for text in vkeys), key=lambda key: key.type)
    if len(keys) != 2:
        raise BadInput("A log is known by exactly two verifier keys.")
    return LogKeys(keys[0], keys[1])


@dataclass(frozen=True, slots=True)
class Signed:
    """A checkpoint whose two signatures verified; ``timestamp`` in POSIX seconds is a claim."""

    checkpoint: Checkpoint
    timestamp: int


def parse(text: str) -> Checkpoint:
    """Return the checkpoint in a note text; raise BadInput if it is malformed.

    Extension lines are refused: ML-DSA-44 cosignatures do not cover them (tlog-cosignature), so
    they would stand under one signature only.
    """
    lines = text.split("\n")
    if len(lines) < 4 or lines[-1]:
        raise BadInput("A checkpoint has at least three lines: origin, size and root.")
    origin, size, root = lines[:3]
    if len(lines) > 4:
        raise BadInput("The checkpoint has extension lines, which only one signature would cover.")
    if not origin or len(origin.encode()) > MAX_NAME:
        raise BadInput(f"The origin of a checkpoint has 1 to {MAX_NAME} bytes.")
    if not _SIZE.fullmatch(size) or int(size) > MAX_SIZE:
        raise BadInput("The size of a checkpoint is not a decimal number without leading zeroes.")
    digest = note.decode_base64(root, "The root of a checkpoint")
    if len(digest) != merkle.HASH_SIZE:
        raise BadInput("The root of a checkpoint is not 32 bytes long.")
    return Checkpoint(origin, int(size), digest)


def cosigned_message(cosigner: str, timestamp: int, checkpoint: Checkpoint) -> bytes:
    """Return the ``cosigned_message`` that a 0x06 line signs (tlog-cosignature, ML-DSA-44).

    ``timestamp`` in POSIX seconds; a checkpoint is the subtree from 0 to its size.
    """
    name, origin = cosigner.encode(), checkpoint.origin.encode()
    if not 0 < len(name) <= MAX_NAME or not 0 < len(origin) <= MAX_NAME:
        raise BadInput(
            f"The name of a cosigner and the origin of a log have 1 to {MAX_NAME} bytes."
        )
    if not 0 <= timestamp <= MAX_SIZE:
        raise BadInput("The timestamp of a cosignature does not fit 63 bits.")
    return b"".join(
        (
            _LABEL,
            bytes([len(name)]),
            name,
            timestamp.to_bytes(8, "big"),
            bytes([len(origin)]),
            origin,
            (0).to_bytes(8, "big"),
            checkpoint.size.to_bytes(8, "big"),
            checkpoint.root,
        )
    )


def cosignature_timestamp(blob: bytes) -> int:
    """Return the POSIX seconds at the head of a timestamped signature."""
    return int.from_bytes(blob[:8], "big")


def ml_dsa_44(key: note.VerifierKey, text: str, blob: bytes) -> bool:
    """Verify a 0x06 signature line over a checkpoint text."""
    if len(blob) != 8 + ML_DSA_44_SIGNATURE_SIZE:
        return False
    message = cosigned_message(key.name, cosignature_timestamp(blob), parse(text))
    try:
        MLDSA44PublicKey.from_public_bytes(key.public_key).verify(blob[8:], message)
    except (InvalidSignature, ValueError):
        return False
    return True


ALGORITHMS: Final = {note.ED25519: note.ed25519, ML_DSA_44: ml_dsa_44}
"""What a signature type byte of a pinned key means."""


def verify(data: bytes, keys: LogKeys) -> Signed:
    """Return the checkpoint in a signed note that both keys of the log have signed.

    Raise BadInput if the note is malformed, names another log, lacks either signature, carries
    one of them twice, or if either does not verify.
    """
    signed = note.parse(data)
    checkpoint = parse(signed.text)
    if checkpoint.origin != keys.origin:
        raise BadInput(f"The checkpoint is of the log {checkpoint.origin}, not of {keys.origin}.")
    verified = note.verify(signed, (keys.ed25519, keys.ml_dsa_44), ALGORITHMS)
    for key, algorithm in ((keys.ed25519, "Ed25519"), (keys.ml_dsa_44, "ML-DSA-44")):
        if key not in verified:
            raise BadInput(f"The checkpoint lacks the {algorithm} signature of {keys.origin}.")
    return Signed(checkpoint, cosignature_timestamp(verified[keys.ml_dsa_44].blob))


def _digest(ed25519: bytes, ml_dsa_44: bytes) -> bytes:
    return sha256(_FINGERPRINT_LABEL + ed25519 + ml_dsa_44).digest()
