"""What the child processes for signatures have in common: confine, read, answer, write."""

import email
import encodings
import sys
from collections.abc import Callable

import msgspec

from comity.errors import BadInput
from comity.formats.sandbox.limits import confine, import_all
from comity.formats.sandbox.question import KeyFacts, Question, Reply
from comity.formats.sender import SenderCheck


def serve(
    check: Callable[[Question, bytes], tuple[SenderCheck, ...]],
    look: Callable[[Question], KeyFacts],
) -> None:
    """Answer the one question on standard input. What is imported by now has to do."""
    import_all(email, encodings)
    confine()
    question = msgspec.msgpack.decode(sys.stdin.buffer.read(), type=Question)
    try:
        if question.mail is None:
            reply = Reply(key=look(question))
        else:
            reply = Reply(checks=check(question, question.mail))
    except BadInput as error:
        reply = Reply(refused=str(error))
    sys.stdout.buffer.write(msgspec.json.encode(reply))
