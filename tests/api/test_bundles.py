"""A program puts objects together, sees what stays, and takes what people released."""

import base64
import hashlib

import pytest

from comity.access.roles import Role
from comity.node.models import Entry
from tests.api.asking import ask, somebody, token_of
from tests.node.test_received import bundle
from tests.node_cast import account
from tests.web.sharing import AMBER, CLEAR, IN_PART, LINK, RED

CHOICE = {"types": ["indicator"], "name": "CSIRT of a neighbour", "purpose": "mitigation"}


@pytest.fixture
def program(home):
    return token_of(account("Owner", Role.DUTY_OFFICER))


@pytest.fixture
def officer(home):
    return somebody("Officer", Role.RELEASING)


@pytest.fixture
def path(program):
    report = base64.b64encode(bundle(CLEAR, AMBER, RED, LINK, IN_PART)).decode()
    value = {"title": "Demo", "reports": [{"name": "b.json", "data": report}]}
    return f"incidents/{ask('POST', 'incidents', program, value).done(202)['incident']}"


def test_from_a_preview_to_the_file(program, officer, path):
    seen = ask("POST", f"{path}/bundles/preview", program, CHOICE).done()
    assert {one["id"]: one["fate"] for one in seen["fates"]} == {
        CLEAR["id"]: "whole", AMBER["id"]: "stays", RED["id"]: "stays", IN_PART["id"]: "in part",
    }  # fmt: skip
    assert ask("GET", f"{path}/bundles", program).done()["bundles"] == []
    made = ask("POST", f"{path}/bundles", program, CHOICE).done(201)
    assert made["body"] == seen["body"]
    one = f"{path}/bundles/{made['document']}"
    shown = ask("GET", one, program).done()
    assert shown["fates"] == seen["fates"]
    assert shown["to"] == {
        "name": CHOICE["name"], "community": False, "purpose": "mitigation",
    }  # fmt: skip
    ask("GET", f"{one}/file", program).refused(404, "before the bundle is released")
    decide = f"{path}/documents/{made['document']}"
    value = {
        "body": made["body"], "role": "releasing-officer", "approved": True, "reason": "read",
    }  # fmt: skip
    ask("POST", f"{decide}/approve", officer, value).refused(422, "Do this first")
    value["done"] = shown["before_release"]
    ask("POST", f"{decide}/approve", officer, value).done(201)
    ask("POST", f"{decide}/release", officer, {"body": made["body"]}).done(201)
    reply = ask("GET", f"{one}/file", program)
    assert reply.status == 200
    assert hashlib.sha256(reply.body).hexdigest() == made["body"]
    ask("GET", decide, program).refused(404, "it is a bundle")


def test_a_consent_and_a_hold_by_a_program(program, officer, path):
    said = {
        "report": Entry.objects.get(kind="import").index, "name": CHOICE["name"], "given": True,
        "said_by": "their duty officer",
    }  # fmt: skip
    ask("POST", f"{path}/consents", program, said).done(201)
    assert ask("GET", f"{path}/consents", program).done()["consents"][0]["to"] == CHOICE["name"]
    ask("POST", f"{path}/consents", program, said | {"report": 0}).refused(403, "no such report")
    huge = said | {"report": 2**60}
    ask("POST", f"{path}/consents", program, huge).refused(422, "there is no such entry")
    made = ask("POST", f"{path}/bundles", program, CHOICE).done(201)
    word = {
        "body": made["body"], "service": "police", "clear": False, "said_by": "their duty desk",
    }  # fmt: skip
    decide = f"{path}/documents/{made['document']}"
    ask("POST", f"{decide}/word", program, word).done(201)
    words = ask("GET", f"{path}/bundles/{made['document']}", program).done()["words"]
    assert [(one["service"], one["clear"]) for one in words] == [("police", False)]
    ask("POST", f"{decide}/word", program, word | {"service": "navy"}).refused(403)


@pytest.mark.parametrize(
    "until", ["9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00", "0999-01-01T00:00:00Z"]
)
def test_a_consent_until_an_odd_time_does_not_stop_the_gate(program, path, until):
    said = {
        "report": Entry.objects.get(kind="import").index, "name": CHOICE["name"], "given": True,
        "said_by": "their duty officer", "until": until,
    }  # fmt: skip
    ask("POST", f"{path}/consents", program, said).refused(422, "between the years")
    ask("POST", f"{path}/bundles/preview", program, CHOICE).done()


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"purpose": "amuse"}, "The purpose is one of"),
        ({"name": None}, "What is for everybody is to publish"),
        ({"purpose": "publish"}, "What is for everybody is to publish"),
        ({"types": ["tool"]}, "at least one type"),
        ({"types": []}, "types"),
    ],
)
def test_a_choice_that_makes_no_sense_says_why(program, path, changed, says):
    ask("POST", f"{path}/bundles/preview", program, CHOICE | changed).refused(422, says)


def test_an_embargo_by_a_program_and_its_lifting(program, path):
    report = Entry.objects.get(kind="import").index
    said = {"report": report, "said_by": "their duty officer"}
    limited = said | {"embargo_until": "2199-01-01T00:00:00Z", "circle": ["One"]}
    ask("POST", f"{path}/handling", program, limited).done(201)
    (shown,) = ask("GET", f"{path}/handling", program).done()["handling"]
    assert (shown["index"], shown["circle"]) == (report, ["One"])
    seen = ask("POST", f"{path}/bundles/preview", program, CHOICE).done()
    assert seen["body"] is None
    assert all("it is under embargo" in " ".join(one["why"]) for one in seen["fates"])
    ask("POST", f"{path}/handling", program, said).done(201)
    ask("POST", f"{path}/handling", program, said).refused(403, "No limit is noted")
    assert ask("GET", f"{path}/handling", program).done()["handling"] == []
    many = said | {"circle": ["x"] * 51}
    ask("POST", f"{path}/handling", program, many).refused(422, "circle")
