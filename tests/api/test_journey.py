"""A program works through a case: from a report to a released file and its proof."""

import base64
import hashlib
import json
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.utils.dateparse import parse_datetime

from comity import documents
from comity.access.roles import SCOPES, Act, Role
from comity.actions.take_in import Report
from comity.documents.model import Dossier
from comity.node import cases, projections, tokens
from comity.node.invitations import find
from comity.node.models import Account, Incident
from comity.node.projections import Tables
from comity.node.services import now
from comity.record.proof import check
from comity.web.incidents import _DIPLOMATIC, _SUMMARY, _TECHNICAL
from tests.api.asking import ask, somebody, token_of
from tests.node_cast import account, browser, shipped_bundle

TEMPLATES = Path(documents.__file__).parent / "templates" / "dossier"
REPORT = {"name": "bundle.json", "data": base64.b64encode(shipped_bundle()).decode()}


def bearer(token):
    found = tokens.find(token, now())
    assert found
    return tokens.bearer(found)


@pytest.fixture
def program(home):
    """A token of a duty officer."""
    return token_of(account("Owner", Role.DUTY_OFFICER), name="ticket system")


@pytest.fixture
def officer(home):
    return somebody("Officer", Role.RELEASING)


@pytest.fixture
def opened(program):
    value = {"title": "Ransomware (demo)", "reports": [REPORT]}
    return ask("POST", "incidents", program, value).done(202)["incident"]


@pytest.fixture
def assessed(program, opened):
    facts = [
        {"name": "report.verified", "value": True},
        {"name": "victim.state", "value": "EST"},
        {"name": "origin.territories", "value": ["FRA"]},
        {"name": "incident.aware_at", "value": "2026-11-27T08:00Z"},
    ]
    value = {"source": "called back at ten", "facts": facts}
    ask("POST", f"incidents/{opened}/facts", program, value).done(201)
    ask("POST", f"incidents/{opened}/assess", program).done(202)
    return opened


@pytest.fixture
def ready(program, assessed):
    """A request to another state, completed: the path of the document and its version."""
    value: dict[str, Any] = {"draft": "mitigation-fra"}
    made = ask("POST", f"incidents/{assessed}/documents", program, value).done(201)
    path = f"incidents/{assessed}/documents/{made['document']}"
    shown = ask("GET", path, program).done()
    words = dict.fromkeys(shown["blanks"], "the desk, at any hour")
    value = {"body": made["body"], "marking": "TLP:GREEN", "words": words}
    return path, ask("POST", f"{path}/complete", program, value).done(201)["body"]


@pytest.fixture
def named(program, ready):
    """The same, with the address of a person in its words."""
    path, _body = ready
    key = path.split("/")[1]
    made = ask("POST", f"incidents/{key}/documents", program, {"draft": "mitigation-fra"}).done(201)
    path = f"incidents/{key}/documents/{made['document']}"
    blanks = ask("GET", path, program).done()["blanks"]
    words = dict.fromkeys(blanks, "write to ann@example.org")
    value = {"body": made["body"], "marking": "TLP:GREEN", "words": words}
    return path, ask("POST", f"{path}/complete", program, value).done(201)["body"]


def approve(officer, path, body, **changed):
    shown = ask("GET", path, officer).done()
    value = {
        "body": body, "role": "releasing-officer", "approved": True, "reason": "read twice",
        "done": shown["before_release"], "personal_data": shown["personal_data_sha256"],
    }  # fmt: skip
    return ask("POST", f"{path}/approve", officer, value | changed)


def test_what_a_token_wrote_says_so_in_the_record_and_stays_the_persons_word(
    program, assessed, record
):
    person = Account.objects.get(name="Owner")
    opened = Incident.objects.get(key=assessed)
    assert opened.opened_by == f"{person.signature} by token ticket system"
    said = ask("GET", f"incidents/{assessed}/facts", program).done()
    assert {claim["said_by"] for claim in said["claims"]} == {person.signature}
    # At a page they find their own words again, and change them.
    page = browser(person).get(f"/incidents/{assessed}/facts").content.decode()
    assert 'value="called back at ten"' not in page
    assert 'value="FRA"' in page


