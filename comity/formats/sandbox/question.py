"""What a child process that checks signatures is asked, and what it answers."""

from datetime import datetime

from msgspec import Struct

from comity.formats.sender import SenderCheck, SenderKey


class Question(Struct, frozen=True):
    """Check the signatures of ``mail`` as at ``now`` with the ``keys``.

    Without a mail: what is the one key that is given?
    """

    keys: tuple[SenderKey, ...]
    now: datetime
    mail: bytes | None = None


class KeyFacts(Struct, frozen=True):
    """What a key is, for a person to compare. ``name`` is the file it is kept in.

    ``facts`` are pairs of a label and a value; ``warnings`` are sentences.
    """

    name: str
    facts: tuple[tuple[str, str], ...]
    warnings: tuple[str, ...] = ()


class Reply(Struct, frozen=True, omit_defaults=True):
    """The checks, or the key, or the sentence that says why it is not taken."""

    checks: tuple[SenderCheck, ...] = ()
    key: KeyFacts | None = None
    refused: str | None = None
