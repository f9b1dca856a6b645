"""Real processes that append at once, some of them killed: nothing acknowledged is lost."""

import subprocess
import sys
import threading
from pathlib import Path

from tests.record.support import on_disk

WRITER = Path(__file__).parents[2] / "tools" / "kill_loop.py"
APPENDS = 200


def follow(process: subprocess.Popen[str], told: dict[int, str], kill_at: int | None) -> None:
    assert process.stdout is not None
    for count, line in enumerate(process.stdout):
        index, payload = line.split()
        told[int(index)] = payload
        if count == kill_at:
            process.kill()
    process.wait()
    process.stdout.close()


def test_four_writers_two_of_them_killed(tmp_path: Path) -> None:
    told: list[dict[int, str]] = [{}, {}, {}, {}]
    followers = []
    for number, kill_at in enumerate((None, 40, None, 90)):
        command = [sys.executable, str(WRITER), "--child", str(tmp_path), f"w{number}", "200"]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        follower = threading.Thread(target=follow, args=(process, told[number], kill_at))
        follower.start()
        followers.append(follower)
    for follower in followers:
        follower.join()
    assert [len(told[number]) for number in (0, 2)] == [APPENDS, APPENDS]
    assert all(40 < len(told[number]) < APPENDS for number in (1, 3))
    with on_disk(tmp_path) as record:
        record.recover()
        there = {entry.index: (entry.payload or b"").decode() for entry in record.entries()}
        for acknowledged in told:
            assert acknowledged.items() <= there.items()
        # Each writer finds its entries in the order in which it appended them.
        for number in range(4):
            mine = [payload for payload in there.values() if payload.startswith(f"w{number}-")]
            assert mine == [f"w{number}-{count}" for count in range(len(mine))]
        assert record.verify().ok