def test_facts_come_back_as_they_were_said(program, assessed):
    said = ask("GET", f"incidents/{assessed}/facts", program).done()
    values = {claim["name"]: claim["value"] for claim in said["claims"]}
    assert values["report.verified"] is True
    assert values["origin.territories"] == ["FRA"]
    assert parse_datetime(values["incident.aware_at"]) == parse_datetime("2026-11-27T08:00Z")
    known = {fact["id"]: fact["state"] for fact in said["facts"]}
    assert known["report.verified"] == "known"
    asked = ask("GET", "vocabulary", program).done()["questions"]
    assert {one["name"] for one in asked} == set(known)


def test_the_sides_of_a_dossier_hold_what_the_pages_show_and_each_field_has_one(
    program, officer, assessed
):
    sides = {
        _SUMMARY: "dossier", _DIPLOMATIC: "dossier/diplomatic", _TECHNICAL: "dossier/technical"
    }  # fmt: skip
    fields = {}
    for parts, path in sides.items():
        answer = ask("GET", f"incidents/{assessed}/{path}", program).done()
        fields[parts] = set(answer)
        shown = "".join((TEMPLATES / f"{part}.html").read_text("utf-8") for part in parts)
        for name in Dossier.__struct_fields__:
            if f"d.{name} " in shown or f"d.{name}." in shown or f"d.{name})" in shown:
                assert name in answer, (path, name)
    held = [name for names in fields.values() for name in names]
    assert sorted([*held, "facts"]) == sorted([*Dossier.__struct_fields__, "lead"])


def test_a_document_leaves_after_somebody_else_approved_it(program, officer, ready):
    path, body = ready
    ask("GET", f"{path}/file/pdf", program).refused(404, "before the document is released")
    listed = ask("GET", path, officer).done()["personal_data_sha256"]
    value = {"body": body, "reason": "each is needed", "personal_data": listed}
    ask("POST", f"{path}/release", officer, value).refused(403, "still needs")
    approve(officer, path, body).done(201)
    ask("POST", f"{path}/release", officer, value).done(201)
    for form, begins in (("pdf", b"%PDF"), ("docx", b"PK"), ("html", b"<!"), ("eml", b"Subject")):
        got = ask("GET", f"{path}/file/{form}", program)
        assert got.status == 200
        assert got.body.startswith(begins)
        assert got.headers["content-disposition"].endswith(f'.{form}"')
    ask("GET", f"{path}/file/exe", program).refused(404, "one of docx, pdf")
    carried = {
        "way": "cable", "to": "Paris", "carrier": "the embassy",
        "carried_at": "2026-11-28T08:00:00Z",
    }  # fmt: skip
    odd = carried | {"carried_at": "0001-01-01T00:00:00+14:00"}
    ask("POST", f"{path}/carry", program, odd).refused(422, "between the years")
    ask("POST", f"{path}/carry", program, carried | {"way": "owl"}).refused(422, "cable")
    ask("POST", f"{path}/carry", program, carried).done(201)
    shown = ask("GET", path, program).done()
    assert shown["carriages"][0]["to"] == "Paris"
    assert shown["row"]["released"]["body"] == body
    assert shown["row"]["missing"] == []


def test_a_yes_names_everything_that_is_to_be_done_before(officer, ready):
    path, body = ready
    left = approve(officer, path, body, done=[]).refused(422, "Do this first")
    assert ask("GET", path, officer).done()["before_release"][0] in left
    approve(officer, path, body, done=[], approved=False).done(201)


