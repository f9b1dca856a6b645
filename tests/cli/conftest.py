"""The command as a person runs it: a process, a data folder of its own, a working folder."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parent.parent.parent / "examples"


class Command:
    """Runs ``comity`` in a child process."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.home = folder / "home"

    def __call__(self, *args: str, stdin: str = "", **env: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-P", "-m", "comity", *args],
            check=False,
            cwd=self.folder,
            input=stdin,
            capture_output=True,
            text=True,
            timeout=120,
            env={**os.environ, "COMITY_HOME": str(self.home), **env},
        )

    def case(self, *args: str) -> subprocess.CompletedProcess[str]:
        """Put the shipped case on the record, as ``demo`` does, and nothing else."""
        folder = EXAMPLES / "ransomware-hse-2021"
        files = (str(folder / "bundle.json"), "--facts", str(folder / "facts.toml"))
        return self("assess", *files, "--out", "out", *args)


@pytest.fixture
def comity(tmp_path: Path) -> Command:
    return Command(tmp_path)


@pytest.fixture
def examples() -> Path:
    return EXAMPLES


@pytest.fixture(autouse=True, scope="session")
def _interruptible() -> None:
    """Started in the background of a shell, the tests would hand on that SIGINT is ignored."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
