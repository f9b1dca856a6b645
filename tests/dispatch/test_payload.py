"""Payloads: what one dispatch says, and what it may not say."""

import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from uuid import UUID

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.dispatch import payload
from comity.dispatch.payload import Attachment, Body, Dispatch, Kind, Origin
from comity.errors import BadInput
from tests.dispatch.support import (
    AWAY,
    HASH,
    HOME,
    ID,
    OTHER_ID,
    OURS,
    SENDER,
    THEIRS,
    THIRD,
    USUAL,
    addressee,
    dispatch,
)

ANSWERS = {Kind.REPLY, Kind.ACKNOWLEDGEMENT, Kind.CORRECTION, Kind.RECALL_REQUEST}


def test_the_names_on_the_wire_are_those_of_the_reference() -> None:
    value = json.loads(payload.encode(USUAL))

    assert list(value) == [
        "id", "from", "to", "kind", "issued", "expires", "in_reply_to", "body", "attachments",
    ]  # fmt: skip
    assert value["from"] == {"node": HOME, "kids": list(SENDER.public.kids)}
    assert value["to"] == [
        {"node": AWAY, "recipient": str(THEIRS.recipient), "seq": 1, "prev": None}
    ]
    assert (value["issued"], value["expires"]) == ("2026-11-22T03:00:00Z", "2026-11-29T03:00:00Z")
    assert value["body"] == {"media_type": "application/stix+json;version=2.1", "content": "e30="}


moments = st.datetimes(datetime(2020, 1, 1), datetime(2100, 1, 1)).map(  # noqa: DTZ001
    lambda at: at.replace(microsecond=0, tzinfo=UTC)
)


@st.composite
def dispatches(draw: st.DrawFn) -> Dispatch:
    issued = draw(moments)
    seq = draw(st.integers(1, 3))
    return dispatch(
        id=ID,
        to=tuple(
            addressee(node, identity, seq=seq, prev=None if seq == 1 else HASH)
            for node, identity in ((AWAY, THEIRS), (THIRD, OURS))[: draw(st.integers(1, 2))]
        ),
        kind=draw(st.sampled_from(Kind)),
        issued=issued,
        expires=issued + timedelta(seconds=draw(st.integers(1, 90 * 86_400))),
        in_reply_to=OTHER_ID,
        body=Body(media_type="text/plain;charset=utf-8", content=draw(st.binary(max_size=99))),
        attachments=tuple(
            Attachment(name=name, media_type="a/b", size=draw(st.integers(0, 9)), sha256=HASH)
            for name in draw(st.sets(st.from_regex(r"\A[a-zé ]{1,9}\Z"), max_size=3))
        ),
    )


@given(dispatches())
def test_what_is_written_is_read(made: Dispatch) -> None:
    assert payload.parse(payload.encode(made)) == made


def changed(**members: object) -> bytes:
    return json.dumps(json.loads(payload.encode(USUAL)) | members).encode()


def member(name: str, /, **members: object) -> bytes:
    value: dict[str, Any] = json.loads(payload.encode(USUAL))
    inner = value[name][0] if isinstance(value[name], list) else value[name]
    inner |= members
    return json.dumps(value).encode()


