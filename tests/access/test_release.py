"""Four eyes: nothing leaves on the word of the one who wrote it."""

import datetime as dt
import itertools

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.access.release import (
    EMERGENCY,
    REVIEW_WITHIN,
    RULES,
    Given,
    Listed,
    Paper,
    Released,
    Rules,
    Version,
    Word,
    approvals,
    clears_for,
    may_approve,
    may_edit,
    may_release,
    may_say_for,
    missing,
    needed_for,
)
from comity.access.roles import Actor, Role

NOW = dt.datetime(2026, 3, 2, 9, tzinfo=dt.UTC)
OWNER, COLLEAGUE, LAWYER = "owner", "colleague", "lawyer"


def person(account, *roles):
    return Actor(account, account.title(), frozenset(roles), second_factor=True)


def paper(
    *given,
    audience="external",
    template="tpl.note_verbale",
    versions=(),
    released=None,
    rules=RULES,
):
    return Paper(
        document="d", incident="i", template=template, audience=audience, title="A note",
        needed=needed_for(template, audience, rules),
        versions=versions or (Version("v1", OWNER, 1, complete=True),), given=given,
        released=released,
    )  # fmt: skip


def yes(account, role=Role.RELEASING, body="v1", index=2):
    return Given(body, account, role, approved=True, index=index)


NONE = Listed("", "")
OFFICER = person(COLLEAGUE, Role.RELEASING)


def test_a_colleague_approves_and_it_may_leave():
    approved = paper(yes(COLLEAGUE))
    assert missing(approved) == ()
    assert may_release(OFFICER, "v1", approved, NONE, alone=False).allowed
    assert approvals(approved) == (2,)


def test_erasing_a_version_frees_neither_its_author_nor_what_it_had_voided():
    erased = msgspec.structs.replace(
        paper(yes(LAWYER), yes(COLLEAGUE, index=9)),
        erased=(Version("", COLLEAGUE, 3, complete=False),),
    )
    assert missing(erased) != ()  # the lawyer spoke before version 3, and the colleague wrote it
    assert not may_approve(OFFICER, Role.RELEASING, "v1", erased, NONE).allowed
    assert missing(msgspec.structs.replace(erased, erased=())) == ()


def test_nobody_approves_what_they_wrote_a_version_of():
    two = paper(
        versions=(
            Version("v1", OWNER, 1, complete=True),
            Version("v2", COLLEAGUE, 2, complete=True),
        )
    )
    for who in (OWNER, COLLEAGUE):
        decision = may_approve(person(who, Role.RELEASING), Role.RELEASING, "v2", two, NONE)
        assert not decision.allowed
        assert "somebody else" in str(decision.reason)


def test_an_edit_voids_what_was_approved_before_it():
    edited = paper(
        yes(COLLEAGUE),
        versions=(Version("v1", OWNER, 1, complete=True), Version("v2", OWNER, 3, complete=True)),
    )
    decision = may_release(OFFICER, "v2", edited, NONE, alone=False)
    assert not decision.allowed
    assert "still needs" in str(decision.reason)


def test_an_approval_does_not_come_back_with_the_same_bytes():
    again = paper(
        yes(COLLEAGUE),
        versions=(
            Version("v1", OWNER, 1, complete=True), Version("v2", COLLEAGUE, 3, complete=True),
            Version("v1", COLLEAGUE, 4, complete=True),
        ),
    )  # fmt: skip
    assert not may_release(person("fourth", Role.RELEASING), "v1", again, NONE, alone=False).allowed


def test_who_read_an_older_version_can_neither_approve_nor_release_it():
    edited = paper(
        versions=(Version("v1", OWNER, 1, complete=True), Version("v2", OWNER, 3, complete=True))
    )
    assert "Read it again" in str(may_approve(OFFICER, Role.RELEASING, "v1", edited, NONE).reason)
    assert "Read it again" in str(may_release(OFFICER, "v1", edited, NONE, alone=False).reason)


@pytest.mark.parametrize("seen", ["", "another list"])
def test_what_looks_like_personal_data_is_read_before_a_yes_and_before_a_release(seen):
    listed = Listed(seen, "this list")
    approved = paper(yes(COLLEAGUE))
    for decision in (
        may_approve(OFFICER, Role.RELEASING, "v1", paper(), listed),
        may_release(OFFICER, "v1", approved, listed, alone=False),
        may_release(OFFICER, "v1", paper(template="tpl.mitigation"), listed, alone=True),
    ):
        assert not decision.allowed
        assert "list of personal data" in str(decision.reason)
    read = Listed("this list", "this list")
    assert may_approve(OFFICER, Role.RELEASING, "v1", paper(), read).allowed
    assert may_release(OFFICER, "v1", approved, read, alone=False).allowed


