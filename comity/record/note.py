"""Signed notes and verifier keys (C2SP signed-note v1.0.0).

A note is a text and one signature line per signature::

    — <key name> base64(4-byte key ID || signature)

The algorithm always comes from the key that the verifier holds, never from the note.
"""

import binascii
import re
from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from comity.errors import BadInput

ED25519: Final = 0x01
"""Signature type byte of an Ed25519 signature over the note text."""
MAX_SIGNATURES: Final = 64
"""Signature lines accepted in one note (signed-note demands at least 16)."""
MAX_NOTE: Final = 1 << 20
"""Bytes accepted in one note."""
ED25519_KEY_SIZE: Final = 32

_VKEY = re.compile(r"([^+]*)\+([^+]*)\+(.*)", re.DOTALL)
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """A public key under its name: ``type`` is the signature type byte, ``public_key`` raw."""

    name: str
    type: int
    public_key: bytes

    @property
    def key_id(self) -> bytes:
        """Return SHA-256(name || 0x0A || type || public key)[:4] (signed-note, "Signatures")."""
        material = self.name.encode() + b"\n" + bytes([self.type]) + self.public_key
        return sha256(material).digest()[:4]

    def __str__(self) -> str:
        """Return the vkey ``<name>+<key ID in hex>+<base64(type || public key)>``."""
        key = b64encode(bytes([self.type]) + self.public_key).decode()
        return f"{self.name}+{self.key_id.hex()}+{key}"


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature line: ``blob`` is what follows the 4-byte key ID."""

    name: str
    key_id: bytes
    blob: bytes

    def __str__(self) -> str:
        """Return the signature line without its newline."""
        return f"— {self.name} {b64encode(self.key_id + self.blob).decode()}"


@dataclass(frozen=True, slots=True)
class Note:
    """A text that ends in a newline, and its signatures, none of them verified yet."""

    text: str
    signatures: tuple[Signature, ...]

    def __bytes__(self) -> bytes:
        """Return the note as it is stored and sent."""
        return (self.text + "\n" + "".join(f"{line}\n" for line in self.signatures)).encode()


Algorithm = Callable[[VerifierKey, str, bytes], bool]
"""``verify(key, text, blob)``: whether ``blob`` is a signature by ``key`` over the note text."""


def ed25519(key: VerifierKey, text: str, blob: bytes) -> bool:
    """Verify a 0x01 signature (signed-note, "Ed25519 signatures")."""
    try:
        Ed25519PublicKey.from_public_bytes(key.public_key).verify(blob, text.encode())
    except (InvalidSignature, ValueError):
        return False
    return True


def parse(data: bytes) -> Note:
    """Return the note in ``data``; raise BadInput with one sentence for each way it is malformed.

    Nothing is verified: the text MUST be ignored until ``verify`` has passed.
    """
    if len(data) > MAX_NOTE:
        raise BadInput(f"The signed note is longer than {MAX_NOTE} bytes.")
    try:
        whole = data.decode()
    except UnicodeDecodeError:
        raise BadInput("The signed note is not UTF-8 text.") from None
    if _CONTROL.search(whole):
        raise BadInput("The signed note contains a control character.")
    head, separator, tail = whole.rpartition("\n\n")
    if not separator:
        raise BadInput("The signed note has no blank line between its text and its signatures.")
    if not tail.endswith("\n"):
        raise BadInput("The signed note does not end with a newline after its last signature.")
    lines = tail[:-1].split("\n")
    if len(lines) > MAX_SIGNATURES:
        raise BadInput(f"The signed note carries more than {MAX_SIGNATURES} signatures.")
    return Note(head + "\n", tuple(_parse_signature(line) for line in lines))


def _parse_signature(line: str) -> Signature:
    if not line.startswith("— "):
        raise BadInput("A signature line of the note does not begin with an em dash and a space.")
    parts = line[2:].split(" ")
    if len(parts) != 2:
        raise BadInput("A signature line of the note is not a key name and one signature.")
    name, blob = parts
    check_name(name)
    raw = decode_base64(blob, "A signature of the note")
    if len(raw) < 5:
        raise BadInput("A signature of the note is too short to hold a key ID and a signature.")
    return Signature(name, raw[:4], raw[4:])


def parse_vkey(text: str) -> VerifierKey:
    """Return the key of a vkey string; raise BadInput if it is malformed or its ID is wrong."""
    match = _VKEY.fullmatch(text)
    if match is None:
        raise BadInput("A verifier key is written as name+key ID+key.")
    name, key_id, encoded = match.groups()
    check_name(name)
    if not re.fullmatch(r"[0-9a-f]{8}", key_id):
        raise BadInput("The key ID of a verifier key is written in eight hexadecimal digits.")
    raw = decode_base64(encoded, "The key of a verifier key")
    if len(raw) < 2:
        raise BadInput("A verifier key holds no key.")
    if raw[0] == ED25519 and len(raw) != 1 + ED25519_KEY_SIZE:
        raise BadInput(f"An Ed25519 verifier key holds 32 bytes, not {len(raw) - 1}.")
    key = VerifierKey(name, raw[0], raw[1:])
    if key.key_id.hex() != key_id:
        raise BadInput("The key ID of a verifier key does not belong to its name and key.")
    return key


def verify(
    note: Note, keys: Sequence[VerifierKey], algorithms: Mapping[int, Algorithm]
) -> dict[VerifierKey, Signature]:
    """Return the verified signature of each key that signed the note.

    Lines of unknown keys are ignored, as signed-note demands. A bad signature by a known key, two
    lines by one key, and no line by any key raise BadInput. *Which* keys must have signed is the
    caller's policy.
    """
    known = {(key.name, key.key_id): key for key in keys}
    verified: dict[VerifierKey, Signature] = {}
    for line in note.signatures:
        key = known.get((line.name, line.key_id))
        if key is None:
            continue
        if key in verified:
            raise BadInput(f"The note carries two signatures by one key of {key.name}.")
        algorithm = algorithms.get(key.type)
        if algorithm is None:
            raise BadInput(f"Signatures of type 0x{key.type:02x} cannot be verified here.")
        if not algorithm(key, note.text, line.blob):
            raise BadInput(f"The signature by {key.name} does not fit the note.")
        verified[key] = line
    if not verified:
        raise BadInput("The note carries no signature by a known key.")
    return verified


def check_name(name: str) -> None:
    """Raise BadInput unless ``name`` may name a key: not empty, no spaces, no plus sign."""
    if not name:
        raise BadInput("A key name is empty.")
    if "+" in name or any(char.isspace() for char in name):
        raise BadInput("A key name contains a space or a plus sign.")


def decode_base64(text: str, what: str) -> bytes:
    """Return the bytes of RFC 4648 §4 base64; only the one canonical spelling is accepted."""
    try:
        raw = b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise BadInput(f"{what} is not base64.") from None
    if b64encode(raw).decode() != text:
        raise BadInput(f"{what} is not base64 in its canonical form.")
    return raw
