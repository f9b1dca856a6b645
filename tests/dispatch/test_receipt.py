"""Receipts: each says one thing of one file, and a better one cannot be made out of it."""

import json
from datetime import UTC, datetime, timedelta, timezone

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.dispatch import jws, receipt
from comity.dispatch.payload import uuid7
from comity.dispatch.peer import Peer
from comity.dispatch.receipt import Event, Level, Receipt
from comity.errors import BadInput
from tests.dispatch.support import AWAY, HASH, HOME, ID, OTHER_ID, SENDER, STRANGER

SIGNER = Peer(AWAY, STRANGER.public)
USUAL = Receipt(
    dispatch=ID,
    envelope=HASH,
    event=Event.RELAY_ACCEPTANCE,
    node=AWAY,
    at=datetime(2026, 11, 22, 3, tzinfo=UTC),
    index=12,
)
NEGATIVE = {
    Event.RELAY_REJECTION,
    Event.RELAY_FAILURE,
    Event.CONTENT_HANDOVER_FAILURE,
    Event.CONSIGNMENT_REJECTION,
}


def of(**other: object) -> Receipt:
    return msgspec.structs.replace(USUAL, **other)


def read(data: bytes, signer: Peer = SIGNER, dispatch: str = ID, envelope: str = HASH) -> Receipt:
    return receipt.read_receipt(data, signer, dispatch, envelope)


def signed(raw: bytes, typ: str = receipt.TYP) -> bytes:
    """A receipt made without the checks of ``sign_receipt``."""
    return jws.sign(raw, typ, STRANGER)


def changed(**members: object) -> bytes:
    return signed(json.dumps(json.loads(msgspec.json.encode(USUAL)) | members).encode())


def test_the_names_on_the_wire_are_those_of_the_reference() -> None:
    raw = jws.verify(receipt.sign_receipt(USUAL, STRANGER), receipt.TYP, STRANGER.public)
    assert json.loads(raw) == {
        "dispatch": ID,
        "envelope": HASH,
        "event": "RelayAcceptance",
        "node": AWAY,
        "at": "2026-11-22T03:00:00Z",
        "index": 12,
        "reason": None,
        "proof": None,
    }


@given(
    st.integers(0, 2**48 - 1),
    st.sampled_from(Event),
    st.integers(0, 2**53 - 1),
    st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=50),
    st.none() | st.just("c2sp.org/tlog-proof@v1\nindex 0\n"),
)
def test_what_is_signed_is_read(
    now: int, event: Event, index: int, reason: str, proof: str | None
) -> None:
    id_ = uuid7(now, bytes(10))
    made = of(dispatch=id_, event=event, index=index, reason=reason, proof=proof)
    assert read(receipt.sign_receipt(made, STRANGER), dispatch=id_) == made


def test_each_event_shows_one_level_and_a_failure_shows_none() -> None:
    assert {event: of(event=event, reason="why").level for event in Event} == {
        Event.RELAY_ACCEPTANCE: Level.RELAYED,
        Event.RELAY_REJECTION: None,
        Event.RELAY_FAILURE: None,
        Event.CONTENT_HANDOVER: Level.HANDED_OVER,
        Event.CONTENT_HANDOVER_FAILURE: None,
        Event.CONTENT_ACCESS_TRACKING: Level.READ,
        Event.CONSIGNMENT_ACCEPTANCE: Level.ANSWERED,
        Event.CONSIGNMENT_REJECTION: Level.ANSWERED,
    }


@pytest.mark.parametrize("event", Event)
def test_a_negative_receipt_says_why(event: Event) -> None:
    if event in NEGATIVE:
        with pytest.raises(BadInput, match=f"A receipt of {event} says why."):
            of(event=event)
        with pytest.raises(BadInput, match=f"A receipt of {event} says why."):
            read(changed(event=event))
    else:
        assert read(changed(event=event)).reason is None
    assert read(changed(event=event, reason="Nobody there.")).reason == "Nobody there."


GOOD = receipt.sign_receipt(USUAL, STRANGER)
CASES: dict[str, tuple[bytes, str]] = {
    "another dispatch": (changed(dispatch=OTHER_ID), "The receipt is for another dispatch."),
    "other bytes": (changed(envelope="b" * 64), "for other bytes than were sent under this id"),
    "another node": (
        changed(node=HOME),
        f"says that it comes from {HOME}, but the keys that signed it are those of {AWAY}.",
    ),
    "another signer": (
        jws.sign(msgspec.json.encode(USUAL), receipt.TYP, SENDER),
        "not signed under the Ed25519 key pinned",
    ),
    "a dispatch in its place": (
        signed(msgspec.json.encode(USUAL), "comity-dispatch+jws"),
        "is signed as 'comity-dispatch+jws'",
    ),
    "unknown event": (changed(event="DeliveredForSure"), "none of those allowed (in event)"),
    "event of a level": (changed(level="read"), "a member that is unknown: 'level'"),
    "time in another zone": (changed(at="2026-11-22T03:00:00+01:00"), "in UTC and in whole"),
    "index below zero": (changed(index=-1), "a number out of range (in index)"),
    "proof of no entry": (changed(index=None, proof="x"), "names no entry that it is for"),
    "proof too long": (
        changed(proof="x" * (receipt.MAX_PROOF + 1)),
        "a length not allowed (in proof)",
    ),
    "empty proof": (changed(proof=""), "a length not allowed (in proof)"),
    "reason too long": (changed(reason="x" * 2_001), "a length not allowed (in reason)"),
    "member twice": (
        signed(msgspec.json.encode(USUAL)[:-1] + b',"event":"ContentAccessTracking"}'),
        "The receipt has the member 'event' twice.",
    ),
    "too long": (b" " * (receipt.MAX_RECEIPT + 1), "The receipt is longer than 524288 bytes."),
    "not JSON": (b"202", "a value of another type"),
}


@pytest.mark.parametrize(("data", "sentence"), CASES.values(), ids=CASES)
def test_each_refusal_has_its_sentence(data: bytes, sentence: str) -> None:
    with pytest.raises(BadInput) as caught:
        read(data)
    assert sentence in str(caught.value)


@pytest.mark.parametrize(
    "made",
    [
        of(node="a b"),
        of(index=-1),
        of(dispatch="1"),
        of(reason=""),
        of(proof="x" * (receipt.MAX_PROOF + 1)),
    ],
)
def test_what_would_be_refused_is_never_signed(made: Receipt) -> None:
    with pytest.raises(BadInput):
        receipt.sign_receipt(made, STRANGER)


def test_a_time_that_is_not_utc_makes_no_receipt() -> None:
    with pytest.raises(BadInput, match="in UTC and in whole seconds"):
        of(at=datetime(2026, 11, 22, tzinfo=timezone(timedelta(hours=1))))


def test_the_largest_receipt_is_read() -> None:
    largest = of(reason="\N{ROCKET}" * 2_000, proof="x" * receipt.MAX_PROOF)
    assert read(receipt.sign_receipt(largest, STRANGER)) == largest


def test_a_receipt_of_the_level_before_cannot_be_raised() -> None:
    """The event is under the signatures: whoever changes it has none."""
    value = json.loads(GOOD)
    better = json.loads(changed(event="ContentAccessTracking"))
    value["payload"] = better["payload"]
    with pytest.raises(BadInput, match="does not fit"):
        read(json.dumps(value).encode())


@given(st.binary(max_size=200))
def test_the_parser_is_total(data: bytes) -> None:
    for raw in (data, signed(data)):
        with pytest.raises(BadInput):
            read(raw)
