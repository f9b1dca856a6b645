"""Encrypted files: age v1, binary, for hybrid recipients alone (C2SP age v1.1.0).

age keeps a file secret and shows whether it was changed. It does not say who wrote it: that is the
signature's part, which lies inside.
"""

import hmac
import re
from base64 import b64decode, b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from comity.dispatch.recipient import Identity, Recipient
from comity.errors import BadInput

MAX_FILE: Final = 16 << 20
"""Bytes accepted in one file, and in what one is made from."""
MAX_STANZAS: Final = 256
"""Recipients of one file: a decryption is tried for each."""
MAX_HEADER: Final = 512 << 10
"""Bytes accepted in the header; a recipient takes 1,557."""
CHUNK: Final = 64 << 10
"""Bytes of plaintext in each chunk but the last."""

_INTRO: Final = b"age-encryption.org/v1\n"
_TYPE: Final = b"mlkem768x25519"
_CLASSICAL: Final = frozenset({
    b"X25519", b"scrypt", b"ssh-rsa", b"ssh-ed25519", b"p256tag", b"piv-p256",
})  # fmt: skip
"""Stanza types in use that are not hybrid. age wants none of them beside a hybrid one."""
_SUITE: Final = Suite(KEM.MLKEM768_X25519, KDF.HKDF_SHA256, AEAD.CHACHA20_POLY1305)
_INFO: Final = b"age-encryption.org/mlkem768x25519"
_ENC_SIZE: Final = 1_120
_KEY_SIZE: Final = 16
_NONCE_SIZE: Final = 16
_TAG_SIZE: Final = 16
_COLUMNS: Final = 64
_MAC_SIZE: Final = 32
_ARGUMENT = re.compile(rb"[\x21-\x7e]+")
_BASE64 = re.compile(rb"[A-Za-z0-9+/]*")


@dataclass(frozen=True, slots=True)
class _Stanza:
    arguments: tuple[bytes, ...]
    body: bytes


@dataclass(frozen=True, slots=True)
class _Header:
    """``covered`` is what the MAC is over; ``size`` counts all bytes of the header."""

    stanzas: tuple[_Stanza, ...]
    covered: bytes
    mac: bytes
    size: int


def encrypt(
    plain: bytes, recipients: Sequence[Recipient], randomness: Callable[[int], bytes]
) -> bytes:
    """Return a file that each of ``recipients`` can open.

    ``randomness`` gives the file key and the nonce. The ephemeral keys of HPKE are drawn by the
    library, which takes none from outside: the same call never gives the same bytes.
    """
    if not recipients:
        raise BadInput("A file is encrypted to one recipient at least.")
    if len(recipients) > MAX_STANZAS:
        raise BadInput(f"A file is encrypted to {MAX_STANZAS} recipients at most.")
    if len(set(recipients)) != len(recipients):
        raise BadInput("A recipient is named twice.")
    key = randomness(_KEY_SIZE)
    covered = _INTRO + b"".join(_wrapped(key, recipient) for recipient in recipients) + b"---"
    mac = _base64(_mac(key, covered))
    nonce = randomness(_NONCE_SIZE)
    file = b"".join((covered, b" ", mac, b"\n", nonce, *_sealed(key, nonce, plain)))
    if len(file) > MAX_FILE:
        raise BadInput(f"The age file would be longer than {MAX_FILE} bytes.")
    return file


def decrypt(file: bytes, identity: Identity) -> bytes:
    """Return the plaintext; BadInput, and none of it, if anything does not fit.

    Stanzas of unknown types are ignored, as age demands of an identity. A file that a key or a
    passphrase of a classical type opens too is refused, as age allows an identity to: whoever
    breaks that one reads it.
    """
    if len(file) > MAX_FILE:
        raise BadInput(f"The age file is longer than {MAX_FILE} bytes.")
    header = _parse(file)
    key = _unwrapped(header.stanzas, identity)
    if not hmac.compare_digest(_mac(key, header.covered), header.mac):
        raise BadInput("The header of the age file was changed: its MAC is wrong.")
    return _opened(key, file, header.size)


def _wrapped(key: bytes, recipient: Recipient) -> bytes:
    sealed = _SUITE.encrypt(key, recipient.hpke, info=_INFO)
    enc, body = _base64(sealed[:_ENC_SIZE]), _base64(sealed[_ENC_SIZE:])
    return b"-> " + _TYPE + b" " + enc + b"\n" + body + b"\n"


def _unwrapped(stanzas: Sequence[_Stanza], identity: Identity) -> bytes:
    kinds = {stanza.arguments[0] for stanza in stanzas}
    if classical := kinds & _CLASSICAL:
        name = min(classical).decode()
        raise BadInput(
            f"The age file is encrypted to a recipient of type {name}: "
            f"it has to be encrypted to hybrid recipients ({_TYPE.decode()}) alone."
        )
    ours = [_encapsulated(stanza) for stanza in stanzas if stanza.arguments[0] == _TYPE]
    for sealed in ours:
        try:
            return _SUITE.decrypt(sealed, identity.hpke, info=_INFO)
        except InvalidTag:
            continue
    raise BadInput(
        "The age file cannot be opened with this node's key: "
        "it is for somebody else, or it was damaged."
    )


