"""Records and witnesses in one process: loss, wrong sizes, forks, restored copies, liars."""

import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from http import HTTPStatus
from pathlib import Path

import pytest

from comity.actions.witnesses import MAX_ANSWER, Listed, Reply, Round, ask, checkpoint_url, look
from comity.errors import Unavailable
from comity.record import checkpoint, note, proof
from comity.record.cosignature import CosignerPair, verify_cosigned
from comity.record.cosigned import CosignedCheckpoints, Standing, last_met
from comity.record.evidence import Kind, check_fork
from comity.record.halt import MemoryHalt
from comity.record.keys import MemorySigner
from comity.record.lock import MemoryLock
from comity.record.policy import Policy, k_of_n
from comity.record.store import Record
from comity.record.stores import Stores
from comity.record.witness import SIZE_MEDIA, Witness
from comity.record.witness_state import WitnessState
from tests.record.support import clock, in_memory, on_disk, randomness

NOW = 1_800_000_000


@dataclass
class Web:
    """``Transport`` in memory: witnesses by their address, and what goes wrong on the way."""

    witnesses: dict[str, Witness] = field(default_factory=dict)
    states: dict[str, WitnessState] = field(default_factory=dict)
    lost: set[str] = field(default_factory=set)  #: addresses whose requests do not arrive
    unanswered: set[str] = field(default_factory=set)  #: addresses whose answers do not
    answers: dict[str, Reply] = field(default_factory=dict)  #: what an address says instead
    shows: dict[str, bytes] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    time: int = NOW

    def add(self, url: str, pair: CosignerPair, logs: Sequence[Record]) -> None:
        keys = [record.keys() for record in logs]
        known = {one.origin: one for one in keys if one}
        self.states[url] = WitnessState(None)
        self.witnesses[url] = Witness(pair, known, self.states[url])

    def post(self, url: str, body: bytes) -> Reply:
        prefix = url.removesuffix("/add-checkpoint")
        self.asked.append(prefix)
        if prefix in self.lost:
            raise Unavailable("The witness does not answer.")
        if prefix in self.answers:
            return self.answers[prefix]
        answer = self.witnesses[prefix].add_checkpoint(body, self.now())
        if prefix in self.unanswered:
            raise Unavailable("The witness does not answer.")
        return Reply(answer.status, answer.body)

    def get(self, url: str) -> Reply:
        prefix, digest, _ = url.rsplit("/", 2)
        if prefix in self.lost:
            raise Unavailable("The witness does not answer.")
        if prefix in self.shows:
            return Reply(200, self.shows[prefix])
        for origin in self.witnesses[prefix]._logs:
            body = self.states[prefix].last(origin)
            if sha256(origin.encode()).hexdigest() == digest and body:
                return Reply(200, body)
        return Reply(404, b"")

    def now(self) -> int:
        self.time += 1
        return self.time


PAIRS = [CosignerPair.generate(randomness(seed)) for seed in range(20, 23)]
URLS = ["https://a.example/w", "https://b.example/w", "https://c.example/w"]
LISTED = [
    Listed(title, url, pair.keys) for title, url, pair in zip("ABC", URLS, PAIRS, strict=True)
]


def record_in_memory(seed: int = 0) -> Record:
    record = in_memory(seed)
    record._halt = MemoryHalt()
    record.append([b"first"])
    return record


def keys_of(record: Record) -> checkpoint.LogKeys:
    keys = record.keys()
    assert keys is not None
    return keys


class Node:
    """A record, what witnesses gave it, and its policy of two out of three."""

    def __init__(self, record: Record, web: Web, k: int = 2) -> None:
        self.record, self.web = record, web
        self.kept = CosignedCheckpoints(None)
        self.policy: Policy = k_of_n((keys_of(record),), [one.keys for one in LISTED], k)

    def ask(self) -> Round:
        made = ask(self.record, LISTED, self.policy, self.kept, self.web, self.web.now)
        assert made is not None
        return made

    def said(self, number: int) -> str:
        return self.kept.standing(LISTED[number].keys.name).said


@pytest.fixture
def record() -> Record:
    return record_in_memory()


@pytest.fixture
def web(record: Record) -> Web:
    made = Web()
    for url, pair in zip(URLS, PAIRS, strict=True):
        made.add(url, pair, [record])
    return made


