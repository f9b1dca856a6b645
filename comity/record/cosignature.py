"""Cosignatures: what a witness says about a checkpoint (C2SP tlog-cosignature v1.1.0).

A witness is one name with two keys. It cosigns a checkpoint twice: with a timestamped Ed25519
cosignature (0x04), which covers the whole note text, and with a timestamped ML-DSA-44 cosignature
(0x06), which covers the witness's own name. Both or nothing, as with the log itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from comity.errors import BadInput
from comity.record import checkpoint, keys, note

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey

ED25519_COSIGNATURE: Final = 0x04
"""Signature type byte of a timestamped Ed25519 checkpoint cosignature."""
FILE_NAME: Final = "witness.pem"

_ED25519_SIGNATURE_SIZE: Final = 64
_NAME_LABEL: Final = b"comity-witness-keys/v1\x00"


@dataclass(frozen=True, slots=True)
class WitnessKeys:
    """The two pinned public keys of one witness; both carry its name."""

    ed25519: note.VerifierKey
    ml_dsa_44: note.VerifierKey

    def __post_init__(self) -> None:
        """Refuse keys of the wrong type, of the wrong length, or of two witnesses."""
        if self.ed25519.type != ED25519_COSIGNATURE or self.ml_dsa_44.type != checkpoint.ML_DSA_44:
            raise BadInput(
                "A witness is known by one Ed25519 key (0x04) and one ML-DSA-44 key (0x06)."
            )
        if len(self.ed25519.public_key) != note.ED25519_KEY_SIZE:
            raise BadInput("The Ed25519 key of a witness has 32 bytes.")
        if len(self.ml_dsa_44.public_key) != checkpoint.ML_DSA_44_KEY_SIZE:
            raise BadInput(
                f"The ML-DSA-44 key of a witness has {checkpoint.ML_DSA_44_KEY_SIZE} bytes."
            )
        if self.ed25519.name != self.ml_dsa_44.name:
            raise BadInput("The two keys of a witness carry two different names.")

    @property
    def name(self) -> str:
        """Return the witness's name."""
        return self.ed25519.name

    @property
    def vkeys(self) -> tuple[str, str]:
        """Return the two vkey strings, Ed25519 first."""
        return str(self.ed25519), str(self.ml_dsa_44)


def parse_witness_keys(vkeys: tuple[str, ...]) -> WitnessKeys:
    """Return the pinned keys out of two vkey strings in any order."""
    found = sorted((note.parse_vkey(text) for text in vkeys), key=lambda key: key.type)
    if len(found) != 2:
        raise BadInput("A witness is known by exactly two verifier keys.")
    return WitnessKeys(found[0], found[1])


def check_distinct(witnesses: Sequence[WitnessKeys]) -> None:
    """Raise BadInput where two witnesses have a name or a key in common.

    An Ed25519 cosignature does not cover the witness's name: with a shared key one witness could
    count as two.
    """
    if len({one.name for one in witnesses}) != len(witnesses):
        raise BadInput("Two witnesses carry the same name.")
    public = {key.public_key for one in witnesses for key in (one.ed25519, one.ml_dsa_44)}
    if len(public) != 2 * len(witnesses):
        raise BadInput("Two witnesses have a key in common, so they would be one.")


class CosignerPair(keys.PrivatePair):
    """The two private keys of a witness, whose permanent name is derived from both."""

    def __init__(self, ed25519: Ed25519PrivateKey, ml_dsa_44: MLDSA44PrivateKey) -> None:
        super().__init__(ed25519, ml_dsa_44)
        first, second = self.public
        name = f"comity-witness/{sha256(_NAME_LABEL + first + second).digest()[:16].hex()}"
        self.keys = WitnessKeys(
            note.VerifierKey(name, ED25519_COSIGNATURE, first),
            note.VerifierKey(name, checkpoint.ML_DSA_44, second),
        )

    def cosign(self, head: checkpoint.Checkpoint, timestamp: int) -> tuple[note.Signature, ...]:
        """Return the 0x04 and the 0x06 line; ``timestamp`` in POSIX seconds, not 0.

        The caller has made sure that ``head`` is consistent with everything cosigned before.
        """
        if timestamp <= 0:
            raise BadInput("The time of a cosignature is after 1970.")
        message = checkpoint.cosigned_message(self.keys.name, timestamp, head)
        seconds = timestamp.to_bytes(8, "big")
        return tuple(
            note.Signature(key.name, key.key_id, seconds + signature)
            for key, signature in (
                (self.keys.ed25519, self._ed25519.sign(_message(timestamp, str(head)))),
                (self.keys.ml_dsa_44, self._ml_dsa_44.sign(message)),
            )
        )


