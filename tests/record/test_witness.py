"""The witness (tlog-witness): one history per log, persisted before it is answered."""

import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from hashlib import sha256
from http import HTTPStatus
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from comity.errors import BadInput, Unavailable
from comity.record import checkpoint, merkle, note
from comity.record.cosignature import CosignerPair, verify_cosigned
from comity.record.evidence import HEADER, Evidence, Kind, check_fork
from comity.record.keys import KeyPair
from comity.record.witness import (
    FRESH,
    MAX_REQUEST,
    SIZE_MEDIA,
    Answer,
    Refusal,
    Request,
    Witness,
    decide,
    held,
)
from comity.record.witness_state import MOST, WitnessState
from tests.record.support import naive_root, randomness

NOW = 1_800_000_000
LOG = KeyPair.generate(randomness())
OTHER = KeyPair.generate(randomness(1))
PAIR = CosignerPair.generate(randomness(2))
LOGS = {LOG.keys.origin: LOG.keys}


@dataclass
class History:
    """A log as a list of entries; ``fork`` is another one that its keys sign too."""

    entries: list[bytes] = field(default_factory=list)

    @classmethod
    def of(cls, size: int, seed: str = "") -> "History":
        return cls([f"{seed}{number}".encode() for number in range(size)])

    def head(self) -> checkpoint.Checkpoint:
        return checkpoint.Checkpoint(LOG.keys.origin, len(self.entries), naive_root(self.entries))

    def proof(self, old: int) -> tuple[bytes, ...]:
        def read(level: int, n: int) -> bytes:
            leaves = self.entries[n << level : (n + 1) << level]
            return merkle.fold(b"".join(merkle.leaf_hash(entry) for entry in leaves))

        fits = 0 < old <= len(self.entries)
        return merkle.prove_consistency(read, old, len(self.entries)) if fits else ()

    def note(self, pair: KeyPair = LOG) -> bytes:
        return bytes(note.Note(str(self.head()), pair.sign(self.head(), NOW)))

    def ask(self, old: int) -> bytes:
        return bytes(Request(old, self.proof(old), self.note()))


@pytest.fixture
def state() -> WitnessState:
    return WitnessState(None)


@pytest.fixture
def witness(state: WitnessState) -> Witness:
    return Witness(PAIR, LOGS, state)


def cosigned(answer: Answer, body: bytes) -> checkpoint.Checkpoint:
    """The checkpoint of a request that an answer makes a cosigned one."""
    assert answer.status == HTTPStatus.OK, answer
    signed = body.partition(b"\n\n")[2] + answer.body
    found = verify_cosigned(signed, LOG.keys, (PAIR.keys,))
    assert [one.witness for one in found.cosigned] == [PAIR.keys]
    return found.signed.checkpoint


def test_a_log_that_grows_is_cosigned(witness: Witness, state: WitnessState) -> None:
    old = 0
    for size in (1, 3, 3, 8, 20):
        body = History.of(size).ask(old)
        assert cosigned(witness.add_checkpoint(body, NOW), body).size == size
        kept = verify_cosigned(state.last(LOG.keys.origin), LOG.keys, (PAIR.keys,))
        assert kept.signed.checkpoint == History.of(size).head()
        assert len(kept.cosigned) == 1
        old = size
    assert state.evidence() == ()


def test_a_log_that_begins_empty_is_cosigned(witness: Witness) -> None:
    body = History().ask(0)
    assert cosigned(witness.add_checkpoint(body, NOW), body).size == 0
    body = History.of(2).ask(0)
    assert cosigned(witness.add_checkpoint(body, NOW), body).size == 2


def test_the_request_is_written_as_specified() -> None:
    body = Request(4, (b"p" * 32,), b"origin\n")
    assert bytes(body) == b"old 4\ncHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHA=\n\norigin\n"


