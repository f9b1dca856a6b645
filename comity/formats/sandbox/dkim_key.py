"""The public keys that domains publish for DKIM, made usable (RFC 6376 §3.3.3, RFC 8463 §4)."""

from typing import TypeAlias

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_der_public_key

from comity.errors import BadInput
from comity.formats.sandbox.dkim_tags import KeyRecord

PublicKey: TypeAlias = RSAPublicKey | Ed25519PublicKey

FEWEST_BITS = 1024  # RFC 8301 §3.2: shorter keys are never valid
GOOD_BITS = 2048
MOST_BITS = 8192


def usable(record: KeyRecord) -> PublicKey:
    """The key of a record; BadInput says in half a sentence why it cannot be used."""
    if "sha256" not in record.hashes:
        raise BadInput("it is not for SHA-256")
    if not {"*", "email"} & set(record.services):
        raise BadInput("it is not for e-mail")
    if record.kind == "ed25519":
        try:
            return Ed25519PublicKey.from_public_bytes(record.key)
        except ValueError:
            raise BadInput("it is no Ed25519 key of 32 bytes") from None
    if record.kind != "rsa":
        raise BadInput(f"its kind {record.kind[:40]!r} is not known")
    try:
        key = load_der_public_key(record.key)
    except (ValueError, UnsupportedAlgorithm):
        raise BadInput("it is damaged, or shorter than any RSA key may be") from None
    if not isinstance(key, RSAPublicKey):
        raise BadInput("it is no RSA key")
    if not FEWEST_BITS <= key.key_size <= MOST_BITS:
        raise BadInput(
            f"it has {key.key_size} bits, and RSA keys of {FEWEST_BITS} to {MOST_BITS} are taken"
        )
    return key


def kind_and_size(key: PublicKey) -> str:
    """What a person calls the key: ``RSA, 2048 bits``."""
    return f"RSA, {key.key_size} bits" if isinstance(key, RSAPublicKey) else "Ed25519"


def weak(key: PublicKey) -> bool:
    """Whether somebody with means could find the private key."""
    return isinstance(key, RSAPublicKey) and key.key_size < GOOD_BITS


def holds(key: PublicKey, signature: bytes, digest: bytes) -> bool:
    """Whether the signature is of this SHA-256 digest."""
    try:
        if isinstance(key, RSAPublicKey):
            key.verify(signature, digest, PKCS1v15(), Prehashed(SHA256()))
        else:
            key.verify(signature, digest)  # RFC 8463 §3: the digest itself is the message
    except InvalidSignature:
        return False
    return True
