"""A passphrase out of the operator's command: bounded, and never repeated to anybody."""

import sys
from pathlib import Path

import pytest

from comity.errors import BadInput, Unavailable
from comity.identity.passphrase import from_command


def python(script: str) -> list[str]:
    return [sys.executable, "-S", "-c", script]


def test_what_the_command_says_is_the_passphrase_without_its_newline() -> None:
    assert from_command(python("print('six words and some more')")) == b"six words and some more"


def test_no_shell_reads_the_command(tmp_path: Path) -> None:
    said = from_command(["/bin/echo", "$(touch", str(tmp_path / "x"), ");", "`id`"])
    assert said == f"$(touch {tmp_path / 'x'} ); `id`".encode()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("script", "sentence"),
    [
        ("", "said nothing"),
        ("print()", "said nothing"),
        ("print('the passphrase'); raise SystemExit(3)", "failed with 3"),
        ("print('the passphrase' * 1000)", "said more than a passphrase"),
        ("while True: print('the passphrase')", "said more than a passphrase"),
    ],
)
def test_a_command_that_gives_no_passphrase_is_said_to(script: str, sentence: str) -> None:
    with pytest.raises(Unavailable, match=sentence) as refused:
        from_command(python(script))
    assert "the passphrase" not in str(refused.value)


@pytest.mark.parametrize(
    "script",
    ["import time; time.sleep(60)", "import os, time; os.close(1); time.sleep(60)"],
    ids=["silent", "closes its output"],
)
def test_a_command_that_does_not_end_is_stopped(script: str) -> None:
    with pytest.raises(Unavailable, match="took too long and was stopped"):
        from_command(python(script), 0.2)


@pytest.mark.parametrize("command", [["/nonexistent/pass"], ["a\0b"], []])
def test_a_command_that_cannot_be_started_is_bad_input(command: list[str]) -> None:
    with pytest.raises(BadInput, match="The key command"):
        from_command(command)


def test_what_the_command_says_to_standard_error_goes_nowhere(
    capfd: pytest.CaptureFixture[str],
) -> None:
    script = "import sys; print('the passphrase', file=sys.stderr); print('x')"
    assert from_command(python(script)) == b"x"
    assert capfd.readouterr() == ("", "")
