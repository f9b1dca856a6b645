"""A program narrows the list of incidents as a person does on the page."""

import pytest

from comity.access.roles import Role
from comity.node.models import Account
from tests.api.asking import ask, somebody, token_of
from tests.node_cast import incident, owner, without_a_worker

__all__ = ["incident", "owner"]


@pytest.fixture
def reader(home):
    return somebody("Reader", Role.DUTY_OFFICER)


def titles(program, query=""):
    found = ask("GET", "incidents", program, query=query).done()["incidents"]
    return [one["title"] for one in found]


def test_what_came_in_after_the_assessment_is_stale(reader, owner, incident):
    assert titles(reader, "stale=true") == []
    said = {"data.personal": "yes", "source": "a call"}
    without_a_worker(owner, f"/incidents/{incident.key}/facts", said)
    assert titles(reader, "stale=true") == titles(reader) == [incident.title]


def test_a_clock_that_runs_is_found(reader, owner, incident):
    assert titles(reader, "clock=true") == []
    owner.post(
        f"/incidents/{incident.key}/facts",
        {"victim.state": "Ireland", "data.personal": "yes", "source": "the operator",
         "incident.aware_at": "2026-11-27T08:00Z"},
    )  # fmt: skip
    assert titles(reader, "clock=true") == [incident.title]


def test_mine_are_those_that_the_person_of_the_token_opened(reader, owner, incident):
    assert titles(reader, "mine=true") == []
    own = token_of(Account.objects.get(name="Owner"))
    assert titles(own, "mine=true") == [incident.title]


def test_a_day_that_is_none_is_refused_and_one_to_come_has_no_changes_yet(reader, incident):
    assert titles(reader, "since=2000-01-01") == [incident.title]
    assert titles(reader, "since=2199-01-01") == []
    ask("GET", "incidents", reader, query="since=yesterday").refused(422, "since")
    ask("GET", "incidents", reader, query="stale=perhaps").refused(422, "stale")
