"""Signed notes and verifier keys (signed-note)."""

from base64 import b64encode

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from comity.errors import BadInput
from comity.record import note

PRIVATE = Ed25519PrivateKey.from_private_bytes(b"k" * 32)
KEY = note.VerifierKey("example.org/log", 1, PRIVATE.public_key().public_bytes_raw())
TEXT = "Ognuno sta solo\n\ned è subito sera.\n"
ALGORITHMS = {note.ED25519: note.ed25519}


def line(text: str = TEXT, key: note.VerifierKey = KEY) -> note.Signature:
    return note.Signature(key.name, key.key_id, PRIVATE.sign(text.encode()))


STRANGER = note.Signature("example.org/other", b"\0\0\0\1", b"anything")
SHORT = b64encode(b"1234").decode()


def test_a_note_round_trips_and_verifies() -> None:
    made = note.Note(TEXT, (STRANGER, line()))
    assert note.parse(bytes(made)) == made
    assert note.verify(made, [KEY], ALGORITHMS) == {KEY: line()}


def test_the_vkey_of_the_specification_package() -> None:
    text = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
    key = note.parse_vkey(text)
    assert (key.name, key.type, key.key_id.hex()) == ("PeterNeumann", 1, "c74f20a3")
    assert str(key) == text


def test_sixteen_signatures_are_accepted_and_65_are_not() -> None:
    assert len(note.parse(bytes(note.Note(TEXT, (STRANGER,) * 16))).signatures) == 16
    with pytest.raises(BadInput, match="more than 64 signatures"):
        note.parse(bytes(note.Note(TEXT, (STRANGER,) * 65)))


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"x" * (note.MAX_NOTE + 1), "The signed note is longer than 1048576 bytes."),
        (b"\xff\n\n", "The signed note is not UTF-8 text."),
        (b"a\r\n\n", "The signed note contains a control character."),
        (b"text\n", "The signed note has no blank line between its text and its signatures."),
        ("t\n\n— a YWFhYWE=".encode(), "The signed note does not end with a newline"),
        (b"t\n\n- a YWFhYWE=\n", "A signature line of the note does not begin with an em dash"),
        ("t\n\n— aYWFhYWE=\n".encode(), "is not a key name and one signature"),
        ("t\n\n—  YWFhYWE=\n".encode(), "A key name is empty."),
        ("t\n\n— a+b YWFhYWE=\n".encode(), "A key name contains a space or a plus sign."),
        ("t\n\n— a\u3000b YWFhYWE=\n".encode(), "A key name contains a space or a plus sign."),
        ("t\n\n— a YW*hYWE=\n".encode(), "A signature of the note is not base64."),
        ("t\n\n— a YWFhYWF=\n".encode(), "is not base64 in its canonical form."),
        (f"t\n\n— a {SHORT}\n".encode(), "too short to hold a key ID"),
    ],
)
def test_each_malformed_note_has_its_sentence(data: bytes, sentence: str) -> None:
    with pytest.raises(BadInput) as caught:
        note.parse(data)
    assert sentence in str(caught.value)


@given(st.binary(max_size=200))
def test_the_parser_is_total(data: bytes) -> None:
    try:
        note.parse(b"t\n\n" + data)
    except BadInput:
        return


def vkey(raw: bytes, name: str = "a") -> str:
    key = note.VerifierKey(name, raw[0], raw[1:])
    return f"{name}+{key.key_id.hex()}+{b64encode(raw).decode()}"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("a+b", "A verifier key is written as name+key ID+key."),
        ("+00000000+AQ==", "A key name is empty."),
        ("a b+00000000+AQ==", "A key name contains a space or a plus sign."),
        ("a+0000000G+AQ==", "in eight hexadecimal digits"),
        ("a+00000000+A?==", "The key of a verifier key is not base64."),
        ("a+00000000+AQ==", "A verifier key holds no key."),
        (vkey(b"\x01" + b"k" * 31), "An Ed25519 verifier key holds 32 bytes, not 31."),
        (vkey(b"\x01" + b"k" * 32, "b").replace("b+", "a+", 1), "does not belong to its name"),
    ],
)
def test_each_malformed_vkey_has_its_sentence(text: str, sentence: str) -> None:
    with pytest.raises(BadInput) as caught:
        note.parse_vkey(text)
    assert sentence in str(caught.value)


def test_verification_refuses_bad_doubled_missing_and_unknown() -> None:
    bad = note.Signature(KEY.name, KEY.key_id, b"\0" * 64)
    for signatures, sentence in (
        ((STRANGER,), "no signature by a known key"),
        ((bad,), "does not fit the note"),
        ((line(), bad), "two signatures by one key"),
        ((line("other\n"),), "does not fit the note"),
    ):
        with pytest.raises(BadInput, match=sentence):
            note.verify(note.Note(TEXT, signatures), [KEY], ALGORITHMS)
    odd = note.VerifierKey(KEY.name, 0x04, KEY.public_key)
    with pytest.raises(BadInput, match="type 0x04 cannot be verified"):
        note.verify(note.Note(TEXT, (line(key=odd),)), [odd], ALGORITHMS)
