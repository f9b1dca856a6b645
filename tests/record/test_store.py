"""The record from the outside: append, read, prove, erase, verify."""

from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.errors import BadInput, Unavailable
from comity.record import checkpoint, commitment, payload, proof
from comity.record.log import LogDatabase
from comity.record.stores import MAX_SMALL_BODY, Stores
from tests.record.support import NOW, clock, in_memory, naive_root, on_disk, randomness

SMALL, LARGE = b"small", b"L" * (MAX_SMALL_BODY + 1)


def name(body: bytes) -> str:
    return sha256(body).hexdigest()


def holding(*bodies: bytes, kind: str = "x") -> bytes:
    names = ",".join(f'"{name(body)}"' for body in bodies)
    return f'{{"blobs":[{names}],"kind":"{kind}"}}'.encode()


def test_an_empty_record_makes_nothing(tmp_path: Path) -> None:
    with on_disk(tmp_path) as record:
        assert (record.size(), list(record.entries()), record.checkpoint()) == (0, [], None)
        assert record.verify().ok
        assert record.keys() is None
        record.recover()
        with pytest.raises(BadInput, match="nothing to prove"):
            record.prove(0)
        with pytest.raises(BadInput, match="holds no body"):
            record.blob(name(SMALL))
    assert list(tmp_path.iterdir()) == []


def test_what_is_appended_is_read_proven_and_verified(tmp_path: Path) -> None:
    with on_disk(tmp_path) as record:
        assert record.append([b"a", b"b"]).indices == range(2)
        appended = record.append([b"c"])
        assert appended.first_index == 2
        assert record.checkpoint() == appended.checkpoint
    with on_disk(tmp_path, seed=1) as record:
        assert [entry.payload for entry in record.entries(1)] == [b"b", b"c"]
        keys = record.keys()
        assert keys
        assert proof.check(record.prove(1), keys.vkeys).payload == b"b"
        assert record.append([b"d"]).first_index == 3
        told: list[tuple[int, int]] = []
        report = record.verify(lambda done, size: told.append((done, size)))
        assert (report.ok, report.size, report.origin) == (True, 4, keys.origin)
        assert told == [(4, 4)]


@settings(max_examples=15, deadline=None)
@given(st.lists(st.integers(1, 300), min_size=1, max_size=4))
def test_any_split_into_batches_gives_the_naive_root(batches: list[int]) -> None:
    record = in_memory()
    for batch in batches:
        appended = record.append([b"p"] * batch)
    stores = record._opened
    keys = record.keys()
    assert stores
    assert keys
    entries = [row.entry for row in stores.log.rows(0, sum(batches))]
    head = checkpoint.verify(appended.checkpoint, keys).checkpoint
    assert head.root == naive_root(entries)
    assert record.verify().ok
    record.close()


def test_bodies_lie_by_size_and_are_checked(tmp_path: Path) -> None:
    with on_disk(tmp_path) as record:
        record.append([holding(SMALL, LARGE)], {name(SMALL): SMALL, name(LARGE): LARGE})
        assert record.blob(name(SMALL)) == SMALL
        assert record.blob(name(LARGE)) == LARGE
        assert [path.name for path in (tmp_path / "record" / "blobs").iterdir()] == [name(LARGE)]
        for body in (b"", b"E" * (MAX_SMALL_BODY + 2)):
            assert record.put_blob(body) == name(body)
            record.append([holding(body)])
        assert record.append([holding(SMALL)], {name(SMALL): SMALL}).first_index == 3
        assert record.verify().ok


def test_what_cannot_be_appended_is_refused() -> None:
    record = in_memory()
    tombstone = payload.Erasure(at=NOW, by="x", index=0, reason="", officers=(), rule="r")
    for payloads, blobs, sentence in (
        ([], {}, "has 1 to 10000 entries, not 0"),
        ([b"x"] * 10_001, {}, "has 1 to 10000 entries, not 10001"),
        ([b"x" * 65_537], {}, "at most 65536 bytes"),
        ([b"x"], {name(SMALL): LARGE}, "which is not its own"),
        ([b"x"], {name(SMALL): SMALL}, "No payload of the batch says that it holds"),
        ([holding(SMALL)], {}, "The record holds no body"),
        ([payload.encode(tombstone)], {}, "appended by erasing"),
        ([b'{"kind":"import"}'], {}, "is malformed"),
    ):
        with pytest.raises(BadInput, match=sentence):
            record.append(payloads, blobs)
    assert record.size() == 0
    with pytest.raises(BadInput, match="has no entry 0"):
        record.prove(0)


def test_erasing_takes_two_officers_or_a_rule() -> None:
    record = in_memory()
    record.append([b"x", b"y", b"z"])
    for officers in ((), ("A",), ("A", " a "), ("A", "")):
        with pytest.raises(BadInput, match="two different officers"):
            record.erase(0, "mistake", officers)
    record.erase(0, "mistake", ("A", "B"))
    record.erase(1, "too old", (), rule="90 days")
    for index, sentence in ((9, "no entry 9"), (0, "erased already"), (3, "is a tombstone")):
        with pytest.raises(BadInput, match=sentence):
            record.erase(index, "again", ("A", "B"))
    with pytest.raises(BadInput, match="has been erased"):
        record.prove(0)
    shown = [entry.payload for entry in record.entries()]
    assert shown[:3] == [None, None, b"z"]
    last = payload.decode(shown[4] or b"")
    assert isinstance(last, payload.Erasure)
    assert (last.index, last.by, last.rule) == (1, "rule 90 days", "90 days")
    report = record.verify()
    assert (report.ok, report.erased, report.size) == (True, 2, 5)


