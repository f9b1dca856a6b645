"""The hybrid keys that dispatches are sealed to: age's ``mlkem768x25519`` (C2SP age v1.1.0).

Whoever wants to read must break ML-KEM-768 and X25519 both (X-Wing, HPKE KEM 0x647a). age calls
the public key a recipient and the private one an identity.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from hashlib import shake_256
from typing import Final

from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey, MLKEM768PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import MLKEM768X25519PrivateKey, MLKEM768X25519PublicKey

from comity.dispatch import bech32
from comity.errors import BadInput

SEED_SIZE: Final = 32
"""Bytes of randomness behind an identity: all of its secret."""
ML_KEM_SIZE: Final = 1_184
"""Bytes of an ML-KEM-768 public key (FIPS 203)."""
RECIPIENT_SIZE: Final = ML_KEM_SIZE + 32
"""Bytes of a recipient: ML-KEM-768 public key, X25519 public key (RFC 7748)."""

_RECIPIENT_PREFIX: Final = "age1pq"
_IDENTITY_PREFIX: Final = "age-secret-key-pq-"
_ML_KEM_SEED_SIZE: Final = 64
_ANY_SCALAR: Final = bytes(32)


@dataclass(frozen=True)
class Recipient:
    """A public key, raw; BadInput if no file could be encrypted to it."""

    public: bytes

    def __post_init__(self) -> None:
        """Refuse what is no key: a wrong length, a value out of range, a point of low order."""
        if len(self.public) != RECIPIENT_SIZE:
            raise BadInput(f"A hybrid recipient has {RECIPIENT_SIZE} bytes.")
        try:
            MLKEM768PublicKey.from_public_bytes(self.public[:ML_KEM_SIZE])
        except ValueError:
            raise BadInput("The ML-KEM-768 part of the recipient is no key.") from None
        try:
            # With a point of low order every scalar gives zero, which `exchange` refuses.
            X25519PrivateKey.from_private_bytes(_ANY_SCALAR).exchange(self._x25519)
        except ValueError:
            raise BadInput("The X25519 part of the recipient keeps nothing secret.") from None

    @classmethod
    def parse(cls, text: str) -> Recipient:
        """Return the recipient written as ``age1pq1...``."""
        prefix, public = bech32.decode(text)
        if prefix != _RECIPIENT_PREFIX or not text.islower():
            raise BadInput("A hybrid recipient begins with age1pq1, in small letters.")
        return cls(public)

    @cached_property
    def hpke(self) -> MLKEM768X25519PublicKey:
        """Return the key as HPKE takes it."""
        ml_kem = MLKEM768PublicKey.from_public_bytes(self.public[:ML_KEM_SIZE])
        return MLKEM768X25519PublicKey(ml_kem, self._x25519)

    @property
    def _x25519(self) -> X25519PublicKey:
        return X25519PublicKey.from_public_bytes(self.public[ML_KEM_SIZE:])

    def __str__(self) -> str:
        """Return ``age1pq1...``, 1,959 characters."""
        return bech32.encode(_RECIPIENT_PREFIX, self.public)


class Identity:
    """A private key, in memory. Neither ``str`` nor ``repr`` shows it."""

    def __init__(self, ml_kem: MLKEM768PrivateKey, x25519: X25519PrivateKey, seed: bytes) -> None:
        self._seed = seed
        self.hpke = MLKEM768X25519PrivateKey(ml_kem, x25519)
        self.recipient = Recipient(
            ml_kem.public_key().public_bytes_raw() + x25519.public_key().public_bytes_raw()
        )

    @classmethod
    def from_seed(cls, seed: bytes) -> Identity:
        """Return the identity behind 32 random bytes (draft-ietf-hpke-pq, DeriveKeyPair)."""
        if len(seed) != SEED_SIZE:
            raise BadInput(f"The seed of an identity has {SEED_SIZE} bytes.")
        expanded = shake_256(seed).digest(_ML_KEM_SEED_SIZE + 32)
        return cls(
            MLKEM768PrivateKey.from_seed_bytes(expanded[:_ML_KEM_SEED_SIZE]),
            X25519PrivateKey.from_private_bytes(expanded[_ML_KEM_SEED_SIZE:]),
            seed,
        )

    @classmethod
    def generate(cls, randomness: Callable[[int], bytes]) -> Identity:
        """Make a new identity out of one seed."""
        return cls.from_seed(randomness(SEED_SIZE))

    @classmethod
    def parse(cls, text: str) -> Identity:
        """Return the identity written as ``AGE-SECRET-KEY-PQ-1...``."""
        prefix, seed = bech32.decode(text)
        if prefix != _IDENTITY_PREFIX or not text.isupper():
            raise BadInput("A hybrid identity begins with AGE-SECRET-KEY-PQ-1, in capitals.")
        return cls.from_seed(seed)

    def secret_text(self) -> str:
        """Return the secret as ``AGE-SECRET-KEY-PQ-1...``, 77 characters."""
        return bech32.encode(_IDENTITY_PREFIX, self._seed).upper()

    def __repr__(self) -> str:
        """Name the public key by its first letters."""
        return f"Identity({str(self.recipient)[:20]}...)"
