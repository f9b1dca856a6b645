"""An event fetched from MISP at a page: like a file that somebody hands in."""

from uuid import uuid4

import pytest

from comity.access.roles import Actor, Role
from comity.actions.ledger import payload_at
from comity.node import cases, jobs
from comity.node import misp as misp_node
from comity.node.invitations import change_role
from comity.node.models import Entry, Incident, Job, Object
from comity.node.services import open_record
from comity.record.payload import Import
from tests.formats.misp.events import EVENT, attribute, event
from tests.misp_server import answers, serving, set_up
from tests.node_cast import account, browser, drain, without_a_worker
from tests.web.test_jobs import text

NEW = {"title": "Phishing of ministries", "event": EVENT}


@pytest.fixture
def misp(home):
    with serving() as misp:
        set_up(home, misp)
        yield misp


def imports():
    return Entry.objects.filter(kind="import").order_by("index")


def test_an_event_opens_an_incident_with_the_bytes_that_misp_sent(owner, misp):
    page = owner.post("/incidents/new/misp", NEW)["Location"]
    assert "Fetch an event from MISP" in text(owner.get(page))
    assert "Assessed" in text(owner.get(page))
    row = imports().get()
    assert row.about == f"misp-event-{EVENT}.json"
    assert Incident.objects.get(key=row.incident).title == NEW["title"]
    with open_record() as record:
        assert record.blob(row.body) == misp.bytes_of
    assert Object.objects.filter(entry=row.index, type="report").exists()


def test_it_is_read_as_an_event_of_misp_with_its_marking(owner, misp):
    owner.post("/incidents/new/misp", NEW)
    with open_record() as record:
        filed = payload_at(record, imports().get().index)
    assert isinstance(filed, Import)
    assert filed.reader == "misp-event/1"
    assert filed.incident == Incident.objects.get().key


def test_an_event_is_filed_under_an_incident_that_is_there_and_it_is_assessed_again(
    owner, incident, misp
):
    before = incident.dossier_entry
    page = owner.post(f"/incidents/{incident.key}/misp", {"event": EVENT})["Location"]
    assert "Assessed" in text(owner.get(page))
    incident.refresh_from_db()
    assert incident.dossier_entry > before
    assert f"misp-event-{EVENT}.json" in text(owner.get(f"/incidents/{incident.key}/reports"))


def test_the_same_event_is_filed_once_and_a_changed_one_beside_it(owner, incident, misp):
    case = f"/incidents/{incident.key}/misp"
    owner.post(case, {"event": EVENT})
    page = owner.post(case, {"event": EVENT})["Location"]
    assert "It was filed before" in text(owner.get(page))
    assert imports().filter(about__startswith="misp-event").count() == 1
    misp.events[EVENT] = event(Attribute=[attribute("domain", "c3.example.org")])
    owner.post(case, {"event": EVENT})
    assert imports().filter(about__startswith="misp-event").count() == 2


def test_what_cannot_be_fetched_is_said_and_nothing_is_recorded(owner, misp):
    unknown = str(uuid4())
    page = owner.post("/incidents/new/misp", NEW | {"event": unknown})["Location"]
    assert f"MISP has no event {unknown}" in text(owner.get(page))
    assert Job.objects.get().state == Job.State.REFUSED
    assert not imports().exists()
    assert not Incident.objects.exists()


def test_what_misp_cannot_answer_now_is_tried_again_by_itself(owner, misp):
    misp.odd["/events/view/"] = answers(500, b"")
    page = owner.post("/incidents/new/misp", NEW)["Location"]
    shown = text(owner.get(page))
    assert "tried again by itself: MISP cannot answer now (it says 500)." in shown
    misp.odd.clear()
    jobs.run.func(str(Job.objects.get().key))
    assert "Assessed" in text(owner.get(page))


def test_after_the_last_try_it_says_what_the_matter_was(owner, misp):
    misp.odd["/events/view/"] = answers(500, b"")
    page = owner.post("/incidents/new/misp", NEW)["Location"]
    for _ in range(jobs.TRIES):
        jobs.run.func(str(Job.objects.get().key))
    shown = text(owner.get(page))
    assert "stopped each time. MISP cannot answer now" in shown
    misp.odd.clear()
    owner.post(f"{page}again")
    assert "Assessed" in text(owner.get(page))


class Killed(BaseException):
    """The process ends here, as by kill -9."""


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("name", ["fetch", "file_report", "assess_case"])
def test_a_job_that_was_cut_off_files_the_event_once(owner, misp, monkeypatch, name, after):
    without_a_worker(owner, "/incidents/new/misp", NEW)
    module = misp_node if name == "fetch" else cases
    work = getattr(module, name)

    def mortal(*args, **kwargs):
        if after:
            work(*args, **kwargs)
        raise Killed

    with monkeypatch.context() as dying:
        dying.setattr(module, name, mortal)
        with pytest.raises(Killed):
            jobs.run.func(str(Job.objects.get().key))
    drain()
    assert Job.objects.get().state == Job.State.DONE
    assert imports().count() == 1
    assert Entry.objects.filter(kind="assessment").count() == 1


def test_the_forms_are_shown_where_misp_is_set_up_and_nowhere_else(owner, incident, home):
    pages = ("/incidents/new", f"/incidents/{incident.key}/reports")
    for page in pages:
        assert "MISP (" not in text(owner.get(page))
    with serving() as misp:
        set_up(home, misp)
        for page in pages:
            assert "Fetch an event from MISP (Sharing community)" in text(owner.get(page))
        (home / "misp.toml").write_text("url = 1")
        for page in pages:
            assert "MISP (" not in text(owner.get(page))
        assert misp.asked == []


def test_on_a_node_without_misp_there_is_nothing_to_post_to(owner, incident):
    for page in ("/incidents/new/misp", f"/incidents/{incident.key}/misp"):
        assert owner.post(page, NEW).status_code == 404
    assert not Job.objects.filter(kind=Job.Kind.FETCH).exists()


def test_what_is_no_uuid_is_said_beside_the_form_and_the_other_form_stays(owner, incident, misp):
    for page in ("/incidents/new/misp", f"/incidents/{incident.key}/misp"):
        answer = owner.post(page, {"title": "T", "event": "../../users/view/me"})
        assert answer.status_code == 422
        assert "Copy the whole UUID of the event from MISP." in text(answer)
        assert 'type="file"' in answer.content.decode()
    assert misp.asked == []


def test_whose_role_was_taken_away_meanwhile_gets_nothing_filed(home, misp):
    boss, person = account("Boss", Role.ADMINISTRATOR), account("Analyst", Role.ANALYST)
    without_a_worker(browser(person), "/incidents/new/misp", NEW)
    actor = Actor(str(boss.key), "Boss", frozenset(), second_factor=True)
    change_role(actor, boss.signature, person, Role.ANALYST, granted=False, reason="left")
    drain()
    assert Job.objects.get().state == Job.State.REFUSED
    assert not imports().exists()
