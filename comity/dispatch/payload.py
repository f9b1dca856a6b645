"""What a node says to others in one dispatch: the payload that its two keys sign.

JSON. The signatures are over its bytes, so no canonical form is needed to verify them.
"""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated, Final

import msgspec

from comity.dispatch import strict_json
from comity.dispatch.jws import Kid
from comity.errors import BadInput

MAX_BODY: Final = 4 << 20
"""Bytes of a body; what is larger goes as an attachment."""
MAX_PAYLOAD: Final = 8 << 20
"""Bytes accepted in one payload."""
MAX_ADDRESSEES: Final = 256
"""One stanza of the sealed file for each."""
MAX_ATTACHMENTS: Final = 100
MAX_ATTACHMENT: Final = 1 << 40
"""Bytes that an attachment may claim."""
MAX_LIFETIME: Final = timedelta(days=90)
"""How long after it was issued a dispatch may still be delivered."""
MAX_SEQ: Final = (1 << 53) - 1
"""Numbers up to here are the same in every JSON reader (RFC 7493 §2.2)."""

NodeName = Annotated[str, msgspec.Meta(pattern=r"\A[!-*,-~]{1,255}\Z")]
"""The origin of the node's log: visible ASCII without a plus sign (C2SP signed-note)."""
DispatchId = Annotated[
    str,
    msgspec.Meta(
        pattern=r"\A[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}\Z"
    ),
]
"""A UUID of version 7 (RFC 9562 §5.7) in small letters. Its time is a claim."""
Sha256 = Annotated[str, msgspec.Meta(pattern=r"\A[0-9a-f]{64}\Z")]
"""A SHA-256 in 64 small hexadecimal digits."""
RecipientText = Annotated[str, msgspec.Meta(pattern=r"\Aage1pq1[02-9ac-hj-np-z]{1952}\Z")]
"""A recipient's key as age writes it; whether it is a key is for whoever encrypts to it."""
MediaType = Annotated[
    str,
    msgspec.Meta(
        pattern=r"\A[A-Za-z0-9!#$&^_.+-]+/[A-Za-z0-9!#$&^_.+-]+(;[!-~]+)?\Z", max_length=255
    ),
]
"""RFC 6838 §4.2, with parameters if it has any: ``application/stix+json;version=2.1``."""
Seq = Annotated[int, msgspec.Meta(ge=1, le=MAX_SEQ)]


class Kind(StrEnum):
    """What a dispatch is meant as."""

    NOTIFICATION = "notification"
    REQUEST = "request"
    REPLY = "reply"
    OFFER = "offer"
    NOTE = "note"
    STATEMENT = "statement"
    ACKNOWLEDGEMENT = "acknowledgement"
    CORRECTION = "correction"
    RECALL_REQUEST = "recall-request"
    TRUST_ESTABLISHED = "trust-established"
    TEST = "test"


_ANSWERS: Final = frozenset({
    Kind.REPLY, Kind.ACKNOWLEDGEMENT, Kind.CORRECTION, Kind.RECALL_REQUEST,
})  # fmt: skip
"""Kinds that mean nothing without the dispatch that they are about."""


