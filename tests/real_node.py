"""A real node: ``comity serve`` as a process in a folder of its own, and tokens for it."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import NamedTuple


class Node:
    """``comity serve`` in a folder of its own. ``first`` is the link that it printed."""

    def __init__(self, home: Path, host: str = "localhost") -> None:
        self.port = free_port()
        self.home = home
        self.url = f"http://{host}:{self.port}"
        self.first: str | None = None
        self.start()

    def start(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "comity", "serve", "--home", str(self.home), "--url", self.url,
             "--as", "IRL"],
            stdout=subprocess.PIPE, text=True, env=environment(), start_new_session=True,
        )  # fmt: skip
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                raise RuntimeError(f"the node ended with {self.process.returncode}")
            try:
                with urllib.request.urlopen(f"{self.url}/alive", timeout=2):
                    break
            except (urllib.error.URLError, ConnectionError, TimeoutError):
                time.sleep(0.2)
        if self.first is None:
            line = self.process.stdout.readline() if self.process.stdout else ""
            found = re.search(r"http\S+/join/\S+", line)
            self.first = found[0] if found else None

    def stop(self, how: int = signal.SIGTERM) -> None:
        os.killpg(self.process.pid, how)
        self.process.wait(timeout=30)
        if self.process.stdout:
            self.process.stdout.close()


def free_port() -> int:
    """A port that nobody listens on, at this moment."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


def environment() -> dict[str, str]:
    """The environment without what tests set for themselves."""
    return {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("COMITY", "DJ", "DATABASE"))
    }


class Keys(NamedTuple):
    """What opens the node for one person: a token for programs, a session for pages."""

    token: str
    session: str


def tokens(home: Path, **people: str) -> dict[str, str]:
    """A token for each name, of a new account that holds these roles (with commas between)."""
    return {name: keys.token for name, keys in keys_of(home, **people).items()}


def keys_of(home: Path, **people: str) -> dict[str, Keys]:
    """A token and a session for each name, of a new account that holds these roles."""
    made = subprocess.run(
        [sys.executable, "-m", "tests.real_node", json.dumps(people)], check=True,
        capture_output=True, text=True, cwd=Path(__file__).parent.parent,
        env=environment() | {"COMITY_HOME": str(home), "COMITY_URL": "http://testserver"},
    )  # fmt: skip
    found = json.loads(made.stdout.splitlines()[-1])
    return {name: Keys(*keys) for name, keys in found.items()}


def _make(people: dict[str, str]) -> dict[str, Keys]:
    os.environ["DJANGO_SETTINGS_MODULE"] = "comity.node.settings"
    import django  # noqa: PLC0415 - the settings are named first

    django.setup()
    from comity.access.roles import Role  # noqa: PLC0415
    from comity.node.server import migrate  # noqa: PLC0415
    from tests import node_cast  # noqa: PLC0415
    from tests.api.asking import token_of  # noqa: PLC0415

    migrate()
    made = {}
    for name, roles in people.items():
        person = node_cast.account(name, *map(Role, roles.split(",")))
        session = node_cast.browser(person).cookies["sessionid"].value
        made[name] = Keys(token_of(person), session)
    return made


if __name__ == "__main__":
    print(json.dumps(_make(json.loads(sys.argv[1]))))  # noqa: T201