FIVE = History.of(5)
NOTE = FIVE.note()
LINES = note.parse(NOTE).signatures
ONE_LINE = bytes(note.Note(str(FIVE.head()), LINES[:1]))
EMPTY_FALSE = replace(FIVE.head(), size=0)
HALF_FORGED = bytes(note.Note(str(FIVE.head()), (LINES[0], OTHER.sign(FIVE.head(), NOW)[1])))


@pytest.mark.parametrize(
    ("body", "status", "sentence"),
    [
        (b"x" * (MAX_REQUEST + 1), 400, "longer than 131072 bytes"),
        (b"old 0\n" + NOTE, 400, "A hash of the request is not base64"),
        (b"old 0\n", 400, "no blank line before its checkpoint"),
        (b"old 00\n\n" + NOTE, 400, "the word old and a size"),
        (b"old -1\n\n" + NOTE, 400, "the word old and a size"),
        (b"\n\n" + NOTE, 400, "the word old and a size"),
        (b"old 1\n" + b"YWFh\n" * 64 + b"\n" + NOTE, 400, "more than 63 hashes"),
        (b"old 1\n?\n\n" + NOTE, 400, "is not base64"),
        (b"old 1\nYWFh\n\n" + NOTE, 400, "not 32 bytes long"),
        (b"old 0\n\n" + NOTE.replace(b"\n5\n", b"\n05\n"), 400, "leading zeroes"),
        (b"old 6\n\n" + NOTE, 400, "old size 6 is above the size 5"),
        (b"old 0\n\n" + NOTE.replace(b"comity-log/", b"else/"), 404, "does not know that log"),
        (b"old 0\n\n" + ONE_LINE, 403, "lacks the ML-DSA-44 signature"),
        (b"old 0\n\n" + HALF_FORGED, 403, "lacks the ML-DSA-44 signature"),
        (b"old 0\n\n" + NOTE.replace(b"\n5\n", b"\n6\n"), 403, "does not fit the note"),
        (bytes(Request(0, (b"p" * 32,), NOTE)), 422, "nothing to prove from an empty log"),
        (
            bytes(Request(0, (), bytes(note.Note(str(EMPTY_FALSE), LOG.sign(EMPTY_FALSE, NOW))))),
            422,
            "not the root of an empty log",
        ),
    ],
)  # fmt: skip
def test_each_bad_request_has_its_status_and_sentence(
    witness: Witness, state: WitnessState, body: bytes, status: int, sentence: str
) -> None:
    answer = witness.add_checkpoint(body, NOW)
    assert answer.status == status
    assert sentence in answer.body.decode()
    assert state.last(LOG.keys.origin) == b""
    assert state.evidence() == ()


def test_a_request_that_starts_elsewhere_is_told_the_size(witness: Witness) -> None:
    witness.add_checkpoint(FIVE.ask(0), NOW)
    for old in (0, 3, 6):
        answer = witness.add_checkpoint(History.of(9).ask(old), NOW)
        assert answer == Answer(HTTPStatus.CONFLICT, SIZE_MEDIA, b"5\n")


def test_unknown_logs_are_refused_before_any_signature_is_looked_at() -> None:
    forged = NOTE.replace(b"comity-log/", b"else/")

    def last(_origin: str) -> bytes:
        raise AssertionError

    decision = decide(bytes(Request(0, (), forged)), LOGS, last)
    assert isinstance(decision, Refusal)
    assert decision.answer.status == HTTPStatus.NOT_FOUND


def test_two_roots_of_one_size_are_a_fork_that_anybody_can_check(
    witness: Witness, state: WitnessState
) -> None:
    witness.add_checkpoint(FIVE.ask(0), NOW)
    forked = History.of(5, "other ")
    answer = witness.add_checkpoint(forked.ask(5), NOW + 5)
    assert answer.status == HTTPStatus.CONFLICT
    assert b"the log has forked" in answer.body
    (kept,) = state.evidence()
    assert (kept.at, kept.evidence.kind) == (NOW + 5, Kind.FORK)
    first, second = check_fork(bytes(kept.evidence), LOG.keys)
    assert (first.checkpoint, second.checkpoint) == (FIVE.head(), forked.head())
    assert held(state.last(LOG.keys.origin)) == FIVE.head()


