"""Receipts: what a node says became of a dispatch, signed by its two keys.

The events are those of ETSI EN 319 522. A receipt of one level says nothing of the next: a file
that was stored has not been opened, what was opened has not been read, and what was read has not
been answered.
"""

from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Annotated, Final

import msgspec

from comity.dispatch import jws, strict_json
from comity.dispatch.payload import DispatchId, NodeName, Sha256, check_time
from comity.dispatch.peer import Peer
from comity.errors import BadInput
from comity.identity.pair import PrivatePair

TYP: Final = "comity-receipt+jws"
"""``typ`` of a signed receipt (RFC 7515 §4.1.9)."""
MAX_RECEIPT: Final = 512 << 10
"""Bytes accepted in one signed receipt."""
MAX_PROOF: Final = 128 << 10
"""Characters of a tlog-proof in a receipt: with five witnesses one takes about 25,000."""
MAX_REASON: Final = 2_000
"""Characters of a reason."""


class Event(StrEnum):
    """What happened (ETSI EN 319 522-1, events of the record).

    ``RelayFailure`` is the sender's own statement: the dispatch could not be delivered before it
    expired. All others are the recipient's.
    """

    RELAY_ACCEPTANCE = "RelayAcceptance"
    RELAY_REJECTION = "RelayRejection"
    RELAY_FAILURE = "RelayFailure"
    CONTENT_HANDOVER = "ContentHandover"
    CONTENT_HANDOVER_FAILURE = "ContentHandoverFailure"
    CONTENT_ACCESS_TRACKING = "ContentAccessTracking"
    CONSIGNMENT_ACCEPTANCE = "ConsignmentAcceptance"
    CONSIGNMENT_REJECTION = "ConsignmentRejection"


class Level(StrEnum):
    """How far a dispatch has come: stored; decrypted and valid; seen by a person; answered."""

    RELAYED = "relayed"
    HANDED_OVER = "handed over"
    READ = "read"
    ANSWERED = "answered"


_LEVELS: Final = MappingProxyType({
    Event.RELAY_ACCEPTANCE: Level.RELAYED,
    Event.CONTENT_HANDOVER: Level.HANDED_OVER,
    Event.CONTENT_ACCESS_TRACKING: Level.READ,
    Event.CONSIGNMENT_ACCEPTANCE: Level.ANSWERED,
    Event.CONSIGNMENT_REJECTION: Level.ANSWERED,
})  # fmt: skip
_NEGATIVE: Final = frozenset({
    Event.RELAY_REJECTION, Event.RELAY_FAILURE, Event.CONTENT_HANDOVER_FAILURE,
    Event.CONSIGNMENT_REJECTION,
})  # fmt: skip


class Receipt(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One event of one dispatch.

    ``dispatch`` and ``envelope`` are its id and the SHA-256 of its sealed file; ``node`` is the
    signer; ``at`` is the signer's claim, in UTC and whole seconds. ``index`` is the entry of the
    signer's own log that holds the event, or None if nothing was logged. ``proof`` is a C2SP
    tlog-proof of that entry as text, or None while there is none: that nobody else has witnessed
    it yet. It is carried here, and verified elsewhere. Every negative event has a ``reason``.
    """

    dispatch: DispatchId
    envelope: Sha256
    event: Event
    node: NodeName
    at: datetime
    index: Annotated[int, msgspec.Meta(ge=0, lt=1 << 53)] | None = None
    reason: Annotated[str, msgspec.Meta(min_length=1, max_length=MAX_REASON)] | None = None
    proof: Annotated[str, msgspec.Meta(min_length=1, max_length=MAX_PROOF)] | None = None

    def __post_init__(self) -> None:
        """Refuse a negative event without a reason, and a proof of no entry."""
        check_time(self.at)
        if self.event in _NEGATIVE and self.reason is None:
            raise BadInput(f"A receipt of {self.event} says why.")
        if self.proof is not None and self.index is None:
            raise BadInput("The receipt carries a proof, and names no entry that it is for.")

    @property
    def level(self) -> Level | None:
        """Return how far the event shows the dispatch to have come; None if it shows nothing."""
        return _LEVELS.get(self.event)


def sign_receipt(receipt: Receipt, signer: PrivatePair) -> bytes:
    """Return the signed receipt. It is kept: whoever asks again gets the same bytes."""
    raw = msgspec.json.encode(receipt)
    strict_json.decode(raw, Receipt, "The receipt")
    return jws.sign(raw, TYP, signer)


def read_receipt(data: bytes, signer: Peer, dispatch: str, envelope: str) -> Receipt:
    """Return the receipt if ``signer`` gave it for this dispatch in this file; or BadInput.

    ``dispatch`` is the id, ``envelope`` the SHA-256 of the sealed file that was sent.
    """
    if len(data) > MAX_RECEIPT:
        raise BadInput(f"The receipt is longer than {MAX_RECEIPT} bytes.")
    receipt = strict_json.decode(jws.verify(data, TYP, signer.keys), Receipt, "The receipt")
    if receipt.node != signer.node:
        raise BadInput(
            f"The receipt says that it comes from {receipt.node}, "
            f"but the keys that signed it are those of {signer.node}."
        )
    if receipt.dispatch != dispatch:
        raise BadInput("The receipt is for another dispatch.")
    if receipt.envelope != envelope:
        raise BadInput("The receipt is for other bytes than were sent under this id.")
    return receipt