def _encapsulated(stanza: _Stanza) -> bytes:
    """Return ``enc`` and ciphertext; lengths are checked first (partitioning oracles)."""
    if len(stanza.arguments) != 2:
        raise BadInput("A hybrid stanza of the age file has not exactly two arguments.")
    enc = _decoded(stanza.arguments[1], "The encapsulated key of a hybrid stanza")
    if len(enc) != _ENC_SIZE:
        raise BadInput(f"The encapsulated key of a hybrid stanza has not {_ENC_SIZE} bytes.")
    if len(stanza.body) != _KEY_SIZE + _TAG_SIZE:
        raise BadInput("The body of a hybrid stanza is not as long as a wrapped file key.")
    return enc + stanza.body


def _parse(file: bytes) -> _Header:
    if file.startswith(b"-----BEGIN AGE"):
        raise BadInput("The age file is armored: send it in its binary form.")
    if not file.startswith(_INTRO):
        raise BadInput("This is no age file of version 1.")
    stanzas: list[_Stanza] = []
    at = len(_INTRO)
    while True:
        start, (line, at) = at, _line(file, at)
        if line.startswith(b"--- "):
            break
        if not line.startswith(b"-> "):
            raise BadInput("A line of the age file's header is neither a stanza nor the MAC.")
        if len(stanzas) == MAX_STANZAS:
            raise BadInput(f"The age file has more than {MAX_STANZAS} recipients.")
        arguments = tuple(line[3:].split(b" "))
        if not all(_ARGUMENT.fullmatch(argument) for argument in arguments):
            raise BadInput("An argument of a stanza of the age file is empty or not plain ASCII.")
        body, at = _body(file, at)
        stanzas.append(_Stanza(arguments, body))
    if not stanzas:
        raise BadInput("The age file has no recipient.")
    mac = _decoded(line[4:], "The MAC of the age file")
    if len(mac) != _MAC_SIZE:
        raise BadInput(f"The MAC of the age file has not {_MAC_SIZE} bytes.")
    return _Header(tuple(stanzas), file[: start + 3], mac, at)


def _body(file: bytes, at: int) -> tuple[bytes, int]:
    """Return the body that begins at ``at`` and where the next line begins.

    The first line shorter than 64 columns is the last, and may be empty.
    """
    lines: list[bytes] = []
    while True:
        line, at = _line(file, at)
        if len(line) > _COLUMNS:
            raise BadInput(f"A stanza of the age file has a line of more than {_COLUMNS} columns.")
        lines.append(line)
        if len(line) < _COLUMNS:
            return _decoded(b"".join(lines), "The body of a stanza"), at


def _line(file: bytes, at: int) -> tuple[bytes, int]:
    end = file.find(b"\n", at, MAX_HEADER)
    if end < 0:
        if len(file) > MAX_HEADER:
            raise BadInput(f"The header of the age file is longer than {MAX_HEADER} bytes.")
        raise BadInput("The age file ends within its header.")
    return file[at:end], end + 1


def _sealed(key: bytes, nonce: bytes, plain: bytes) -> list[bytes]:
    cipher = ChaCha20Poly1305(_derived(key, nonce, b"payload"))
    last = max(len(plain) - 1, 0) // CHUNK
    return [
        cipher.encrypt(
            _counter(number, last=number == last),
            plain[number * CHUNK : (number + 1) * CHUNK],
            None,
        )
        for number in range(last + 1)
    ]


def _opened(key: bytes, file: bytes, at: int) -> bytes:
    nonce = file[at : at + _NONCE_SIZE]
    if len(nonce) != _NONCE_SIZE:
        raise BadInput("The age file ends before its payload.")
    cipher = ChaCha20Poly1305(_derived(key, nonce, b"payload"))
    step = CHUNK + _TAG_SIZE
    starts = range(at + _NONCE_SIZE, len(file), step)
    if not starts:
        raise BadInput("The age file has no payload.")
    plain: list[bytes] = []
    for number, start in enumerate(starts):
        last = number == len(starts) - 1
        try:
            chunk = cipher.decrypt(_counter(number, last=last), file[start : start + step], None)
        except InvalidTag:
            raise BadInput(
                f"Chunk {number + 1} of the age file was changed, or the file was cut off there."
            ) from None
        if last and number and not chunk:
            raise BadInput("The last chunk of the age file is empty.")
        plain.append(chunk)
    return b"".join(plain)


def _counter(number: int, *, last: bool) -> bytes:
    return number.to_bytes(11, "big") + (b"\x01" if last else b"\x00")


def _mac(key: bytes, covered: bytes) -> bytes:
    return hmac.digest(_derived(key, b"", b"header"), covered, "sha256")


def _derived(key: bytes, salt: bytes, info: bytes) -> bytes:
    return HKDF(SHA256(), 32, salt, info).derive(key)


def _base64(raw: bytes) -> bytes:
    """Return RFC 4648 §4 base64 without padding."""
    return b64encode(raw).rstrip(b"=")


def _decoded(text: bytes, what: str) -> bytes:
    if not _BASE64.fullmatch(text) or len(text) % 4 == 1:
        raise BadInput(f"{what} is not base64 without padding.")
    raw = b64decode(text + b"=" * (-len(text) % 4))
    if _base64(raw) != text:
        raise BadInput(f"{what} is not base64 in its canonical form.")
    return raw
