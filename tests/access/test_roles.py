"""Who may do what: read as a table, and as rules that no table may break."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.access.roles import Act, Actor, Role, may

WRITING = {
    Act.OPEN_INCIDENT, Act.IMPORT, Act.STATE_FACTS, Act.ASSESS, Act.MANAGE_ACCOUNTS, Act.DRAFT,
    Act.APPROVE, Act.RELEASE, Act.CARRY, Act.ATTRIBUTE, Act.KEEP_WATCH, Act.ERASE,
}  # fmt: skip
CONTENT = set(Act) - {Act.MANAGE_ACCOUNTS, Act.MAKE_TOKENS}


def somebody(*roles, second_factor=True):
    return Actor("5f0c", "Owner", frozenset(roles), second_factor)


@pytest.mark.parametrize("act", Act)
def test_nobody_may_do_anything_without_signing_in(act):
    assert not may(None, act).allowed


@pytest.mark.parametrize(("role", "act"), list(itertools.product(Role, Act)))
def test_no_role_helps_without_a_second_factor(role, act):
    decision = may(somebody(role, second_factor=False), act)
    assert not decision.allowed
    assert "second factor" in str(decision.reason)


@pytest.mark.parametrize("act", Act)
def test_an_account_without_a_role_may_do_nothing(act):
    assert not may(somebody(), act).allowed


@pytest.mark.parametrize("act", sorted(CONTENT))
def test_an_administrator_sees_no_content(act):
    assert not may(somebody(Role.ADMINISTRATOR), act).allowed


@pytest.mark.parametrize("act", sorted(WRITING))
def test_an_auditor_changes_nothing(act):
    assert not may(somebody(Role.AUDITOR), act).allowed


def test_a_csirt_analyst_does_not_read_the_political_assessment():
    assert may(somebody(Role.ANALYST), Act.READ_TECHNICAL).allowed
    assert not may(somebody(Role.ANALYST), Act.READ_DIPLOMATIC).allowed


@pytest.mark.parametrize("role", [Role.DIPLOMAT, Role.LEGAL])
def test_diplomats_and_lawyers_do_not_read_the_technical_part(role):
    assert may(somebody(role), Act.READ_DIPLOMATIC).allowed
    assert not may(somebody(role), Act.READ_TECHNICAL).allowed


@pytest.mark.parametrize("act", sorted(set(Act) - {Act.MAKE_TOKENS, Act.READ_RELEASED}))
def test_a_guest_may_do_nothing_but_read_what_was_released(act):
    assert not may(somebody(Role.GUEST), act).allowed


@pytest.mark.parametrize("act", Act)
def test_every_act_can_be_done_by_somebody_and_a_refusal_names_whom_to_ask(act):
    allowed = [role for role in Role if may(somebody(role), act).allowed]
    assert allowed
    refusal = str(may(somebody(), act).reason)
    assert all(word in refusal for word in [act.value])


@given(st.frozensets(st.sampled_from(Role)), st.sampled_from(Role), st.sampled_from(Act))
def test_one_role_more_never_takes_a_right_away(roles, more, act):
    if may(somebody(*roles), act).allowed:
        assert may(somebody(*roles, more), act).allowed


@given(st.frozensets(st.sampled_from(Role)), st.frozensets(st.sampled_from(Act)))
def test_a_token_gives_what_it_was_made_for_and_never_more_than_the_roles(roles, scopes):
    person = somebody(*roles)
    by_token = Actor(person.account, person.name, roles, second_factor=True, scopes=scopes)
    for act in Act:
        both = act in scopes and may(person, act).allowed
        assert may(by_token, act).allowed is both


@pytest.mark.parametrize("act", Act)
def test_a_refusal_for_want_of_scope_says_so(act):
    token = Actor("5f0c", "Owner", frozenset(Role), second_factor=True, scopes=frozenset())
    assert f"not made to {act.value}" in str(may(token, act).reason)
