"""A deputy approves for a time, in their own name, and only for who holds the role themselves."""

import datetime as dt

import pytest

from comity.access.roles import SCOPES, Act, Actor, Role
from comity.errors import BadInput, Refused
from comity.node import deputies, projections
from comity.node.invitations import change_role, close
from comity.node.models import Entry
from comity.node.projections import Tables, own_roles_of, roles_of
from comity.node.services import now, open_record
from tests.node_cast import account, browser
from tests.web.test_documents import decide, ready, text

PASSWORD = "correct horse battery staple"


@pytest.fixture
def principal(home):
    return account("Principal", Role.RELEASING)


@pytest.fixture
def colleague(home):
    return account("Colleague", Role.DIPLOMAT)


def tomorrow():
    return now() + dt.timedelta(days=1)


def actor(person, *roles):
    return Actor(str(person.key), person.name, frozenset(roles), second_factor=True)


def name(principal, colleague, until=None, role=Role.RELEASING):
    return deputies.name_deputy(
        actor(principal, *roles_of(str(principal.key))), principal.signature, colleague, role,
        until=until or tomorrow(), reason="on leave",
    )  # fmt: skip


def signed_in(person):
    client = browser(person)
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    return client


def test_a_deputy_approves_in_their_own_name(owner, principal, verified, home):
    lawyer = account("Lawyer", Role.LEGAL)
    name(principal, lawyer)
    page = ready(owner, verified)
    assert decide(browser(lawyer), page).status_code == 302
    assert Entry.objects.get(kind="approval").by == lawyer.signature


def test_it_ends_by_itself(principal, colleague, monkeypatch):
    name(principal, colleague)
    assert Role.RELEASING in roles_of(str(colleague.key))
    assert Role.RELEASING not in own_roles_of(str(colleague.key))
    monkeypatch.setattr(projections, "now", lambda: tomorrow() + dt.timedelta(seconds=1))
    assert roles_of(str(colleague.key)) == {Role.DIPLOMAT}


def test_it_ends_when_the_principal_loses_the_role(principal, colleague, home):
    name(principal, colleague)
    boss = account("Boss", Role.ADMINISTRATOR)
    change_role(
        actor(boss, Role.ADMINISTRATOR), boss.signature, principal, Role.RELEASING,
        granted=False, reason="moved",
    )  # fmt: skip
    assert Role.RELEASING not in roles_of(str(colleague.key))
    assert deputies.named() == []


def test_it_ends_when_it_is_recalled_and_takes_no_role_of_ones_own(principal, colleague, home):
    name(principal, colleague)
    boss = account("Boss", Role.ADMINISTRATOR)
    change_role(
        actor(boss, Role.ADMINISTRATOR), boss.signature, colleague, Role.RELEASING,
        granted=True, reason="promoted",
    )  # fmt: skip
    deputies.recall(
        actor(principal, Role.RELEASING), principal.signature, colleague, Role.RELEASING,
        reason="back",
    )  # fmt: skip
    assert Role.RELEASING in own_roles_of(str(colleague.key))


def test_what_an_administrator_takes_away_is_not_held_as_a_deputy(principal, colleague, home):
    boss = account("Boss", Role.ADMINISTRATOR)
    admin = actor(boss, Role.ADMINISTRATOR)
    name(principal, colleague)
    change_role(admin, boss.signature, colleague, Role.RELEASING, granted=False, reason="doubts")
    assert roles_of(str(colleague.key)) == {Role.DIPLOMAT}
    assert deputies.named() == []
    name(principal, colleague)
    assert [one.account for one in deputies.named()] == [str(colleague.key)]
    close(admin, boss.signature, colleague, "left")
    assert roles_of(str(colleague.key)) == frozenset()
    assert deputies.named() == []


