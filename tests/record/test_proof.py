"""Proof files (tlog-proof)."""

import base64
import json
from base64 import b64encode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.errors import BadInput
from comity.record import proof
from tests.record.support import in_memory

RECORD = in_memory()
RECORD.append([f"payload {number}".encode() for number in range(300)])
FILE = RECORD.prove(257)
OTHER = in_memory(seed=1)
OTHER.append([b"x"])
KEYS = RECORD.keys()
assert KEYS is not None


def test_a_proof_round_trips() -> None:
    assert bytes(proof.parse(FILE)) == FILE
    assert FILE.startswith(b"c2sp.org/tlog-proof@v1\nextra ")
    bare = proof.TlogProof(b"", 0, (), b"checkpoint")
    assert bytes(bare) == b"c2sp.org/tlog-proof@v1\nindex 0\n\ncheckpoint"
    assert proof.parse(bytes(bare)) == bare


def test_a_proof_says_under_whose_keys_it_holds() -> None:
    assert KEYS is not None
    pinned = proof.check(FILE, KEYS.vkeys)
    assert (pinned.pinned, pinned.index, pinned.size) == (True, 257, 300)
    assert pinned.payload == b"payload 257"
    assert str(pinned).startswith("Proven under pinned keys: ")
    claimed = proof.check(FILE)
    assert not claimed.pinned
    assert str(claimed).startswith("Consistent with the keys inside the file: ")
    assert str(claimed).endswith(f"over another channel: {KEYS.fingerprint}.")


def test_keys_of_another_log_prove_nothing() -> None:
    other = OTHER.keys()
    assert other is not None
    with pytest.raises(BadInput, match="is of the log"):
        proof.check(FILE, other.vkeys)


def with_extra(**changed: object) -> bytes:
    parsed = proof.parse(FILE)
    extra = json.loads(parsed.extra) | changed
    return bytes(
        proof.TlogProof(json.dumps(extra).encode(), parsed.index, parsed.hashes, parsed.checkpoint)
    )


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"x" * (proof.MAX_PROOF + 1), "The proof is longer than 2097152 bytes."),
        (b"c2sp.org/tlog-proof@v1\n", "no blank line before its checkpoint"),
        (b"\xff\n\n", "characters that are not ASCII"),
        (FILE.replace(b"@v1", b"@v2", 1), "does not begin with the line c2sp.org/tlog-proof@v1"),
        (b"c2sp.org/tlog-proof@v1\nextra ?\nindex 0\n\n", "extra data of the proof is not base64"),
        (b"c2sp.org/tlog-proof@v1\nextra \nindex 0\n\n", "an extra line without data"),
        (b"c2sp.org/tlog-proof@v1\n\n", "no index line where one belongs"),
        (FILE.replace(b"\nindex ", b"\nidx "), "no index line where one belongs"),
        (FILE.replace(b"\nindex 257", b"\nindex 0257"), "without leading zeroes"),
        (FILE.replace(b"\nindex 257\n", b"\nindex 257\n" + b"YWFh\n" * 64), "more than 63 hashes"),
        (FILE.replace(b"\nindex 257\n", b"\nindex 257\n?\n"), "A hash of the proof is not base64."),
        (FILE.replace(b"\nindex 257\n", b"\nindex 257\nYWFh\n"), "is not 32 bytes long"),
        (FILE.replace(b"\nindex 257", b"\nindex 256"), "does not lead to the root"),
        (FILE.replace(b"\nindex 257", b"\nindex 300"), "but its checkpoint covers only 300"),
        (bytes(proof.TlogProof(b"", 0, (), b"c")), "The proof carries no payload"),
        (bytes(proof.TlogProof(b"{}", 0, (), b"c")), "is not a Comity opening"),
        (with_extra(type="other"), "is not of type comity-opening/v1"),
        (with_extra(salt=""), "The salt of an opening has 32 bytes, not 0."),
        (with_extra(payload=b64encode(b"forged").decode()), "does not lead to the root"),
        (with_extra(vkeys=["a", "b"]), "A verifier key is written as"),
        (FILE.replace(b"\n300\n", b"\n299\n"), "does not fit the note"),
    ],
)
def test_each_bad_proof_has_its_sentence(data: bytes, sentence: str) -> None:
    with pytest.raises(BadInput) as caught:
        proof.check(data)
    assert sentence in str(caught.value)


@settings(deadline=None)
@given(st.integers(0, len(FILE) - 1), st.integers(0, 7))
def test_a_flipped_bit_proves_nothing_else(at: int, bit: int) -> None:
    changed = FILE[:at] + bytes([FILE[at] ^ 1 << bit]) + FILE[at + 1 :]
    try:
        result = proof.check(changed, KEYS.vkeys if KEYS else ())
    except BadInput:
        return
    # What may still pass is a change in what the file merely claims: its own list of keys.
    assert result.payload == b"payload 257"


def test_the_extra_line_is_plain_base64() -> None:
    line = FILE.split(b"\n")[1].removeprefix(b"extra ")
    assert json.loads(base64.b64decode(line, validate=True))["type"] == "comity-opening/v1"
