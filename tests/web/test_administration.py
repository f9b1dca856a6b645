"""Whoever keeps the node running sees how it stands, and no word of a case."""

import pytest

from comity.access.roles import Role
from comity.access.rules_file import FILE
from comity.node.models import Job
from tests.api.asking import ask, token_of
from tests.node_cast import account, browser
from tests.web.test_documents import text


@pytest.fixture
def boss(home):
    return account("Boss", Role.ADMINISTRATOR)


def test_it_says_who_is_missing_and_who_has_no_second_factor(boss, owner):
    account("Half", second_factor=False)
    page = text(browser(boss).get("/administration/"))
    assert "Nobody is: legal adviser, releasing officer" in page
    assert "Only one person is: duty officer" in page
    assert "no second factor Half" in page


def test_a_file_of_the_operator_with_a_fault_is_named_with_its_fault(boss, settings):
    client = browser(boss)
    assert "approvals.toml not there" in text(client.get("/administration/"))
    (settings.HOME / FILE).write_text("[external]\napprovals = []")
    page = text(client.get("/administration/"))
    assert "approvals.toml has a fault approvals.toml: external: a rule may ask for more" in page
    (settings.HOME / FILE).write_text("")
    assert "approvals.toml in force" in text(client.get("/administration/"))


def test_it_says_nothing_of_a_case(boss, incident):
    Job.objects.update(state=Job.State.FAILED)
    page = text(browser(boss).get("/administration/"))
    assert "1 job failed" in page
    assert incident.title not in page
    told = ask("GET", "administration", token_of(boss)).done()
    assert told["failed_jobs"] == 1
    assert incident.title not in str(told)
