"""The watch log: notes, a sheet made by the node, and no gap between two watches."""

import re

import pytest

from comity.access.roles import Role
from comity.node.models import Entry
from comity.node.services import open_record
from tests.node_cast import account, browser


def text(answer):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", answer.content.decode()))


@pytest.fixture
def colleague(home):
    return browser(account("Colleague", Role.DIPLOMAT))


def handover(client):
    found = re.search(
        r'name="handover"(?: value="(\d*)")?', client.get("/watch/take-over").content.decode()
    )
    assert found
    return found[1] or ""


def take(client, **more):
    return client.post("/watch/take-over", {"handover": handover(client), **more})


def kinds():
    rows = Entry.objects.filter(kind__in=("watch", "handover", "takeover")).order_by("index")
    return list(rows.values_list("kind", flat=True))


def test_a_note_is_read_by_the_next_watch_beside_its_incident(owner, incident, colleague):
    said = {"text": "The team calls back at ten.\nAsk for <b>logs</b>.", "incident": incident.key}
    assert owner.post("/watch/note", said).status_code == 302
    page = colleague.get("/watch/")
    assert "The team calls back at ten." in text(page)
    assert "&lt;b&gt;logs&lt;/b&gt;" in page.content.decode()
    assert incident.title in text(page)


def test_an_empty_note_is_not_written_and_a_long_one_is_kept_in_the_form(owner):
    assert owner.post("/watch/note", {"text": " "}).status_code == 422
    answer = owner.post("/watch/note", {"text": "x" * 10_001})
    assert answer.status_code == 422
    assert "x" * 10_001 in answer.content.decode()
    assert kinds() == []


def test_a_watch_goes_from_one_person_to_the_next_with_what_is_open(owner, incident, colleague):
    assert "Nobody is on watch" in text(owner.get("/"))
    take(owner)
    assert "On watch: Owner" in text(owner.get("/"))
    owner.post(
        f"/incidents/{incident.key}/facts",
        {"data.personal": "yes", "incident.aware_at": "2026-11-27T08:00Z", "source": "call",
         "victim.state": "Estonia", "victim.is_controller": "yes"},
    )  # fmt: skip
    owner.post("/watch/hand-over", {"words": "Expect a call from the hospital."})
    assert "nobody has taken it" in text(colleague.get("/watch/"))
    sheet = text(colleague.get("/watch/take-over"))
    assert "Expect a call from the hospital." in sheet
    assert "Notify the data protection authority" in sheet
    assert take(colleague).status_code == 302
    assert "On watch: Colleague" in text(owner.get("/"))
    assert kinds() == ["takeover", "handover", "takeover"]


def test_only_who_is_on_watch_hands_it_over(owner, colleague):
    take(owner)
    assert "You are not on watch: Owner is" in text(colleague.get("/watch/hand-over"))
    answer = colleague.post("/watch/hand-over", {"words": "mine now"})
    assert answer.status_code == 422
    assert kinds() == ["takeover"]


def test_without_a_sheet_the_watch_is_taken_with_a_reason_or_not_at_all(owner, colleague):
    take(owner)
    answer = take(colleague)
    assert answer.status_code == 422
    assert "Say why you take it all the same" in text(answer)
    assert take(colleague, reason="Owner was taken ill").status_code == 302
    assert "Owner was taken ill" in text(owner.get("/watch/"))


def test_a_sheet_that_was_replaced_while_somebody_read_it_has_to_be_read_again(owner, colleague):
    take(owner)
    owner.post("/watch/hand-over", {"words": "first"})
    read = handover(colleague)
    owner.post("/watch/hand-over", {"words": "second"})
    answer = colleague.post("/watch/take-over", {"handover": read})
    assert answer.status_code == 422
    assert "There is a newer sheet" in text(answer)
    assert "second" in text(answer)


def test_the_technical_side_does_not_read_of_documents_on_the_sheet(owner, incident):
    owner.post(
        f"/incidents/{incident.key}/facts", {"report.verified": "yes", "source": "called back",
        "victim.state": "Estonia", "origin.territories": "France"},
    )  # fmt: skip
    owner.post(f"/incidents/{incident.key}/documents/new", {"draft": "sitrep"})
    take(owner)
    owner.post("/watch/hand-over", {"words": "as above"})
    analyst = browser(account("Analyst", Role.ANALYST))
    assert "Documents that wait" in text(owner.get("/watch/"))
    assert "Documents that wait" not in text(analyst.get("/watch/"))
    assert "Documents that wait" not in text(analyst.get("/watch/take-over"))


def test_an_auditor_reads_the_log_and_writes_nothing(owner):
    owner.post("/watch/note", {"text": "a call"})
    auditor = browser(account("Auditor", Role.AUDITOR))
    page = auditor.get("/watch/")
    assert "a call" in text(page)
    assert "<form" not in page.content.decode().partition("<main")[2]


def test_a_note_that_was_erased_is_gone_from_the_log_and_who_took_the_watch_stays(owner):
    take(owner)
    owner.post("/watch/note", {"text": "a name that should not be here"})
    noted = Entry.objects.get(kind="watch").index
    with open_record() as record:
        record.erase(noted, "personal data", ("One", "Two"))
    owner.post("/watch/note", {"text": "later"})
    page = text(owner.get("/watch/"))
    assert "should not be here" not in page
    assert "later" in page
    assert "On watch: Owner" in page
