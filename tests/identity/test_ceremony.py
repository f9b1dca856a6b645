"""The ceremony as values: holders' files, drafts, and copies signed in different places."""

from datetime import timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.errors import BadInput
from comity.identity import ceremony
from comity.identity.document import Document, parse
from comity.identity.holders import Holder
from comity.identity.root import read_root, succeed
from tests.identity.support import (
    CSIRT,
    DESK,
    LEGAL,
    NEWCOMER,
    NEXT_ONLINE,
    NOW,
    draft,
    edited,
    node,
    one_person,
    pair,
    root_1,
    signed,
    three,
    version_1,
)


@pytest.mark.parametrize("holder", [*three(), *one_person()], ids=lambda holder: holder.name)
def test_a_holder_comes_out_of_the_file_as_it_went_in(holder: Holder) -> None:
    assert ceremony.read_holder(ceremony.holder_file(holder)) == holder


def test_what_is_read_aloud_changes_with_the_keys() -> None:
    said = {ceremony.holder_fingerprint(holder) for holder in (*three(), *one_person())}
    assert len(said) == 4


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[]",
        b"\xff",
        b"[" * 5000,
        edited(ceremony.holder_file(three()[0]), lambda v: v.update(more=1)),
        edited(ceremony.holder_file(three()[0]), lambda v: v["pairs"][0].update(ed25519="?")),
    ],
    ids=["empty", "a list", "not UTF-8", "too deep", "an unknown member", "no base64"],
)
def test_what_is_no_file_of_a_holder_is_refused(data: bytes) -> None:
    with pytest.raises(BadInput, match="no file with a holder's public keys"):
        ceremony.read_holder(data)


def test_a_file_of_a_holder_that_is_too_long_is_refused() -> None:
    with pytest.raises(BadInput, match="is longer than 65536 bytes"):
        ceremony.read_holder(b" " * (ceremony.MAX_HOLDER + 1))


@given(st.binary(max_size=100))
def test_any_bytes_are_a_holder_or_refused(data: bytes) -> None:
    with pytest.raises(BadInput):
        ceremony.read_holder(data)


def test_a_draft_holds_for_thirteen_months_in_utc() -> None:
    local = NOW.astimezone(timezone(timedelta(hours=5))).replace(microsecond=7)
    made = parse(ceremony.begin(local, three(), pair(NEXT_ONLINE).public, node())).root
    assert made.expires == NOW + timedelta(days=396)


def test_what_is_not_given_stays() -> None:
    renewed = parse(ceremony.renew(root_1(), NOW + timedelta(days=300))).root
    assert renewed.version == 2
    assert (renewed.holders, renewed.online) == (root_1().holders, root_1().online)
    assert renewed.node == root_1().node
    assert renewed.expires > root_1().expires


def test_a_holder_is_replaced_by_name_or_added() -> None:
    new = Holder(three()[CSIRT].name, (pair(NEWCOMER).public,))
    assert ceremony.with_holder(three(), new) == (*three()[:2], new)
    fourth = Holder("Archive", (pair(NEWCOMER).public,))
    assert ceremony.with_holder(three(), fourth) == (*three(), fourth)


def test_after_a_revocation_the_two_who_are_left_can_go_on() -> None:
    left = ceremony.without_holder(three(), three()[CSIRT].name)
    root = succeed(root_1(), signed(ceremony.renew(root_1(), NOW, holders=left), DESK, LEGAL))
    assert (root.holders, root.threshold) == (three()[:2], 3)


def test_a_holder_who_is_none_is_not_revoked() -> None:
    with pytest.raises(BadInput, match="No holder is named Nobody; the holders are: Head of"):
        ceremony.without_holder(three(), "Nobody")


def test_the_only_holder_is_not_revoked() -> None:
    with pytest.raises(BadInput, match="Director is the only holder"):
        ceremony.without_holder(one_person(), "Director")


def test_copies_signed_in_different_places_are_put_together() -> None:
    copies = [signed(draft(), DESK), draft(), signed(draft(), LEGAL)]
    assert read_root(ceremony.gather(copies, None)) == root_1()


def test_a_bad_signature_in_one_copy_does_not_hide_the_good_one_in_another() -> None:
    good = parse(version_1())
    other = parse(signed(draft(inbox=None), DESK, LEGAL)).signatures
    bad = bytes(Document(good.root, other))
    for copies in ([bad, version_1()], [version_1(), bad]):
        assert read_root(ceremony.gather(copies, None)) == root_1()


def test_signatures_for_the_version_before_are_kept_and_those_of_strangers_are_not() -> None:
    left = ceremony.without_holder(three(), three()[CSIRT].name)
    copy = signed(ceremony.renew(root_1(), NOW, holders=left), CSIRT, NEWCOMER)
    assert len(parse(ceremony.gather([copy], root_1())).signatures) == 2
    assert len(parse(ceremony.gather([copy], None)).signatures) == 0


def test_copies_of_different_drafts_are_not_put_together() -> None:
    with pytest.raises(BadInput, match="copies are of different drafts"):
        ceremony.gather([draft(), draft(inbox=None)], None)


def test_nothing_cannot_be_put_together() -> None:
    with pytest.raises(BadInput, match="no root document to put together"):
        ceremony.gather([], None)
