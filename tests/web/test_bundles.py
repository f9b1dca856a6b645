"""Objects for others: the gate decides on each, and a second person approves the very bytes."""

import hashlib
import json

import pytest

from comity.access.roles import Role
from comity.access.rules_file import FILE
from comity.actions.outbound import OWN
from comity.errors import BadInput
from comity.node.models import Entry, Incident
from comity.record.payload import Bundle, unpack
from comity.stix.markings import Tlp
from tests.node.test_received import bundle, open_with
from tests.node_cast import account, browser, upload
from tests.web.sharing import (
    AMBER,
    CHOICE,
    CLEAR,
    IN_PART,
    LINK,
    RED,
    SECRET,
    approve,
    decisions,
    marked,
    put_together,
    release,
    released,
    say,
    sent,
)
from tests.web.test_documents import field, text
from tests.web.test_objects import indicator

MAKER = "identity--1d0f2b3c-0000-4000-8000-0000000000aa"
AGREED = {
    "answer": "yes", "whom": "organisation", "name": CHOICE["name"],
    "said_by": "their duty officer, by e-mail",
}  # fmt: skip


def test_what_would_go_is_shown_before_anything_is_recorded(owner, case):
    before = Entry.objects.count()
    shown = text(owner.get(f"{case}sharing/new", CHOICE))
    assert "What would go" in shown
    assert "TLP:RED: for persons who are named" in shown
    assert "A copy without: description" in shown
    assert Entry.objects.count() == before


def test_who_or_whom_is_named_goes_only_if_somebody_ticks_it(owner, case):
    page = owner.get(f"{case}sharing/new").content.decode()
    boxes = {
        name: page.partition(f'value="{name}"')[2].partition(">")[0]
        for name in ("indicator", "intrusion-set")
    }
    assert "checked" in boxes["indicator"]
    assert "checked" not in boxes["intrusion-set"]


def test_a_bundle_leaves_as_a_second_person_approved_it(owner, officer, case, record):
    page = put_together(owner, case)
    assert owner.get(f"{page}bundle.json").status_code == 404
    assert "still needs" in text(owner.get(page))
    assert approve(officer, page).status_code == 302
    assert release(officer, page).status_code == 302
    answer = owner.get(f"{page}bundle.json")
    assert answer["Content-Type"] == "application/stix+json;version=2.1"
    made = Entry.objects.get(kind="bundle")
    assert made.body == hashlib.sha256(answer.content).hexdigest()
    assert Entry.objects.get(kind="approval").body == made.body
    kept = unpack(next(record.entries(made.index)).payload, record.blob)
    assert isinstance(kept, Bundle)
    assert kept.to.name == CHOICE["name"]
    assert kept.to.purpose == "mitigation"


def test_only_what_its_markings_let_go_is_in_it(owner, officer, case):
    page = released(owner, officer, case)
    objects = sent(owner, page)
    assert CLEAR in objects
    assert {one["type"] for one in objects} == {"indicator"}
    ids = {one["id"] for one in objects}
    assert not ids & {AMBER["id"], RED["id"], LINK["id"], IN_PART["id"]}
    copy = next(one for one in objects if one["id"] != CLEAR["id"])
    assert "description" not in copy
    assert copy["name"] == IN_PART["name"]
    assert SECRET not in json.dumps(objects)


def test_a_relationship_does_not_go_without_both_its_ends(owner, case):
    shown = text(owner.get(f"{case}sharing/new", CHOICE))
    assert "one of its ends does not go" in shown


def test_what_another_made_goes_on_once_its_originator_agrees(owner, officer, case):
    report = Entry.objects.get(kind="import").index
    said = {
        "report": report, "answer": "yes", "whom": "organisation", "name": "csirt  of a Neighbour",
        "said_by": "their duty officer, by e-mail",
    }  # fmt: skip
    assert owner.post(f"{case}sharing/consent", said).status_code == 302
    assert "agreed (asserted)" in text(owner.get(f"{case}sharing/"))
    page = released(owner, officer, case)
    ids = {one["id"] for one in sent(owner, page)}
    assert AMBER["id"] in ids
    assert RED["id"] not in ids
    # Taken back, it does not leave any more, although it had been released.
    assert owner.post(f"{case}sharing/consent", said | {"answer": "no"}).status_code == 302
    answer = owner.get(f"{page}bundle.json")
    assert answer.status_code == 403
    assert "Put it together anew" in text(answer)
    assert "keeps it in" in text(owner.get(page))