def test_personal_data_is_listed_and_leaves_only_for_who_read_the_list(program, officer, named):
    path, body = named
    shown = ask("GET", path, officer).done()
    one = next(one for one in shown["personal_data"] if one["kind"] == "e-mail")
    assert one["text"] == "ann@example.org"
    assert one["where"]
    listed = shown["personal_data_sha256"]
    approve(officer, path, body, personal_data="").refused(403, "list of personal data")
    approve(officer, path, body, personal_data="0" * 64).refused(403, "list of personal data")
    approve(officer, path, body, personal_data="x").refused(422)
    approve(officer, path, body).done(201)
    value = {"body": body, "reason": "they are to write to her"}
    ask("POST", f"{path}/release", officer, value).refused(403, "list of personal data")
    value |= {"personal_data": listed}
    ask("POST", f"{path}/release", officer, value | {"reason": ""}).refused(422, "Say why")
    ask("POST", f"{path}/release", officer, value).done(201)


def test_what_is_held_about_a_person_is_a_file_whose_hash_is_recorded(
    program, officer, named, record
):
    value = {"mails": ["ann@example.org"], "reason": "letter 7 of 2026"}
    answer = ask("POST", "record/person", officer, value)
    found = answer.done(201)
    assert {"document"} <= {one["kind"] for one in found["places"]}
    (row,) = [
        one
        for one in ask("GET", "record/entries", officer).done()["entries"]
        if one["kind"] == "person-export"
    ]
    raw = next(record.entries(row["index"])).payload or b""
    assert hashlib.sha256(answer.body).hexdigest().encode() in raw
    assert answer.headers["content-disposition"].endswith(f'"held-{row["index"]}.json"')
    ask("POST", "record/person", program, value).refused(403, "takes one of these roles")
    ask("POST", "record/person", officer, {"reason": "x"}).refused(422, "Name one to")
    narrow = somebody("Narrow", Role.RELEASING, scopes={Act.TELL_PERSON})
    blind = ask("POST", "record/person", narrow, value).done(201)
    assert blind["for_others"]["document"] > 0
    assert "document" not in {one["kind"] for one in blind["places"]}


def test_a_program_sees_what_is_due_and_holds_an_incident(program, officer, opened, home):
    (home / "retention.toml").write_text("[days]\nimport = 30\n")
    shown = ask("GET", "record/retention", program).done()
    assert shown == {
        "rules": [{"kind": "import", "days": 30, "entries": [], "asked": []}], "on_hold": []
    }  # fmt: skip
    path = f"incidents/{opened}/hold"
    said = {"held": True, "reason": "court case 7/26"}
    ask("POST", path, program, said).refused(403, "takes one of these roles")
    ask("POST", path, officer, said).done(201)
    ask("POST", path, officer, said).refused(403, "on hold already")
    assert ask("GET", "record/retention", program).done()["on_hold"] == [opened]
    ask("POST", path, officer, said | {"held": False}).done(201)
    assert ask("GET", "record/retention", program).done()["on_hold"] == []
    (home / "retention.toml").write_text("[days]\nrole = 30\n")
    ask("GET", "record/retention", program).refused(422, "role has no rule")


def test_nobody_approves_a_version_that_they_did_not_read(officer, ready):
    path, _body = ready
    approve(officer, path, "0" * 64).refused(403, "Read it again")


def test_words_for_what_the_document_does_not_ask_are_refused(program, ready):
    path, body = ready
    value = {"body": body, "marking": "TLP:GREEN", "words": {"who did it": "nobody knows"}}
    ask("POST", f"{path}/complete", program, value).refused(422, "does not ask for this")
    value = {"body": body, "marking": "SECRET", "words": {}}
    ask("POST", f"{path}/complete", program, value).refused(422, "one of the markings")


def test_documents_and_drafts_are_listed(program, assessed, ready):
    drafts = ask("GET", f"incidents/{assessed}/drafts", program).done()["drafts"]
    assert {"sitrep", "mitigation-fra"} <= {one["id"] for one in drafts}
    (row,) = ask("GET", f"incidents/{assessed}/documents", program).done()["documents"]
    assert row["body"] == ready[1]
    assert row["missing"] == [["releasing-officer"]]
    gone = {"draft": "no-such"}
    ask("POST", f"incidents/{assessed}/documents", program, gone).refused(422, "assessed again")


