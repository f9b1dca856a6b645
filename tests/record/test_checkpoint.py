"""Checkpoints under two signatures (tlog-checkpoint, tlog-cosignature)."""

from dataclasses import replace

import pytest

from comity.errors import BadInput
from comity.record import checkpoint, note
from comity.record.keys import MemorySigner
from tests.record.support import randomness

SIGNER = MemorySigner(randomness())
KEYS = SIGNER.create()
HEAD = checkpoint.Checkpoint(KEYS.origin, 7, b"r" * 32)
LINES = SIGNER.sign(HEAD, 1_800_000_000)


def signed(*lines: note.Signature, text: str = str(HEAD)) -> bytes:
    return bytes(note.Note(text, lines))


def test_both_signatures_verify() -> None:
    result = checkpoint.verify(signed(*LINES), KEYS)
    assert result == checkpoint.Signed(HEAD, 1_800_000_000)
    assert checkpoint.parse_log_keys(KEYS.vkeys[::-1]) == KEYS
    assert len(KEYS.fingerprint.split()) == 8


def test_the_cosigned_message_is_laid_out_as_specified() -> None:
    message = checkpoint.cosigned_message("w", 5, checkpoint.Checkpoint("log", 7, b"r" * 32))
    assert (
        message
        == (b"subtree/v1\n\0" + b"\x01w" + bytes(7) + b"\x05" + b"\x03log" + bytes(8) + bytes(7))
        + b"\x07"
        + b"r" * 32
    )


def test_stripped_doubled_and_swapped_lines_are_refused() -> None:
    ed25519, ml_dsa_44 = LINES
    later = replace(ml_dsa_44, blob=bytes(7) + b"\x01" + ml_dsa_44.blob[8:])
    short = replace(ml_dsa_44, blob=ml_dsa_44.blob[:-1])
    other = str(replace(HEAD, size=8))
    for body, sentence in (
        (signed(ed25519), "lacks the ML-DSA-44 signature"),
        (signed(ml_dsa_44), "lacks the Ed25519 signature"),
        (signed(ed25519, ml_dsa_44, ml_dsa_44), "two signatures by one key"),
        (signed(ed25519, later), "does not fit"),
        (signed(ed25519, short), "does not fit"),
        (signed(ed25519, replace(ml_dsa_44, blob=ed25519.blob)), "does not fit"),
        (signed(*LINES, text=other), "does not fit"),
        (signed(*LINES, text=str(replace(HEAD, origin="else"))), "is of the log else"),
    ):
        with pytest.raises(BadInput, match=sentence):
            checkpoint.verify(body, KEYS)


ROOT = "cnJycnJycnJycnJycnJycnJycnJycnJycnJycnJycnI="


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("log\n7\n", "at least three lines"),
        (f"log\n7\n{ROOT}", "at least three lines"),
        (f"log\n7\n{ROOT}\nmore\n", "has extension lines"),
        (f"\n7\n{ROOT}\n", "has 1 to 255 bytes"),
        ("l" * 256 + f"\n7\n{ROOT}\n", "has 1 to 255 bytes"),
        (f"log\n07\n{ROOT}\n", "not a decimal number without leading zeroes"),
        (f"log\n-7\n{ROOT}\n", "not a decimal number without leading zeroes"),
        (f"log\n9999999999999999999\n{ROOT}\n", "not a decimal number"),
        ("log\n7\n????\n", "The root of a checkpoint is not base64."),
        ("log\n7\nYWFh\n", "The root of a checkpoint is not 32 bytes long."),
    ],
)
def test_each_malformed_checkpoint_has_its_sentence(text: str, sentence: str) -> None:
    with pytest.raises(BadInput) as caught:
        checkpoint.parse(text)
    assert sentence in str(caught.value)


def test_keys_that_are_not_one_log_are_refused() -> None:
    ed25519, ml_dsa_44 = KEYS.ed25519, KEYS.ml_dsa_44
    for pair, sentence in (
        ((ml_dsa_44, ed25519), "one Ed25519 key"),
        ((replace(ed25519, public_key=b"k"), ml_dsa_44), "has 32 bytes"),
        ((ed25519, replace(ml_dsa_44, public_key=b"k")), "has 1312 bytes"),
        ((ed25519, replace(ml_dsa_44, name="other")), "two different origins"),
    ):
        with pytest.raises(BadInput, match=sentence):
            checkpoint.LogKeys(*pair)
    with pytest.raises(BadInput, match="exactly two verifier keys"):
        checkpoint.parse_log_keys(KEYS.vkeys[:1])


def test_names_and_times_that_do_not_fit_are_refused() -> None:
    with pytest.raises(BadInput, match="1 to 255 bytes"):
        checkpoint.cosigned_message("", 0, HEAD)
    with pytest.raises(BadInput, match="does not fit 63 bits"):
        checkpoint.cosigned_message("w", 1 << 63, HEAD)
    assert not note.ed25519(replace(KEYS.ed25519, public_key=b"k"), "t", b"s")
    assert not checkpoint.ml_dsa_44(
        replace(KEYS.ml_dsa_44, public_key=b"k"), str(HEAD), LINES[1].blob
    )
