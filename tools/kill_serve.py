"""Soak: kill -9 a node that people work with: nothing acknowledged is lost, nothing is done twice.

``kill_serve.py [--rounds 60] [--imports 200] [--releases 10] [--seed S] [--json]`` starts ``comity
serve``, hands in reports and releases documents through its API, and meanwhile kills the whole
node, its server alone or its worker alone. It prints one line for each thing that has to hold, and
exits with 1 if one does not. The seed fixes what is killed and after how long it lived, not how far
it had come by then. It reads /proc, so it runs on Linux.
"""

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from tests.real_node import Node, environment, tokens
from tools.kill_serve_people import Filer, Officer, People

KILLS = ("the whole node", "the server", "the worker")
LIFE = (0.1, 6.0)
"""Seconds that a node may live once it answers."""
AMID, REQUEST = 0.6, 0.05
"""How many of the kills strike amid a request, and within how many seconds of its beginning."""
RESTART = 60.0
"""Seconds until it is a fault that a server has no worker."""
PATIENCE = 1200.0
"""Seconds until it is a fault that what waits is not done."""


def worker_of(server: int) -> int | None:
    """The process of the worker that a server keeps beside itself; a thread of it started that."""
    for task in Path(f"/proc/{server}/task").iterdir():
        with suppress(OSError):  # the thread or the process has just ended
            for child in (task / "children").read_text().split():
                if b"comity.node.worker" in Path(f"/proc/{child}/cmdline").read_bytes():
                    return int(child)
    return None


def end(group: int) -> None:
    """Kill whatever is left of a group of processes."""
    with suppress(ProcessLookupError):
        os.killpg(group, signal.SIGKILL)


def kill(node: Node, what: str) -> None:
    """Kill, and start again what nobody else does."""
    if what == "the worker":
        deadline = time.monotonic() + RESTART
        while (worker := worker_of(node.process.pid)) is None:  # the last one was killed just now
            if time.monotonic() > deadline:
                raise RuntimeError("the server does not start its worker again")
            time.sleep(0.1)
        os.kill(worker, signal.SIGKILL)  # the server starts the next one
        return
    if what == "the whole node":
        end(node.process.pid)
    else:  # the worker goes on beside the next server for a moment
        node.process.kill()
    node.process.wait()
    if node.process.stdout:
        node.process.stdout.close()
    node.start()


def soak(node: Node, people: People, rounds: int, chance: random.Random) -> list[int]:
    """Kill round after round while people work; return the groups of processes there were."""
    clients = [Filer(people, rounds), Officer(people, rounds)]
    threads = [threading.Thread(target=client.work, daemon=True) for client in clients]
    for thread in threads:
        thread.start()
    groups = [node.process.pid]
    try:
        for number in range(rounds):
            for client in clients:
                client.round = number
            # The first rounds see each way once.
            what = KILLS[number] if number < len(KILLS) else chance.choice(KILLS)
            life = chance.uniform(*LIFE)
            time.sleep(life)
            if chance.random() < AMID:
                people.asking.wait(1)
                time.sleep(chance.uniform(0, REQUEST))
            kill(node, what)
            groups.append(node.process.pid)
            print(f"round {number + 1}: killed {what} after {life:.2f} s", file=sys.stderr)
    finally:
        for client in clients:
            client.round = rounds
    for thread in threads:
        thread.join()
    return groups


def settle(people: People) -> None:
    """Wait until the worker has done all that waits."""
    deadline = time.monotonic() + PATIENCE
    while people.going_on():
        if time.monotonic() > deadline:
            people.faults.append("what waits is not done")
            return
        time.sleep(0.5)


def checked(home: Path, people: People) -> dict[str, list[str]]:
    """What does not hold, by what has to."""
    os.environ |= {"COMITY_HOME": str(home), "DJANGO_SETTINGS_MODULE": "comity.node.settings"}
    import django  # noqa: PLC0415 - the settings are named first

    django.setup()
    from tests.tables import state  # noqa: PLC0415
    from tools import kill_serve_checks as checks  # noqa: PLC0415

    file = checks.File.of_node()
    before = state()
    rebuilt = comity("rebuild", home)
    after = state()
    different = [name for name, rows in before.items() if rows != after[name]]
    return {
        "every request was answered as it should be": people.faults,
        "nothing acknowledged is lost": checks.lost(file, people),
        "nothing had its effect twice": checks.doubled(file),
        "the record verifies": comity("record", home, "verify"),
        "the tables equal those made anew": [
            *rebuilt, *(f"{name} differs" for name in different), *checks.broken_index(),
        ],
        "nothing left without its approvals": checks.unapproved(file),
        "no upload of a job that is done is left": checks.left_over(home),
    }  # fmt: skip


def comity(command: str, home: Path, *more: str) -> list[str]:
    """Run a command of the node; return what it says if it fails."""
    done = subprocess.run(
        [sys.executable, "-m", "comity", command, *more, "--home", str(home)],
        capture_output=True, text=True, check=False, env=environment(),
    )  # fmt: skip
    return [f"comity {command}: {done.stdout}{done.stderr}"] if done.returncode else []


def run(given: argparse.Namespace, say: Callable[[str], None]) -> int:
    chance = random.Random(given.seed)  # noqa: S311 - when to kill, not a key
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        node = Node(home)
        groups = [node.process.pid]
        try:
            people = People(
                node.url, tokens(home, Duty="duty-officer", Officer="releasing-officer"),
                given.imports, given.releases, given.seed,
            )  # fmt: skip
            people.prepare()
            groups += soak(node, people, given.rounds, chance)
            settle(people)
            again = people.begin_again()
            settle(people)
            node.stop()
        finally:
            for group in {*groups, node.process.pid}:
                end(group)
        found = checked(home, people)
    figures = {
        "seed": given.seed,
        "kills": given.rounds,
        "imports acknowledged": len(people.imports),
        "releases acknowledged": people.count("release"),
        "other entries acknowledged": len(people.made) - people.count("release"),
        "jobs begun again by hand": again,
        "answers lost": people.ambiguous.total(),
        "seconds": round(time.monotonic() - started),
    }
    held = {name: not problems for name, problems in found.items()}
    if given.json:
        told: Counter[str] = people.ambiguous
        say(json.dumps(figures | {"lost by request": told, "held": held, "problems": found}))
    else:
        say(", ".join(f"{name}: {figure}" for name, figure in figures.items()))
        say(f"no answer to: {dict(people.ambiguous)}")
        for name, problems in found.items():
            say(f"{'ok' if held[name] else 'NOT SO'}: {name}")
            for problem in problems:
                say(f"  {problem}")
    return 0 if all(held.values()) else 1


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--rounds", type=int, default=60, help="how often to kill")
    parser.add_argument("--imports", type=int, default=200, help="to be acknowledged")
    parser.add_argument("--releases", type=int, default=10, help="to be acknowledged")
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 32))  # noqa: S311
    parser.add_argument("--json", action="store_true")
    # The data folder is the one thing of the environment that the node is told here.
    kept = environment()
    os.environ.clear()
    os.environ.update(kept)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that the node is ended too
    return run(parser.parse_args(), print)


if __name__ == "__main__":
    sys.exit(main())
