"""Payloads and commitments."""

from dataclasses import replace
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.errors import BadInput
from comity.record import commitment, payload
from tests.record.support import NOW

HASH, OTHER = "a" * 64, "b" * 64
REF = payload.ObjectRef(id="incident--1", modified=None, content_hash=OTHER, position="/objects/0")
IMPORT = payload.Import(
    at=NOW,
    by="desk",
    source=HASH,
    file_name="report.json",
    reader="stix",
    losses=("a field",),
    objects=(REF,),
)
ASSESSMENT = payload.Assessment(at=NOW, by="node", result=HASH, packs={"norms": OTHER}, inputs={})
ERASURE = payload.Erasure(
    at=NOW, by="A and B", index=3, reason="mistake", officers=("A", "B"), rule=None
)


def refuse(name: str) -> bytes:
    raise AssertionError(name)


INCIDENT = payload.Incident(at=NOW, by="Owner", incident="0b54b3a2", title="Ransomware")
STATEMENT = payload.Statement(at=NOW, by="Owner", incident="0b54b3a2", blobs=(OTHER,))
ROLE = payload.RoleGrant(
    at=NOW, by="Owner", account="5f0c", name="Colleague", role="auditor", granted=True, reason="new"
)


APPROVAL = payload.Approval(
    at=NOW, by="Colleague", incident="0b54b3a2", document="5f0c", account="77aa", body=HASH,
    role="releasing-officer", approved=True, reason="read twice", personal_data=OTHER,
)  # fmt: skip
RELEASE = payload.Release(
    at=NOW, by="Colleague", incident="0b54b3a2", document="5f0c", account="77aa", body=HASH,
    approvals=(), reason="wiper spreads", personal_data=OTHER,
)  # fmt: skip
PERSON_EXPORT = payload.PersonExport(
    at=NOW, by="Colleague", account="77aa", reason="letter 7", count=2, result=HASH
)


@pytest.mark.parametrize("value", [APPROVAL, RELEASE])
def test_a_decision_from_before_personal_data_was_listed_is_still_canonical(value: Any) -> None:
    before = msgspec.structs.replace(value, personal_data=None)
    raw = payload.encode(before)
    assert b"personal_data" not in raw
    assert payload.decode(raw) == before


@pytest.mark.parametrize(
    "value",
    [IMPORT, ASSESSMENT, ERASURE, INCIDENT, STATEMENT, ROLE, APPROVAL, RELEASE, PERSON_EXPORT],
)
def test_payloads_round_trip(value: payload.Payload) -> None:
    raw = payload.encode(value)
    assert payload.decode(raw) == value
    assert payload.pack(value) == (raw, {})
    assert payload.unpack(raw, refuse) == value
    assert b'"at":"2026-11-22T03:00:00Z"' in raw


def test_an_import_keeps_what_checking_its_signatures_found() -> None:
    assert b"checks" not in payload.encode(IMPORT)  # as entries from before it was kept
    found = payload.SignatureCheck(
        method="dkim", verdict="valid", who="example.org", aligned=True, reason="As signed.", key=""
    )
    signed = msgspec.structs.replace(IMPORT, checks=(found,))
    assert payload.decode(payload.encode(signed)) == signed


def test_an_import_written_before_authentication_was_kept_is_still_canonical() -> None:
    assert b"authentication" not in payload.encode(IMPORT)
    signed = msgspec.structs.replace(IMPORT, authentication=("claimed-pgp",))
    assert payload.decode(payload.encode(signed)) == signed


def test_what_each_kind_holds() -> None:
    for value, names in (
        (IMPORT, {HASH, OTHER}),
        (ASSESSMENT, {HASH}),
        (STATEMENT, {OTHER}),
        (INCIDENT, set()),
        (ROLE, set()),
        (ERASURE, set()),
    ):
        assert payload.bodies(payload.encode(value), refuse) == names
    assert payload.bodies(b'{"blobs":["' + HASH.encode() + b'"],"kind":"x"}', refuse) == {HASH}
    assert payload.bodies(b"not json", refuse) == frozenset()


def test_an_unknown_kind_is_kept_as_it_is() -> None:
    raw = b'{"kind":"verdict","n":1.5}'
    assert payload.decode(raw) == payload.Opaque("verdict", raw)
    assert payload.unpack(raw, refuse) == payload.Opaque("verdict", raw)