def test_a_fork_is_kept_whatever_old_size_it_names(witness: Witness, state: WitnessState) -> None:
    witness.add_checkpoint(FIVE.ask(0), NOW)
    answer = witness.add_checkpoint(History.of(5, "other ").ask(0), NOW)
    assert answer == Answer(HTTPStatus.CONFLICT, SIZE_MEDIA, b"5\n")
    assert [kept.evidence.kind for kept in state.evidence()] == [Kind.FORK]


def test_a_tree_that_does_not_contain_the_last_one_is_kept_as_unproven(
    witness: Witness, state: WitnessState
) -> None:
    witness.add_checkpoint(FIVE.ask(0), NOW)
    answer = witness.add_checkpoint(History.of(9, "other ").ask(5), NOW)
    assert answer.status == HTTPStatus.UNPROCESSABLE_ENTITY
    (kept,) = state.evidence()
    assert (kept.evidence.kind, kept.evidence.head.size) == (Kind.UNPROVEN, 9)
    assert kept.evidence.origin == LOG.keys.origin
    with pytest.raises(BadInput, match="of two sizes"):
        check_fork(bytes(kept.evidence), LOG.keys)


def test_an_innocent_log_loses_nothing_by_a_wrong_proof_that_somebody_sends(
    witness: Witness,
) -> None:
    witness.add_checkpoint(FIVE.ask(0), NOW)
    wrong = bytes(Request(5, (b"p" * 32,), History.of(9).note()))
    assert witness.add_checkpoint(wrong, NOW).status == HTTPStatus.UNPROCESSABLE_ENTITY
    body = History.of(9).ask(5)
    assert cosigned(witness.add_checkpoint(body, NOW), body).size == 9


def test_evidence_is_kept_once_and_bounded(witness: Witness, state: WitnessState) -> None:
    witness.add_checkpoint(FIVE.ask(0), NOW)
    for _ in range(3):
        witness.add_checkpoint(History.of(5, "other ").ask(5), NOW)
    assert len(state.evidence()) == 1
    for number in range(MOST + 5):
        head = replace(FIVE.head(), size=9, root=sha256(str(number).encode()).digest())
        seen = bytes(note.Note(str(head), LINES))
        state.keep(Evidence(Kind.UNPROVEN, NOTE, seen), NOW)
    kinds = [kept.evidence.kind for kept in state.evidence()]
    # What is only claimed leaves room for what is proven.
    assert (kinds.count(Kind.FORK), kinds.count(Kind.UNPROVEN)) == (1, MOST)


def files_of_evidence() -> dict[str, bytes]:
    other = History.of(5, "other ").note()
    return {
        "is longer than": b"x" * ((1 << 20) + 1),
        "not ASCII": b"\xff",
        "is the line comity-checkpoints/v1": HEADER.encode() + b"\n",
        "is not base64": HEADER.encode() + b"\n?\n?\n",
        "of one tree": bytes(Evidence(Kind.FORK, NOTE, NOTE)),
        "of two sizes": bytes(Evidence(Kind.FORK, History.of(4).note(), other)),
        "lacks the ML-DSA-44 signature": bytes(Evidence(Kind.FORK, ONE_LINE, other)),
        "two signatures": bytes(Evidence(Kind.FORK, NOTE, other + other.split(b"\n\n")[1])),
    }


@pytest.mark.parametrize("sentence", files_of_evidence())
def test_what_is_no_evidence_is_refused(sentence: str) -> None:
    with pytest.raises(BadInput, match=sentence):
        check_fork(files_of_evidence()[sentence], LOG.keys)


