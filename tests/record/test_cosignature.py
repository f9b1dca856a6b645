"""Cosignatures by witnesses (tlog-cosignature)."""

import stat
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from tlog_scales import signing, tlog

from comity.errors import BadInput, Unavailable
from comity.record import checkpoint, note
from comity.record.cosignature import (
    ED25519_COSIGNATURE,
    Cosigned,
    CosignerPair,
    WitnessKeys,
    check_distinct,
    ed25519,
    parse_witness_keys,
    verify_cosigned,
)
from comity.record.keys import KeyFile, MemorySigner
from tests.record.support import randomness

SIGNER = MemorySigner(randomness())
LOG = SIGNER.create()
HEAD = checkpoint.Checkpoint(LOG.origin, 7, b"r" * 32)
OWN = SIGNER.sign(HEAD, 1_800_000_000)
FIRST, SECOND = CosignerPair.generate(randomness(1)), CosignerPair.generate(randomness(2))
ED25519, ML_DSA_44 = FIRST.cosign(HEAD, 1_800_000_060)


def signed(*lines: note.Signature) -> bytes:
    return bytes(note.Note(str(HEAD), (*OWN, *lines)))


def test_a_checkpoint_says_who_cosigned_it_and_when() -> None:
    body = signed(ED25519, ML_DSA_44)
    found = verify_cosigned(body, LOG, (FIRST.keys, SECOND.keys))
    assert found.signed == checkpoint.Signed(HEAD, 1_800_000_000)
    assert found.cosigned == (Cosigned(FIRST.keys, 1_800_000_060),)
    both = signed(ED25519, *SECOND.cosign(HEAD, 1_800_000_099), ML_DSA_44)
    found = verify_cosigned(both, LOG, (SECOND.keys, FIRST.keys))
    assert [one.timestamp for one in found.cosigned] == [1_800_000_099, 1_800_000_060]


def test_cosignatures_by_unknown_witnesses_are_ignored() -> None:
    assert verify_cosigned(signed(ED25519, ML_DSA_44), LOG, (SECOND.keys,)).cosigned == ()
    assert verify_cosigned(signed(ED25519), LOG, ()).cosigned == ()


def test_the_later_of_two_times_counts() -> None:
    later = FIRST.cosign(HEAD, 1_800_000_090)
    found = verify_cosigned(signed(later[0], ML_DSA_44), LOG, (FIRST.keys,))
    assert found.cosigned[0].timestamp == 1_800_000_090


def timeless() -> note.Signature:
    """A 0x06 line of a subtree, which the specification lets state no time."""
    signature = FIRST._ml_dsa_44.sign(checkpoint.cosigned_message(FIRST.keys.name, 0, HEAD))
    return replace(ML_DSA_44, blob=bytes(8) + signature)


MOVED = replace(ED25519, blob=(1_800_000_061).to_bytes(8, "big") + ED25519.blob[8:])
OF_ANOTHER_NAME = replace(ML_DSA_44, blob=SECOND.cosign(HEAD, 1_800_000_060)[1].blob)
OF_ANOTHER_TREE = FIRST.cosign(replace(HEAD, size=8), 1_800_000_060)


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        ((ED25519,), "lacks its ML-DSA-44 line"),
        ((ML_DSA_44,), "lacks its Ed25519 line"),
        ((ED25519, ML_DSA_44, ED25519), "two signatures by one key"),
        ((MOVED, ML_DSA_44), "does not fit the note"),
        ((ED25519, OF_ANOTHER_NAME), "does not fit the note"),
        ((OF_ANOTHER_TREE[0], ML_DSA_44), "does not fit the note"),
        ((ED25519, OF_ANOTHER_TREE[1]), "does not fit the note"),
        ((replace(ED25519, blob=ED25519.blob[:-1]), ML_DSA_44), "does not fit the note"),
        ((ED25519, timeless()), "states no time"),
    ],
    ids=[
        "ML-DSA-44 stripped", "Ed25519 stripped", "doubled", "time moved", "key of another witness",
        "Ed25519 of another tree", "ML-DSA-44 of another tree", "cut short", "time 0",
    ],
)  # fmt: skip
def test_half_and_forged_cosignatures_are_refused(
    lines: tuple[note.Signature, ...], sentence: str
) -> None:
    with pytest.raises(BadInput, match=sentence):
        verify_cosigned(signed(*lines), LOG, (FIRST.keys,))


def test_a_cosignature_replaces_no_signature_of_the_log() -> None:
    body = bytes(note.Note(str(HEAD), (OWN[0], ED25519, ML_DSA_44)))
    with pytest.raises(BadInput, match="lacks the ML-DSA-44 signature"):
        verify_cosigned(body, LOG, (FIRST.keys,))


