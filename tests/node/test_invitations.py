"""A link makes one account, once."""

import datetime as dt
import logging

import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.utils import timezone

from comity.access.roles import Actor, Role
from comity.errors import BadInput, Refused
from comity.node import invitations, server, settings
from comity.node.logs import WithoutTokens
from comity.node.models import Account, Invitation
from comity.node.projections import roles_of
from tests.node_cast import account, browser

PASSWORD = "correct horse battery staple"


def invited(*roles, at=None):
    return invitations.invite("Owner", roles, "a test", by="Colleague (1)", at=at or timezone.now())


def test_a_link_makes_an_account_with_its_roles_on_the_record(record):
    account = invitations.accept(
        invited(Role.LEGAL, Role.AUDITOR), "owner@example.org", "Owner", PASSWORD
    )
    assert roles_of(str(account.key)) == {Role.LEGAL, Role.AUDITOR}
    payloads = [entry.payload for entry in record.entries()]
    assert len(payloads) == 2
    assert all(b'"by":"Colleague (1)"' in payload for payload in payloads)


def test_a_link_works_once(home):
    token = invited(Role.LEGAL)
    invitations.accept(token, "owner@example.org", "Owner", PASSWORD)
    with pytest.raises(BadInput, match="used before"):
        invitations.accept(token, "stranger@example.org", "Stranger", PASSWORD)
    assert Account.objects.count() == 1


def test_a_link_ends_after_three_days(home):
    token = invited(at=timezone.now() - dt.timedelta(days=3, seconds=1))
    assert invitations.find(token, timezone.now()) is None


def test_a_second_account_with_the_same_address_is_refused_and_the_link_is_kept(home):
    invitations.accept(invited(), "owner@example.org", "Owner", PASSWORD)
    token = invited()
    with pytest.raises(BadInput, match="already"):
        invitations.accept(token, "OWNER@example.org", "Stranger", PASSWORD)
    assert invitations.find(token, timezone.now()) is not None


def test_a_link_ends_with_the_role_of_the_one_who_made_it(home):
    inviter = account("Administrator", Role.ADMINISTRATOR)
    token = invitations.invite(
        "Owner", [Role.ADMINISTRATOR], "a test", by=inviter.signature, at=timezone.now(),
        inviter=str(inviter.key),
    )  # fmt: skip
    assert invitations.find(token, timezone.now()) is not None
    second = account("Second", Role.ADMINISTRATOR)
    actor = Actor(str(second.key), "Second", frozenset(), second_factor=True)
    invitations.close(actor, second.signature, inviter, "left")
    assert invitations.find(token, timezone.now()) is None


def test_nobody_gives_a_role_to_themselves(home):
    administrator = account("Administrator", Role.ADMINISTRATOR)
    actor = Actor(str(administrator.key), "Administrator", frozenset(), second_factor=True)
    with pytest.raises(BadInput, match="themselves"):
        invitations.change_role(
            actor, administrator.signature, administrator, Role.RELEASING, granted=True, reason="x"
        )


def test_a_log_does_not_hold_the_link_of_an_invitation():
    said = logging.LogRecord(
        "django", logging.WARNING, "", 0, "Unprocessable Entity: %s", ("/join/a-token",), None
    )
    assert WithoutTokens().filter(said)
    assert "a-token" not in said.getMessage()


def test_the_database_does_not_hold_the_link(home):
    token = invited(Role.ADMINISTRATOR)
    assert token not in str(list(Invitation.objects.values()))


def test_a_new_first_link_withdraws_the_one_before(home):
    links = [str(server.first_link("http://localhost:8700")) for _ in range(2)]
    first, second = (invitations.find(link.rpartition("/")[2], timezone.now()) for link in links)
    assert first is None
    assert second is not None
    assert second.roles == ["administrator"]


def test_once_somebody_administers_the_node_there_is_no_first_link(home):
    invitations.accept(invited(Role.LEGAL), "owner@example.org", "Owner", PASSWORD)
    assert server.first_link("http://localhost:8700") is not None
    invitations.accept(invited(Role.ADMINISTRATOR), "b@example.org", "Colleague", PASSWORD)
    assert server.first_link("http://localhost:8700") is None


def test_a_closed_account_holds_nothing_and_the_person_can_be_invited_anew(home):
    first = invitations.accept(invited(Role.LEGAL), "owner@example.org", "Owner", PASSWORD)
    administrator = account("Administrator", Role.ADMINISTRATOR)
    actor = Actor(str(administrator.key), "Administrator", frozenset(), second_factor=True)
    invitations.close(actor, administrator.signature, first, "lost the telephone")
    assert roles_of(str(first.key)) == frozenset()
    assert not browser().login(email="owner@example.org", password=PASSWORD)
    again = invitations.accept(invited(Role.LEGAL), "owner@example.org", "Owner", PASSWORD)
    assert again.key != first.key


def test_only_an_administrator_closes_an_account(home):
    first = invitations.accept(invited(), "owner@example.org", "Owner", PASSWORD)
    stranger = account("Stranger", Role.AUDITOR)
    actor = Actor(
        str(stranger.key), "Stranger", frozenset({Role.ADMINISTRATOR}), second_factor=True
    )
    with pytest.raises(Refused):
        invitations.close(actor, stranger.signature, first, "spite")
    first.refresh_from_db()
    assert first.is_active


def test_passwords_are_kept_with_argon2():
    assert settings.PASSWORD_HASHERS == ["django.contrib.auth.hashers.Argon2PasswordHasher"]
    kept = Argon2PasswordHasher().encode(PASSWORD, "saltsaltsalt")
    assert kept.startswith("argon2$argon2id$")
