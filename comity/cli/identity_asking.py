"""What ``comity identity`` asks a person: fields, passphrases, and whether they mean it."""

from __future__ import annotations

import argparse
import getpass
import os
import shlex
import sys
from collections.abc import Callable, Sequence

from comity.errors import BadInput

KEY_COMMAND = "COMITY_KEY_COMMAND"
"""Environment variable that names the command for the node's own passphrase."""


def field(value: str | None, option: str, question: str) -> str:
    """The value of an option, or the answer to a question where the option was not given."""
    if value is not None:
        return value
    sys.stderr.write(f"{question} ")
    sys.stderr.flush()
    line = sys.stdin.readline()
    if not line:
        raise BadInput(f"{option} is missing")
    return line.strip()


def node_passphrase(args: argparse.Namespace, *, new: bool) -> Callable[[], bytes]:
    """What unlocks the node's own keys; asked once, when it is first needed."""
    command = getattr(args, "key_command", None) or os.environ.get(KEY_COMMAND)
    return _once(lambda: passphrase(command, "the node's keys", new=new))


def passphrase(command: str | None, what: str, *, new: bool) -> bytes:
    """A passphrase from the key command, a terminal that does not show it, or standard input."""
    from comity.identity.locked import check_passphrase
    from comity.identity.passphrase import from_command

    if command:
        said = from_command(words(command, "the key command"))
    elif sys.stdin.isatty():
        said = getpass.getpass(f"Passphrase of {what} (it is not shown): ").encode()
        if new and getpass.getpass("The same again: ").encode() != said:
            raise BadInput("the two passphrases are not the same: begin again")
    else:
        said = sys.stdin.readline().rstrip("\r\n").encode()
        if not said:
            raise BadInput(f"the passphrase of {what} is missing on standard input")
    if new:
        check_passphrase(said)
    return said


def words(text: str, what: str) -> list[str]:
    """The words of a line, with quotes as in a shell."""
    try:
        return shlex.split(text)
    except ValueError as error:
        raise BadInput(f"{what} is not quoted well: {error}") from None


def agreed(lines: Sequence[str], word: str) -> bool:
    """Show what is about to happen, and whether the person typed the word for it."""
    from comity.documents.plain import plain

    for line in lines:
        print(plain(line), file=sys.stderr)
    print(f"Type '{word}' to go on:", file=sys.stderr)
    return sys.stdin.readline().strip() == word


def _once(ask: Callable[[], bytes]) -> Callable[[], bytes]:
    said: list[bytes] = []

    def answer() -> bytes:
        if not said:
            said.append(ask())
        return said[0]

    return answer