def test_it_does_not_begin_again_when_the_principal_gets_the_role_back(principal, colleague, home):
    boss = account("Boss", Role.ADMINISTRATOR)
    name(principal, colleague)
    for granted in (False, True):
        change_role(
            actor(boss, Role.ADMINISTRATOR), boss.signature, principal, Role.RELEASING,
            granted=granted, reason="moved, and came back",
        )  # fmt: skip
    assert roles_of(str(colleague.key)) == {Role.DIPLOMAT}
    assert deputies.named() == []
    name(principal, colleague)
    assert Role.RELEASING in roles_of(str(colleague.key))


def test_a_deputy_names_no_deputy(principal, colleague, home):
    name(principal, colleague)
    third = account("Third", Role.DIPLOMAT)
    with pytest.raises(Refused, match="do not hold this role yourself"):
        name(colleague, third)


@pytest.mark.parametrize(
    ("role", "error", "says"),
    [
        (Role.LEGAL, Refused, "do not hold this role yourself"),
        (Role.ADMINISTRATOR, Refused, "do not hold this role yourself"),
    ],
)
def test_nobody_lends_what_they_do_not_hold(principal, colleague, role, error, says):
    with pytest.raises(error, match=says):
        name(principal, colleague, role=role)


def test_nobody_lends_a_role_that_does_not_approve(home, colleague):
    boss = account("Boss", Role.ADMINISTRATOR, Role.RELEASING)
    with pytest.raises(Refused, match="do not hold"):
        name(boss, colleague, role=Role.ADMINISTRATOR)


def test_a_deputy_is_somebody_else_who_is_there_for_a_time(principal, colleague):
    with pytest.raises(BadInput, match="somebody else"):
        name(principal, principal)
    for until in (now(), now() + dt.timedelta(days=61)):
        with pytest.raises(BadInput, match="within the next 60 days"):
            name(principal, colleague, until=until)
    with pytest.raises(BadInput, match="no role that does"):
        name(principal, account("Guest", Role.GUEST))
    colleague.is_active = False
    with pytest.raises(BadInput, match="closed"):
        name(principal, colleague)


def test_who_holds_the_role_needs_no_deputy(principal, home):
    other = account("Other", Role.RELEASING)
    with pytest.raises(Refused, match="holds the role already"):
        name(principal, other)


def test_a_rebuild_gives_the_same_deputies(principal, colleague):
    name(principal, colleague)
    before = deputies.named()
    projections.drop()
    with open_record() as record:
        Tables().catch_up(record)
    assert deputies.named() == before
    assert len(before) == 1


def test_at_the_page_one_is_named_and_recalled(principal, colleague):
    client = signed_in(principal)
    assert "Nobody stands in for anybody" in text(client.get("/deputies/"))
    said = {
        "account": str(colleague.key), "role": Role.RELEASING.value, "reason": "on leave",
        "until": f"{tomorrow():%Y-%m-%d}",
    }  # fmt: skip
    assert client.post("/deputies/", said).status_code == 302
    assert "Colleague" in text(client.get("/deputies/"))
    answer = client.post("/deputies/", said | {"until": "soon"})
    assert answer.status_code == 422
    assert "on leave" in answer.content.decode()
    recall = {"act": "recall", "account": str(colleague.key), "role": Role.RELEASING.value}
    for faulty in ({"account": "nobody"}, {"role": "king"}, {"account": str(principal.key)}):
        client.post("/deputies/", recall | faulty)
        assert Role.RELEASING in roles_of(str(colleague.key))
    assert client.post("/deputies/", recall).status_code == 302
    assert Role.RELEASING not in roles_of(str(colleague.key))


def test_the_last_day_of_the_calendar_is_too_far(principal, colleague):
    said = {
        "account": str(colleague.key), "role": Role.RELEASING.value, "reason": "on leave",
        "until": "9999-12-31",
    }  # fmt: skip
    answer = signed_in(principal).post("/deputies/", said)
    assert answer.status_code == 422
    assert "on leave" in answer.content.decode()


def test_without_the_password_of_now_nobody_is_named(principal):
    answer = browser(principal).get("/deputies/")
    assert answer.status_code == 302
    assert "reauthenticate" in answer["Location"]


def test_no_token_names_a_deputy():
    assert Act.NAME_DEPUTY not in SCOPES