@pytest.fixture
def node(record: Record, web: Web) -> Node:
    return Node(record, web)


def test_two_records_are_cosigned_by_three_witnesses_as_they_grow() -> None:
    web = Web()
    records = [record_in_memory(1), record_in_memory(2)]
    for url, pair in zip(URLS, PAIRS, strict=True):
        web.add(url, pair, records)
    nodes = [Node(one, web) for one in records]
    for count in range(1, 4):
        for node in nodes:
            node.record.append([b"more"] * count)
            assert node.ask() == Round(node.record.size(), ("A", "B", "C"), met=True)
            found = verify_cosigned(
                node.kept.met(), keys_of(node.record), [one.keys for one in LISTED]
            )
            assert found.signed.checkpoint.size == node.record.size()
            assert len(found.cosigned) == 3
            file = node.record.prove(node.record.size() - 1, node.kept.met())
            assert proof.check(file, policy=node.policy).enough


def test_nothing_is_asked_for_an_empty_record(web: Web) -> None:
    empty = in_memory(seed=9)
    kept = CosignedCheckpoints(None)
    assert ask(empty, LISTED, Policy((), None), kept, web, web.now) is None
    assert look(empty, LISTED, web) is None
    assert web.asked == []


def test_who_cosigned_this_checkpoint_is_not_asked_again(node: Node) -> None:
    node.ask()
    node.web.asked.clear()
    assert node.ask().met
    assert node.web.asked == []


def test_a_witness_that_is_away_keeps_no_other_from_cosigning(node: Node) -> None:
    node.web.lost.add(URLS[0])
    assert node.ask() == Round(1, ("B", "C"), met=True)
    assert node.said(0) == "The witness does not answer."
    node.web.lost.add(URLS[1])
    node.record.append([b"x"])
    assert node.ask() == Round(2, ("C",), met=False)
    # What was enough before stays; the newer checkpoint is not yet enough.
    met = verify_cosigned(node.kept.met(), keys_of(node.record), [])
    assert met.signed.checkpoint.size == 1
    node.web.lost.clear()
    assert node.ask() == Round(2, ("A", "B", "C"), met=True)
    assert node.said(0) == ""


def test_an_answer_that_is_lost_is_asked_for_again_with_the_size_that_the_witness_tells(
    node: Node,
) -> None:
    node.ask()
    node.record.append([b"x"])
    node.web.unanswered.add(URLS[0])
    assert node.ask().cosigned == ("B", "C")
    node.web.unanswered.clear()
    node.record.append([b"y"])
    node.web.asked.clear()
    assert node.ask().cosigned == ("A", "B", "C")
    assert node.web.asked == [URLS[0], URLS[0], URLS[1], URLS[2]]


def test_what_the_node_forgot_its_witnesses_know(node: Node) -> None:
    node.ask()
    node.record.append([b"x"])
    node.kept = CosignedCheckpoints(None)
    assert node.ask() == Round(2, ("A", "B", "C"), met=True)


def other_line(node: Node) -> bytes:
    """A valid cosignature of the right checkpoint, by another witness."""
    body = node.record.checkpoint()
    assert body is not None
    head = checkpoint.parse(note.parse(body).text)
    return "".join(f"{line}\n" for line in PAIRS[1].cosign(head, NOW)).encode()


NO_COSIGNATURE = "something that is no cosignature"
NOTHING_FOLLOWS = "nothing follows from that"
CLAIMS: list[tuple[Callable[[Node], Reply], str]] = [
    (lambda _: Reply(200, b""), NO_COSIGNATURE),
    (lambda _: Reply(200, b"x\n"), NO_COSIGNATURE),
    (lambda _: Reply(200, b"\xff"), NO_COSIGNATURE),
    (lambda _: Reply(200, b"x" * (MAX_ANSWER + 1)), NO_COSIGNATURE),
    (lambda node: Reply(200, other_line(node)), NO_COSIGNATURE),
    (lambda node: Reply(200, b"\n" + other_line(node)), NO_COSIGNATURE),
    (lambda _: Reply(409, b"900\n"), NOTHING_FOLLOWS),
    (lambda _: Reply(409, b"0\n"), NOTHING_FOLLOWS),
    (lambda _: Reply(409, b"01\n"), NOTHING_FOLLOWS),
    (lambda _: Reply(409, b"9" * 5000), NOTHING_FOLLOWS),
    (lambda _: Reply(422, b""), NOTHING_FOLLOWS),
    (lambda _: Reply(404, b""), "does not know this record: send its operator"),
    (lambda _: Reply(403, b""), "by other keys"),
    (lambda _: Reply(500, b"<script>"), "answered with the status 500"),
    (lambda _: Reply(302, b""), "answered with the status 302"),
]


