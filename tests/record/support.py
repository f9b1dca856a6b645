"""What the tests of the record share: a naive RFC 9162, a still clock, counted randomness."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from comity.record.keys import MemorySigner
from comity.record.lock import MemoryLock
from comity.record.store import Record
from comity.record.stores import Stores

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)


def clock() -> datetime:
    return NOW


def randomness(seed: int = 0) -> Callable[[int], bytes]:
    """Bytes that are the same in every run and never the same twice in one run."""
    count = 0

    def draw(size: int) -> bytes:
        nonlocal count
        count += 1
        block = sha256(f"{seed}/{count}".encode()).digest()
        return (block * (size // 32 + 1))[:size]

    return draw


def on_disk(home: Path, seed: int = 0, lock_limit: float = 10.0) -> Record:
    return Record(home, clock=clock, randomness=randomness(seed), lock_limit=lock_limit)


def in_memory(seed: int = 0) -> Record:
    draw = randomness(seed)
    return Record(
        Path("nowhere"),
        clock=clock,
        randomness=draw,
        signer=MemorySigner(draw),
        lock=MemoryLock(),
        stores=Stores.in_memory(),
    )


def naive_root(entries: Sequence[bytes]) -> bytes:
    """MTH of RFC 9162 §2.1.1, word for word."""
    if not entries:
        return sha256(b"").digest()
    if len(entries) == 1:
        return sha256(b"\x00" + entries[0]).digest()
    k = naive_split(len(entries))
    return sha256(b"\x01" + naive_root(entries[:k]) + naive_root(entries[k:])).digest()


def naive_path(m: int, entries: Sequence[bytes]) -> list[bytes]:
    """PATH of RFC 9162 §2.1.3.1, word for word."""
    if len(entries) == 1:
        return []
    k = naive_split(len(entries))
    if m < k:
        return [*naive_path(m, entries[:k]), naive_root(entries[k:])]
    return [*naive_path(m - k, entries[k:]), naive_root(entries[:k])]


def naive_split(n: int) -> int:
    k = 1
    while k * 2 < n:
        k *= 2
    return k
