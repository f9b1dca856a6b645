"""The last line of defence: whatever happens, one sentence and an exit code."""

import signal
import subprocess
import sys
import time
import tracemalloc

import pytest

from comity.cli import main as cli
from comity.cli import record as record_command
from comity.cli.common import read_file
from comity.errors import BadInput
from comity.formats.text import MAX_BYTES


def test_an_internal_failure_is_one_sentence_and_never_a_traceback(monkeypatch, capsys):
    monkeypatch.delenv("COMITY_DEBUG", raising=False)
    monkeypatch.setattr(record_command, "_list", lambda _: 1 / 0)
    assert cli.main(["record", "list"]) == 3
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "internal failure (ZeroDivisionError" in said
    assert "COMITY_DEBUG=1" in said


def test_an_interruption_says_that_nothing_is_lost(monkeypatch, capsys):
    def interrupted(args):
        raise KeyboardInterrupt

    monkeypatch.setattr(record_command, "_list", interrupted)
    assert cli.main(["record", "list"]) == 130
    assert "nothing that was acknowledged is lost" in capsys.readouterr().err


def test_an_interruption_that_a_library_turned_into_its_own_error_is_one(monkeypatch, capsys):
    def interrupted(args):
        raise ImportError("initialization failed") from KeyboardInterrupt()

    monkeypatch.setattr(record_command, "_list", interrupted)
    assert cli.main(["record", "list"]) == 130
    assert "internal failure" not in capsys.readouterr().err


def test_a_data_folder_that_cannot_be_made_is_exit_code_three(comity):
    comity.home.write_text("a file where the data folder should be")
    done = comity("demo")
    assert done.returncode == 3
    assert done.stderr.count("\n") == 1


def test_an_interrupted_dialogue_keeps_what_was_answered(comity):
    process = subprocess.Popen(
        [sys.executable, "-m", "comity", "intake"],
        cwd=comity.folder, stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdin is not None
    process.stdin.write("Estonia\n")
    process.stdin.flush()
    sheet = comity.folder / "facts.toml"
    for _ in range(200):
        if sheet.exists() and "EST" in sheet.read_text("utf-8"):
            break
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=20)
    assert process.returncode == 130
    assert 'value = "EST"' in sheet.read_text("utf-8")


def test_an_interruption_while_python_still_imports_is_quiet(comity):
    script = (
        "import os, runpy, signal, sys\n"
        "class Interrupt:\n"
        "    def find_spec(self, name, *_):\n"
        "        if name == 'comity.cli.assess':\n"
        "            os.kill(os.getpid(), signal.SIGINT)\n"
        "sys.meta_path.insert(0, Interrupt())\n"
        "sys.argv = ['comity', '--version']\n"
        "runpy.run_module('comity', run_name='__main__')\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], check=False, capture_output=True, text=True
    )
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "")


def test_a_file_that_is_too_large_is_refused_by_its_size_and_not_read(comity):
    large = comity.folder / "large"
    with large.open("wb") as file:
        file.truncate(200_000_000)
    tracemalloc.start()
    with pytest.raises(BadInput, match="larger than 64 MiB"):
        read_file(str(large), MAX_BYTES)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 1_000_000