ROLE = payload.RoleGrant(
    at=NOW, by="x", account="a", name="Owner", role="auditor", granted=False, reason="left"
)
APPROVAL = payload.Approval(
    at=NOW, by="x", incident="i", document="d", account="a", role="legal-adviser",
    body="0" * 64, approved=False, reason="no",
)  # fmt: skip
RELEASE = payload.Release(
    at=NOW, by="x", incident="i", document="d", account="a", body="0" * 64, approvals=(), reason=""
)


@pytest.mark.parametrize("entry", [ROLE, APPROVAL, RELEASE])
def test_what_decides_who_may_do_what_cannot_be_erased(entry: payload.Payload) -> None:
    record = in_memory()
    record.append([payload.encode(entry)])
    with pytest.raises(BadInput, match="cannot be erased"):
        record.erase(0, "a mistake", ("Owner", "Colleague"))


def test_erased_bytes_are_gone_from_disk_and_shared_bodies_stay(tmp_path: Path) -> None:
    secret, shared = b"S" * 70_000 + b"secret-large", b"shared"
    mark = b'"mark-of-the-payload"'
    with on_disk(tmp_path) as record:
        raw = holding(secret, shared, b"secret-small")[:-1] + b',"n":' + mark + b"}"
        bodies = {name(body): body for body in (secret, shared, b"secret-small")}
        record.append([raw, holding(shared)], bodies)
        record.erase(0, "mistake", ("A", "B"))
        assert record.blob(name(shared)) == shared
        for gone in (secret, b"secret-small"):
            with pytest.raises(BadInput, match="holds no body"):
                record.blob(name(gone))
        on_disk_now = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
        assert b"secret-" not in on_disk_now
        assert mark not in on_disk_now
        assert record.verify().ok


def test_the_twin_in_memory_erases_bodies_too() -> None:
    record = in_memory()
    record.append([holding(LARGE, SMALL), holding(SMALL)], {name(LARGE): LARGE, name(SMALL): SMALL})
    assert record.verify().ok
    record.erase(0, "mistake", ("A", "B"))
    with pytest.raises(BadInput, match="holds no body"):
        record.blob(name(LARGE))
    assert record.blob(name(SMALL)) == SMALL
    assert record.verify().ok


def test_a_reader_of_an_older_state_delays_an_erasure_but_no_append(tmp_path: Path) -> None:
    with on_disk(tmp_path) as record:
        record.append([b"secret-payload"])
        reader = LogDatabase(tmp_path / "record")
        with reader.snapshot():
            assert reader.size() == 1
            with pytest.raises(Unavailable, match="its bytes stay in"):
                record.erase(0, "mistake", ("A", "B"))
            assert record.append([b"x"]).first_index == 2
        reader.close()
        record.append([b"y"])
        files = [path.read_bytes() for path in (tmp_path / "record").iterdir() if path.is_file()]
        assert b"secret-payload" not in b"".join(files)
        assert record.verify().ok


def test_the_verification_lets_others_append(tmp_path: Path) -> None:
    with on_disk(tmp_path, 1) as one, on_disk(tmp_path, 2) as two:
        one.append([b"x"] * 300)

        def meanwhile(done: int, size: int) -> None:
            two.append([b"y"] * 300)

        report = one.verify(meanwhile)
        assert (report.problems, report.size) == ((), 300)
        assert one.size() == 900
        assert one.verify().ok


def test_two_records_may_write_in_turn(tmp_path: Path) -> None:
    with on_disk(tmp_path, 1) as one, on_disk(tmp_path, 2) as two:
        for number in range(6):
            writer = (one, two)[number % 2]
            assert writer.append([b"x"]).first_index == number
        assert one.size() == two.size() == 6
        assert one.verify().ok


def test_a_signer_that_signs_badly_is_not_believed() -> None:
    record = in_memory()
    record.append([b"x"])
    signer = record._signer
    record._signer = type(
        "Bad",
        (),
        {"keys": signer.keys, "sign": lambda _, *given: signer.sign(*given)[:1]},
    )()
    with pytest.raises(Unavailable, match=r"returned something unusable: .* lacks"):
        record.append([b"y"])
    record._signer = signer
    assert record.append([b"z"]).first_index == 2


def test_a_database_of_another_format_is_refused(tmp_path: Path) -> None:
    with on_disk(tmp_path) as record:
        record.append([b"x"])
    log = LogDatabase(tmp_path / "record")
    log._writer.execute("PRAGMA user_version=9")
    log.close()
    with on_disk(tmp_path) as record, pytest.raises(Unavailable, match="has the format 9"):
        record.size()


def test_the_salt_keeps_equal_payloads_apart() -> None:
    record = in_memory()
    record.append([b"x", b"x"])
    first, second = record.entries()
    assert first.leaf_hash != second.leaf_hash


def test_the_fixtures_are_deterministic() -> None:
    draw = randomness()
    assert draw(32) != draw(32)
    assert len(draw(100)) == 100
    assert clock().tzinfo is not None
    assert Stores.in_memory().find_body("x") is None
    assert commitment.SALT_SIZE == 32
