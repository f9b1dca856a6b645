"""Proof files whose checkpoint carries cosignatures: what a reader's policy makes of them."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from comity.errors import BadInput, Unavailable
from comity.record import checkpoint, merkle, note, proof
from comity.record.cosignature import CosignerPair
from comity.record.policy import Policy, k_of_n
from comity.record.store import Record
from tests.record.support import in_memory, on_disk, randomness

PAIRS = [CosignerPair.generate(randomness(seed)) for seed in range(10, 14)]
WITNESSES = [pair.keys for pair in PAIRS]
TIMES = (1_800_000_300, 1_800_000_100, 1_800_000_200)


def cosign(record: Record, *pairs: CosignerPair) -> bytes:
    body = record.checkpoint()
    assert body is not None
    signed = note.parse(body)
    head = checkpoint.parse(signed.text)
    lines = [line for pair, at in zip(pairs, TIMES, strict=False) for line in pair.cosign(head, at)]
    return bytes(note.Note(signed.text, (*signed.signatures, *lines)))


RECORD = in_memory()
RECORD.append([b"one", b"two", b"three"])
COSIGNED = cosign(RECORD, *PAIRS[:3])
RECORD.append([b"four"])
KEYS = RECORD.keys()
assert KEYS is not None
LOG: checkpoint.LogKeys = KEYS
FILE = RECORD.prove(1, COSIGNED)


def needs(k: int, *, logs: tuple[checkpoint.LogKeys, ...] = (LOG,)) -> Policy:
    return k_of_n(logs, WITNESSES, k)


def test_the_witnesses_of_the_policy_are_named_the_earliest_first() -> None:
    result = proof.check(FILE, policy=needs(2))
    assert (result.pinned, result.size, result.payload) == (True, 3, b"two")
    assert [(one.name, one.timestamp) for one in result.cosigned] == [
        (WITNESSES[1].name, TIMES[1]),
        (WITNESSES[2].name, TIMES[2]),
        (WITNESSES[0].name, TIMES[0]),
    ]
    assert result.enough
    # Two of the three are enough: the entry existed when the second of them had cosigned.
    assert result.existed_by == TIMES[2]
    assert "it existed by 2027-01-15 08:03:20 UTC." in str(result)


def test_too_few_witnesses_are_no_error_and_no_proof_of_a_time() -> None:
    result = proof.check(FILE, policy=needs(4))
    assert (result.enough, result.existed_by, len(result.cosigned)) == (False, None, 3)
    assert "Unwitnessed: cosigned by" in str(result)
    assert "which is not enough for the policy." in str(result)


def test_a_file_from_before_there_were_witnesses_is_unwitnessed() -> None:
    result = proof.check(RECORD.prove(1), policy=needs(1))
    assert (result.enough, result.cosigned) == (False, ())
    assert "cosigned by no witness of the policy" in str(result)
    assert proof.check(RECORD.prove(1)).enough is None


def test_without_a_policy_no_cosignature_says_anything() -> None:
    result = proof.check(FILE, LOG.vkeys)
    assert (result.enough, result.cosigned, result.existed_by) == (None, (), None)
    assert str(result) == str(proof.check(FILE, LOG.vkeys))
    assert "itnessed" not in str(result)


def test_a_policy_that_demands_none_is_met_and_shows_no_time() -> None:
    result = proof.check(FILE, policy=needs(0))
    assert (result.enough, result.existed_by) == (True, None)
    assert "The policy demands no witness" in str(result)


def test_the_policy_says_which_logs_are_trusted() -> None:
    other = in_memory(seed=1)
    other.append([b"x"])
    keys = other.keys()
    assert keys is not None
    with pytest.raises(BadInput, match="does not list the log"):
        proof.check(FILE, policy=needs(1, logs=(keys,)))
    with pytest.raises(BadInput, match="lists other keys of the log"):
        proof.check(FILE, keys.vkeys, needs(1))
    assert not proof.check(FILE, policy=needs(1, logs=())).pinned
    assert proof.check(FILE, LOG.vkeys, needs(1, logs=())).pinned


def test_a_stripped_cosignature_is_refused() -> None:
    stripped = b"".join(FILE.splitlines(keepends=True)[:-1])
    with pytest.raises(BadInput, match="lacks its ML-DSA-44 line"):
        proof.check(stripped, policy=needs(1))


def test_a_time_that_no_calendar_holds_stays_a_number() -> None:
    record = in_memory(seed=2)
    record.append([b"x"])
    body = record.checkpoint()
    assert body is not None
    signed = note.parse(body)
    lines = PAIRS[0].cosign(checkpoint.parse(signed.text), 1 << 62)
    cosigned = bytes(note.Note(signed.text, (*signed.signatures, *lines)))
    result = proof.check(record.prove(0, cosigned), policy=needs(1, logs=()))
    assert f"existed by second {1 << 62}." in str(result)


def test_an_entry_beyond_the_cosigned_checkpoint_stands_under_the_last_one() -> None:
    assert proof.check(RECORD.prove(3, COSIGNED)).size == 4


def test_a_cosigned_checkpoint_of_another_history_proves_nothing_here() -> None:
    forked = Record(
        Path("nowhere"), clock=RECORD._clock, randomness=randomness(8),
        signer=RECORD._signer, lock=RECORD._lock, stores=in_memory()._opened,
    )  # fmt: skip
    forked.append([b"another one", b"two"])
    with pytest.raises(Unavailable, match="the record is damaged"):
        RECORD.prove(1, cosign(forked, PAIRS[0]))
    other = in_memory(seed=1)
    other.append([b"x"])
    with pytest.raises(BadInput, match="is of the log"):
        RECORD.prove(0, cosign(other, PAIRS[0]))


def test_the_record_proves_that_it_only_grew() -> None:
    old, new = (checkpoint.verify(body or b"", LOG).checkpoint for body in (COSIGNED, head()))
    hashes = RECORD.prove_consistency(3, 4)
    merkle.verify_consistency(old.root, 3, new.root, 4, hashes)
    assert RECORD.prove_consistency(0, 4) == ()
    for old_size, size in ((3, 5), (4, 3), (-1, 4)):
        with pytest.raises(BadInput, match="The record holds 4 entries"):
            RECORD.prove_consistency(old_size, size)
    with pytest.raises(BadInput, match="The record holds 0 entries"):
        on_disk(Path("nowhere")).prove_consistency(0, 1)


def head() -> bytes | None:
    return RECORD.checkpoint()


def test_the_command_checks_a_proof_by_a_policy(tmp_path: Path) -> None:
    (tmp_path / "proof").write_bytes(FILE)

    def run(policy: Policy, *more: str) -> tuple[int, str]:
        (tmp_path / "policy").write_text(str(policy))
        check = ["record", "check", "proof", "--policy", "policy"]
        done = subprocess.run(
            [sys.executable, "-m", "comity", *check, *more],
            cwd=tmp_path, capture_output=True, text=True, check=False,
        )  # fmt: skip
        return done.returncode, done.stdout

    code, said = run(needs(3))
    assert code == 0
    assert "Proven under pinned keys" in said
    assert "Weak:" not in said
    code, said = run(needs(4), "--json")
    assert (code, json.loads(said)["ok"], json.loads(said)["result"]["enough"]) == (1, False, False)
    code, said = run(k_of_n((LOG,), WITNESSES[:2], 1))
    assert code == 0
    assert "Weak: The policy counts 2 of at least four witnesses" in said