def test_consent_for_one_is_none_for_another_nor_for_everybody(owner, case):
    said = {
        "report": Entry.objects.get(kind="import").index, "answer": "yes", "whom": "organisation",
        "name": "Somebody else", "said_by": "their duty officer",
    }  # fmt: skip
    owner.post(f"{case}sharing/consent", said)
    for choice in (CHOICE, CHOICE | {"whom": "public"}):
        shown = text(owner.get(f"{case}sharing/new", choice | {"types": ["indicator"]}))
        assert "TLP:AMBER: for organisations that are named" in shown


def test_consent_for_a_report_is_none_for_what_another_one_says_of_the_same(owner):
    told = marked(indicator(2), Tlp.AMBER) | {"created_by_ref": MAKER}
    newer = told | {
        "modified": "2026-03-05T00:00:00.000Z", "description": "told in confidence by another",
    }  # fmt: skip
    open_with(owner, told)
    case = f"/incidents/{Incident.objects.get().key}/"
    more = {"reports": [upload("another.json", bundle(newer))]}
    assert owner.post(f"{case}reports", more).status_code == 302
    first, second = Entry.objects.filter(kind="import").order_by("index")
    choice = CHOICE | {"types": ["indicator"]}
    assert owner.post(f"{case}sharing/consent", AGREED | {"report": first.index}).status_code == 302
    assert "Nothing of it may go" in text(owner.get(f"{case}sharing/new", choice))
    owner.post(f"{case}sharing/consent", AGREED | {"report": second.index})
    assert "Put it together" in text(owner.get(f"{case}sharing/new", choice))


def test_what_says_that_it_is_this_nodes_own_work_came_from_somebody(owner):
    claimed = marked(indicator(2), Tlp.AMBER) | {"created_by_ref": OWN.identities[0]}
    open_with(owner, claimed)
    case = f"/incidents/{Incident.objects.get().key}/"
    shown = text(owner.get(f"{case}sharing/new", CHOICE | {"types": ["indicator"]}))
    assert "no consent of whoever sent the report" in shown


def test_a_consent_ends_on_its_day(owner, case):
    said = {
        "report": Entry.objects.get(kind="import").index, "answer": "yes", "whom": "organisation",
        "name": CHOICE["name"], "said_by": "their duty officer", "until": "2026-03-02",
    }  # fmt: skip
    assert owner.post(f"{case}sharing/consent", said).status_code == 302
    assert "no consent of" in text(owner.get(f"{case}sharing/new", CHOICE))
    answer = owner.post(f"{case}sharing/consent", said | {"until": "tomorrow", "name": ""})
    assert answer.status_code == 422
    assert "Name the organisation" in text(answer)


def test_only_a_consent_that_was_noted_is_taken_back(owner, case):
    """Under another name it would have no effect, and the page would say that it was noted."""
    said = AGREED | {"report": Entry.objects.get(kind="import").index}
    owner.post(f"{case}sharing/consent", said)
    odd = said | {"answer": "no", "name": "CSIRT of a neighbor", "reason": "by telephone"}
    answer = owner.post(f"{case}sharing/consent", odd)
    assert answer.status_code == 403
    assert "no such consent to take back" in text(answer)
    assert "by telephone" in answer.content.decode()
    assert owner.post(f"{case}sharing/consent", odd | {"name": said["name"]}).status_code == 302
    assert owner.post(f"{case}sharing/consent", odd | {"name": said["name"]}).status_code == 403


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01"])
def test_a_consent_ends_in_a_time_that_there_is(owner, case, day):
    said = AGREED | {"report": Entry.objects.get(kind="import").index, "until": day}
    answer = owner.post(f"{case}sharing/consent", said)
    assert answer.status_code == 422
    assert AGREED["said_by"] in answer.content.decode()
    assert "goes 1" in text(owner.get(f"{case}sharing/new", CHOICE))


