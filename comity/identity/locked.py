"""Private keys at rest: PKCS #8, locked with a passphrase.

The library can encrypt PKCS #8 by itself, with PBKDF2 of 2,048 rounds: a passphrase that a person
can remember would be tried out soon. So the plain PKCS #8 is locked here as a whole: Argon2id
(RFC 9106, section 4, second recommended option) makes a key out of passphrase and salt, and
ChaCha20-Poly1305 (RFC 8439) encrypts under it, which also shows a changed file.
"""

from __future__ import annotations

import re
from base64 import encodebytes
from binascii import Error, a2b_base64
from collections.abc import Callable
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA65PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from comity.errors import BadInput
from comity.identity.pair import PrivatePair

MAX_LOCKED: Final = 1 << 14
"""Bytes of a locked file."""
MIN_PASSPHRASE: Final = 12
"""Characters of a passphrase."""
MAX_PASSPHRASE: Final = 1_024

_LABEL = b"comity-locked/v1\x00"
_SALT, _NONCE = 16, 12
_FILE = re.compile(
    rb"-----BEGIN COMITY LOCKED KEY-----\n([A-Za-z0-9+/=\n]+)-----END COMITY LOCKED KEY-----\n"
)
_PEM = re.compile(
    rb"-----BEGIN PRIVATE KEY-----\n[A-Za-z0-9+/=\n]+-----END PRIVATE KEY-----\n", re.DOTALL
)


def lock(secret: bytes, passphrase: bytes, randomness: Callable[[int], bytes]) -> bytes:
    """Return the file that only the passphrase (UTF-8) opens; ``randomness(n)`` gives n bytes."""
    salt, nonce = randomness(_SALT), randomness(_NONCE)
    sealed = _cipher(passphrase, salt).encrypt(nonce, secret, _LABEL)
    body = encodebytes(salt + nonce + sealed)
    return b"-----BEGIN COMITY LOCKED KEY-----\n%s-----END COMITY LOCKED KEY-----\n" % body


def unlock(data: bytes, passphrase: bytes) -> bytes:
    """Return what was locked; BadInput if the file is none of these or does not open."""
    found = _FILE.fullmatch(data) if len(data) <= MAX_LOCKED else None
    try:
        raw = a2b_base64(found[1]) if found else b""
    except Error:
        raw = b""
    if len(raw) < _SALT + _NONCE:
        raise BadInput("This is no locked key file of Comity, or it is damaged.")
    salt, nonce, sealed = raw[:_SALT], raw[_SALT : _SALT + _NONCE], raw[_SALT + _NONCE :]
    try:
        return _cipher(passphrase, salt).decrypt(nonce, sealed, _LABEL)
    except InvalidTag:
        raise BadInput(
            "The passphrase does not open the key file, or the file was changed; nothing is lost: "
            "try again."
        ) from None


def lock_pair(pair: PrivatePair, passphrase: bytes, randomness: Callable[[int], bytes]) -> bytes:
    """Return the file of a pair of private keys: both in one, so that none is kept alone."""
    return lock(pair_to_pem(pair), passphrase, randomness)


def unlock_pair(data: bytes, passphrase: bytes) -> PrivatePair:
    """Return the pair in a locked file; raise BadInput as ``unlock`` and ``pair_from_pem`` do."""
    return pair_from_pem(unlock(data, passphrase))


def pair_to_pem(pair: PrivatePair) -> bytes:
    """Return both keys as PKCS #8 PEM, Ed25519 first; of ML-DSA-65 the seed (RFC 9881)."""
    return b"".join(
        key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        for key in (pair.ed25519, pair.ml_dsa_65)
    )


def pair_from_pem(data: bytes) -> PrivatePair:
    """Return the pair of two PKCS #8 PEM blocks; BadInput if they are none."""
    try:
        keys = [load_pem_private_key(block, None) for block in _PEM.findall(data)]
    except (ValueError, TypeError):
        keys = []
    match keys:
        case [Ed25519PrivateKey() as ed25519, MLDSA65PrivateKey() as ml_dsa_65]:
            return PrivatePair(ed25519, ml_dsa_65)
        case _:
            raise BadInput("The key file does not hold an Ed25519 and an ML-DSA-65 key.")


def check_passphrase(passphrase: bytes) -> None:
    """Raise BadInput unless a new passphrase (UTF-8) has a length that is worth locking with."""
    if not MIN_PASSPHRASE <= len(passphrase.decode("utf-8", "replace")) <= MAX_PASSPHRASE:
        raise BadInput(
            f"A passphrase has {MIN_PASSPHRASE} to {MAX_PASSPHRASE} characters: five or six words "
            "that nobody else would put together."
        )


def _cipher(passphrase: bytes, salt: bytes) -> ChaCha20Poly1305:
    kdf = Argon2id(salt=salt, length=32, iterations=3, lanes=4, memory_cost=1 << 16)
    return ChaCha20Poly1305(kdf.derive(passphrase))
