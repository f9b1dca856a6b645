"""The cast, each with a token, and an incident that the owner opened."""

import pytest

from comity.access.roles import SCOPES
from comity.node import tokens
from comity.node.models import Account
from comity.node.services import now
from tests.node_cast import home, incident, owner, record, stranger

__all__ = ["home", "incident", "owner", "record", "stranger"]


@pytest.fixture
def key(incident):
    """The UUID of the owner's incident."""
    return incident.key


@pytest.fixture
def duty(incident):
    """A token of the owner, who is duty officer."""
    person = Account.objects.get(name="Owner")
    return tokens.make(person, "ticket system", SCOPES, tokens.LASTS, at=now())