def test_nobody_erases_that_a_consent_was_taken_back(owner, case, record):
    said = AGREED | {"report": Entry.objects.get(kind="import").index}
    owner.post(f"{case}sharing/consent", said)
    owner.post(f"{case}sharing/consent", said | {"answer": "no"})
    with pytest.raises(BadInput, match="something else was decided"):
        record.erase(Entry.objects.latest("index").index, "a name", ("one", "another"))


def test_green_goes_to_the_community_and_to_nobody_else(owner):
    green = marked(indicator(7), Tlp.GREEN)
    open_with(owner, green)
    case = f"/incidents/{Incident.objects.get().key}/"
    choice = CHOICE | {"types": ["indicator"]}
    assert "Nothing of it may go" in text(owner.get(f"{case}sharing/new", choice))
    answer = owner.post(f"{case}sharing/new", choice)
    assert answer.status_code == 422
    assert "Nothing of what you chose may leave" in text(answer)
    page = put_together(owner, case, community="on", types=["indicator"])
    assert "of our community, as whoever put it together says" in text(owner.get(page))


def test_a_hold_keeps_it_in_until_the_service_says_clear(owner, officer, analyst, case):
    page = put_together(owner, case)
    approve(officer, page)
    assert say(analyst, page, "hold").status_code == 302
    answer = release(officer, page)
    assert answer.status_code == 403
    assert "On hold by: the CSIRT" in text(answer)
    assert say(analyst, page, "clear").status_code == 302
    assert release(officer, page).status_code == 302


def test_only_an_analyst_speaks_for_the_csirt(owner, officer, case):
    page = put_together(owner, case)
    answer = say(officer, page, "clear")
    assert answer.status_code == 403
    assert "Only a CSIRT analyst speaks for the CSIRT" in text(answer)
    assert not Entry.objects.filter(kind="deconfliction").exists()


def test_where_the_node_has_services_each_of_them_says_clear(
    owner, officer, analyst, case, settings
):
    (settings.HOME / FILE).write_text('clears = ["csirt", "police"]')
    page = put_together(owner, case)
    approve(officer, page)
    answer = release(officer, page)
    assert answer.status_code == 403
    assert "These have to say clear: the CSIRT, the police" in text(answer)
    say(analyst, page, "clear")
    assert say(owner, page, "clear", "police").status_code == 302
    assert release(officer, page).status_code == 302


def test_whoever_notes_that_a_service_says_clear_does_not_release(officer, owner, case, settings):
    (settings.HOME / FILE).write_text('clears = ["police"]')
    page = put_together(owner, case)
    approve(officer, page)
    say(officer, page, "clear", "police")
    answer = release(officer, page)
    assert answer.status_code == 403
    assert "somebody else has to release it" in text(answer)


def test_a_word_without_a_name_behind_it_keeps_what_was_typed(analyst, owner, case):
    page = put_together(owner, case)
    answer = say(analyst, page, "hold", said_by="", reason="ask again at noon")
    assert answer.status_code == 422
    assert "ask again at noon" in answer.content.decode()


def test_a_name_that_the_node_knows_is_listed_before_a_bundle_leaves(owner, officer):
    named = marked(indicator(8), Tlp.CLEAR) | {"description": "found by Owner Officer-Smith"}
    account("Owner Officer-Smith", Role.DIPLOMAT)
    open_with(owner, named)
    page = put_together(owner, f"/incidents/{Incident.objects.get().key}/", types=["indicator"])
    assert "Owner Officer-Smith name of a person" in text(officer.get(page))
    answer = approve(officer, page, stays=[])
    assert answer.status_code == 422
    assert "Tick each one that has to stay" in text(answer)
    assert approve(officer, page).status_code == 302