def test_the_same_checkpoint_again_costs_no_write_for_a_moment(
    witness: Witness, state: WitnessState
) -> None:
    first = witness.add_checkpoint(FIVE.ask(0), NOW)
    kept = state.last(LOG.keys.origin)
    assert witness.add_checkpoint(FIVE.ask(5), NOW + FRESH - 1) == first
    assert state.last(LOG.keys.origin) == kept
    for now in (NOW + FRESH, NOW - 1):
        body = FIVE.ask(5)
        answer = witness.add_checkpoint(body, now)
        assert answer.body != first.body
        assert cosigned(answer, body) == FIVE.head()


def test_a_witness_with_new_keys_cosigns_anew(state: WitnessState) -> None:
    Witness(CosignerPair.generate(randomness(3)), LOGS, state).add_checkpoint(FIVE.ask(0), NOW)
    body = FIVE.ask(5)
    assert cosigned(Witness(PAIR, LOGS, state).add_checkpoint(body, NOW), body).size == 5


def made(directory: Path) -> WitnessState:
    WitnessState.make(directory)
    return WitnessState(directory)


def test_a_state_is_made_once_and_never_by_itself(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="cosign what it forgot a second time"):
        WitnessState(tmp_path).last(LOG.keys.origin)
    Witness(PAIR, LOGS, made(tmp_path)).add_checkpoint(FIVE.ask(0), NOW)
    assert held(made(tmp_path).last(LOG.keys.origin)) == FIVE.head()


class Crash(Exception):
    """The process dies here."""


class Faulty(WitnessState):
    """A state whose process dies at one call, before or after it reached the disk."""

    def __init__(self, directory: Path, point: str, *, after: bool) -> None:
        super().__init__(directory)
        self._point, self._after = point, after

    def _around(self, point: str, write: Callable[[], object]) -> None:
        if point == self._point and not self._after:
            raise Crash
        write()
        if point == self._point:
            raise Crash

    def advance(self, origin: str, expected: bytes, body: bytes) -> bool:
        advance = super().advance
        self._around("advance", lambda: advance(origin, expected, body))
        return True

    def keep(self, evidence: Evidence, at: int) -> None:
        keep = super().keep
        self._around("keep", lambda: keep(evidence, at))


@pytest.mark.parametrize("after", [False, True], ids=["not persisted", "persisted"])
@pytest.mark.parametrize("point", ["advance", "keep"])
def test_nothing_is_answered_that_was_not_persisted(
    tmp_path: Path, point: str, *, after: bool
) -> None:
    state = made(tmp_path)
    Witness(PAIR, LOGS, state).add_checkpoint(FIVE.ask(0), NOW)
    state.close()
    body = (History.of(9) if point == "advance" else History.of(5, "other ")).ask(5)
    faulty = Faulty(tmp_path, point, after=after)
    with pytest.raises(Crash):
        Witness(PAIR, LOGS, faulty).add_checkpoint(body, NOW)
    faulty.close()
    state = WitnessState(tmp_path)
    witness = Witness(PAIR, LOGS, state)
    if point == "advance":
        size = 9 if after else 5
        assert held(state.last(LOG.keys.origin)) == History.of(size).head()
        body = History.of(9).ask(size)
        assert cosigned(witness.add_checkpoint(body, NOW), body).size == 9
    else:
        assert len(state.evidence()) == int(after)
        assert held(state.last(LOG.keys.origin)) == FIVE.head()
    state.close()


def test_a_state_that_never_yields_ends_in_a_sentence() -> None:
    class Busy(WitnessState):
        def advance(self, origin: str, expected: bytes, body: bytes) -> bool:
            return super().advance(origin, expected + b"another", body)

    with pytest.raises(Unavailable, match="try again"):
        Witness(PAIR, LOGS, Busy(None)).add_checkpoint(FIVE.ask(0), NOW)


