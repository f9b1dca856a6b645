"""Key files, the lock and durable files."""

import errno
import os
import sqlite3
import stat
import threading
from pathlib import Path

import pytest

from comity.errors import Unavailable
from comity.record import checkpoint, files
from comity.record.keys import FileSigner, MemorySigner
from comity.record.lock import FileLock, Lock, MemoryLock
from tests.record.support import on_disk, randomness

HEAD = checkpoint.Checkpoint("x", 0, b"r" * 32)


def test_keys_are_made_once_and_stay(tmp_path: Path) -> None:
    signer = FileSigner(tmp_path / "keys", randomness())
    assert signer.keys() is None
    made = signer.create()
    path = tmp_path / "keys" / "log.pem"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert list(path.parent.iterdir()) == [path]
    assert FileSigner(tmp_path / "keys", randomness(1)).keys() == made
    assert made.origin.startswith("comity-log/")
    assert len(made.origin) == len("comity-log/") + 32


def test_a_key_file_that_others_may_read_is_refused(tmp_path: Path) -> None:
    with on_disk(tmp_path) as record:
        record.append([b"x"])
    (tmp_path / "keys" / "log.pem").chmod(0o644)
    with on_disk(tmp_path) as record, pytest.raises(Unavailable, match="set its mode to 600"):
        record.append([b"y"])


@pytest.mark.parametrize(
    "body", [b"", b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"]
)
def test_a_key_file_without_the_two_keys_is_refused(tmp_path: Path, body: bytes) -> None:
    files.write_durably(tmp_path / "log.pem", body)
    with pytest.raises(Unavailable, match="does not hold an Ed25519 and an ML-DSA-44 key"):
        FileSigner(tmp_path, randomness()).keys()


def test_signing_without_keys_is_refused(tmp_path: Path) -> None:
    for signer in (FileSigner(tmp_path, randomness()), MemorySigner(randomness())):
        with pytest.raises(Unavailable, match="The keys of the record are missing"):
            signer.sign(HEAD, 0)


def test_a_record_whose_keys_are_gone_is_not_continued(tmp_path: Path) -> None:
    with on_disk(tmp_path) as record:
        record.append([b"x"])
    (tmp_path / "keys" / "log.pem").unlink()
    with on_disk(tmp_path) as record:
        with pytest.raises(Unavailable, match="new keys would make another log"):
            record.append([b"y"])
        with pytest.raises(Unavailable, match="restore them from a copy"):
            record.size()
        assert "signatures cannot be checked" in record.verify().problems[0]


def test_a_lock_held_too_long_ends_in_a_sentence(tmp_path: Path) -> None:
    sentence = "Another process has been writing to the record for over 0.05 seconds"
    locks: list[tuple[Lock, Lock]] = [
        (FileLock(tmp_path / "lock"), FileLock(tmp_path / "lock", 0.05)),
    ]
    shared = MemoryLock(0.05)
    locks.append((shared, shared))
    for first, second in locks:
        with first.held(), pytest.raises(Unavailable, match=sentence), second.held():
            pass
        with second.held():
            pass


def test_a_lock_is_waited_for(tmp_path: Path) -> None:
    first, second = FileLock(tmp_path / "lock"), FileLock(tmp_path / "lock")
    inside = threading.Event()
    release = threading.Event()

    def hold() -> None:
        with first.held():
            inside.set()
            release.wait(5)

    thread = threading.Thread(target=hold)
    thread.start()
    inside.wait(5)
    threading.Timer(0.05, release.set).start()
    with second.held():
        assert release.is_set()
    thread.join()


@pytest.mark.parametrize(
    ("number", "sentence"),
    [
        (errno.ENOSPC, "the disk is full"),
        (errno.EROFS, "do not allow it"),
        (errno.EIO, "Input/output error"),
    ],
)
def test_errors_of_the_disk_become_sentences(number: int, sentence: str) -> None:
    with pytest.raises(Unavailable, match=sentence), files.disk("The record"):
        raise OSError(number, os.strerror(number))


def test_errors_of_sqlite_become_sentences(tmp_path: Path) -> None:
    (tmp_path / "bad.db").write_bytes(b"not a database" * 100)
    with pytest.raises(Unavailable, match="is damaged"), files.disk("The record"):
        sqlite3.connect(tmp_path / "bad.db").execute("SELECT * FROM x")
    small = sqlite3.connect(":memory:")
    small.executescript("PRAGMA max_page_count=2; CREATE TABLE t (x)")
    with pytest.raises(Unavailable, match="the disk is full"), files.disk("The record"):
        small.execute("INSERT INTO t VALUES (zeroblob(100000))")
    small.execute("PRAGMA query_only=1")
    with pytest.raises(Unavailable, match="do not allow it"), files.disk("The record"):
        small.execute("INSERT INTO t VALUES (1)")
    with pytest.raises(Unavailable, match="no such table"), files.disk("The record"):
        small.execute("SELECT * FROM missing")