def test_a_time_that_is_none_is_not_signed_or_accepted() -> None:
    for timestamp in (0, -1):
        with pytest.raises(BadInput, match="after 1970"):
            FIRST.cosign(HEAD, timestamp)
    with pytest.raises(BadInput, match="does not fit 63 bits"):
        FIRST.cosign(HEAD, 1 << 63)
    key, text = FIRST.keys.ed25519, str(HEAD)
    for timestamp in (0, 1 << 63):
        message = f"cosignature/v1\ntime {timestamp}\n{text}".encode()
        blob = timestamp.to_bytes(8, "big") + FIRST._ed25519.sign(message)
        assert not ed25519(key, text, blob)
    assert not ed25519(replace(key, public_key=b"k"), text, ED25519.blob)


def test_keys_that_are_not_one_witness_are_refused() -> None:
    first, second = FIRST.keys.ed25519, FIRST.keys.ml_dsa_44
    for pair, sentence in (
        ((second, first), "one Ed25519 key"),
        ((replace(first, type=note.ED25519), second), "one Ed25519 key"),
        ((replace(first, public_key=b"k"), second), "has 32 bytes"),
        ((first, replace(second, public_key=b"k")), "has 1312 bytes"),
        ((first, replace(second, name="other")), "two different names"),
    ):
        with pytest.raises(BadInput, match=sentence):
            WitnessKeys(*pair)
    with pytest.raises(BadInput, match="exactly two verifier keys"):
        parse_witness_keys(FIRST.keys.vkeys[:1])
    assert parse_witness_keys(FIRST.keys.vkeys[::-1]) == FIRST.keys


def test_one_witness_cannot_count_as_two() -> None:
    renamed = WitnessKeys(
        replace(FIRST.keys.ed25519, name="other"), replace(SECOND.keys.ml_dsa_44, name="other")
    )
    with pytest.raises(BadInput, match="a key in common"):
        verify_cosigned(signed(), LOG, (FIRST.keys, renamed))
    with pytest.raises(BadInput, match="the same name"):
        check_distinct((FIRST.keys, FIRST.keys))


def test_the_keys_of_a_witness_lie_in_one_file(tmp_path: Path) -> None:
    file = KeyFile(tmp_path / "keys" / "witness.pem", CosignerPair, randomness(3))
    assert file.pair() is None
    made = file.create()
    assert made.keys.name.startswith("comity-witness/")
    assert stat.S_IMODE(file.path.stat().st_mode) == 0o600
    again = KeyFile(file.path, CosignerPair, randomness(4)).pair()
    assert again is not None
    assert again.keys == made.keys
    file.path.chmod(0o640)
    with pytest.raises(Unavailable, match="set its mode to 600"):
        KeyFile(file.path, CosignerPair, randomness(4)).pair()


def test_a_second_implementation_accepts_our_cosignatures() -> None:
    theirs = tlog.Checkpoint.from_text(signed(ED25519, ML_DSA_44).decode())
    for text in FIRST.keys.vkeys:
        theirs.verify(signing.Vkey.from_string(text))
    with pytest.raises(RuntimeError):
        theirs.verify(signing.Vkey.from_string(SECOND.keys.vkeys[0]))


def test_we_accept_cosignatures_that_were_made_without_us() -> None:
    ml_dsa_44 = signing.MLDSA44CosignatureSigner("witness.example", b"s" * 32)
    private = Ed25519PrivateKey.from_private_bytes(b"e" * 32)
    key = note.VerifierKey(
        "witness.example", ED25519_COSIGNATURE, private.public_key().public_bytes_raw()
    )
    keys = parse_witness_keys((str(key), ml_dsa_44.vkey.serialize()))
    theirs = ml_dsa_44.sign(tlog.Checkpoint(HEAD.origin, HEAD.size, HEAD.root, []))
    # The 0x04 message by hand: tlog-scales checks such lines, and makes none.
    message = f"cosignature/v1\ntime 1679315147\n{HEAD}".encode()
    blob = (1_679_315_147).to_bytes(8, "big") + private.sign(message)
    body = signed(
        note.Signature(key.name, key.key_id, blob),
        note.Signature(theirs.name, theirs.key_id.to_bytes(4, "big"), theirs.payload),
    )
    (found,) = verify_cosigned(body, LOG, (keys,)).cosigned
    assert found.timestamp == checkpoint.cosignature_timestamp(theirs.payload)
