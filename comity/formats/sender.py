"""Who sent an e-mail: what checking its signatures found, with keys that the operator gave.

What a message claims of itself is in ``email_message.claimed_authentication``; this is the check.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Literal, TypeAlias

from msgspec import Struct

Method = Literal["dkim", "openpgp"]
Verdict = Literal["valid", "invalid", "no key", "not checked"]

_PGP = (b"application/pgp-signature", b"-----BEGIN PGP SIGNED MESSAGE-----")


class SenderCheck(Struct, frozen=True):
    """What checking one signature found; ``reason`` is one sentence or more.

    ``who`` is the domain (DKIM), or the fingerprint and a user id (OpenPGP), that signed or is
    said to have; it may be empty. ``aligned``: the From address belongs to it. ``key`` is the
    SHA-256, in hex, of the key file that was used.
    """

    method: Method
    verdict: Verdict
    who: str
    aligned: bool
    reason: str
    key: str = ""


class SenderKey(Struct, frozen=True):
    """A key file as the operator gave it; the name says for what (see ``comity senders add``)."""

    name: str
    data: bytes


SenderChecker: TypeAlias = Callable[[bytes, datetime], tuple[SenderCheck, ...]]
"""Checks the signatures of an e-mail as at a time; it never raises for what the e-mail holds."""


def claimed_methods(data: bytes) -> tuple[Method, ...]:
    """Which kinds of signature the bytes of an e-mail may hold; most hold none."""
    claimed: list[Method] = []
    if b"dkim-signature" in data.lower():
        claimed.append("dkim")
    if any(mark in data for mark in _PGP) or b"multipart/signed" in data.lower():
        claimed.append("openpgp")
    return tuple(claimed)
