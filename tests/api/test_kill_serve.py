"""A node that is killed while people work with it: the long run of the tool, in short."""

import json
import subprocess
import sys
from pathlib import Path

from tests.real_node import environment

TOOL = Path(__file__).parents[2] / "tools" / "kill_serve.py"


def test_a_node_that_is_killed_twice_at_work_keeps_what_it_acknowledged():
    done = subprocess.run(
        [sys.executable, TOOL, "--rounds", "2", "--imports", "8", "--releases", "1", "--seed", "5",
         "--json"],
        capture_output=True, text=True, check=False, env=environment(),
    )  # fmt: skip
    assert done.stdout, done.stderr
    told = json.loads(done.stdout)
    assert not any(told["problems"].values()), told["problems"]
    assert all(told["held"].values())
    assert done.returncode == 0
    assert told["kills"] == 2
    assert told["imports acknowledged"] == 8
    assert told["releases acknowledged"] == 1
