"""Encrypted files: round trips, damage, and the published files of CCTV."""

import zlib
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.dispatch import age
from comity.dispatch.recipient import Identity, Recipient
from comity.errors import BadInput
from tests.dispatch.support import NOBODYS, OURS, THEIRS
from tests.record.support import randomness

SMALL = age.encrypt(b"attack at dawn", [THEIRS.recipient], randomness())
HEADER = age._parse(SMALL)
TWO_CHUNKS = age.encrypt(b"x" * (age.CHUNK + 1), [THEIRS.recipient], randomness())

# Expected: success. Refused here on purpose, as age allows: an X25519 key opens it too.
MIXED = "hybrid_and_x25519"
# Expected: header failure. Refused here as "cannot be opened": HPKE in `cryptography` does not
# tell a point of low order from a wrong key.
ANOTHER_CLASS = {"hybrid_identity", "hybrid_low_order"}
NO_MATCH = "cannot be opened with this node's key"
OTHER_TYPE = "is encrypted to a recipient of type"
OF_THE_PAYLOAD = ("Chunk", "last chunk", "has no payload")


@dataclass
class Published:
    """One file of CCTV: what its header says, and the age file."""

    said: dict[str, str]
    identity: Identity
    file: bytes


def published(file: Path) -> Published:
    head, _, body = file.read_bytes().partition(b"\n\n")
    lines = [line.split(": ", 1) for line in head.decode().split("\n")]
    hybrid = [text for name, text in lines if name == "identity" and "-PQ-" in text]
    said = dict(lines)
    body = zlib.decompress(body) if said.get("compressed") == "zlib" else body
    return Published(said, Identity.parse(hybrid[0]) if hybrid else NOBODYS, body)


@pytest.fixture
def cctv(shared: Path) -> Callable[[str], list[Path]]:
    folder = shared / "vectors" / "cctv" / "age" / "testdata"

    def named(pattern: str) -> list[Path]:
        found = sorted(folder.glob(pattern))
        assert found
        return found

    return named


def test_hybrid_files_of_cctv_have_the_outcome_that_they_say(
    cctv: Callable[[str], list[Path]],
) -> None:
    opened = 0
    for path in cctv("hybrid*"):
        case = published(path)
        try:
            outcome = sha256(age.decrypt(case.file, case.identity)).hexdigest()
        except BadInput as error:
            outcome = str(error)
        if path.name == MIXED:
            assert (case.said["expect"], OTHER_TYPE in outcome) == ("success", True)
        elif path.name in ANOTHER_CLASS:
            assert (case.said["expect"], NO_MATCH in outcome) == ("header failure", True)
        elif case.said["expect"] == "success":
            assert outcome == case.said["payload"], path.name
            opened += 1
        else:
            assert case.said["expect"] in {"header failure", "no match"}
            assert (NO_MATCH in outcome) == (case.said["expect"] == "no match"), path.name
            assert len(outcome) != 64, path.name
    assert opened == 3


def test_all_other_files_of_cctv_are_refused_with_a_sentence(
    cctv: Callable[[str], list[Path]],
) -> None:
    others = [path for path in cctv("*") if not path.name.startswith("hybrid")]
    for path in others:
        case = published(path)
        with pytest.raises(BadInput):
            age.decrypt(case.file, case.identity)
    assert len(others) == 125


def test_headers_and_payloads_of_cctv_have_the_outcome_that_they_say_under_their_file_keys(
    cctv: Callable[[str], list[Path]],
) -> None:
    """The files are locked with X25519; with the file key that each publishes that is no matter."""
    outcomes = {"success": 0, "payload failure": 0, "HMAC failure": 0, "header failure": 0}
    for path in (p for kind in ("stream", "stanza", "hmac", "header") for p in cctv(f"{kind}_*")):
        case = published(path)
        key = bytes.fromhex(case.said["file key"])
        try:
            header = age._parse(case.file)
            if age._mac(key, header.covered) != header.mac:
                outcome = "HMAC failure"
            else:
                plain = age._opened(key, case.file, header.size)
                outcome = "success"
                assert sha256(plain).hexdigest() == case.said["payload"], path.name
        except BadInput as error:
            payload = any(words in str(error) for words in OF_THE_PAYLOAD)
            outcome = "payload failure" if payload else "header failure"
        assert outcome == case.said["expect"], path.name
        outcomes[outcome] += 1
    assert all(outcomes.values())