def test_threads_that_ask_at_once_get_one_history(tmp_path: Path) -> None:
    Witness(PAIR, LOGS, made(tmp_path)).add_checkpoint(FIVE.ask(0), NOW)
    branches = [History([*FIVE.entries, *[f"{seed}".encode()] * 3]) for seed in range(6)]
    answers: list[tuple[bytes, Answer]] = []
    barrier = threading.Barrier(len(branches))

    def ask(body: bytes) -> None:
        witness = Witness(PAIR, LOGS, WitnessState(tmp_path))
        barrier.wait()
        answers.append((body, witness.add_checkpoint(body, NOW)))

    threads = [threading.Thread(target=ask, args=(branch.ask(5),)) for branch in branches]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    statuses = sorted(answer.status for _, answer in answers)
    assert statuses == [HTTPStatus.OK] + [HTTPStatus.CONFLICT] * 5
    (won,) = [body for body, answer in answers if answer.status == HTTPStatus.OK]
    state = WitnessState(tmp_path)
    assert held(state.last(LOG.keys.origin)) == cosigned(
        next(answer for body, answer in answers if body == won), won
    )
    # The losers are told the size, and each of them has left its other root at that size behind.
    assert [kept.evidence.kind for kept in state.evidence()] == [Kind.FORK] * 5


ASKER = """
import sys
from pathlib import Path
from comity.record.witness import Witness
from comity.record.witness_state import WitnessState
from tests.record import test_witness as shared

branch = shared.History.of(40, sys.argv[2])
witness = Witness(shared.PAIR, shared.LOGS, WitnessState(Path(sys.argv[1])))
sys.stdin.readline()
old = 0
for size in range(1, 40):
    part = shared.History(branch.entries[:size])
    answer = witness.add_checkpoint(part.ask(old), shared.NOW)
    if answer.status == 200:
        print(size, part.head().root.hex(), flush=True)
        old = size
"""


def test_two_processes_never_get_two_inconsistent_cosignatures(tmp_path: Path) -> None:
    WitnessState.make(tmp_path)
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", ASKER, str(tmp_path), seed],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=Path(__file__).parents[2],
        )
        for seed in ("one ", "two ")
    ]
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    told = [process.communicate()[0].split("\n")[:-1] for process in processes]
    assert [process.returncode for process in processes] == [0, 0]
    # Whoever came first has the log for itself.
    assert sorted(len(lines) for lines in told) == [0, 39]


class LogAndWitness(RuleBasedStateMachine):
    """An honest log is always cosigned; a log that rolls back gets no second history."""

    def __init__(self) -> None:
        super().__init__()
        self.state = WitnessState(None)
        self.witness = Witness(PAIR, LOGS, self.state)
        self.log: list[bytes] = []
        self.cosigned: list[bytes] = []
        self.answered: dict[int, bytes] = {}
        self.now = NOW
        self.count = 0

    @rule(many=st.integers(1, 9))
    def append(self, many: int) -> None:
        self.count += 1
        self.log += [f"{self.count}/{number}".encode() for number in range(many)]

    @rule(data=st.data())
    def roll_back(self, data: st.DataObject) -> None:
        del self.log[data.draw(st.integers(0, len(self.log))) :]

    @rule(back=st.integers(0, 3))
    def ask(self, back: int) -> None:
        self.now += 1
        history = History(list(self.log))
        old = max(0, len(self.cosigned) - back)
        body = history.ask(old)
        answer = self.witness.add_checkpoint(body, self.now)
        honest = self.log[: len(self.cosigned)] == self.cosigned
        assert (answer.status == HTTPStatus.OK) == (honest and old == len(self.cosigned))
        if answer.status == HTTPStatus.OK:
            head = cosigned(answer, body)
            assert self.answered.setdefault(head.size, head.root) == head.root
            self.cosigned = list(self.log)
        elif len(self.log) == len(self.cosigned) != 0 and not honest:
            assert any(kept.evidence.head == history.head() for kept in self.state.evidence())

    @invariant()
    def what_is_persisted_is_what_was_answered(self) -> None:
        head = held(self.state.last(LOG.keys.origin))
        assert (head.size if head else 0) == len(self.cosigned)
        assert head is None or head.root == naive_root(self.cosigned)


LogAndWitness.TestCase.settings = settings(deadline=None, max_examples=25, stateful_step_count=25)
TestLogAndWitness = LogAndWitness.TestCase
