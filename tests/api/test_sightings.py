"""A program says what was seen, people decide, the program has it sent."""

import pytest

from comity.access.roles import Role
from tests.api.asking import ask, somebody, token_of
from tests.formats.misp.events import EVENT
from tests.formats.misp.events import uuid as attribute_of
from tests.misp_server import serving, set_up
from tests.node_cast import account

ATTRIBUTE = attribute_of(10)


@pytest.fixture
def misp(home):
    with serving() as misp:
        set_up(home, misp)
        yield misp


def test_from_an_event_to_what_misp_counts(misp):
    program = token_of(account("Owner", Role.DUTY_OFFICER))
    officer = somebody("Officer", Role.RELEASING)
    opened = ask("POST", "incidents/from-misp", program, {"title": "Demo", "event": EVENT})
    path = f"incidents/{opened.done(202)['incident']}"
    (event,) = ask("GET", f"{path}/misp", program).done()["events"]
    assert [one["uuid"] for one in event["attributes"]] == [ATTRIBUTE]
    said = {"report": event["report"], "marking": "TLP:GREEN",
            "seen": [{"attribute": ATTRIBUTE, "kind": "expired"}]}  # fmt: skip
    made = ask("POST", f"{path}/sightings", program, said).done(201)
    one = f"{path}/sightings/{made['document']}"
    ask("POST", f"{one}/send", program).refused(403, "not been released")
    decide = f"{path}/documents/{made['document']}"
    shown = ask("GET", one, program).done()
    assert [(row["attribute"], row["kind"]) for row in shown["seen"]] == [(ATTRIBUTE, "expired")]
    yes = {"body": made["body"], "role": "releasing-officer", "approved": True, "reason": "read",
           "done": shown["before_release"]}  # fmt: skip
    ask("POST", f"{decide}/approve", officer, yes).done(201)
    ask("POST", f"{decide}/release", officer, {"body": made["body"]}).done(201)
    assert misp.told == []
    asked = ask("POST", f"{one}/send", program).done(202)
    assert ask("GET", f"jobs/{asked['key']}", program).done()["state"] == "done"
    ((attribute, sent),) = misp.told
    assert (attribute, sent["type"]) == (ATTRIBUTE, "2")
    (told,) = ask("GET", one, program).done()["told"]
    assert told["outcome"] == "sent"
    (row,) = ask("GET", f"{path}/sightings", program).done()["sightings"]
    assert row["template"] == "sightings"
    ask("GET", f"{decide}/file/pdf", program).refused(404)


def test_on_a_node_without_misp_nothing_is_put_together(duty, key):
    said = {"report": 1, "marking": "TLP:GREEN",
            "seen": [{"attribute": ATTRIBUTE, "kind": "seen"}]}  # fmt: skip
    ask("POST", f"incidents/{key}/sightings", duty, said).refused(404, "an operator sets one up")


def test_of_a_report_that_is_no_event_nothing_can_be_told(duty, key, misp):
    said = {"report": 1, "marking": "TLP:GREEN",
            "seen": [{"attribute": ATTRIBUTE, "kind": "seen"}]}  # fmt: skip
    ask("POST", f"incidents/{key}/sightings", duty, said).refused(422, "has no attribute")
