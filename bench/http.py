"""Headline figure of the API: requests for each second of the server's processor.

``bench/http.py [--quick] [--json]``. Starts the server that ships, on loopback, with a
record of its own, and asks over connections that stay open: the machine lane for ``/api/v1/me``,
and the lane with the whole middleware for the same answer (``bench/lane.py`` adds its address;
everything else is the node as it ships). Only the server's own processor time counts
(``/proc/PID/stat``), so neither the clients nor a busy machine do.
"""

import sys
from pathlib import Path

sys.path[0] = str(Path(__file__).parent.parent)  # else bench/http.py stands for Python's http

import argparse
import http.client
import json
import os
import signal
import socket
import subprocess
import tempfile
import threading
import time
from typing import NamedTuple

from tests.real_node import environment, keys_of

ROOT = Path(__file__).parent.parent
GOAL = 3
"""How many times more the machine lane answers for each second of the processor."""
CLIENTS = 4
TICKS = os.sysconf("SC_CLK_TCK")
OK = 200


class Rate(NamedTuple):
    """Requests for each second of the server's processor, and for each second of the clock."""

    processor: float
    clock: float


def processor_seconds(parent: int) -> float:
    """What a process and those that it started have used of the processor."""
    children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    fields = Path(f"/proc/{parent}/stat").read_text().rpartition(")")[2].split()
    own = (int(fields[11]) + int(fields[12])) / TICKS  # utime and stime, fields 14 and 15
    return own + sum(processor_seconds(int(child)) for child in children)


def ask(port: int, path: str, headers: dict[str, str], until: float, counts: list[int]) -> None:
    connection = http.client.HTTPConnection("localhost", port, timeout=60)
    count = 0
    while time.perf_counter() < until:
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        body = answer.read()
        assert answer.status == OK, (answer.status, body)
        count += 1
    connection.close()
    counts.append(count)


def rate(server: int, port: int, path: str, headers: dict[str, str], seconds: float) -> Rate:
    """Ask with several clients for so long. The first second warms up and does not count."""
    counts: list[int] = []
    ask(port, path, headers, time.perf_counter() + 1, [])
    before, started = processor_seconds(server), time.perf_counter()
    clients = [
        threading.Thread(target=ask, args=(port, path, headers, started + seconds, counts))
        for _ in range(CLIENTS)
    ]
    for client in clients:
        client.start()
    for client in clients:
        client.join()
    used, passed = processor_seconds(server) - before, time.perf_counter() - started
    assert len(counts) == CLIENTS, "a client failed"
    return Rate(sum(counts) / used, sum(counts) / passed)


def measured(home: Path, seconds: float) -> dict[str, Rate]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    keys = keys_of(home, Owner="duty-officer")["Owner"]
    settings = {"COMITY_HOME": str(home), "COMITY_URL": f"http://localhost:{port}"}
    server = subprocess.Popen(
        [sys.executable, "-m", "bench.lane", str(port)], env=environment() | settings, cwd=ROOT,
        start_new_session=True,
    )  # fmt: skip
    try:
        for _ in range(300):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.2)
        bearer = {"Authorization": f"Bearer {keys.token}"}
        cookie = {"Cookie": f"sessionid={keys.session}"}
        lanes = {
            "machine": ("/api/v1/me", bearer),
            "pages, same answer": ("/bench/me", cookie),
            "pages, list of incidents": ("/incidents/", cookie),
            "pages, /alive": ("/alive", {}),
        }
        return {
            name: rate(server.pid, port, path, headers, seconds)
            for name, (path, headers) in lanes.items()
        }
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait(timeout=30)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--quick", action="store_true", help="shorter, under a minute")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        lanes = measured(Path(name), 3.0 if given.quick else 10.0)
    ours, theirs = lanes["machine"].processor, lanes["pages, same answer"].processor
    figure = {
        "name": "requests of the API for each second of the server's processor",
        "unit": "requests/CPU-second",
        "ours": round(ours),
        "peers": {"whole middleware, same answer": round(theirs)},
        "limit": None,
        "goal": f"at least {GOAL} times the whole middleware for the same answer",
        "met": ours >= GOAL * theirs,
    }
    if given.json:
        print(json.dumps(figure))
        return 0
    print(
        f"{figure['name']}: {ours:,.0f}, whole middleware {theirs:,.0f}: {ours / theirs:.1f} times"
    )
    for lane, found in lanes.items():
        print(f"  {lane}: {found.processor:,.0f}/CPU-second, {found.clock:,.0f}/second")
    return 0


if __name__ == "__main__":
    sys.exit(main())
