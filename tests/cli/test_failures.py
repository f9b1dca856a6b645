"""The last line of defence: whatever happens, one sentence and an exit code."""

import signal
import subprocess
import sys
import time

from comity.cli import main as cli
from comity.cli import record as record_command


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
