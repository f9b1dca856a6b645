"""What was seen is told back to MISP: released by two people, let go by the gate, sent once."""

import msgspec
import pytest

from comity.access.roles import Actor, Role
from comity.actions.sightings import Attribute, _sighting
from comity.errors import BadInput
from comity.formats.stix_bundle import bundle_of
from comity.node import jobs, projections, sightings
from comity.node import misp as misp_node
from comity.node.guests import change_organisation
from comity.node.models import Entry, Incident, Job
from comity.node.projections import Tables
from comity.node.services import now, open_record
from comity.record.payload import Release, Sightings, encode, sha256_hex
from comity.stix.markings import Tlp
from tests.formats.misp.events import EVENT, attribute, event, uuid
from tests.misp_server import answers, never, serving, set_up
from tests.node_cast import account, browser, drain, without_a_worker
from tests.tables import state
from tests.web.test_documents import field
from tests.web.test_jobs import text

FIRST, SECOND = uuid(10), uuid(11)
CHOICE = {FIRST: "seen", SECOND: "false-positive", "marking": "TLP:AMBER", "source": ""}
SENDING = "/sightings/add/"


@pytest.fixture
def misp(home):
    with serving() as misp:
        set_up(home, misp)
        misp.events[EVENT] = event(
            Attribute=[
                attribute("domain", "c2.example.org", 10),
                attribute("ip-dst", "198.51.100.7", 11),
            ]
        )
        yield misp


@pytest.fixture
def case(owner, misp):
    """The address of an incident with a fetched event."""
    owner.post("/incidents/new/misp", {"title": "Phishing", "event": EVENT})
    return f"/incidents/{Incident.objects.get().key}/"


def fetched():
    return Entry.objects.get(about__startswith="misp-event").index


def propose(client, case, **changed):
    return client.post(f"{case}sightings/{fetched()}", CHOICE | changed)


def page_of(client, case, **changed):
    answer = propose(client, case, **changed)
    assert answer.status_code == 302, text(answer)
    return answer["Location"]


def decisions(page):
    return page.replace("/sightings/", "/documents/")


def release(client, page):
    said = {"body": field(client.get(page), "body"), "reason": "agreed"}
    return client.post(f"{decisions(page)}release", said)


@pytest.fixture
def page(owner, officer, case):
    """The page of sightings that one person put together and another released."""
    page = page_of(owner, case)
    approved = approve_it(officer, page)
    assert approved.status_code == 302, text(approved)
    assert release(officer, page).status_code == 302
    return page


def approve_it(client, page):
    said = {
        "body": field(client.get(page), "body"), "role": "releasing-officer", "answer": "yes",
        "reason": "read each line", "done": ("0", "1"),
    }  # fmt: skip
    return client.post(f"{decisions(page)}approve", said)


def told():
    rows = Entry.objects.filter(kind="told").order_by("index")
    return list(rows.values_list("about", flat=True))


def test_from_what_was_seen_to_what_misp_counts(owner, officer, case, misp):
    sharing = owner.get(f"{case}sharing/")
    assert f"Say what was seen of misp-event-{EVENT}.json" in text(sharing)
    form = text(owner.get(f"{case}sightings/{fetched()}"))
    assert "domain: c2.example.org" in form
    page = page_of(owner, case)
    assert "still needs" in text(owner.get(page))
    assert "Marking TLP:AMBER" in text(owner.get(page))
    assert approve_it(officer, page).status_code == 302
    assert release(officer, page).status_code == 302
    assert misp.told == []
    job = owner.post(f"{page}send")["Location"]
    assert "Tell MISP what was seen" in text(owner.get(job))
    assert Job.objects.get(kind="tell").state == Job.State.DONE
    (one, first), (two, second) = misp.told
    assert (one, first["type"], first["source"]) == (FIRST, "0", "")
    assert (two, second["type"]) == (SECOND, "1")
    assert first.keys() == {"type", "source", "timestamp"}
    shown = text(owner.get(page))
    assert "domain: c2.example.org" in shown
    assert "Send to MISP" not in shown
    assert told() == [f"begun: {FIRST}", f"sent: {FIRST}", f"begun: {SECOND}", f"sent: {SECOND}"]
    assert "Sightings for Sharing community" in text(owner.get(f"{case}sharing/"))
    assert "Sightings for" not in text(owner.get(f"{case}documents/"))


def test_asked_again_nothing_is_sent_again(owner, page, misp):
    for _ in range(3):
        owner.post(f"{page}send")
    assert len(misp.told) == 2


