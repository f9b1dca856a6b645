"""Headline figure of the record: a cold inclusion proof at 10^5 leaves, beside pymerkle's.

``bench/record.py [--quick] [--json]``. *Cold* means: open the database, build the proof, nothing
cached in the process (the operating system's file cache is warm, for both sides). ``--json`` prints
one object and nothing else; without it the whole proof file and
the append rates follow, with the raw fsync rate of the disk as their limit.
"""

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from hashlib import sha256
from pathlib import Path

from comity.record import merkle, tiles
from comity.record.log import LogDatabase
from comity.record.store import MAX_BATCH, Record

LEAVES = 100_000
GOAL = 50
"""How many times faster than pymerkle a cold proof has to be."""
INSTALL = (
    "pymerkle is missing: make an environment for it and run this there:\n"
    "  python3 -m venv --without-pip .venv-bench\n"
    "  pip --python .venv-bench install -r requirements-bench.lock\n"
    "  PYTHONPATH=. .venv-bench/bin/python bench/record.py"
)


def open_record(home: Path) -> Record:
    return Record(home, clock=lambda: datetime.now(UTC), randomness=os.urandom)


def leaf(number: int) -> bytes:
    return b"%064d" % number


def seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def median_ms(work: Callable[[int], object], rounds: int) -> float:
    """Median over leaves spread through the tree, in milliseconds."""
    step = LEAVES // rounds
    return 1000 * statistics.median(
        seconds(partial(work, number * step + 17)) for number in range(rounds)
    )


def fill(home: Path) -> None:
    with open_record(home) as record:
        for first in range(0, LEAVES, MAX_BATCH):
            record.append([leaf(number) for number in range(first, first + MAX_BATCH)])


def ours_ms(home: Path, rounds: int) -> float:
    def prove(index: int) -> None:
        log = LogDatabase(home / "record")
        merkle.prove_inclusion(tiles.TileHashes(log.tile), index, log.size())
        log.close()

    return median_ms(prove, rounds)


def proof_file_ms(home: Path, rounds: int) -> float:
    """What a command pays in all: keys, both signatures, the proof, its own check, the file."""

    def prove(index: int) -> None:
        with open_record(home) as record:
            record.prove(index)

    return median_ms(prove, rounds)


def pymerkle_ms(folder: Path, rounds: int) -> float:
    try:
        from pymerkle import SqliteTree  # noqa: PLC0415 - GPL: imported here and nowhere else
    except ImportError:
        print(INSTALL, file=sys.stderr)
        sys.exit(2)
    path = str(folder / "peer.db")
    with SqliteTree(path) as tree:
        tree.append_entries([leaf(number) for number in range(LEAVES)])

    def prove(index: int) -> None:
        # pymerkle counts leaves from 1.
        with SqliteTree(path, disable_cache=True) as tree:
            tree.prove_inclusion(index + 1)

    return median_ms(prove, rounds)


def hashing_ms() -> float:
    """The floor: the hashes inside the tiles that one proof at this size has to compute."""
    inner = 255 + 255

    def work() -> None:
        for _ in range(inner):
            sha256(bytes(65)).digest()

    return 1000 * statistics.median(seconds(work) for _ in range(50))


def fsyncs_per_second(folder: Path, budget: float) -> float:
    count, started = 0, time.perf_counter()
    with (folder / "raw").open("ab") as stream:
        while time.perf_counter() - started < budget:
            stream.write(bytes(4096))
            stream.flush()
            os.fsync(stream.fileno())
            count += 1
    return count / (time.perf_counter() - started)


def appends_per_second(home: Path, batch: int, budget: float) -> float:
    payloads = [os.urandom(512).hex().encode()] * batch
    with open_record(home) as record:
        record.append(payloads)
        count, started = 0, time.perf_counter()
        while time.perf_counter() - started < budget:
            record.append(payloads)
            count += batch
        return count / (time.perf_counter() - started)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--quick", action="store_true", help="fewer rounds, under a minute")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    given = parser.parse_args()
    rounds, budget = (5, 1.0) if given.quick else (25, 5.0)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        peer = pymerkle_ms(folder, rounds)
        fill(folder / "proofs")
        ours = ours_ms(folder / "proofs", rounds * 4)
        goal = peer / GOAL
        figure = {
            "name": "cold inclusion proof at 100,000 leaves",
            "unit": "ms",
            "ours": round(ours, 3),
            "peers": {"pymerkle 7.0.0": round(peer, 3)},
            "limit": round(hashing_ms(), 3),
            "goal": f"at least {GOAL} times faster than pymerkle's cold proof",
            "met": ours <= goal,
        }
        if given.json:
            print(json.dumps(figure))
            return 0
        print(f"{figure['name']}: {ours:.2f} ms, pymerkle {peer:.2f} ms: {peer / ours:.0f} times")
        print(f"  goal: {GOAL} times; limit (hashing alone): {figure['limit']} ms")
        whole = proof_file_ms(folder / "proofs", rounds * 4)
        print(f"  a whole proof file, with keys and signatures: {whole:.2f} ms")
        raw = fsyncs_per_second(folder, budget)
        print(f"raw 4 KiB append + fsync: {raw:,.0f}/s")
        for batch in (1, 100, 1_000):
            rate = appends_per_second(folder / f"batch{batch}", batch, budget)
            print(f"appends of 1 KiB in batches of {batch}: {rate:,.0f}/s, {rate / raw:.2f} x raw")
    return 0


if __name__ == "__main__":
    sys.exit(main())
