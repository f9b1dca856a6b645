"""A pair of signing keys: Ed25519 and ML-DSA-65, which always sign together.

Whoever breaks one of the two algorithms can sign nothing: both signatures or none. A key is named
by its RFC 7638 thumbprint, over the members that RFC 8037 (OKP) and RFC 9964 (AKP) demand.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA65PrivateKey
from jwcrypto.common import base64url_encode
from jwcrypto.jwk import JWK

from comity.errors import BadInput

ED25519_SIZE: Final = 32
"""Bytes of an Ed25519 public key (RFC 8032)."""
ML_DSA_65_SIZE: Final = 1_952
"""Bytes of an ML-DSA-65 public key (FIPS 204)."""
SEED_SIZE: Final = 32
"""Bytes of randomness behind either private key."""


@dataclass(frozen=True)
class PublicPair:
    """The two public keys of one holder, raw; BadInput if one has the wrong length."""

    ed25519: bytes
    ml_dsa_65: bytes

    def __post_init__(self) -> None:
        """Refuse keys that are not the two that a pair is made of."""
        if len(self.ed25519) != ED25519_SIZE:
            raise BadInput(f"The Ed25519 key of a pair has {ED25519_SIZE} bytes.")
        if len(self.ml_dsa_65) != ML_DSA_65_SIZE:
            raise BadInput(f"The ML-DSA-65 key of a pair has {ML_DSA_65_SIZE} bytes.")

    @cached_property
    def jwks(self) -> tuple[JWK, JWK]:
        """Return both keys as JSON Web Keys, Ed25519 first."""
        return (
            JWK(kty="OKP", crv="Ed25519", x=base64url_encode(self.ed25519)),
            JWK(kty="AKP", alg="ML-DSA-65", pub=base64url_encode(self.ml_dsa_65)),
        )

    @cached_property
    def kids(self) -> tuple[str, str]:
        """Return the thumbprint of each key, Ed25519 first."""
        ed25519, ml_dsa_65 = self.jwks
        return str(ed25519.thumbprint()), str(ml_dsa_65.thumbprint())


class PrivatePair:
    """The two private keys of one holder, in memory."""

    def __init__(self, ed25519: Ed25519PrivateKey, ml_dsa_65: MLDSA65PrivateKey) -> None:
        self.ed25519 = ed25519
        self.ml_dsa_65 = ml_dsa_65
        self.public = PublicPair(
            ed25519.public_key().public_bytes_raw(), ml_dsa_65.public_key().public_bytes_raw()
        )

    @classmethod
    def generate(cls, randomness: Callable[[int], bytes]) -> PrivatePair:
        """Make a new pair out of two seeds."""
        return cls(
            Ed25519PrivateKey.from_private_bytes(randomness(SEED_SIZE)),
            MLDSA65PrivateKey.from_seed_bytes(randomness(SEED_SIZE)),
        )
