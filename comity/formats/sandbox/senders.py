"""Checking who sent an e-mail, and what a key is, each in a child process."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from comity.errors import BadInput, Unavailable
from comity.formats.sandbox import process
from comity.formats.sandbox.question import KeyFacts, Question, Reply
from comity.formats.sender import Method, SenderCheck, SenderKey, claimed_methods

MOST_BYTES = 32 * 1024 * 1024  # of a message; several copies of it have to fit the memory set
_CHILDREN = {"dkim": process.command("dkim"), "openpgp": process.command("openpgp")}
_ENDED = "The signature could not be checked within the time and memory set for it."
_TOO_LARGE = f"Signatures of messages above {MOST_BYTES >> 20} MiB are not checked."


def check_sender(
    mail: bytes, now: datetime, keys: Sequence[SenderKey] = ()
) -> tuple[SenderCheck, ...]:
    """Check the signatures of an e-mail as at ``now`` with the operator's keys.

    Each method has a child process of its own, started only where the message may hold such a
    signature. Nothing is raised: what stood in the way is the reason of a "not checked".
    """
    checks: list[SenderCheck] = []
    for method in claimed_methods(mail):
        if len(mail) > MOST_BYTES:
            checks.append(_not_checked(method, _TOO_LARGE))
            continue
        try:
            reply = _ask(method, Question(keys=_of(method, keys), now=now, mail=mail))
        except OSError as error:
            checks.append(_not_checked(method, f"No process could be started: {error}."))
        else:
            checks += (_not_checked(method, _ENDED),) if reply is None else reply.checks
    return tuple(checks)


def look_at_key(name: str, data: bytes, now: datetime) -> KeyFacts:
    """What a key file holds: the record of a DKIM key (``*.txt``) or an OpenPGP certificate.

    Raises ``BadInput`` in a sentence for what is no key, is private, revoked or too weak, and
    ``Unavailable`` if no process can be started.
    """
    if b"PRIVATE KEY" in data:
        raise BadInput(
            f"{name} holds a private key: whoever has it can sign in that name. Hand in the"
            " public key alone, and tell its owner if it was not meant for you."
        )
    method: Method = "dkim" if is_dkim(name) else "openpgp"
    try:
        reply = _ask(method, Question(keys=(SenderKey(name, data),), now=now))
    except OSError as error:
        raise Unavailable(f"No process could be started to read the key: {error}.") from None
    if reply is not None and reply.key is not None:
        return reply.key
    raise BadInput(reply.refused if reply and reply.refused else f"{name} could not be read.")


def is_dkim(name: str) -> bool:
    """Whether a key file is for DKIM, by its name."""
    return name.lower().endswith(".txt")


def _of(method: Method, keys: Sequence[SenderKey]) -> tuple[SenderKey, ...]:
    return tuple(key for key in keys if is_dkim(key.name) == (method == "dkim"))


def _not_checked(method: Method, reason: str) -> SenderCheck:
    return SenderCheck(method, "not checked", "", aligned=False, reason=reason)


def _ask(method: Method, question: Question) -> Reply | None:
    """What the child says; None if it ended before it said anything."""
    raw = process.exchange(_CHILDREN[method], msgspec.msgpack.encode(question))
    try:
        return msgspec.json.decode(raw, type=Reply)
    except (msgspec.MsgspecError, RecursionError):
        return None
