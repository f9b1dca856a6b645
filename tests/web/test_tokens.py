"""Tokens as a page: made after the password, shown once, one's own alone."""

import re
from datetime import timedelta

import pytest
from django.core.cache import cache

from comity.access.roles import SCOPES, Act, Role
from comity.node import tokens
from comity.node.models import Account, Token
from comity.node.services import now
from tests.node_cast import PASSWORD, account, browser


def reauthenticated(person):
    client = browser(person)
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    return client


def make(client, **changed):
    said = {"name": "ticket system", "scopes": ["read incidents"], "hours": "8"}
    return client.post("/tokens/new", said | changed)


@pytest.fixture
def person(home):
    cache.clear()  # where attempts to type a password are counted
    return account("Owner", Role.DUTY_OFFICER)


def test_a_token_takes_the_password_again(person):
    answer = make(browser(person))
    assert answer.status_code == 302
    assert "reauthenticate" in answer["Location"]
    assert not Token.objects.exists()


def test_a_token_is_shown_once_and_kept_as_a_hash(person):
    client = reauthenticated(person)
    answer = make(client)
    (shown,) = re.findall(r"<code>(comity_[\w-]{43})</code>", answer.content.decode())
    assert answer["Cache-Control"] == "no-store"
    assert shown not in client.get("/tokens/").content.decode()
    assert shown not in str(Token.objects.values())
    assert tokens.find(shown, now()) == Token.objects.get()


def test_a_token_lasts_eight_hours_unless_somebody_chooses_more(person):
    client = reauthenticated(person)
    assert '<option value="8">' in client.get("/tokens/new").content.decode()
    make(client)
    made = Token.objects.get()
    assert made.expires_at - made.made_at == tokens.LASTS == timedelta(hours=8)
    assert make(client, hours="9999").status_code == 422


def test_only_what_the_roles_allow_is_offered(person):
    page = reauthenticated(person).get("/tokens/new").content.decode()
    assert 'value="assess"' in page
    assert 'value="manage accounts"' not in page
    assert 'value="make and revoke tokens"' not in page


@pytest.mark.parametrize("scopes", [[], ["manage accounts"], ["make and revoke tokens"], ["fly"]])
def test_no_token_for_nothing_or_for_more(person, scopes):
    assert make(reauthenticated(person), scopes=scopes).status_code == 422
    assert not Token.objects.exists()


@pytest.mark.parametrize("name", ["x (Somebody else)", "a\nb", "\u202eelif", " ", "x" * 61])
def test_a_name_that_could_mislead_in_the_record_is_refused(person, name):
    assert make(reauthenticated(person), name=name).status_code == 422
    assert not Token.objects.exists()


def test_a_revoked_token_is_dead_and_somebody_elses_is_out_of_reach(person):
    token = tokens.make(person, "one", [Act.ASSESS], tokens.LASTS, at=now())
    key = Token.objects.get().pk
    other = browser(account("Colleague", Role.LEGAL))
    other.post(f"/tokens/{key}/revoke")
    assert tokens.find(token, now())
    page = browser(person).post(f"/tokens/{key}/revoke", follow=True).content.decode()
    assert tokens.find(token, now()) is None
    assert "Revoked" in page
    assert "You have none that works" in page


def test_a_token_cannot_outlast_ninety_days_and_takes_no_other_scope_by_another_way(person):
    for scopes, lasts in (
        ([Act.ASSESS], timedelta(days=91)),
        ([Act.ASSESS], timedelta()),
        ([Act.MAKE_TOKENS], tokens.LASTS),
    ):
        with pytest.raises(Exception, match="token"):
            tokens.make(person, "x", scopes, lasts, at=now())
    assert Act.MAKE_TOKENS not in SCOPES


def test_when_a_token_was_used_is_noted_once_a_minute(person):
    at = now()
    tokens.make(person, "x", [Act.ASSESS], tokens.LASTS, at=at)
    token = Token.objects.get()
    for seconds, seen in ((0, 0), (59, 0), (60, 60)):
        token.refresh_from_db()
        tokens.use(token, at + timedelta(seconds=seconds))
        token.refresh_from_db()
        assert token.last_used_at == at + timedelta(seconds=seen)


def test_the_stranger_who_holds_no_role_makes_none(home):
    client = reauthenticated(account("Stranger"))
    assert make(client).status_code == 403
    assert not Account.objects.get().tokens.exists()
