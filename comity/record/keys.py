"""Pairs of private keys in files, and the log's own pair: who signs checkpoints."""

import re
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Final, Generic, Protocol, Self, TypeVar

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey

from comity.errors import Unavailable
from comity.record import checkpoint, files, note

FILE_NAME: Final = "log.pem"
SEED_SIZE: Final = 32
"""Bytes of randomness behind an Ed25519 key (RFC 8032) and an ML-DSA-44 key (FIPS 204)."""

Randomness = Callable[[int], bytes]

_PEM = re.compile(
    rb"-----BEGIN PRIVATE KEY-----\n[A-Za-z0-9+/=\n]+-----END PRIVATE KEY-----\n", re.DOTALL
)


class Signer(Protocol):
    """Holder of the two private keys of one log.

    ``create`` is atomic and durable: after a crash both keys exist or neither does. The record
    calls it and ``sign`` only under its lock, calls ``create`` only for an empty record, and
    verifies what ``sign`` returned before using it. Failures are Unavailable; nobody retries.
    """

    def keys(self) -> checkpoint.LogKeys | None:
        """Return the public keys, or None before they have been made."""

    def create(self) -> checkpoint.LogKeys:
        """Make the keys and the permanent origin derived from them."""

    def sign(self, head: checkpoint.Checkpoint, timestamp: int) -> tuple[note.Signature, ...]:
        """Return the 0x01 and the 0x06 signature line; ``timestamp`` in POSIX seconds."""


class PrivatePair:
    """An Ed25519 and an ML-DSA-44 private key that always sign together.

    ``KeyPair`` is a log's, ``cosignature.CosignerPair`` a witness's: no key is ever both.
    """

    def __init__(self, ed25519: Ed25519PrivateKey, ml_dsa_44: MLDSA44PrivateKey) -> None:
        self._ed25519 = ed25519
        self._ml_dsa_44 = ml_dsa_44

    @classmethod
    def generate(cls, randomness: Randomness) -> Self:
        """Make a new pair out of two seeds."""
        return cls(
            Ed25519PrivateKey.from_private_bytes(randomness(SEED_SIZE)),
            MLDSA44PrivateKey.from_seed_bytes(randomness(SEED_SIZE)),
        )

    @property
    def public(self) -> tuple[bytes, bytes]:
        """Return both public keys, raw, Ed25519 first."""
        return (
            self._ed25519.public_key().public_bytes_raw(),
            self._ml_dsa_44.public_key().public_bytes_raw(),
        )

    def pem(self) -> bytes:
        """Return both keys as PKCS #8 PEM, Ed25519 first."""
        return b"".join(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
            for key in (self._ed25519, self._ml_dsa_44)
        )


class KeyPair(PrivatePair):
    """The two private keys of a log, and the log they make."""

    def __init__(self, ed25519: Ed25519PrivateKey, ml_dsa_44: MLDSA44PrivateKey) -> None:
        super().__init__(ed25519, ml_dsa_44)
        self.keys = checkpoint.log_keys(*self.public)

    def sign(self, head: checkpoint.Checkpoint, timestamp: int) -> tuple[note.Signature, ...]:
        """Return the 0x01 line over the text and the 0x06 line over the cosigned message."""
        keys = self.keys
        message = checkpoint.cosigned_message(keys.origin, timestamp, head)
        cosignature = timestamp.to_bytes(8, "big") + self._ml_dsa_44.sign(message)
        return (
            note.Signature(
                keys.origin, keys.ed25519.key_id, self._ed25519.sign(str(head).encode())
            ),
            note.Signature(keys.origin, keys.ml_dsa_44.key_id, cosignature),
        )


Pair = TypeVar("Pair", bound=PrivatePair)


class KeyFile(Generic[Pair]):
    """Both keys of a pair in one file that only its owner may read.

    One file, because one rename is what makes "both or neither" true.
    """

    def __init__(self, path: Path, made_of: type[Pair], randomness: Randomness) -> None:
        self.path = path
        self._type = made_of
        self._randomness = randomness
        self._pair: Pair | None = None

    def pair(self) -> Pair | None:
        """Return the keys, or None before they have been made."""
        with files.disk("The key file"):
            if self._pair is None and self.path.exists():
                self._pair = self._load()
        return self._pair

    def create(self) -> Pair:
        """Make both keys and write them durably."""
        pair = self._type.generate(self._randomness)
        with files.disk("The key file"):
            files.make_directory(self.path.parent)
            files.write_durably(self.path, pair.pem())
        self._pair = pair
        return pair

    def _load(self) -> Pair:
        if stat.S_IMODE(self.path.stat().st_mode) & 0o077:
            raise Unavailable(
                f"Others than its owner may read or change the key file {self.path}: "
                "set its mode to 600, and consider the keys known to whoever could read them."
            )
        blocks = _PEM.findall(self.path.read_bytes())
        try:
            keys = [serialization.load_pem_private_key(block, None) for block in blocks]
        except (ValueError, TypeError):
            keys = []
        match keys:
            case [Ed25519PrivateKey() as ed25519, MLDSA44PrivateKey() as ml_dsa_44]:
                return self._type(ed25519, ml_dsa_44)
            case _:
                raise Unavailable(
                    f"The key file {self.path} does not hold an Ed25519 and an ML-DSA-44 key."
                )


class FileSigner:
    """``Signer`` with both keys in ``log.pem``."""

    def __init__(self, directory: Path, randomness: Randomness) -> None:
        self._file = KeyFile(directory / FILE_NAME, KeyPair, randomness)

    def keys(self) -> checkpoint.LogKeys | None:
        """Return the public keys, or None before they have been made."""
        pair = self._file.pair()
        return pair.keys if pair else None

    def create(self) -> checkpoint.LogKeys:
        """Make both keys and write them durably."""
        return self._file.create().keys

    def sign(self, head: checkpoint.Checkpoint, timestamp: int) -> tuple[note.Signature, ...]:
        """Return the two signature lines."""
        pair = self._file.pair()
        if pair is None:
            raise Unavailable(f"The keys of the record are missing: there is no {self._file.path}.")
        return pair.sign(head, timestamp)


class MemorySigner:
    """``Signer`` whose keys are gone with the process: the twin for tests."""

    def __init__(self, randomness: Randomness) -> None:
        self._randomness = randomness
        self._pair: KeyPair | None = None

    def keys(self) -> checkpoint.LogKeys | None:
        """Return the public keys, or None before they have been made."""
        return self._pair.keys if self._pair else None

    def create(self) -> checkpoint.LogKeys:
        """Make both keys."""
        self._pair = KeyPair.generate(self._randomness)
        return self._pair.keys

    def sign(self, head: checkpoint.Checkpoint, timestamp: int) -> tuple[note.Signature, ...]:
        """Return the two signature lines."""
        if self._pair is None:
            raise Unavailable("The keys of the record are missing.")
        return self._pair.sign(head, timestamp)