def test_reports_are_filed_and_listed(program, opened):
    text = {"name": "note.txt", "data": base64.b64encode(b"Seen 192.0.2.7 today.\n").decode()}
    path = f"incidents/{opened}/reports"
    job = ask("POST", path, program, {"reports": [text]}).done(202)
    assert (job["state"], job["left"]) == ("waiting", ["note.txt"])
    job = ask("GET", f"jobs/{job['key']}", program).done()
    assert job["state"] == "done"
    (filed,) = job["files"]
    rows = ask("GET", f"incidents/{opened}/reports", program).done()["reports"]
    assert [row["file"] for row in rows] == ["bundle.json", "note.txt"]
    assert rows[1]["entry"] == filed["entry"]
    state = ask("GET", f"incidents/{opened}", program).done()
    assert not state["stale"]
    assert state["assessment"] == job["entry"]
    assert ask("GET", "jobs", program).done()["jobs"][0] == job
    empty = {"name": "x", "data": ""}
    ask("POST", f"incidents/{opened}/reports", program, {"reports": [empty]}).refused(422)


def test_before_the_first_assessment_there_is_no_dossier(program, record):
    person = Account.objects.get(name="Owner")
    opened = str(uuid4())
    cases.file_report(
        bearer(program)[0], person.signature, opened, Report("note.txt", b"Seen 192.0.2.7"),
        opens="Not assessed",
    )  # fmt: skip
    for side in ("", "/diplomatic", "/technical"):
        token = program
        ask("GET", f"incidents/{opened}/dossier{side}", token).refused(404, "assess the incident")


def test_incidents_are_paged_to_the_end_and_found_by_their_words(program):
    for number in range(5):
        value = {"title": f"Case {number}", "reports": [REPORT]}
        ask("POST", "incidents", program, value).done(202)
    seen, after = [], ""
    while True:
        query = f"limit=2{after}"
        page = ask("GET", "incidents", program, query=query).done()
        seen += [one["title"] for one in page["incidents"]]
        if page["next"] is None:
            break
        after = f"&after={page['next']}"
    assert seen == [f"Case {number}" for number in (4, 3, 2, 1, 0)]
    found = ask("GET", "incidents", program, query="q=case+3").done()["incidents"]
    assert [one["title"] for one in found] == ["Case 3"]
    ask("GET", "incidents", program, query="after=soon").refused(422, "after")
    assert ask("GET", "incidents", program, query="after=9999999999999999-1").done()
    assert ask("GET", "incidents", program, query="after=0-0").done()["incidents"] == []


def test_the_record_is_read_as_far_as_roles_go(program, opened, home):
    lawyer = somebody("Lawyer", Role.LEGAL)
    whole = ask("GET", "record", program).done()
    rows, before = [], ""
    while True:
        page = ask("GET", "record/entries", program, query=f"limit=3{before}").done()
        rows += page["entries"]
        if page["next"] is None:
            break
        before = f"&before={page['next']}"
    size = whole["size"]
    assert [row["index"] for row in rows] == list(range(len(rows) - 1, -1, -1))
    assert rows[0]["index"] >= size - 1
    assert whole["origin"] in whole["checkpoint"]
    imported = next(row for row in rows if row["kind"] == "import")
    assert imported["about"] == "bundle.json"
    proof = ask("GET", f"record/entries/{imported['index']}/proof", program)
    assert proof.status == 200
    assert check(proof.body).index == imported["index"]
    ask("GET", f"record/entries/{imported['index']}/proof", lawyer).refused(403, "technical")
    theirs = ask("GET", "record/entries", lawyer, query="limit=200").done()["entries"]
    assert next(row for row in theirs if row["kind"] == "import")["about"] is None
    ask("GET", "record/entries/99999/proof", program).refused(404, "has no entry")
    assert ask("POST", "record/verify", program).done()["ok"]