def test_who_read_a_list_that_is_empty_now_reads_that_too():
    gone = Listed("this list", "")
    assert not may_approve(OFFICER, Role.RELEASING, "v1", paper(), gone).allowed


def test_a_blank_that_is_left_stops_everything():
    open_ = paper(versions=(Version("v1", OWNER, 1, complete=False),))
    assert not may_approve(OFFICER, Role.RELEASING, "v1", open_, NONE).allowed
    assert not may_release(OFFICER, "v1", open_, NONE, alone=True).allowed


def test_a_no_stops_the_version_until_the_same_person_says_yes():
    no = Given("v1", LAWYER, Role.LEGAL, approved=False, index=3)
    assert "said no" in str(
        may_release(OFFICER, "v1", paper(yes(COLLEAGUE), no), NONE, alone=False).reason
    )
    later = Given("v1", LAWYER, Role.LEGAL, approved=True, index=4)
    assert may_release(OFFICER, "v1", paper(yes(COLLEAGUE), no, later), NONE, alone=False).allowed


def test_a_statement_to_the_public_takes_an_officer_and_a_lawyer_who_are_two_people():
    one = paper(yes(COLLEAGUE), audience="public")
    assert "legal adviser" in str(may_release(OFFICER, "v1", one, NONE, alone=False).reason)
    both = paper(yes(COLLEAGUE), yes(LAWYER, Role.LEGAL, index=3), audience="public")
    assert may_release(OFFICER, "v1", both, NONE, alone=False).allowed
    # One person who holds both roles is still one person.
    same = paper(yes(COLLEAGUE), yes(COLLEAGUE, Role.LEGAL, index=3), audience="public")
    assert not may_release(OFFICER, "v1", same, NONE, alone=False).allowed


def test_needs_are_met_whatever_the_order_in_which_people_could_fill_them():
    either = frozenset({Role.RELEASING, Role.LEGAL})
    rules = Rules({"external": (either, frozenset({Role.RELEASING}))})
    found = paper(yes(COLLEAGUE, Role.RELEASING), yes(LAWYER, Role.LEGAL, index=3), rules=rules)
    assert missing(found) == ()
    assert approvals(found) == (2, 3)


@pytest.mark.parametrize("template", ["tpl.public_statement", "tpl.note_verbale", "tpl.sitrep"])
def test_a_statement_or_a_note_is_never_released_alone(template):
    assert template not in EMERGENCY
    assert not may_release(OFFICER, "v1", paper(template=template), NONE, alone=True).allowed


def test_a_request_to_stop_harm_may_leave_alone_and_is_then_to_be_reviewed():
    urgent = paper(template="tpl.mitigation")
    assert may_release(person(OWNER, Role.RELEASING), "v1", urgent, NONE, alone=True).allowed
    out = paper(template="tpl.mitigation", released=Released("v1", OWNER, NOW, (), 5))
    assert out.review_due() == NOW + REVIEW_WITHIN
    assert may_approve(OFFICER, Role.RELEASING, "v1", out, NONE).allowed  # the review
    reviewed = paper(
        yes(COLLEAGUE, index=6),
        template="tpl.mitigation",
        released=Released("v1", OWNER, NOW, (), 5),
    )
    assert reviewed.review_due() is None
    before = paper(
        yes(COLLEAGUE), template="tpl.mitigation", released=Released("v1", OWNER, NOW, (), 5)
    )
    assert before.review_due() is not None  # a yes from before it left is no review
    own = paper(
        yes(OWNER, index=6), template="tpl.mitigation", released=Released("v1", OWNER, NOW, (), 5)
    )
    assert own.review_due() is not None


def test_what_is_for_inside_never_leaves_and_what_no_rule_knows_neither():
    assert not may_release(OFFICER, "v1", paper(audience="internal"), NONE, alone=False).allowed
    assert not may_release(OFFICER, "v1", paper(audience="neighbours"), NONE, alone=False).allowed


def test_after_release_nothing_is_edited_approved_or_released_again():
    out = paper(yes(COLLEAGUE), released=Released("v1", COLLEAGUE, NOW, (2,), 5))
    assert not may_edit(out).allowed
    assert not may_release(OFFICER, "v1", out, NONE, alone=False).allowed
    assert not may_approve(person(LAWYER, Role.LEGAL), Role.LEGAL, "v1", out, NONE).allowed