def test_what_is_read_before_is_ticked_before_it_is_approved(owner, officer, case):
    page = put_together(owner, case)
    assert approve(officer, page, done=("0",)).status_code == 422
    assert not Entry.objects.filter(kind="approval").exists()


def test_whoever_put_it_together_does_not_approve_it(case):
    both = browser(account("Both", Role.RELEASING))
    page = put_together(both, case)
    assert "somebody else has to approve it" in text(both.get(page))


def test_what_goes_to_everybody_takes_an_officer_and_a_lawyer(owner, officer, case):
    lawyer = browser(account("Lawyer", Role.LEGAL))
    page = put_together(owner, case, whom="public")
    approve(officer, page)
    assert release(officer, page).status_code == 403
    assert approve(lawyer, page, "legal-adviser").status_code == 302
    assert release(officer, page).status_code == 302


def test_an_erased_report_takes_its_objects_out_of_what_may_leave(owner, officer, case, record):
    page = released(owner, officer, case)
    report = Entry.objects.get(kind="import").index
    record.erase(report, "it named a patient", ("one", "another"))
    answer = owner.get(f"{page}bundle.json")
    assert answer.status_code == 403
    assert owner.get(page).status_code == 200


def test_a_bundle_is_no_document_and_a_document_is_no_bundle(owner, officer, case):
    page = put_together(owner, case)
    assert owner.get(decisions(page))["Location"] == page
    assert officer.post(f"{decisions(page)}complete", {}).status_code in (403, 404)
    assert owner.get(f"{decisions(page)}file.pdf").status_code == 404
    assert "Objects for" not in text(owner.get(f"{case}documents/"))
    other = f"{case}sharing/00000000-0000-4000-8000-000000000000/"
    assert owner.get(other).status_code == 404
    assert owner.get(f"{other}bundle.json").status_code == 404


def test_how_it_was_carried_is_asserted_as_with_a_document(owner, officer, case):
    page = released(owner, officer, case)
    said = {
        "way": "e-mail", "to": "their duty desk", "carrier": "the owner",
        "carried_at": "2026-03-02T10:00Z",
    }  # fmt: skip
    assert owner.post(f"{decisions(page)}carry", said).status_code == 302
    assert "sent (asserted)" in text(owner.get(page))


def test_whoever_may_not_read_a_bundle_gets_none_of_it_with_a_fault_in_a_form(owner, officer, case):
    page = released(owner, officer, case)
    diplomat = browser(account("Diplomat", Role.DIPLOMAT))
    assert diplomat.get(page).status_code == 403
    answer = diplomat.post(f"{decisions(page)}carry", {"way": "pigeon"})
    assert answer.status_code == 403
    assert CLEAR["name"] not in text(answer)
    assert not Entry.objects.filter(kind="carriage").exists()


def test_too_many_objects_or_none_are_no_bundle(owner, case, monkeypatch):
    monkeypatch.setattr("comity.node.bundles.MOST", 1)
    answer = owner.get(f"{case}sharing/new", CHOICE)
    assert "At most 1 objects go together" in text(answer)
    answer = owner.get(f"{case}sharing/new", CHOICE | {"types": ["tool"]})
    assert "tool is not one of the available choices" in text(answer)


def test_an_analyst_reads_the_detail_of_a_document_and_nothing_else(owner, analyst, verified):
    incident = f"/incidents/{verified.key}/"
    owner.post(f"{incident}documents/new", {"draft": "mitigation-fra"})
    shown = analyst.get(f"{incident}sharing/")
    assert "Documents with technical detail" in text(shown)
    assert "(France)" in text(shown)
    said = {
        "body": field(shown, "body"), "service": "csirt", "answer": "hold",
        "said_by": "shift lead",
    }  # fmt: skip
    document = f"{incident}documents/{Entry.objects.get(kind='document').document}/"
    answer = analyst.post(f"{document}word", said)
    assert (answer.status_code, answer["Location"]) == (302, f"{incident}sharing/")
    assert "on hold" in text(analyst.get(f"{incident}sharing/"))
    assert "hold the CSIRT: shift lead" in text(owner.get(document))