@settings(deadline=None, max_examples=30)
@given(st.binary(max_size=300), st.integers(1, 3))
def test_every_recipient_opens_what_was_encrypted(plain: bytes, count: int) -> None:
    everybody = [OURS, THEIRS, NOBODYS][:count]
    file = age.encrypt(plain, [one.recipient for one in everybody], randomness())
    assert [age.decrypt(file, one) for one in everybody] == [plain] * count


@pytest.mark.parametrize("size", [0, 1, age.CHUNK - 1, age.CHUNK, age.CHUNK + 1, 2 * age.CHUNK])
def test_sizes_around_a_chunk_are_opened(size: int) -> None:
    file = age.encrypt(b"x" * size, [THEIRS.recipient], randomness())
    assert age.decrypt(file, THEIRS) == b"x" * size
    assert len(file) == 1_643 + size + 16 * max(1, -(-size // age.CHUNK))


def test_who_is_no_recipient_cannot_open() -> None:
    with pytest.raises(BadInput, match=NO_MATCH):
        age.decrypt(SMALL, NOBODYS)


def test_no_flipped_bit_gives_a_plaintext() -> None:
    for at in range(len(SMALL)):
        damaged = bytearray(SMALL)
        damaged[at] ^= 1 << at % 8
        with pytest.raises(BadInput):
            age.decrypt(bytes(damaged), THEIRS)


def test_a_small_file_cut_off_anywhere_is_refused() -> None:
    for size in range(len(SMALL)):
        with pytest.raises(BadInput):
            age.decrypt(SMALL[:size], THEIRS)


@pytest.mark.parametrize("part", ["header", "nonce", "first chunk", "last chunk"])
@pytest.mark.parametrize("off", [-1, 0, 1])
def test_a_file_cut_off_at_a_boundary_is_refused(part: str, off: int) -> None:
    header = age._parse(TWO_CHUNKS).size
    first = header + 16 + age.CHUNK + 16
    end = {"header": header, "nonce": header + 16, "first chunk": first, "last chunk": first + 17}
    size = min(end[part] + off, len(TWO_CHUNKS) - 1)
    with pytest.raises(BadInput):
        age.decrypt(TWO_CHUNKS[:size], THEIRS)


def test_chunks_that_changed_places_are_refused() -> None:
    file = age.encrypt(b"x" * (3 * age.CHUNK), [THEIRS.recipient], randomness())
    at, step = age._parse(file).size + 16, age.CHUNK + 16
    one, two, rest = file[at : at + step], file[at + step : at + 2 * step], file[at + 2 * step :]
    with pytest.raises(BadInput, match="Chunk 1 of the age file was changed"):
        age.decrypt(file[:at] + two + one + rest, THEIRS)


@given(st.binary(max_size=200), st.sampled_from([b"", age._INTRO, SMALL[:1_600], SMALL[:-20]]))
def test_random_bytes_are_refused_with_a_sentence(data: bytes, before: bytes) -> None:
    if before + data == SMALL:
        return
    with pytest.raises(BadInput):
        age.decrypt(before + data, THEIRS)


STANZA = SMALL[len(age._INTRO) : len(HEADER.covered) - 3]
KEY = age._unwrapped(HEADER.stanzas, THEIRS)
ENC = HEADER.stanzas[0].arguments[1]


def resigned(stanzas: bytes, tail: bytes = SMALL[HEADER.size :]) -> bytes:
    """A file with other stanzas under a good MAC: made by somebody who knows the file key."""
    covered = age._INTRO + stanzas + b"---"
    return covered + b" " + age._base64(age._mac(KEY, covered)) + b"\n" + tail


def test_unknown_stanzas_beside_a_hybrid_one_are_ignored() -> None:
    stanza = b"-> some-grease ? !\n" + b"A" * 64 + b"\n\n"
    assert age.decrypt(resigned(stanza + STANZA + stanza), THEIRS) == b"attack at dawn"


@pytest.mark.parametrize(
    "kind", ["X25519", "scrypt", "ssh-rsa", "ssh-ed25519", "p256tag", "piv-p256"]
)
def test_a_file_that_a_classical_recipient_opens_too_is_refused(kind: str) -> None:
    with pytest.raises(BadInput, match=f"a recipient of type {kind}: it has to be encrypted to"):
        age.decrypt(resigned(STANZA + f"-> {kind} x\n\n".encode()), THEIRS)


CIPHER = ChaCha20Poly1305(age._derived(KEY, bytes(16), b"payload"))
EMPTY_LAST = (
    bytes(16)
    + CIPHER.encrypt(age._counter(0, last=False), b"x" * age.CHUNK, None)
    + CIPHER.encrypt(age._counter(1, last=True), b"", None)
)
NOT_CANONICAL = ENC[:-1] + bytes([ENC[-1] + 1])


@pytest.mark.parametrize(
    ("file", "sentence"),
    [
        (b"x" * (age.MAX_FILE + 1), "The age file is longer than 16777216 bytes."),
        (b"-----BEGIN AGE ENCRYPTED FILE-----\n", "is armored: send it in its binary form"),
        (b"age-encryption.org/v2\n", "This is no age file of version 1."),
        (age._INTRO, "ends within its header"),
        (age._INTRO + b"-> a\n" + b"A" * age.MAX_HEADER, "header of the age file is longer"),
        (age._INTRO + b"-> a\n\n" * 257, "has more than 256 recipients"),
        (age._INTRO + b"x\n", "neither a stanza nor the MAC"),
        (age._INTRO + b"->  a\n\n", "empty or not plain ASCII"),
        (age._INTRO + "-> è\n\n".encode(), "empty or not plain ASCII"),
        (age._INTRO + b"-> a\n" + b"A" * 65 + b"\n", "more than 64 columns"),
        (age._INTRO + b"-> a\nAA==\n", "The body of a stanza is not base64 without padding."),
        (age._INTRO + b"-> a\nAAAAA\n", "The body of a stanza is not base64 without padding."),
        (age._INTRO + b"-> a\nAB\n", "The body of a stanza is not base64 in its canonical form."),
        (age._INTRO + b"--- " + b"A" * 43 + b"\n", "The age file has no recipient."),
        (age._INTRO + STANZA + b"--- AAAA\n", "The MAC of the age file has not 32 bytes."),
        (age._INTRO + STANZA + b"--- " + b"A" * 43 + b"\n", "header of the age file was changed"),
        (resigned(b"-> mlkem768x25519\nAAAA\n"), "not exactly two arguments"),
        (resigned(b"-> mlkem768x25519 AA AA\nAAAA\n"), "not exactly two arguments"),
        (resigned(b"-> mlkem768x25519 AAAA\nAAAA\n"), "has not 1120 bytes"),
        (resigned(STANZA.replace(ENC, NOT_CANONICAL)), "not base64 in its canonical form"),
        (resigned(b"-> mlkem768x25519 " + ENC + b"\nAAAA\n"), "not as long as a wrapped file key"),
        (resigned(b"-> unknown\n\n"), NO_MATCH),
        (resigned(STANZA, b"x" * 15), "ends before its payload"),
        (resigned(STANZA, b"x" * 16), "has no payload"),
        (resigned(STANZA, b"x" * 40), "Chunk 1 of the age file was changed"),
        (resigned(STANZA, EMPTY_LAST), "The last chunk of the age file is empty."),
    ],
)
def test_each_refusal_has_its_sentence(file: bytes, sentence: str) -> None:
    with pytest.raises(BadInput) as caught:
        age.decrypt(file, THEIRS)
    assert sentence in str(caught.value)


@pytest.mark.parametrize(
    ("plain", "recipients", "sentence"),
    [
        (b"", [], "to one recipient at least"),
        (b"", [THEIRS.recipient] * 257, "to 256 recipients at most"),
        (b"", [THEIRS.recipient, OURS.recipient, THEIRS.recipient], "is named twice"),
        (b"x" * age.MAX_FILE, [THEIRS.recipient], "would be longer than 16777216 bytes"),
    ],
)
def test_what_nobody_would_open_is_not_encrypted(
    plain: bytes, recipients: list[Recipient], sentence: str
) -> None:
    with pytest.raises(BadInput, match=sentence):
        age.encrypt(plain, recipients, randomness())


def test_no_refusal_shows_the_file_key_or_the_plaintext() -> None:
    with pytest.raises(BadInput) as caught:
        age.decrypt(resigned(STANZA, b"x" * 40), THEIRS)
    for secret in (KEY.hex(), b64encode(KEY).decode(), "attack"):
        assert secret not in str(caught.value) + repr(caught.value.__context__)
