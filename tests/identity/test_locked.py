"""Locked key files: only the passphrase opens them, and nothing else is learnt from them."""

from base64 import b64decode, encodebytes

import pytest
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from comity.errors import BadInput
from comity.identity.locked import (
    MAX_LOCKED,
    check_passphrase,
    lock,
    lock_pair,
    pair_from_pem,
    pair_to_pem,
    unlock,
    unlock_pair,
)
from tests.identity.support import DESK, pair
from tests.record.support import randomness

PASSPHRASE = "ein Wort, und noch sechs mehr für den Schlüssel".encode()


@pytest.fixture(scope="module")
def locked() -> bytes:
    return lock_pair(pair(DESK), PASSPHRASE, randomness())


def test_the_passphrase_opens_both_keys(locked: bytes) -> None:
    assert unlock_pair(locked, PASSPHRASE).public == pair(DESK).public


def test_a_wrong_passphrase_opens_nothing_and_is_not_repeated(locked: bytes) -> None:
    with pytest.raises(BadInput, match="does not open the key file") as refused:
        unlock(locked, b"a wrong passphrase")
    assert "a wrong passphrase" not in str(refused.value)


def test_a_changed_file_does_not_open(locked: bytes) -> None:
    body = bytearray(b64decode(b"".join(locked.splitlines()[1:-1])))
    body[-1] ^= 1
    changed = locked.splitlines(keepends=True)[0] + encodebytes(body)
    changed += locked.splitlines(keepends=True)[-1]
    with pytest.raises(BadInput, match="or the file was changed"):
        unlock(changed, PASSPHRASE)


def test_a_file_opens_without_our_code(locked: bytes) -> None:
    raw = b64decode(b"".join(locked.splitlines()[1:-1]))
    kdf = Argon2id(salt=raw[:16], length=32, iterations=3, lanes=4, memory_cost=65_536)
    cipher = ChaCha20Poly1305(kdf.derive(PASSPHRASE))
    plain = cipher.decrypt(raw[16:28], raw[28:], b"comity-locked/v1\x00")
    assert plain == pair_to_pem(pair(DESK))


def test_the_same_secret_is_never_locked_into_the_same_file() -> None:
    draw = randomness()
    assert lock(b"seed", PASSPHRASE, draw) != lock(b"seed", PASSPHRASE, draw)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        pair_to_pem(pair(DESK)),
        b"-----BEGIN COMITY LOCKED KEY-----\nAAAA\n-----END COMITY LOCKED KEY-----\n",
        b"-----BEGIN COMITY LOCKED KEY-----\nA\n-----END COMITY LOCKED KEY-----\n",
        b"x" * (MAX_LOCKED + 1),
    ],
    ids=["empty", "not locked", "too short", "no base64", "too long"],
)
def test_what_is_no_locked_file_is_refused(data: bytes) -> None:
    with pytest.raises(BadInput, match="no locked key file"):
        unlock(data, PASSPHRASE)


def _other_kind() -> bytes:
    key = MLDSA44PrivateKey.from_seed_bytes(bytes(32))
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return pair_to_pem(pair(DESK)).partition(b"-----END")[0] + b"-----END PRIVATE KEY-----\n" + pem


@pytest.mark.parametrize(
    "pem",
    [
        b"",
        pair_to_pem(pair(DESK)) * 2,
        _other_kind(),
        b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
    ],
    ids=["no keys", "four keys", "an ML-DSA-44 key", "no key in it"],
)
def test_a_file_without_exactly_the_two_keys_is_refused(pem: bytes) -> None:
    with pytest.raises(BadInput, match="does not hold an Ed25519 and an ML-DSA-65 key"):
        pair_from_pem(pem)


@pytest.mark.parametrize("text", ["", "elf Zeichen", "x" * 1025])
def test_a_new_passphrase_that_is_too_short_or_endless_is_refused(text: str) -> None:
    with pytest.raises(BadInput, match="12 to 1024 characters"):
        check_passphrase(text.encode())


def test_a_pair_shows_no_secret_of_itself() -> None:
    seed = pair(DESK).ed25519.private_bytes_raw()
    shown = repr(pair(DESK)) + str(pair(DESK)) + repr(pair(DESK).__dict__)
    assert seed.hex() not in shown
    assert repr(seed) not in shown