def test_an_administrator_invites_gives_takes_and_closes(home):
    token = somebody("Administrator", Role.ADMINISTRATOR)
    value = {"name": "Newcomer", "roles": ["legal-adviser"], "reason": "joins the desk"}
    link = ask("POST", "people/invitations", token, value).done(201)["link"]
    assert link.startswith("http://testserver/join/")
    invitation = find(link.rpartition("/")[2], now())
    assert invitation is not None
    assert invitation.invited_by.endswith("by token a test")
    person = account("Colleague")
    path = f"people/{person.key}"
    change = {"role": "auditor", "granted": True, "reason": "audits"}
    assert ask("POST", f"{path}/roles", token, change).done()["roles"] == ["auditor"]
    assert ask("POST", f"{path}/roles", token, change | {"granted": False}).done()["roles"] == []
    own = Account.objects.get(name="Administrator").key
    ask("POST", f"people/{own}/roles", token, change).refused(422, "to themselves")
    ask("POST", f"people/{own}/close", token, {"reason": "x"}).refused(422, "Another administrator")
    people = ask("GET", "people", token).done()["people"]
    assert [one["name"] for one in people] == ["Administrator", "Colleague"]


def test_a_program_learns_who_it_is_and_can_end_its_own_token(home):
    token = somebody("Colleague", Role.AUDITOR, scopes=SCOPES)
    told = ask("GET", "me", token).done()
    assert told["roles"] == ["auditor"]
    assert "assess" in told["scopes"]
    assert "assess" not in told["may"]
    assert "read the record" in told["may"]
    ask("DELETE", "me/token", token).done()
    ask("GET", "me", token).refused(401)


def test_the_tables_can_be_made_anew_from_what_programs_wrote(program, officer, ready, record):
    path, _body = ready
    before = ask("GET", path, program).done()
    projections.drop()
    Tables().catch_up(record)
    assert ask("GET", path, program).done() == before
    assert json.dumps(before)


def test_resemblance_is_worked_out_only_when_somebody_asks(program, opened):
    path = f"incidents/{opened}/attribution"
    ask("GET", path, program).refused(404, "nobody has asked")
    entry = ask("POST", path, program).done(202)["incident"] and ask("GET", path, program).done()
    assert entry["file"]["abstain"]
    diplomat = somebody("Diplomat", Role.DIPLOMAT)
    ask("GET", path, diplomat).refused(403)


def test_a_job_says_what_could_not_be_read_to_those_alone_who_read_evidence(program, opened):
    lossy = b'{"type": "bundle", "id": "bundle--1", "objects": [{"type": "indicator", "id": "x"}]}'
    report = {"name": "lossy.json", "data": base64.b64encode(lossy).decode()}
    path = f"incidents/{opened}/reports"
    job = ask("POST", path, program, {"reports": [report]}).done(202)["key"]
    (own,) = ask("GET", f"jobs/{job}", program).done()["files"]
    (other,) = ask("GET", f"jobs/{job}", somebody("D", Role.DIPLOMAT)).done()["files"]
    assert own["losses"]
    assert (other["lost"], other["losses"]) == (own["lost"], [])


def test_a_job_that_a_token_asked_for_does_no_more_than_the_token_may(program, home):
    narrow = somebody("Narrow", Role.DUTY_OFFICER, scopes={Act.OPEN_INCIDENT, Act.READ_INCIDENTS})
    value = {"title": "Ransomware (demo)", "reports": [REPORT]}
    job = ask("POST", "incidents", narrow, value).done(202)["key"]
    job = ask("GET", f"jobs/{job}", narrow).done()
    assert job["state"] == "refused"
    assert "was not made to assess" in job["reason"]
    assert job["files"][0]["entry"] is not None
    ask("POST", f"jobs/{job['key']}/again", narrow).refused(403, "not made to assess")