class _Part(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the parts of a payload have in common."""


class Origin(_Part, frozen=True):
    """Who sends: the node, and the pair of keys that signs, Ed25519 first."""

    node: NodeName
    kids: tuple[Kid, Kid]


class Addressee(_Part, frozen=True):
    """To whom: the node, and the key that the file is sealed to.

    ``seq`` counts the dispatches from this sender to this addressee, from 1 and without a gap.
    ``prev`` is the SHA-256 of the sealed file before this one, or None for the first.
    """

    node: NodeName
    recipient: RecipientText
    seq: Seq
    prev: Sha256 | None

    def __post_init__(self) -> None:
        """Refuse a beginning that has something before it, and a later one that has not."""
        if self.seq == 1 and self.prev is not None:
            raise BadInput(f"The first dispatch to {self.node} names one before it.")
        if self.seq > 1 and self.prev is None:
            raise BadInput(f"Dispatch {self.seq} to {self.node} does not name the one before it.")


class Body(_Part, frozen=True):
    """The content: bytes of a media type (base64 in JSON)."""

    media_type: MediaType
    content: bytes

    def __post_init__(self) -> None:
        """Refuse what is too large."""
        if len(self.content) > MAX_BODY:
            raise BadInput(f"The body of a dispatch has at most {MAX_BODY} bytes.")


class Attachment(_Part, frozen=True):
    """A file that goes beside the dispatch, by its hash. ``size`` in bytes."""

    name: Annotated[str, msgspec.Meta(pattern=r"\A[^\x00-\x1f\x7f/\\]{1,255}\Z")]
    media_type: MediaType
    size: Annotated[int, msgspec.Meta(ge=0, le=MAX_ATTACHMENT)]
    sha256: Sha256

    def __post_init__(self) -> None:
        """Refuse a name that is none."""
        if self.name in {".", ".."}:
            raise BadInput("The name of an attachment names a folder.")


class Dispatch(_Part, frozen=True, rename={"from_": "from"}):
    """One dispatch. ``issued`` and ``expires`` are claims of the sender, in UTC, whole seconds.

    From ``expires`` on it is not to be delivered; whether that is now is for the caller to say.
    ``in_reply_to`` is the id of the dispatch that this one is about.
    """

    id: DispatchId
    from_: Origin
    to: Annotated[tuple[Addressee, ...], msgspec.Meta(min_length=1, max_length=MAX_ADDRESSEES)]
    kind: Kind
    issued: datetime
    expires: datetime
    in_reply_to: DispatchId | None
    body: Body
    attachments: Annotated[tuple[Attachment, ...], msgspec.Meta(max_length=MAX_ATTACHMENTS)]

    def __post_init__(self) -> None:
        """Refuse what cannot all be true at once."""
        check_time(self.issued)
        check_time(self.expires)
        if self.expires <= self.issued:
            raise BadInput("The dispatch expires before it is issued.")
        if self.expires - self.issued > MAX_LIFETIME:
            raise BadInput(f"A dispatch expires after {MAX_LIFETIME.days} days at the latest.")
        if len({one.node for one in self.to}) != len(self.to):
            raise BadInput("The dispatch names an addressee twice.")
        if len({one.recipient for one in self.to}) != len(self.to):
            raise BadInput("Two addressees of the dispatch have one key.")
        if len({one.name for one in self.attachments}) != len(self.attachments):
            raise BadInput("Two attachments of the dispatch have one name.")
        if self.kind in _ANSWERS and self.in_reply_to is None:
            raise BadInput(f"A dispatch of kind {self.kind} names the one that it is about.")
        if self.in_reply_to == self.id:
            raise BadInput("The dispatch is about itself.")


def encode(dispatch: Dispatch) -> bytes:
    """Return the payload; BadInput if ``parse`` would refuse it, so that no node ever sends it."""
    raw = msgspec.json.encode(dispatch)
    parse(raw)
    return raw


def parse(raw: bytes) -> Dispatch:
    """Return the dispatch in a payload; BadInput with one sentence if anything is wrong in it."""
    if len(raw) > MAX_PAYLOAD:
        raise BadInput(f"The payload of the dispatch is longer than {MAX_PAYLOAD} bytes.")
    return strict_json.decode(raw, Dispatch, "The dispatch")


def check_time(at: datetime) -> None:
    """Raise BadInput unless ``at`` is in UTC and in whole seconds."""
    if at.utcoffset() != timedelta(0) or at.microsecond:
        raise BadInput("A time is given in UTC and in whole seconds: 2026-11-22T03:00:00Z.")


def uuid7(now_ms: int, randomness: bytes) -> str:
    """Return a UUID of version 7 (RFC 9562 §5.7).

    ``now_ms`` in milliseconds since 1970, ``randomness`` ten bytes, of which 74 bits are used.
    """
    if len(randomness) != 10:
        raise BadInput("A UUID of version 7 takes ten random bytes.")
    if not 0 <= now_ms < 1 << 48:
        raise BadInput("The time is outside of what a UUID of version 7 can hold.")
    rest = int.from_bytes(randomness, "big") & ~(0b1111 << 76) & ~(0b11 << 62) | 7 << 76 | 2 << 62
    text = f"{now_ms << 80 | rest:032x}"
    return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))