@pytest.mark.parametrize(("claim", "sentence"), CLAIMS)
def test_what_a_hostile_witness_says_stops_nothing(
    node: Node, claim: Callable[[Node], Reply], sentence: str
) -> None:
    node.web.answers[URLS[0]] = claim(node)
    node.web.shows[URLS[0]] = b"\xff"
    made = node.ask()
    assert (made.cosigned, made.met, made.stopped) == (("B", "C"), True, None)
    assert sentence in node.said(0)
    assert look(node.record, LISTED, node.web) is None
    assert node.record.append([b"goes on"]).first_index == 1


def test_a_checkpoint_that_the_record_holds_stops_nothing(node: Node) -> None:
    node.ask()
    old = node.web.states[URLS[0]].last(keys_of(node.record).origin)
    node.record.append([b"x"])
    node.web.answers[URLS[0]] = Reply(422, b"")
    node.web.shows[URLS[0]] = old
    assert node.ask().stopped is None
    assert "what it shows is part of this record" in node.said(0)
    assert node.record.stopped() is None


def test_a_checkpoint_of_another_log_stops_nothing(node: Node) -> None:
    other = record_in_memory(5)
    other.append([b"x"] * 9)
    node.web.shows[URLS[0]] = other.checkpoint() or b""
    assert look(node.record, LISTED, node.web) is None
    half = (other.checkpoint() or b"").splitlines(keepends=True)[:-1]
    node.web.shows[URLS[0]] = b"".join(half)
    assert look(node.record, LISTED, node.web) is None


def test_a_restored_copy_is_stopped_before_it_writes(tmp_path: Path, web: Web) -> None:
    home, copy = tmp_path / "home", tmp_path / "copy"
    with on_disk(home) as record:
        record.append([b"one"])
        shutil.copytree(home, copy)
        record.append([b"two"])
        web.add(URLS[0], PAIRS[0], [record])
        kept = CosignedCheckpoints(home)
        made = ask(record, LISTED[:1], k_of_n((), [PAIRS[0].keys], 1), kept, web, web.now)
        assert made == Round(2, ("A",), met=True)
        assert last_met(home) == kept.met() != b""
    assert last_met(copy) is None
    with on_disk(copy) as restored:
        sentence = look(restored, LISTED[:1], web)
        assert sentence is not None
        assert "A witness holds a checkpoint of 2 entries that this record signed" in sentence
        with pytest.raises(Unavailable, match="restored from an older copy"):
            restored.append([b"another two"])
        assert [entry.payload for entry in restored.entries()] == [b"one"]
    with on_disk(copy) as restored:  # it stays so, with no witness at hand
        with pytest.raises(Unavailable, match="restored from an older copy"):
            restored.append([b"another two"])
        assert restored.stopped() == sentence
    # A newer copy of the log makes it good again.
    for name in ("log.db", "checkpoint.db"):
        for part in (copy / "record").glob(f"{name}*"):
            part.unlink()
        for part in (home / "record").glob(f"{name}*"):
            shutil.copy(part, copy / "record" / part.name)
    with on_disk(copy) as restored:
        assert restored.stopped() is None
        assert restored.append([b"three"]).first_index == 2


def test_a_record_that_is_gone_altogether_is_the_oldest_copy(tmp_path: Path, web: Web) -> None:
    with on_disk(tmp_path) as record:
        record.append([b"one"])
        web.add(URLS[0], PAIRS[0], [record])
        ask(record, LISTED[:1], Policy((), None), CosignedCheckpoints(None), web, web.now)
    shutil.rmtree(tmp_path / "record")
    with on_disk(tmp_path) as record:
        assert "the record ends at 0" in (look(record, LISTED[:1], web) or "")
        with pytest.raises(Unavailable, match="restored from an older copy"):
            record.append([b"again"])