def test_a_watch_goes_from_one_program_to_the_next(program, officer, opened):
    assert ask("GET", "watch", program).done()["name"] is None
    ask("POST", "watch/takeover", program, {}).done(201)
    ask("POST", "watch/notes", program, {"text": "a call", "incident": opened}).done(201)
    ask("POST", "watch/notes", program, {"text": " "}).refused(422, "Write what happened")
    ask("POST", "watch/handover", officer, {"words": "mine"}).refused(403, "You are not on watch")
    sheet = ask("POST", "watch/handover", program, {"words": "a call is expected"}).done(201)
    shown = ask("GET", "watch", officer).done()
    assert (shown["name"], shown["handover"]) == ("Owner", sheet["entry"])
    assert shown["sheet"]["words"] == "a call is expected"
    ask("POST", "watch/takeover", officer, {}).refused(403, "There is a newer sheet")
    ask("POST", "watch/takeover", officer, {"handover": sheet["entry"]}).done(201)
    assert ask("GET", "watch", program).done()["name"] == "Officer"


def test_objects_are_listed_in_pages_and_shown_with_the_bytes_as_received(program, opened):
    path = f"incidents/{opened}/objects"
    seen, after = [], 0
    while after is not None:
        page = ask("GET", path, program, query=f"limit=10&after={after}").done()
        seen += page["objects"]
        after = page["next"]
    bundle = {one["id"]: one for one in json.loads(shipped_bundle())["objects"]}
    assert [one["stix_id"] for one in seen] == list(bundle)
    only = ask("GET", path, program, query="type=malware").done()["objects"]
    assert {one["type"] for one in only} == {"malware"}
    one = only[0]
    shown = ask("GET", f"{path}/{one['entry']}/{one['place']}", program).done()
    raw = base64.b64decode(shown["raw"])
    assert json.loads(raw) == bundle[one["stix_id"]]
    assert all(one["stix_id"] in (link["source"], link["target"]) for link in shown["links"])
    ask("GET", f"{path}/{one['entry']}/{2**20}", program).refused(404)


def test_the_search_and_the_time_line_show_to_each_what_they_may_read(program, opened):
    diplomat = somebody("Diplomat", Role.DIPLOMAT)
    found = ask("GET", "search", program, query="q=conti").done()["rows"]
    assert "object" in {row["kind"] for row in found}
    assert "object" not in {
        row["kind"] for row in ask("GET", "search", diplomat, query="q=conti").done()["rows"]
    }
    path = f"incidents/{opened}/timeline"
    line = ask("GET", path, program, query="limit=200").done()
    assert line["of"] == len(line["rows"])
    assert {"happened", "done"} <= {row["lane"] for row in line["rows"]}
    assert "happened" not in {row["lane"] for row in ask("GET", path, diplomat).done()["rows"]}
    second = ask("GET", path, program, query="limit=1&offset=1").done()["rows"]
    assert second == line["rows"][1:2]


def test_what_is_known_of_the_world_says_whether_anybody_verified_it(program):
    packs = ask("GET", "knowledge", program).done()["packs"]
    assert {"norms", "instruments", "states"} <= {pack["name"] for pack in packs}
    found = ask("GET", "knowledge/entries", program, query="q=budapest&limit=200").done()
    assert "inst.coe.budapest" in {one["id"] for one in found["entries"]}
    entry = ask("GET", "knowledge/entries/inst.coe.budapest", program).done()["entry"]
    assert entry["source"]
    states = ask("GET", "knowledge/entries/inst.coe.budapest/states", program).done()["states"]
    assert len(states) == 193
    assert {one["place"] for one in states} <= {"in", "out", "unknown"}
    ask("GET", "knowledge/entries/norm.un.13h/states", program).refused(404, "states stand to")
    ask("GET", "knowledge/entries/nothing", program).refused(404)
