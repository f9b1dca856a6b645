"""The commands of docs/how-to/use-the-api.md run as they stand there, against a real node."""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from comity.cli.assess import DEMO, examples
from tests.real_node import Node, tokens

PAGE = Path(__file__).parent.parent.parent / "docs" / "how-to" / "use-the-api.md"


def test_the_commands_of_the_page_do_what_it_says(tmp_path):
    if not shutil.which("curl"):
        pytest.skip("curl is missing; enable it with: apt-get install -y curl")
    blocks = re.findall(r"```sh\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    assert len(blocks) > 5
    node = Node(tmp_path / "node")
    work = tmp_path / "work"
    work.mkdir()
    shutil.copy(examples() / DEMO / "bundle.json", work)
    try:
        token = tokens(node.home, Owner="duty-officer")["Owner"]
        ran = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", "\necho\n".join(blocks)], check=False, cwd=work,
            capture_output=True, text=True,
            env={"PATH": os.environ["PATH"], "TOKEN": token, "NODE": node.url},
        )  # fmt: skip
    finally:
        node.stop()
    assert ran.returncode == 0, ran.stderr
    me, *_others, refused = [line for line in ran.stdout.splitlines() if line]
    assert json.loads(me)["name"] == "Owner"
    assert json.loads((work / "summary.json").read_text())["title"]
    assert (work / "entry.tlog-proof").stat().st_size > 0
    assert json.loads(refused)["status"] == 422