def forked(record: Record, *entries: bytes) -> Record:
    """Another history under the same keys, as a thief of them or a second copy writes it."""
    twin = Record(
        Path("nowhere"), clock=clock, randomness=randomness(77),
        signer=record._signer, lock=MemoryLock(), stores=Stores.in_memory(), halted=MemoryHalt(),
    )  # fmt: skip
    twin.append(list(entries))
    return twin


def test_who_writes_a_second_history_is_stopped_and_caught(node: Node) -> None:
    node.record.append([b"second"])
    assert node.ask().met
    twin = Node(forked(node.record, b"other", b"history"), node.web)
    made = twin.ask()
    assert made.stopped is not None
    assert "A witness holds another history of 2 entries" in made.stopped
    with pytest.raises(Unavailable, match="another history"):
        twin.record.append([b"x"])
    (kept,) = node.web.states[URLS[0]].evidence()
    assert kept.evidence.kind is Kind.FORK
    check_fork(bytes(kept.evidence), keys_of(node.record))
    # The first history goes on.
    node.record.append([b"third"])
    assert node.ask() == Round(3, ("A", "B", "C"), met=True)


def test_a_longer_second_history_is_caught_too(node: Node) -> None:
    node.record.append([b"second"])
    node.ask()
    twin = Node(forked(node.record, b"other", b"history", b"longer"), node.web)
    assert "another history of 2 entries" in (twin.ask().stopped or "")
    assert [one.evidence.kind for one in node.web.states[URLS[0]].evidence()] == [Kind.UNPROVEN]


def test_a_look_sees_a_second_history_too(node: Node) -> None:
    node.record.append([b"second"])
    node.ask()
    twin = forked(node.record, b"other", b"history")
    node.web.lost.update(URLS[:2])
    assert "another history of 2 entries" in (look(twin, LISTED, node.web) or "")


def test_what_stops_a_record_first_goes_on_to_stop_it(record: Record) -> None:
    record.append([b"second"])
    other = forked(record, b"other", b"history").checkpoint() or b""
    ahead = forked(record, b"first", b"second", b"third").checkpoint() or b""
    assert "another history of 2 entries" in (record.stop(other) or "")
    assert "the record ends at 2" in (record.stop(ahead) or "")
    assert "another history of 2 entries" in (record.stopped() or "")


def test_a_witness_that_is_away_stops_no_start(node: Node) -> None:
    node.web.lost.update(URLS)
    assert look(node.record, LISTED, node.web) is None


def test_a_record_without_keys_is_not_stopped() -> None:
    draw = randomness(3)
    fresh = Record(
        Path("nowhere"), clock=clock, randomness=draw, signer=MemorySigner(draw),
        lock=MemoryLock(), stores=Stores.in_memory(), halted=MemoryHalt(),
    )  # fmt: skip
    assert fresh.stop(record_in_memory().checkpoint() or b"") is None
    assert fresh.stopped() is None


def test_what_is_kept_never_goes_back() -> None:
    kept = CosignedCheckpoints(None)
    assert kept.standing("w") == Standing(0, b"", 0, "")
    kept.said("w", "It does not answer.", 1)
    assert kept.standing("w") == Standing(0, b"", 1, "It does not answer.")
    kept.cosigned("w", 5, b"five", 2)
    kept.cosigned("w", 4, b"four", 3)
    assert kept.standing("w") == Standing(5, b"five", 3, "")
    kept.said("w", "It is away.", 4)
    assert kept.standing("w") == Standing(5, b"five", 4, "It is away.")
    kept.meet(5, b"five")
    kept.meet(4, b"four")
    assert kept.met() == b"five"


def test_a_witness_shows_checkpoints_under_the_hash_of_the_origin() -> None:
    digest = sha256(b"log").hexdigest()
    assert (
        checkpoint_url("https://w.example/p/", "log") == f"https://w.example/p/{digest}/checkpoint"
    )


def test_the_witness_tells_its_size_as_specified(node: Node) -> None:
    node.ask()
    twin = forked(node.record, *[b"other"] * 3)
    body = twin.checkpoint() or b""
    answer = node.web.witnesses[URLS[0]].add_checkpoint(b"old 0\n\n" + body, NOW)
    assert (answer.status, answer.media, answer.body) == (HTTPStatus.CONFLICT, SIZE_MEDIA, b"1\n")
