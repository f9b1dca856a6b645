"""Starting the child process that reads a PDF, and not waiting for it for ever."""

import subprocess
import sys
import threading

import msgspec

from comity.errors import BadInput, Unavailable
from comity.formats.pdf_report import PdfText
from comity.formats.sandbox.answer import SENTENCES, Answer
from comity.formats.text import MAX_BYTES

SECONDS = 30.0
MOST_ANSWER = 64 * 1024 * 1024  # bytes; JSON can write a character in six of them
_CHILD = (sys.executable, "-I", "-m", "comity.formats.sandbox.pdf")
_ENDED = "The PDF could not be read within the time and memory set for it; send its text instead."


def pdf_text(data: bytes) -> PdfText:
    """Return the text of a PDF, page by page, taken out by a confined child process.

    Raises ``BadInput`` with one sentence for a PDF that is protected, damaged, without text
    or too large, and ``Unavailable`` if no process can be started.
    """
    if len(data) > MAX_BYTES:
        raise BadInput(f"The PDF has {len(data)} bytes and at most {MAX_BYTES} are read; split it.")
    try:
        # An empty environment: nothing of the node's settings or secrets goes along.
        child = subprocess.Popen(
            _CHILD,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={},
        )
    except OSError as error:
        raise Unavailable(f"No process could be started to read the PDF: {error}.") from None
    raw = _exchange(child, data)
    try:
        answer = msgspec.json.decode(raw, type=Answer)
    except (msgspec.MsgspecError, RecursionError):
        raise BadInput(_ENDED) from None
    if answer.refused is not None:
        raise BadInput(SENTENCES[answer.refused])
    return PdfText(
        pages=answer.pages,
        embedded=answer.embedded,
        more_embedded=answer.more_embedded,
        links=answer.links,
        not_searched=answer.not_searched,
    )


def _exchange(child: subprocess.Popen[bytes], data: bytes) -> bytes:
    """Feed the child and take its answer; past the time or the size it is ended."""
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