MANY = [
    {"node": f"n/{n}", "recipient": str(THEIRS.recipient), "seq": 1, "prev": None}
    for n in range(257)
]
FORM = "not in the form it has to be"
CASES: dict[str, tuple[bytes, str]] = {
    "unknown member": (changed(bcc=[]), "The dispatch has a member that is unknown: 'bcc'."),
    "unknown member inside": (
        member("to", name="x"),
        "a member that is unknown: 'name' (in to[0])",
    ),
    "member twice": (
        payload.encode(USUAL)[:-1] + b',"id":"x"}',
        "The dispatch has the member 'id' twice.",
    ),
    "id of version 4": (changed(id="0198b1a0-0000-4000-8000-000000000000"), f"{FORM} (in id)"),
    "id in capitals": (changed(id=ID.upper()), f"{FORM} (in id)"),
    "id with a newline": (changed(id=ID + "\n"), f"{FORM} (in id)"),
    "kind unknown": (changed(kind="order"), "none of those allowed (in kind)"),
    "no addressee": (changed(to=[]), "a length not allowed (in to)"),
    "too many addressees": (changed(to=MANY), "a length not allowed (in to)"),
    "node with a plus sign": (member("from", node="a+b"), f"{FORM} (in from.node)"),
    "node with a space": (member("to", node="a b"), f"{FORM} (in to[0].node)"),
    "kid of another length": (member("from", kids=["a", "b"]), f"{FORM} (in from.kids[0])"),
    "one kid": (member("from", kids=[SENDER.public.kids[0]]), "a length not allowed"),
    "classical recipient": (
        member("to", recipient="age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj"),
        f"{FORM} (in to[0].recipient)",
    ),
    "seq 0": (member("to", seq=0), "a number out of range (in to[0].seq)"),
    "seq too large": (member("to", seq=2**53, prev=HASH), "a number out of range (in to[0].seq)"),
    "seq with a fraction": (member("to", seq=1.5), "another type than it has to be (in to[0].seq)"),
    "prev in capitals": (member("to", seq=2, prev=HASH.upper()), f"{FORM} (in to[0].prev)"),
    "first with prev": (member("to", prev=HASH), f"The first dispatch to {AWAY} names one before"),
    "later without prev": (
        member("to", seq=2),
        f"Dispatch 2 to {AWAY} does not name the one before",
    ),
    "time in another zone": (changed(issued="2026-11-22T04:00:00+01:00"), "in UTC and in whole"),
    "time without a zone": (changed(issued="2026-11-22T04:00:00"), "in UTC and in whole"),
    "time with a fraction": (changed(expires="2026-11-23T03:00:00.5Z"), "in UTC and in whole"),
    "time that is none": (changed(issued="2026-02-30T03:00:00Z"), "(in issued)"),
    "expires at once": (changed(expires="2026-11-22T03:00:00Z"), "expires before it is issued"),
    "expires too late": (changed(expires="2027-02-20T03:00:01Z"), "after 90 days at the latest"),
    "reply to nothing": (changed(kind="reply"), "of kind reply names the one that it is about"),
    "reply to itself": (changed(kind="reply", in_reply_to=ID), "The dispatch is about itself."),
    "media type that is none": (member("body", media_type="json"), f"{FORM} (in body.media_type)"),
    "media type too long": (
        member("body", media_type="a/" + "b" * 254),
        "a length not allowed (in body.media_type)",
    ),
    "media type with a new line": (member("body", media_type="a/b;c=d\r\nx"), FORM),
    "body not base64": (member("body", content="*"), "(in body.content)"),
    "body too big": (
        member("body", content="A" * ((payload.MAX_BODY // 3 + 1) * 4)),
        "The body of a dispatch has at most 4194304 bytes.",
    ),
    "attachment in a folder": (
        member("attachments", name="a/b"),
        f"{FORM} (in attachments[0].name)",
    ),
    "attachment in another folder": (member("attachments", name="a\\b"), FORM),
    "attachment above": (member("attachments", name=".."), "names a folder"),
    "attachment without a name": (member("attachments", name=""), FORM),
    "attachment of negative size": (member("attachments", size=-1), "out of range"),
    "attachment of a claimed size": (member("attachments", size=2**41), "out of range"),
    "attachment twice": (
        changed(attachments=[json.loads(payload.encode(USUAL))["attachments"][0]] * 2),
        "Two attachments of the dispatch have one name.",
    ),
    "too many attachments": (
        changed(attachments=json.loads(payload.encode(USUAL))["attachments"] * 101),
        "a length not allowed (in attachments)",
    ),
    "half a surrogate": (member("attachments", name="\ud800"), "The dispatch is not JSON."),
    "too big": (b" " * (payload.MAX_PAYLOAD + 1), "longer than 8388608 bytes"),
    "not JSON": (b"", "The dispatch is not JSON."),
}


@pytest.mark.parametrize(("raw", "sentence"), CASES.values(), ids=CASES)
def test_each_refusal_has_its_sentence(raw: bytes, sentence: str) -> None:
    with pytest.raises(BadInput) as caught:
        payload.parse(raw)
    assert sentence in str(caught.value)


@pytest.mark.parametrize("name", Dispatch.__struct_encode_fields__)
def test_a_dispatch_without_one_of_its_members_is_refused(name: str) -> None:
    value = json.loads(payload.encode(USUAL))
    del value[name]
    with pytest.raises(BadInput, match=f"The dispatch has no member '{name}'."):
        payload.parse(json.dumps(value).encode())


@pytest.mark.parametrize("kind", Kind)
def test_only_kinds_that_are_about_another_dispatch_have_to_name_it(kind: Kind) -> None:
    value = {"kind": kind, "in_reply_to": None}
    if kind in ANSWERS:
        with pytest.raises(BadInput):
            payload.parse(changed(**value))
    else:
        assert payload.parse(changed(**value)).kind is kind
    assert payload.parse(changed(kind=kind, in_reply_to=OTHER_ID)).in_reply_to == OTHER_ID


@pytest.mark.parametrize(
    "made",
    [
        lambda: dispatch(id="1"),
        lambda: dispatch(from_=Origin(node="a b", kids=SENDER.public.kids)),
        lambda: dispatch(to=()),
        lambda: dispatch(to=(addressee(AWAY, THEIRS), addressee(AWAY, OURS))),
        lambda: dispatch(to=(addressee(AWAY, THEIRS), addressee(THIRD, THEIRS))),
        lambda: dispatch(issued=datetime(2026, 11, 22, tzinfo=timezone(timedelta(hours=1)))),
    ],
)
def test_what_would_be_refused_is_never_written(made: Any) -> None:
    with pytest.raises(BadInput):
        payload.encode(made())


def test_a_payload_of_the_largest_size_is_read() -> None:
    largest = dispatch(
        body=msgspec.structs.replace(USUAL.body, content=bytes(payload.MAX_BODY)),
        to=tuple(
            addressee(f"n/{n}", recipient="age1pq1" + f"{n:08b}".replace("1", "q") * 244)
            for n in range(256)
        ),
    )
    assert payload.parse(payload.encode(largest)) == largest


@given(st.binary(max_size=200))
def test_the_parser_is_total(raw: bytes) -> None:
    with pytest.raises(BadInput):
        payload.parse(raw)


def test_the_example_of_rfc_9562_appendix_a_6() -> None:
    """rand_a CC3, rand_b 18C4DC0C0C07398F."""
    text = payload.uuid7(0x017F22E279B0, bytes.fromhex("0cc398c4dc0c0c07398f"))
    assert text == "017f22e2-79b0-7cc3-98c4-dc0c0c07398f"


@given(st.integers(0, 2**48 - 1), st.binary(min_size=10, max_size=10))
def test_a_uuid_of_version_7_is_one_and_sorts_by_its_time(now: int, rest: bytes) -> None:
    value = UUID(payload.uuid7(now, rest))
    assert (value.version, value.variant, value.int >> 80) == (7, "specified in RFC 4122", now)
    assert payload.parse(changed(id=str(value))).id == str(value)


@pytest.mark.parametrize(
    ("now", "rest", "sentence"),
    [
        (0, bytes(9), "takes ten random bytes"),
        (-1, bytes(10), "outside of what"),
        (1 << 48, bytes(10), "outside of what"),
    ],
)
def test_a_uuid_out_of_bounds_is_refused(now: int, rest: bytes, sentence: str) -> None:
    with pytest.raises(BadInput, match=sentence):
        payload.uuid7(now, rest)