PEOPLE = [OWNER, COLLEAGUE, LAWYER, "fourth"]
GIVEN = st.builds(
    Given, st.sampled_from(["v1", "v2"]), st.sampled_from(PEOPLE),
    st.sampled_from([Role.RELEASING, Role.LEGAL]), st.booleans(), st.integers(2, 20),
)  # fmt: skip
VERSIONS = st.lists(
    st.builds(
        Version, st.sampled_from(["v1", "v2"]), st.sampled_from(PEOPLE), st.just(1), st.just(True)
    ),
    min_size=1, max_size=3,
).map(tuple)  # fmt: skip


@given(
    st.lists(GIVEN, max_size=6), VERSIONS, st.sampled_from(sorted(RULES.approvals)),
    st.sampled_from(PEOPLE), st.sampled_from(["v1", "v2"]),
)  # fmt: skip
def test_whatever_happened_nothing_leaves_without_enough_people_who_said_yes_to_it(
    given, versions, audience, who, body
):
    found = paper(*given, audience=audience, versions=versions)
    if may_release(person(who, Role.RELEASING), body, found, NONE, alone=False).allowed:
        assert audience != "internal"
        assert body == versions[-1].body
        yeses = {one.account for one in found.of_current() if one.approved}
        assert not yeses & {version.account for version in versions}
        assert len(yeses) >= len(RULES.approvals[audience]) >= 1


@given(st.lists(GIVEN, max_size=5), VERSIONS)
def test_the_one_who_wrote_it_can_never_add_the_approval_that_was_missing(given, versions):
    found = paper(*given, versions=versions)
    for version, role in itertools.product(versions, (Role.RELEASING, Role.LEGAL)):
        assert not may_approve(
            person(version.account, role), role, versions[-1].body, found, NONE
        ).allowed


def word(service, account="analyst", *, clear=True, body="v1", index=3):
    return Word(body, service, clear, "shift lead", account, index)


def technical(*words, clears=(), **more):
    made = paper(yes(COLLEAGUE), template="tpl.mitigation", **more)
    return msgspec.structs.replace(made, words=words, clears=frozenset(clears))


def test_a_service_that_has_to_say_clear_and_is_silent_keeps_it_in():
    assert not may_release(OFFICER, "v1", technical(clears=["police"]), NONE, alone=False).allowed
    assert may_release(
        OFFICER, "v1", technical(word("police"), clears=["police"]), NONE, alone=False
    ).allowed


def test_the_last_word_of_a_service_counts():
    hold, clear = word("csirt", clear=False, index=3), word("csirt", index=4)
    assert may_release(OFFICER, "v1", technical(hold, clear), NONE, alone=False).allowed
    late = word("csirt", clear=False, index=5)
    assert not may_release(OFFICER, "v1", technical(hold, clear, late), NONE, alone=False).allowed


def test_a_word_on_an_earlier_version_says_nothing_of_this_one():
    versions = (Version("v0", OWNER, 1, complete=True), Version("v1", OWNER, 2, complete=True))
    old = word("police", body="v0", index=1)
    found = technical(old, clears=["police"], versions=versions)
    assert found.silent == ("police",)


def test_a_new_version_lifts_no_hold():
    versions = (Version("v0", OWNER, 1, complete=True), Version("v1", OWNER, 3, complete=True))
    hold = word("police", clear=False, body="v0", index=2)
    approved = (yes(COLLEAGUE, index=4),)
    found = msgspec.structs.replace(technical(hold, versions=versions), given=approved)
    assert found.holding == ("police",)
    for alone in (False, True):
        assert not may_release(OFFICER, "v1", found, NONE, alone=alone).allowed
    cleared = msgspec.structs.replace(found, words=(hold, word("police", index=5)))
    assert may_release(OFFICER, "v1", cleared, NONE, alone=False).allowed


def test_in_an_emergency_silence_is_no_hold_but_a_hold_is():
    silent = technical(clears=["police"])
    assert may_release(OFFICER, "v1", silent, NONE, alone=True).allowed
    held = technical(word("police", clear=False))
    assert not may_release(OFFICER, "v1", held, NONE, alone=True).allowed


def test_no_service_is_asked_about_what_holds_no_technical_detail_or_stays_inside():
    rules = Rules(RULES.approvals, frozenset({"csirt"}))
    assert clears_for("tpl.note_verbale", "external", rules) == frozenset()
    assert clears_for("tpl.mitigation", "internal", rules) == frozenset()
    assert clears_for("tpl.mitigation", "external", rules) == {"csirt"}
    assert not may_say_for(OFFICER, "police", "v1", paper()).allowed
