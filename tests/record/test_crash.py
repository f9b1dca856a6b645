"""A crash at each write: nothing acknowledged is lost, and the record goes on.

Each write fails in two ways: before it reached the disk, and after it did but before its caller
knew. The databases are then closed, opened anew and re-checked.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import TypeVar

import pytest

from comity.record import checkpoint, note
from comity.record.blobs import BlobFiles
from comity.record.checkpoints import CheckpointDatabase
from comity.record.keys import FileSigner
from comity.record.log import Batch, LogDatabase, Row
from comity.record.store import Record
from comity.record.stores import Stores
from tests.record.support import clock, on_disk, randomness

LARGE = b"L" * 70_000
NAME = sha256(LARGE).hexdigest()
HOLDER = f'{{"blobs":["{NAME}"],"kind":"x"}}'.encode()


T = TypeVar("T")


class Crash(Exception):
    """The process dies here."""


@dataclass
class Fault:
    """Where the process dies: at ``point``, ``after`` its write has reached the disk or before."""

    point: str = ""
    after: bool = False

    def around(self, point: str, write: Callable[[], T]) -> T:
        if point == self.point and not self.after:
            raise Crash
        result = write()
        if point == self.point:
            raise Crash
        return result


class FaultyLog(LogDatabase):
    def __init__(self, directory: Path, fault: Fault) -> None:
        super().__init__(directory)
        self._fault = fault
        self._written = False

    def write(self, batch: Batch) -> None:
        if self._fault.point == "log commit, half way":
            batch = replace(batch, held=self._half_way())  # type: ignore[arg-type]
        self._fault.around("log commit", lambda: super(FaultyLog, self).write(batch))
        self._written = True

    @staticmethod
    def _half_way() -> Iterator[tuple[int, str]]:
        yield 0, "x"
        raise Crash

    def rows(self, start: int, end: int) -> Iterator[Row]:
        if self._written:
            self._fault.around("read-back", lambda: None)
        return super().rows(start, end)

    def erase(self, index: int, names: Iterable[str]) -> None:
        self._fault.around("delete opening", lambda: super(FaultyLog, self).erase(index, names))

    def finish(self, index: int, wait_seconds: float) -> bool:
        finish = super().finish
        return self._fault.around("fold log in", lambda: finish(index, wait_seconds))


class FaultyCheckpoints(CheckpointDatabase):
    def __init__(self, directory: Path, fault: Fault) -> None:
        super().__init__(directory)
        self._fault = fault

    def swap(self, expected: bytes, body: bytes) -> bool:
        swap = super().swap
        return self._fault.around("checkpoint swap", lambda: swap(expected, body))


class FaultyBlobs(BlobFiles):
    def __init__(self, directory: Path, fault: Fault) -> None:
        super().__init__(directory)
        self._fault = fault

    def put(self, body: bytes) -> str:
        put = super().put
        return self._fault.around("blob write", lambda: put(body))

    def remove(self, names: Iterable[str]) -> None:
        remove = super().remove
        self._fault.around("blob removal", lambda: remove(names))


class FaultySigner(FileSigner):
    def __init__(self, directory: Path, fault: Fault) -> None:
        super().__init__(directory, randomness(9))
        self._fault = fault

    def create(self) -> checkpoint.LogKeys:
        create = super().create
        return self._fault.around("key creation", create)

    def sign(self, head: checkpoint.Checkpoint, timestamp: int) -> tuple[note.Signature, ...]:
        sign = super().sign
        return self._fault.around("signature", lambda: sign(head, timestamp))


def faulty(home: Path, fault: Fault) -> Record:
    directory = home / "record"
    directory.mkdir(parents=True, exist_ok=True)
    stores = Stores(
        FaultyLog(directory, fault),
        FaultyCheckpoints(directory, fault),
        FaultyBlobs(directory / "blobs", fault),
    )
    return Record(
        home,
        clock=clock,
        randomness=randomness(5),
        signer=FaultySigner(home / "keys", fault),
        stores=stores,
    )


APPENDING = ["blob write", "log commit", "read-back", "signature", "checkpoint swap"]
ERASING = ["log commit", "signature", "checkpoint swap", "blob removal", "delete opening"]


def payloads(home: Path) -> list[bytes | None]:
    with on_disk(home, 7) as record:
        return [entry.payload for entry in record.entries()]


@pytest.mark.parametrize("after", [False, True], ids=["not persisted", "persisted"])
@pytest.mark.parametrize("point", [*APPENDING, "log commit, half way"])
@pytest.mark.parametrize("before", [0, 1, 255])
def test_a_crash_while_appending(tmp_path: Path, point: str, before: int, *, after: bool) -> None:
    with on_disk(tmp_path) as record:
        if before:
            record.append([b"kept"] * before)
    with faulty(tmp_path, Fault(point, after)) as record, pytest.raises(Crash):
        record.append([HOLDER, b"two"], {NAME: LARGE})
    signed = payloads(tmp_path)
    assert signed[:before] == [b"kept"] * before
    with on_disk(tmp_path, 3) as record:
        report = record.verify()
        assert report.problems == ()
        record.recover()
        report = record.verify()
        assert (report.problems, report.unsigned) == ((), 0)
        # The batch is there as a whole or not at all.
        assert record.size() in {before, before + 2}
        assert record.append([b"next"]).first_index == record.size() - 1
        assert record.verify().ok
    assert payloads(tmp_path)[:before] == [b"kept"] * before


@pytest.mark.parametrize("after", [False, True], ids=["not persisted", "persisted"])
def test_a_crash_while_making_keys(tmp_path: Path, *, after: bool) -> None:
    with faulty(tmp_path, Fault("key creation", after)) as record, pytest.raises(Crash):
        record.append([b"x"])
    assert (tmp_path / "keys" / "log.pem").exists() == after
    with on_disk(tmp_path) as record:
        assert (record.size(), record.verify().ok) == (0, True)
        assert record.append([b"x"]).first_index == 0
        assert record.verify().ok


@pytest.mark.parametrize("after", [False, True], ids=["not persisted", "persisted"])
@pytest.mark.parametrize("point", [*ERASING, "fold log in"])
def test_a_crash_while_erasing(tmp_path: Path, point: str, *, after: bool) -> None:
    with on_disk(tmp_path) as record:
        record.append([b"kept", HOLDER], {NAME: LARGE})
    with faulty(tmp_path, Fault(point, after)) as record, pytest.raises(Crash):
        record.erase(1, "mistake", ("A", "B"))
    with on_disk(tmp_path, 3) as record:
        record.recover()
        report = record.verify()
        assert report.problems == ()
        ordered = record.size() == 3
        assert report.erased == int(ordered)
        assert (tmp_path / "record" / "blobs" / NAME).exists() != ordered
        assert [entry.payload for entry in record.entries()][1] == (None if ordered else HOLDER)
        if not ordered:
            record.erase(1, "mistake", ("A", "B"))
            assert record.verify().ok
    # Whenever the tombstone was committed, the erasure has been carried out.
    assert ordered == (point != "log commit" or after)


def test_what_an_interrupted_write_leaves_is_swept_up(tmp_path: Path) -> None:
    with on_disk(tmp_path) as record:
        record.append([HOLDER], {NAME: LARGE})
    left = tmp_path / "record" / "blobs" / ".half.tmp"
    left.write_bytes(b"half a body")
    with on_disk(tmp_path, 3) as record:
        assert record.verify().ok
        record.append([b"x"])
    assert not left.exists()