def ed25519(key: note.VerifierKey, text: str, blob: bytes) -> bool:
    """Verify a 0x04 signature line over a note text (tlog-cosignature, "Ed25519")."""
    timestamp = checkpoint.cosignature_timestamp(blob)
    if len(blob) != 8 + _ED25519_SIGNATURE_SIZE or not 0 < timestamp <= checkpoint.MAX_SIZE:
        return False
    try:
        Ed25519PublicKey.from_public_bytes(key.public_key).verify(
            blob[8:], _message(timestamp, text)
        )
    except (InvalidSignature, ValueError):
        return False
    return True


ALGORITHMS: Final = {**checkpoint.ALGORITHMS, ED25519_COSIGNATURE: ed25519}
"""What a signature type byte of a pinned key of a log or a witness means."""


@dataclass(frozen=True, slots=True)
class Cosigned:
    """A witness that cosigned, and when by its own clock, in POSIX seconds.

    The two lines carry a time each: the later one counts, because the entries under the
    checkpoint existed by then whichever of the two algorithms is broken.
    """

    witness: WitnessKeys
    timestamp: int


@dataclass(frozen=True, slots=True)
class CosignedCheckpoint:
    """A checkpoint that its log signed, and the pinned witnesses that cosigned it."""

    signed: checkpoint.Signed
    cosigned: tuple[Cosigned, ...]


def verify_cosigned(
    data: bytes, log: checkpoint.LogKeys, witnesses: Sequence[WitnessKeys]
) -> CosignedCheckpoint:
    """Return the checkpoint in a signed note, and which of ``witnesses`` cosigned it.

    Lines of unknown keys are ignored. Raise BadInput as ``checkpoint.verify`` does, and if a line
    by a pinned witness does not verify, stands there twice, or lacks the line of its other key.
    How many witnesses are enough is the caller's policy.
    """
    check_distinct(witnesses)
    signed = checkpoint.verify(data, log)
    pinned = [key for one in witnesses for key in (one.ed25519, one.ml_dsa_44)]
    verified = note.verify(note.parse(data), (log.ed25519, *pinned), ALGORITHMS)
    found = []
    for one in witnesses:
        times = [
            checkpoint.cosignature_timestamp(verified[key].blob)
            for key in (one.ed25519, one.ml_dsa_44)
            if key in verified
        ]
        if len(times) == 1:
            missing = "ML-DSA-44" if one.ed25519 in verified else "Ed25519"
            raise BadInput(f"The cosignature by {one.name} lacks its {missing} line.")
        if not all(times):
            raise BadInput(f"The cosignature by {one.name} states no time.")
        if times:
            found.append(Cosigned(one, max(times)))
    return CosignedCheckpoint(signed, tuple(found))


def times(body: bytes, witness: WitnessKeys) -> tuple[int, ...]:
    """Return the POSIX seconds of a witness's lines in a note that was verified before."""
    pinned = {(key.name, key.key_id) for key in (witness.ed25519, witness.ml_dsa_44)}
    lines = note.parse(body).signatures if body else ()
    return tuple(
        checkpoint.cosignature_timestamp(line.blob)
        for line in lines
        if (line.name, line.key_id) in pinned
    )


def _message(timestamp: int, text: str) -> bytes:
    return f"cosignature/v1\ntime {timestamp}\n{text}".encode()
