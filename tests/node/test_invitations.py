"""A link makes one account, once."""

import datetime as dt

import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.utils import timezone

from comity.access.roles import Role
from comity.errors import BadInput
from comity.node import invitations, server, settings
from comity.node.models import Account, Invitation
from comity.node.projections import roles_of

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


def test_the_database_does_not_hold_the_link(home):
    token = invited(Role.ADMINISTRATOR)
    assert token not in str(list(Invitation.objects.values()))


def test_a_new_first_link_withdraws_the_one_before(home):
    links = [str(server.first_link("http://localhost:8700")) for _ in range(2)]
    first, second = (invitations.find(link.rpartition("/")[2], timezone.now()) for link in links)
    assert first is None
    assert second is not None
    assert second.roles == ["administrator"]


def test_once_somebody_has_an_account_there_is_no_first_link(home):
    invitations.accept(invited(), "owner@example.org", "Owner", PASSWORD)
    assert server.first_link("http://localhost:8700") is None


def test_passwords_are_kept_with_argon2():
    assert settings.PASSWORD_HASHERS == ["django.contrib.auth.hashers.Argon2PasswordHasher"]
    kept = Argon2PasswordHasher().encode(PASSWORD, "saltsaltsalt")
    assert kept.startswith("argon2$argon2id$")
