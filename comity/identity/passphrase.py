"""A passphrase from a command of the operator's, such as one that asks a password manager."""

from __future__ import annotations

import os
import selectors
import subprocess
import time
from collections.abc import Sequence
from typing import Final

from comity.errors import BadInput, Unavailable
from comity.identity.locked import MAX_PASSPHRASE

LIMIT_SECONDS: Final = 60.0
"""How long the command may take: somebody may have to touch a token."""


def from_command(command: Sequence[str], limit_seconds: float = LIMIT_SECONDS) -> bytes:
    """Run ``command`` and return its standard output without the newline at its end.

    No shell reads the command, and it inherits no standard input. Its standard error goes nowhere:
    what it says there could be the passphrase. Raises BadInput if it cannot be started, Unavailable
    if it fails, says nothing, takes longer than ``limit_seconds`` or says more than a passphrase.
    Nothing that it said is in an error.
    """
    if not command:
        raise BadInput("The key command is empty.")
    try:
        process = subprocess.Popen(
            list(command),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
    except (OSError, ValueError):
        raise BadInput(
            f"The key command {command[0]} cannot be started: is it there, and may it be run?"
        ) from None
    with process:
        try:
            said = _read(process, time.monotonic() + limit_seconds)
        finally:
            process.kill()  # does nothing to one that has ended and been waited for
    if process.returncode != 0:
        raise Unavailable(f"The key command {command[0]} failed with {process.returncode}.")
    passphrase = said.removesuffix(b"\n").removesuffix(b"\r")
    if not passphrase:
        raise Unavailable(f"The key command {command[0]} said nothing.")
    return passphrase


def _read(process: subprocess.Popen[bytes], deadline: float) -> bytes:
    pipe = process.stdout
    assert pipe is not None  # noqa: S101  # it was asked for above
    said = b""
    with selectors.DefaultSelector() as selector:
        selector.register(pipe, selectors.EVENT_READ)
        while True:
            if not selector.select(max(0.0, deadline - time.monotonic())):
                raise Unavailable("The key command took too long and was stopped.")
            more = os.read(pipe.fileno(), MAX_PASSPHRASE)
            if not more:
                break
            said += more
            if len(said) > MAX_PASSPHRASE + 2:
                raise Unavailable("The key command said more than a passphrase.")
    try:
        process.wait(max(0.0, deadline - time.monotonic()))
    except subprocess.TimeoutExpired:
        raise Unavailable("The key command took too long and was stopped.") from None
    return said
