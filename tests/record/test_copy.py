"""A copy of the record is one signed state of it, whoever writes meanwhile."""

import threading
from datetime import UTC, datetime
from secrets import token_bytes

import pytest

from comity.errors import BadInput
from comity.record.payload import Import, encode, sha256_hex
from comity.record.store import Record
from comity.record.stores import MAX_SMALL_BODY

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
LARGE = b"x" * (MAX_SMALL_BODY + 1)


def opened(home):
    return Record(home, clock=lambda: NOW, randomness=token_bytes)


def put(record, body):
    name = sha256_hex(body)
    entry = Import(
        at=NOW, by="Owner", source=name, file_name="a.json", reader="stix/1", losses=(), objects=()
    )
    return record.append([encode(entry)], {name: body})


def with_keys(home, copy):
    (copy / "keys").mkdir()
    key = copy / "keys" / "log.pem"
    key.write_bytes((home / "keys" / "log.pem").read_bytes())
    key.chmod(0o600)
    return opened(copy)


@pytest.fixture
def home(tmp_path):
    folder = tmp_path / "home"
    with opened(folder) as record:
        put(record, b"small")
        put(record, LARGE)
    return folder


def test_a_copy_verifies_and_has_every_body(home, tmp_path):
    copy = tmp_path / "copy"
    with opened(home) as record:
        head = record.copy_to(copy)
    with with_keys(home, copy) as again:
        report = again.verify()
        assert report.ok, report.problems
        assert report.size == head.size == 2
        assert again.blob(sha256_hex(LARGE)) == LARGE
        assert again.blob(sha256_hex(b"small")) == b"small"


def test_a_copy_goes_on_under_the_same_keys(home, tmp_path):
    copy = tmp_path / "copy"
    with opened(home) as record:
        record.copy_to(copy)
    with with_keys(home, copy) as again:
        assert put(again, b"later").first_index == 2
        assert again.verify().ok


def test_an_erased_body_is_not_in_a_copy(home, tmp_path):
    with opened(home) as record:
        record.erase(1, "a test", ("Owner", "Colleague"))
        record.copy_to(tmp_path / "copy")
    with with_keys(home, tmp_path / "copy") as again:
        report = again.verify()
        assert (report.ok, report.erased) == (True, 1)
        with pytest.raises(BadInput):
            again.blob(sha256_hex(LARGE))
    assert not list((tmp_path / "copy" / "record").glob(f"blobs/{sha256_hex(LARGE)}"))


def test_copies_made_while_others_append_are_prefixes_that_verify(home, tmp_path):
    done = threading.Event()
    appended: list[int] = []

    def write():
        with opened(home) as record:
            while not done.is_set():
                appended.append(put(record, LARGE + str(len(appended)).encode()).first_index)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        sizes = []
        for number in range(4):
            with opened(home) as record:
                sizes.append(record.copy_to(tmp_path / str(number)).size)
    finally:
        done.set()
        writer.join()
    assert sizes == sorted(sizes)
    with opened(home) as record:
        assert record.verify().ok
        whole = [entry.leaf_hash for entry in record.entries()]
    for number, size in enumerate(sizes):
        with with_keys(home, tmp_path / str(number)) as again:
            report = again.verify()
            assert report.ok, report.problems
            assert (report.size, report.unsigned) == (size, 0)
            assert [entry.leaf_hash for entry in again.entries()] == whole[:size]