def test_what_was_approved_says_what_is_sent_and_no_value(owner, page, misp):
    row = Entry.objects.get(kind="sightings")
    with open_record() as record:
        raw = record.blob(row.body)
    assert b"c2.example.org" not in raw
    assert FIRST.encode() in raw
    assert msgspec.json.decode(raw)["objects"][0]["type"] == "sighting"
    assert row.body in owner.get(page).content.decode()


def test_a_number_goes_along_where_somebody_said_so_and_it_stands(owner, officer, case, misp):
    assert propose(owner, case, source="RTIR 4711").status_code == 422
    owner.post(f"{case}tickets", {"system": "rtir", "number": "4711"})
    page = page_of(owner, case, source="RTIR 4711")
    approve_it(officer, page)
    release(officer, page)
    owner.post(f"{page}send")
    assert {said["source"] for _attribute, said in misp.told} == {"RTIR 4711"}


def test_before_it_is_released_nothing_goes(owner, officer, case, misp):
    page = page_of(owner, case)
    assert owner.post(f"{page}send").status_code == 403
    approve_it(officer, page)
    assert owner.post(f"{page}send").status_code == 403
    person = Actor(str(account("Analyst", Role.ANALYST).key), "A", frozenset(), second_factor=True)
    jobs.ask_to_tell(person, "A", Incident.objects.get(), page.split("/")[-2])
    drain()
    assert "not been released" in Job.objects.get(kind="tell").reason
    assert told() == []
    assert misp.told == []


def test_one_person_alone_tells_nothing(officer, case, misp):
    page = page_of(officer, case)
    assert "You wrote a version of it" in text(officer.get(page))
    assert release(officer, page).status_code in (403, 422)


def test_a_hold_of_a_service_keeps_it_in(owner, officer, case, misp):
    page = page_of(owner, case)
    approve_it(officer, page)
    said = {
        "body": field(owner.get(page), "body"), "service": "police", "answer": "hold",
        "said_by": "the shift lead", "reason": "",
    }  # fmt: skip
    assert officer.post(f"{decisions(page)}word", said).status_code == 302
    assert "On hold by" in text(release(officer, page))
    assert owner.post(f"{page}send").status_code == 403
    assert misp.told == []


def test_what_the_gate_keeps_in_is_not_put_together(owner, case):
    answer = propose(owner, case, marking="TLP:RED")
    assert answer.status_code == 422
    assert "The gate keeps it in" in text(answer)
    assert not Entry.objects.filter(kind="sightings").exists()


def test_what_stands_released_on_the_record_without_the_gate_does_not_go(owner, case, misp):
    """No version of the node would do this: what stands in the record may be older than a rule."""
    incident = Incident.objects.get()
    one = Attribute(FIRST, "domain", "c2.example.org", f"indicator--{FIRST}")
    raw = bundle_of([_sighting(one, "seen", Tlp.RED, "", now())])
    at, by, key, document = now(), "an older version", incident.key, uuid(77)
    made = Sightings(
        at=at, by=by, incident=key, document=document, account="somebody", audience="external",
        title="Sightings", report=fetched(), to="Sharing community", blobs=(sha256_hex(raw),),
    )  # fmt: skip
    out = Release(
        at=at, by=by, incident=key, document=document, account="somebody", body=sha256_hex(raw),
        approvals=(0,), reason="",
    )  # fmt: skip
    with open_record() as record:
        record.append([encode(made), encode(out)], {sha256_hex(raw): raw})
        Tables().catch_up(record)
    page = f"{case}sightings/{uuid(77)}/"
    assert "Send to MISP" not in text(owner.get(page))
    owner.post(f"{page}send")
    assert "The gate keeps it in" in Job.objects.get(kind="tell").reason
    assert misp.told == []
    assert told() == []


def test_once_the_event_is_erased_nothing_of_it_is_told(owner, page, misp):
    with open_record() as record:
        record.erase(fetched(), "a spill", ("Officer", "Another"))
        Tables().catch_up(record)
    owner.post(f"{page}send")
    assert "the event has been erased" in Job.objects.get(kind="tell").reason
    assert misp.told == []


@pytest.mark.parametrize(
    ("odd", "outcome", "says"),
    [
        (answers(403, b"{}"), "refused", "refuses the key"),
        (answers(404, b"{}"), "refused", "does not have this attribute"),
        (answers(302, b"", Location="https://elsewhere.example.org"), "refused", "another address"),
        (answers(500, b""), "unknown", "It may have arrived: look in MISP."),
        (answers(429, b"{}"), "unknown", "It may have arrived"),
        (answers(200, b"<html>"), "unknown", "It may have arrived"),
        (answers(200, b"{}"), "unknown", "It may have arrived"),
        (never, "unknown", "It may have arrived"),
    ],
)
def test_what_became_of_each_is_said_and_none_is_sent_again_by_itself(
    owner, page, misp, home, odd, outcome, says
):
    set_up(home, misp, timeout=1)
    misp.odd[SENDING + FIRST] = odd
    owner.post(f"{page}send")
    assert told()[:2] == [f"begun: {FIRST}", f"{outcome}: {FIRST}"]
    assert told()[3] == f"sent: {SECOND}"
    assert says in text(owner.get(page))
    misp.odd.clear()
    owner.post(f"{page}send")
    assert [attribute for attribute, _said in misp.told] == [SECOND]