def test_a_large_payload_becomes_a_body() -> None:
    large = msgspec.structs.replace(IMPORT, objects=(REF,) * 1_000)
    raw, blobs = payload.pack(large)
    assert len(raw) < 1_000
    bulk = payload.decode(raw)
    assert isinstance(bulk, payload.Bulk)
    assert (bulk.of, list(blobs)) == ("import", [bulk.body])
    assert payload.unpack(raw, blobs.__getitem__) == large
    assert payload.bodies(raw, blobs.__getitem__) == {bulk.body, HASH, OTHER}
    with pytest.raises(BadInput, match="is not a payload of kind “import”"):
        payload.unpack(raw, lambda _: payload.encode(ERASURE))


@pytest.mark.parametrize(
    ("raw", "sentence"),
    [
        (b"\xff", "is not a JSON object with a kind"),
        (b"[]", "is not a JSON object with a kind"),
        (b'{"kind":1}', "is not a JSON object with a kind"),
        (b'{"kind": "new"}', "The payload of kind “new” is not canonical JSON."),
        (b'{"kind":"new","kind":"new"}', "The payload of kind “new” is not canonical JSON."),
        (
            b'{"kind":"new","n":9007199254740993}',
            "The payload of kind “new” is not canonical JSON.",
        ),
        (b'{"kind":"erasure"}', "The payload of kind “erasure” is malformed: "),
        (payload.encode(ERASURE).replace(b":3", b":-3"), "is malformed: "),
        (payload.encode(IMPORT).replace(b"a" * 64, b"A" * 64), "is malformed: "),
        (payload.encode(ERASURE).replace(b"00Z", b"00+01:00"), "the time is not in UTC"),
        (payload.encode(ERASURE).replace(b"00Z", b"00+00:00"), "is not canonical JSON"),
        (payload.encode(ERASURE) + b" ", "is not canonical JSON"),
    ],
)
def test_each_malformed_payload_has_its_sentence(raw: bytes, sentence: str) -> None:
    with pytest.raises(BadInput) as caught:
        payload.decode(raw)
    assert sentence in str(caught.value)


def test_a_malformed_list_of_blobs_is_refused() -> None:
    with pytest.raises(BadInput, match="is not a list of SHA-256 values"):
        payload.bodies(b'{"blobs":["x"],"kind":"new"}', refuse)


@given(st.binary(max_size=100), st.binary(max_size=100))
def test_a_commitment_opens_to_one_payload_only(one: bytes, two: bytes) -> None:
    opening = commitment.Opening(b"s" * 32, one)
    entry = commitment.commit(opening)
    assert len(entry) == 48
    assert commitment.opens(entry, opening)
    assert commitment.opens(entry, replace(opening, payload=two)) == (one == two)
    assert not commitment.opens(entry, replace(opening, salt=b"t" * 32))


def test_openings_of_the_wrong_length_are_refused() -> None:
    with pytest.raises(BadInput, match="has 32 bytes, not 1"):
        commitment.Opening(b"s", b"")
    with pytest.raises(BadInput, match="at most 65536 bytes, not 65537"):
        commitment.Opening(b"s" * 32, b"x" * 65_537)


def test_an_assessment_from_before_there_were_drafts_is_read_and_written_as_it_was():
    raw = payload.encode(ASSESSMENT)
    assert b"documents" not in raw
    assert payload.decode(raw) == ASSESSMENT


def test_the_bodies_of_drafts_are_held_by_their_assessment():
    with_drafts = payload.Assessment(
        at=NOW, by="node", result=HASH, packs={}, inputs={}, documents={"sitrep": OTHER}
    )
    assert payload.decode(payload.encode(with_drafts)) == with_drafts
    assert payload.bodies(payload.encode(with_drafts), lambda _: b"") == {HASH, OTHER}


@pytest.mark.parametrize("index", [2**53, 2**60, 10**30])
def test_a_number_that_canonical_json_cannot_hold_is_refused_in_a_sentence(index):
    word = payload.ErasureWord(
        at=NOW, by="a", index=index, account="a", asks=True, reason="it names a patient"
    )
    with pytest.raises(BadInput, match="there is no such entry"):
        payload.encode(word)


def test_a_hash_with_a_newline_behind_it_is_no_hash() -> None:
    raw = payload.encode(ASSESSMENT).replace(HASH.encode(), HASH.encode() + b"\\n")

    with pytest.raises(BadInput):
        payload.decode(raw)
