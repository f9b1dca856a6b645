"""What the tests of dispatches share: two capitals with their keys, and one dispatch."""

from datetime import UTC, datetime

import msgspec

from comity.dispatch.payload import Addressee, Attachment, Body, Dispatch, Kind, Origin, uuid7
from comity.dispatch.peer import Peer
from comity.dispatch.recipient import Identity
from comity.identity.pair import PrivatePair
from tests.record.support import randomness

draw = randomness(7)
SENDER, STRANGER = PrivatePair.generate(draw), PrivatePair.generate(draw)
OURS, THEIRS, NOBODYS = (Identity.generate(draw) for _ in range(3))
HOME, AWAY, THIRD = (f"comity-log/{digit * 32}" for digit in "123")
PEER = Peer(HOME, SENDER.public)
PEERS = {SENDER.public.kids: PEER}
ID = uuid7(1_795_402_800_000, bytes(range(10)))
OTHER_ID = uuid7(1_795_402_800_001, bytes(range(10)))
HASH = "a" * 64


def addressee(node: str = AWAY, identity: Identity = THEIRS, **other: object) -> Addressee:
    usual = Addressee(node=node, recipient=str(identity.recipient), seq=1, prev=None)
    return msgspec.structs.replace(usual, **other)


USUAL = Dispatch(
    id=ID,
    from_=Origin(node=HOME, kids=SENDER.public.kids),
    to=(addressee(),),
    kind=Kind.NOTIFICATION,
    issued=datetime(2026, 11, 22, 3, tzinfo=UTC),
    expires=datetime(2026, 11, 29, 3, tzinfo=UTC),
    in_reply_to=None,
    body=Body(media_type="application/stix+json;version=2.1", content=b"{}"),
    attachments=(
        Attachment(name="Note é.pdf", media_type="application/pdf", size=1024, sha256=HASH),
    ),
)


def dispatch(**other: object) -> Dispatch:
    return msgspec.structs.replace(USUAL, **other)
