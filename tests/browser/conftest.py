"""A real node as a process, and people who use it in a real browser."""

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

import pytest

from tests.browser.person import Person


class Node:
    """``comity serve`` in a folder of its own. ``first`` is the link that it printed."""

    def __init__(self, home: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.home = home
        self.url = f"http://localhost:{self.port}"
        self.first: str | None = None
        self.start()

    def start(self) -> None:
        environment = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("COMITY", "DJ"))
        }
        self.process = subprocess.Popen(
            [sys.executable, "-m", "comity", "serve", "--home", str(self.home), "--url", self.url,
             "--as", "IRL"],
            stdout=subprocess.PIPE, text=True, env=environment, start_new_session=True,
        )  # fmt: skip
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                pytest.fail(f"the node ended with {self.process.returncode}")
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


@pytest.fixture(scope="module")
def node(tmp_path_factory):
    running = Node(tmp_path_factory.mktemp("node"))
    yield running
    running.stop()


@pytest.fixture(scope="module")
def administrator(node, browser):
    person = Person(browser, node.url, "Administrator")
    person.join(node.first)
    yield person
    person.leave()


@pytest.fixture(scope="module")
def owner(administrator, browser, node):
    person = Person(browser, node.url, "Owner")
    person.join(administrator.invite("Owner", "Duty officer", "Releasing officer"))
    yield person
    person.leave()