class Killed(BaseException):
    """The process ends here, as by kill -9."""


@pytest.mark.parametrize("after", [False, True])
def test_killed_while_one_goes_it_is_not_sent_again_and_the_others_are(
    owner, page, misp, monkeypatch, after
):
    without_a_worker(owner, f"{page}send")
    key = str(Job.objects.get(kind="tell").key)
    tell = misp_node.Instance.tell

    def mortal(*args):
        if after:
            tell(*args)
        raise Killed

    with monkeypatch.context() as dying:
        dying.setattr(misp_node.Instance, "tell", mortal)
        with pytest.raises(Killed):
            jobs.run.func(key)
    assert told() == [f"begun: {FIRST}"]
    assert "It may have arrived" in text(owner.get(page))
    drain()
    assert Job.objects.get(kind="tell").state == Job.State.DONE
    assert [attribute for attribute, _said in misp.told] == [FIRST] * after + [SECOND]
    assert told()[1:] == [f"begun: {SECOND}", f"sent: {SECOND}"]


def test_misp_that_is_away_is_asked_again_as_long_as_nothing_was_begun(owner, page, misp):
    misp.odd["/servers"] = answers(503, b"")
    owner.post(f"{page}send")
    job = Job.objects.get(kind="tell")
    assert (job.state, told()) == (Job.State.WAITING, [])
    misp.odd.clear()
    jobs.run.func(str(job.key))
    assert len(misp.told) == 2


@pytest.mark.parametrize(
    "changed",
    [{FIRST: "", SECOND: ""}, {FIRST: "sighted"}, {"marking": "TLP:PURPLE"}, {"source": "x"}],
)
def test_what_cannot_be_told_is_not_recorded(owner, case, changed):
    assert propose(owner, case, **changed).status_code == 422
    assert not Entry.objects.filter(kind="sightings").exists()


def test_of_another_report_nothing_can_be_told(owner, incident, misp):
    with open_record() as record:
        assert sightings.events_of(record, incident) == {}
    entry = Entry.objects.get(kind="import").index
    assert owner.get(f"/incidents/{incident.key}/sightings/{entry}").status_code == 404


def test_without_misp_nothing_is_offered_and_nothing_goes(owner, page, misp, home, case):
    (home / "misp.toml").unlink()
    assert "Say what was seen" not in text(owner.get(f"{case}sharing/"))
    assert propose(owner, case).status_code == 404
    assert "Send to MISP" not in text(owner.get(page))
    owner.post(f"{page}send")
    assert "not set up" in Job.objects.get(kind="tell").reason
    assert told() == []


def test_a_guest_of_that_organisation_reads_none_of_it(owner, page, home):
    guest, boss = account("Guest", Role.GUEST), account("Boss", Role.ADMINISTRATOR)
    actor = Actor(str(boss.key), "Boss", frozenset(), second_factor=True)
    change_organisation(actor, "Boss", guest, "Sharing community", "liaison")
    client = browser(guest)
    assert "Nothing yet" in text(client.get("/released/"))
    document = page.split("/")[-2]
    assert client.get(f"/released/{document}/").status_code == 404
    assert client.get(f"/released/{document}/file.json").status_code == 404


def test_the_list_of_what_waits_leads_to_the_page(owner, case):
    page = page_of(owner, case)
    answer = owner.get(decisions(page))
    assert (answer.status_code, answer["Location"]) == (302, page)


def test_it_opens_with_no_address_of_a_bundle_or_a_document(owner, page):
    document = page.split("/")[-2]
    case = page.split("sightings/")[0]
    for path in (f"sharing/{document}/", f"sharing/{document}/bundle.json",
                 f"documents/{document}/file.pdf"):  # fmt: skip
        assert owner.get(f"{case}{path}").status_code == 404, path


def test_what_was_told_is_not_erased(owner, page, misp):
    owner.post(f"{page}send")
    entry = Entry.objects.filter(kind="told")[0].index
    with open_record() as record, pytest.raises(BadInput, match="cannot be erased"):
        record.erase(entry, "no", ("Officer", "Another"))


def test_a_rebuild_gives_the_same_tables(owner, page, misp):
    owner.post(f"{page}send")
    before = state()
    projections.drop()
    with open_record() as record:
        Tables().catch_up(record)
    assert state() == before
