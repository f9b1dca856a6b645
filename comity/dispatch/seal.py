"""Sealed dispatches: signed by the sender's two keys, then encrypted to the named recipients.

The signature lies inside, and names both ends: the sender, so that nobody passes off what another
signed as his own, and the recipients, so that none of them can pass a dispatch on as if it had
been sent to somebody else (surreptitious forwarding). One file serves all recipients, and each of
them sees who the others are.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from comity.dispatch import age, jws, payload
from comity.dispatch.payload import Dispatch
from comity.dispatch.peer import Peer
from comity.dispatch.recipient import Identity, Recipient
from comity.errors import BadInput
from comity.identity.pair import PrivatePair

TYP: Final = "comity-dispatch+jws"
"""``typ`` of a signed dispatch (RFC 7515 §4.1.9)."""


@dataclass(frozen=True)
class Opened:
    """A dispatch, whose it is, and the evidence: the signed statement, and the file's SHA-256."""

    dispatch: Dispatch
    sender: Peer
    jws: bytes
    sha256: str


def seal(
    dispatch: Dispatch,
    sender: PrivatePair,
    recipients: Sequence[Recipient],
    randomness: Callable[[int], bytes],
) -> bytes:
    """Return the file to send; BadInput if what is signed and who can open it are not the same.

    ``recipients`` are those of the pinned root documents. Sealing again gives other bytes: whoever
    tries again sends the first ones.
    """
    if sorted(map(str, recipients)) != sorted(one.recipient for one in dispatch.to):
        raise BadInput("The recipients of the file are not exactly those that the dispatch names.")
    if dispatch.from_.kids != sender.public.kids:
        raise BadInput("The dispatch does not name the keys that sign it.")
    return age.encrypt(jws.sign(payload.encode(dispatch), TYP, sender), recipients, randomness)


def open_(
    file: bytes, identity: Identity, me: str, senders: Mapping[tuple[str, str], Peer]
) -> Opened:
    """Return what ``file`` holds if a known sender signed it for the node ``me``; or BadInput.

    ``senders`` are the peers by the names of their keys (``PublicPair.kids``). Whether the
    dispatch has expired, has come before or leaves a gap is for the caller to decide.
    """
    statement = age.decrypt(file, identity)
    sender = senders.get(jws.kids_of(statement))
    if sender is None:
        raise BadInput("The dispatch is signed with keys that this node does not know.")
    dispatch = payload.parse(jws.verify(statement, TYP, sender.keys))
    if dispatch.from_.kids != sender.keys.kids:
        raise BadInput("The dispatch names other keys of its sender than those that signed it.")
    if dispatch.from_.node != sender.node:
        raise BadInput(
            f"The dispatch says that it comes from {dispatch.from_.node}, "
            f"but the keys that signed it are those of {sender.node}."
        )
    ours = next((one for one in dispatch.to if one.node == me), None)
    if ours is None:
        raise BadInput(
            "The dispatch was not sent to this node: its sender signed it for others, "
            "and somebody passed it on."
        )
    if ours.recipient != str(identity.recipient):
        raise BadInput("The dispatch was signed for another key of this node than it is sealed to.")
    return Opened(dispatch, sender, statement, sha256(file).hexdigest())
