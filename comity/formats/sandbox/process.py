"""Starting a child process, and not waiting for it for ever."""

import subprocess
import sys
import threading
from collections.abc import Sequence

SECONDS = 30.0
MOST_ANSWER = 64 * 1024 * 1024  # bytes; JSON can write a character in six of them


def command(module: str) -> tuple[str, ...]:
    """The command that runs one module of this folder."""
    return (sys.executable, "-I", "-m", f"comity.formats.sandbox.{module}")


def exchange(arguments: Sequence[str], data: bytes) -> bytes:
    """Start a child, feed it and return its answer; past the time or the size it is ended.

    Raises ``OSError`` if no process can be started.
    """
    # An empty environment: nothing of the node's settings or secrets goes along.
    child = subprocess.Popen(
        arguments,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={},
    )
    assert child.stdin is not None  # noqa: S101
    assert child.stdout is not None  # noqa: S101
    stdin, stdout = child.stdin, child.stdout

    def feed() -> None:
        try:
            with stdin:
                stdin.write(data)
        except OSError:
            return  # the child ended early; what it said, or did not say, tells why

    clock = threading.Timer(SECONDS, child.kill)
    feeder = threading.Thread(target=feed)
    clock.start()
    feeder.start()
    try:
        return stdout.read(MOST_ANSWER)
    finally:
        child.kill()
        child.wait()
        clock.cancel()
        feeder.join()
        stdout.close()
