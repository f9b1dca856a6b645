"""Soak: kill -9 writers of the record in mid-append and show that nothing acknowledged is lost.

``kill_loop.py [--rounds 100]`` prints the counts and exits 1 if an acknowledged entry is missing
or the record no longer verifies. ``kill_loop.py --child HOME NAME COUNT`` is one writer: it appends
``NAME-<n>`` COUNT times and prints ``<index> NAME-<n>`` for each acknowledgement.
"""

import argparse
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

from comity.record.store import Record

WRITERS = 3
LONGEST_LIFE = 0.4
"""Seconds that a writer may live after its first acknowledgement."""


def open_record(home: Path) -> Record:
    return Record(home, clock=lambda: datetime.now(UTC), randomness=os.urandom, lock_limit=60)


def write(home: Path, name: str, count: int) -> None:
    """Append one entry after the other, saying so only once each is acknowledged."""
    with open_record(home) as record:
        for number in range(count):
            payload = f"{name}-{number}".encode()
            index = record.append([payload]).first_index
            print(index, payload.decode(), flush=True)


def start(home: Path, name: str, count: int) -> subprocess.Popen[str]:
    command = [sys.executable, __file__, "--child", str(home), name, str(count)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def kill_later(process: subprocess.Popen[str], acknowledged: dict[int, str], life: float) -> None:
    """Read acknowledgements; kill the writer ``life`` seconds after the first one."""
    timer = threading.Timer(life, process.send_signal, (signal.SIGKILL,))
    stream = process.stdout or ()
    for line in stream:
        if not timer.ident:
            timer.start()
        if line.endswith("\n"):
            index, payload = line.split()
            acknowledged[int(index)] = payload
    timer.cancel()
    process.communicate()


def lost(home: Path, acknowledged: dict[int, str]) -> list[int]:
    """Return the acknowledged indices whose payload is not in the record."""
    with open_record(home) as record:
        there = {entry.index: entry.payload for entry in record.entries()}
    return [
        index for index, payload in acknowledged.items() if there.get(index) != payload.encode()
    ]


def soak(rounds: int) -> int:
    acknowledged: dict[int, str] = {}
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        for number in range(rounds):
            threads = [
                threading.Thread(
                    target=kill_later,
                    args=(
                        start(home, f"r{number}w{writer}", 1_000_000),
                        acknowledged,
                        random.uniform(0, LONGEST_LIFE),  # noqa: S311 - when to kill, not a key
                    ),
                )
                for writer in range(WRITERS)
            ]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        with open_record(home) as record:
            record.recover()
            report = record.verify()
        gone = lost(home, acknowledged)
    seconds = time.monotonic() - started
    print(f"{rounds} rounds of {WRITERS} writers killed in {seconds:.0f} s")
    print(f"{len(acknowledged)} acknowledged, {len(gone)} lost, {report.size} in the record")
    for problem in report.problems:
        print(problem)
    return 1 if gone or not report.ok else 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--rounds", type=int, default=100)
    parser.add_argument("--child", nargs=3, metavar=("HOME", "NAME", "COUNT"))
    given = parser.parse_args()
    if given.child:
        home, name, count = given.child
        write(Path(home), name, int(count))
        return 0
    return soak(given.rounds)


if __name__ == "__main__":
    sys.exit(main())
