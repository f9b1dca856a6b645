"""The cast and a node of its own for each test, and those who decide on what leaves."""

import pytest

from comity.access.roles import Role
from comity.node.models import Incident
from tests.node.test_received import open_with
from tests.node_cast import account, browser, home, incident, owner, record, stranger
from tests.web.sharing import ACTOR, AMBER, CLEAR, IN_PART, LINK, RED

__all__ = ["home", "incident", "owner", "record", "stranger"]


@pytest.fixture
def officer(home):
    return browser(account("Officer", Role.RELEASING))


@pytest.fixture
def lawyer(home):
    return browser(account("Lawyer", Role.LEGAL))


@pytest.fixture
def analyst(home):
    return browser(account("Analyst", Role.ANALYST))


@pytest.fixture
def verified(owner, incident):
    """The owner called back and knows where the activity comes from."""
    owner.post(
        f"/incidents/{incident.key}/facts",
        {"report.verified": "yes", "victim.state": "Estonia", "origin.territories": "France",
         "source": "called back at ten"},
    )  # fmt: skip
    return incident


@pytest.fixture
def case(owner):
    """The address of an incident whose report holds one object of each marking."""
    open_with(owner, CLEAR, AMBER, RED, LINK, IN_PART, ACTOR)
    return f"/incidents/{Incident.objects.get().key}/"
