"""Who is not cleared for an incident sees that it is there, and no byte of what is in it."""

import itertools
from datetime import timedelta

import pytest

from comity.access.roles import Role
from comity.documents.drafts.model import text_of
from comity.node.crisis_pack import pack_of_now
from comity.node.models import Account, Entry, Incident, Job, Mark
from comity.node.projections import Tables, drop
from comity.node.services import now, open_record
from comity.record.payload import Import, encode, sha256_hex
from tests.api.asking import ask, token_of
from tests.api.test_rights import BY_NAME, NEEDS, send
from tests.markings import GUARDED_ID, TOML, bundle, note, set_up
from tests.node_cast import account, browser, cleared, upload
from tests.web.test_jobs import text
from tests.web.test_rights import OF_DOCUMENT, OF_INCIDENT, PAGES, address
from tests.web.test_tokens import reauthenticated

NEEDLE = "quagga"
CLOSED = {*OF_INCIDENT, *OF_DOCUMENT, "object", "job", "job_again"}
"""Pages about the incident alone. On the others it is one thing of many."""
CLOSED_API = {
    name for name, one in BY_NAME.items() if "{key}" in one.path or "{job}" in one.path
}  # fmt: skip


BODIES = {
    "add_reports": {"reports": [{"name": "a.txt", "data": "YQ=="}]},
    "state_facts": {"source": "x", "facts": [{"name": "incident.title", "value": "x"}]},
    "take_up_draft": {"draft": "sitrep"},
    "complete_document": {"body": "0" * 64, "marking": "TLP:RED"},
    "approve_document": {
        "body": "0" * 64, "role": "legal-adviser", "approved": True, "reason": "x"
    },
    "release_document": {"body": "0" * 64},
    "preview_bundle": {"types": ["indicator"], "name": "x", "purpose": "inform"},
    "put_bundle_together": {"types": ["indicator"], "name": "x", "purpose": "inform"},
    "fetch_event": {"event": "5f0c0000-0000-4000-8000-000000000001"},
    "put_sightings_together": {
        "report": 1, "marking": "TLP:GREEN",
        "seen": [{"attribute": "5f0c0000-0000-4000-8000-000000000001", "kind": "seen"}],
    },
    "note_ticket": {"system": "rtir", "number": "1"},
    "take_off_ticket": {"system": "rtir", "number": "1", "reason": "x"},
    "note_handling": {"report": 1, "said_by": "x", "circle": ["x"]},
    "note_consent": {"report": 1, "name": "x", "given": True, "said_by": "x"},
    "note_word": {"body": "0" * 64, "service": "csirt", "clear": True, "said_by": "x"},
    "hold_incident": {"held": True, "reason": "x"},
    "carry_document": {
        "way": "cable", "to": "x", "carrier": "x", "carried_at": "2026-03-01T08:00:00Z"
    },
}  # fmt: skip
"""What each operation on a case takes, so that it comes to the point of asking who calls."""


@pytest.fixture
def incident(home, owner):
    """A classified incident with everything in it that an incident can hold."""
    set_up(home)
    cleared(Account.objects.get(name="Owner"), "GUARDED")
    identity = {
        "type": "identity", "spec_version": "2.1",
        "id": "identity--5d1c0a2b-1111-4111-8111-0000000000ff", "name": f"The {NEEDLE}",
        "created": "2026-03-01T08:00:00Z", "modified": "2026-03-01T08:00:00Z",
    }  # fmt: skip
    report = bundle(
        [identity, note(1, f"the {NEEDLE} word", object_marking_refs=[GUARDED_ID])],
        f"{NEEDLE}.json",
    )
    owner.post(
        "/incidents/new",
        {"title": f"The {NEEDLE} case", "reports": [upload(report.name, report.data)]},
    )
    made = Incident.objects.get()
    owner.post(f"/incidents/{made.key}/documents/new", {"draft": "sitrep"})
    owner.post("/watch/take-over", {"reason": "nobody was on watch"})
    owner.post("/watch/note", {"text": f"called about the {NEEDLE}", "incident": made.key})
    Job.objects.filter(incident=made.key).update(state="failed", reason=f"{NEEDLE} failed")
    owner.post("/watch/hand-over", {"words": "nothing new"})
    assert Entry.objects.filter(kind="handover").exists()
    assert Entry.objects.filter(kind="document").exists()
    return made


@pytest.fixture
def outsider(incident):
    """Somebody who holds every role, and is cleared for nothing that counts."""
    return cleared(account("Outsider", *Role), "LOCAL")


def test_no_page_shows_a_byte_of_it_to_somebody_who_is_not_cleared(incident, outsider):
    client = browser(outsider)
    for name, method in itertools.product(PAGES, ("get", "post")):
        if name == "close_account":
            continue  # which ends the account of its owner
        answer = getattr(client, method)(address(name, incident))
        said = (answer.content + repr(answer.headers).encode()).lower()
        assert NEEDLE.encode() not in said, (name, method)
        if name in CLOSED:
            assert answer.status_code in (403, 404, 405), (name, method)


def test_no_operation_shows_a_byte_of_it_to_somebody_who_is_not_cleared(incident, outsider):
    token = token_of(outsider)
    for name in NEEDS:
        if name == "revoke_token":
            continue
        reply = send(BY_NAME[name], incident, token, BODIES.get(name))
        assert NEEDLE.encode() not in reply.body.lower(), name
        if name in CLOSED_API:
            assert reply.status in (403, 404), (name, reply.body)
    for path, query in (("search", f"q={NEEDLE}"), ("incidents", f"q={NEEDLE}")):
        assert NEEDLE not in ask("GET", path, token, query=query).body.decode().lower()


def test_the_sheet_of_a_watch_is_shown_to_each_as_far_as_they_are_cleared(incident, outsider):
    client = browser(outsider)
    sheet = Entry.objects.get(kind="handover").index
    assert client.post("/watch/take-over", {"handover": sheet}).status_code == 302
    page = text(client.get("/watch/hand-over"))
    assert "What the next watch should know first" in page
    assert NEEDLE not in page
    client.post("/watch/hand-over", {"words": "all quiet"})
    insider = browser(cleared(account("Insider", *Role), "GUARDED"))
    assert NEEDLE in text(insider.get("/watch/take-over"))
    assert NEEDLE not in text(client.get("/watch/take-over"))


def test_the_crisis_pack_which_anybody_can_pick_up_leaves_it_out_and_says_so(incident):
    paper = text_of(pack_of_now())
    assert NEEDLE not in paper
    assert "Classified incidents that are left out, with their clocks: 1." in paper


def test_a_note_cannot_be_hung_on_it_by_somebody_who_is_not_cleared(incident, outsider):
    form = {"text": "x", "incident": incident.key}
    assert browser(outsider).post("/watch/note", form).status_code == 422
    ask("POST", "watch/notes", token_of(outsider), form).refused(403, "Your clearances")


def test_whoever_is_cleared_finds_it_on_each_of_these_pages(incident):
    client = browser(cleared(account("Insider", *Role), "GUARDED"))
    shown = {
        name
        for name in PAGES
        if NEEDLE.encode() in client.get(address(name, incident)).content.lower()
    }
    assert shown >= {
        "today", "incidents", "incident", "add_reports", "objects", "object", "timeline", "jobs",
        "job", "watch", "take_over", "record", "document", "documents",
    }  # fmt: skip
    page = text(client.get(f"/incidents/{incident.key}/"))
    assert "Classified GUARDED (Demoland)" in page
    assert NEEDLE in client.get("/search", {"q": NEEDLE}).content.decode()


def test_the_list_says_that_it_is_there_and_how_it_is_classified(incident, outsider):
    page = browser(outsider).get("/incidents/").content.decode()
    assert "Classified: GUARDED (Demoland)" in page
    assert incident.key[:8] in page
    assert f"/incidents/{incident.key}" not in page
    (row,) = ask("GET", "incidents", token_of(outsider)).done()["incidents"]
    assert row["title"] == "Classified: GUARDED (Demoland)"
    assert row["withheld"] is True
    refused = browser(outsider).get(f"/incidents/{incident.key}/")
    assert "Classified: GUARDED (Demoland). Your clearances do not reach it" in text(refused)


def test_its_title_is_not_found_by_trying_words(incident, outsider):
    client, token = browser(outsider), token_of(outsider)
    assert "No incident fits" in text(client.get("/incidents/", {"q": NEEDLE}))
    assert ask("GET", "incidents", token, query=f"q={NEEDLE}").done()["incidents"] == []
    assert "0 results" in text(client.get("/search", {"q": NEEDLE}))


def test_an_auditor_who_is_not_cleared_reads_no_more_than_others(incident):
    auditor = browser(account("Auditor", Role.AUDITOR))
    assert auditor.get(f"/incidents/{incident.key}/").status_code == 403
    entry = Entry.objects.get(kind="import")
    assert auditor.get(f"/record/{entry.index}/proof").status_code == 403


def test_a_report_that_is_filed_under_no_incident_is_withheld_too(home):
    set_up(home)
    entry = Import(
        at=now(), by="operator (local)", source=sha256_hex(b"x"), file_name=f"{NEEDLE}.json",
        reader="stix/1", losses=(), objects=(), stated=("guarded (demoland)",),
    )  # fmt: skip
    with open_record() as record:
        index = record.append([encode(entry)], {sha256_hex(b"x"): b"x"}).first_index
        Tables().catch_up(record)
    client = browser(account("Outsider", *Role))
    assert NEEDLE not in client.get("/record/").content.decode()
    assert client.get(f"/record/{index}/proof").status_code == 403
    insider = browser(cleared(account("Insider", *Role), "GUARDED"))
    assert NEEDLE in insider.get("/record/").content.decode()
    assert insider.get(f"/record/{index}/proof").status_code == 200


def sees(person, incident):
    return browser(person).get(f"/incidents/{incident.key}/").status_code == 200


def test_a_clearance_ends_with_its_day_and_when_it_is_taken_away(incident, monkeypatch):
    person = cleared(account("Colleague", Role.DIPLOMAT), "SEALED", until=now().date())
    assert sees(person, incident)
    cleared(person, "GUARDED", until=now().date() + timedelta(days=1))
    assert sees(person, incident)
    cleared(person, None)
    assert not sees(person, incident)
    past = now() - timedelta(days=3)
    cleared(person, "SEALED", until=past.date(), at=past)
    assert not sees(person, incident)


def test_a_clearance_of_another_scheme_counts_only_as_far_as_it_is_equivalent(incident, home):
    person = cleared(account("Colleague", Role.DIPLOMAT), "BLACK", scheme="Farland")
    assert not sees(person, incident)
    rows = '[[equivalences]]\nof = { scheme = "Demoland", level = "GUARDED" }\n'
    set_up(home, TOML + rows + 'protected_as = { scheme = "Farland", level = "BLUE" }\n')
    assert sees(person, incident)


def test_a_change_of_the_file_is_followed_at_once(incident, home, outsider):
    assert not sees(outsider, incident)
    set_up(home, TOML.replace(GUARDED_ID, GUARDED_ID.replace("a", "d")))
    assert sees(outsider, incident)
    set_up(home)
    assert not sees(outsider, incident)
    (home / "markings.toml").unlink()
    assert sees(outsider, incident)


def test_while_the_file_is_wrong_whatever_carries_a_mark_is_withheld_and_the_rest_is_read(
    incident, home, owner
):
    owner.post(
        "/incidents/new",
        {"title": "Plain", "reports": [upload("a.json", bundle([note(7, "x")]).data)]},
    )
    plain = Incident.objects.get(title="Plain")
    set_up(home, "schemes = 1")
    person = Account.objects.get(name="Owner")
    assert not sees(person, incident)
    assert sees(person, plain)
    assert "its markings.toml cannot be read" in text(owner.get("/incidents/"))


def test_words_in_the_text_of_a_report_classify_it_too(home, owner):
    set_up(home)
    body = b"Demoland guarded\n\nThe address 198.51.100[.]7 was seen on many servers last night."
    owner.post("/incidents/new", {"title": "Prose", "reports": [upload("r.txt", body)]})
    assert not sees(Account.objects.get(name="Owner"), Incident.objects.get())


def test_what_was_made_from_a_report_stays_classified_when_the_report_is_erased(incident, outsider):
    with open_record() as record:
        record.erase(Entry.objects.get(kind="import").index, "a spill", ("A", "B"))
        Tables().catch_up(record)
    assert not sees(outsider, incident)
    for entry in Entry.objects.filter(kind="assessment"):
        with open_record() as record:
            record.erase(entry.index, "a spill", ("A", "B"))
            Tables().catch_up(record)
    assert not Mark.objects.exists()


def test_the_tables_are_the_same_when_they_are_made_anew(incident, outsider):
    before = set(Mark.objects.values_list("entry_id", "said"))
    assert before
    with open_record() as record:
        drop()
        Tables().catch_up(record)
    assert set(Mark.objects.values_list("entry_id", "said")) == before
    assert not sees(outsider, incident)


def test_what_is_above_their_clearance_is_erased_by_officers_without_being_shown(incident):
    entry = Entry.objects.get(kind="import").index
    first, second = (browser(account(name, Role.RELEASING)) for name in ("First", "Second"))
    page = first.get(f"/record/{entry}/erase", follow=True)
    assert page.status_code == 200
    assert NEEDLE not in page.content.decode()
    assert first.get("/record/").content.decode().count(f"/record/{entry}/erase") == 1
    assert second.get("/record/erasures").status_code == 200


# Clearances are recorded by an administrator.


@pytest.fixture
def administrator(home):
    set_up(home)
    return reauthenticated(account("Administrator", Role.ADMINISTRATOR))


def test_an_administrator_records_a_clearance_with_its_reason_and_its_end(administrator):
    person = account("Colleague", Role.DIPLOMAT)
    path = f"/people/{person.key}/clearances"
    assert "None: of a classified incident" in text(administrator.get(path))
    until = now().date() + timedelta(days=300)
    said = {"level": "SEALED (Demoland)", "until": f"{until}", "reason": "certificate 12"}
    assert administrator.post(path, said | {"act": "give"}).status_code == 302
    entry = Entry.objects.get(kind="clearance")
    assert entry.about == "+ SEALED (Demoland): Colleague"
    assert "SEALED (Demoland), until" in text(administrator.get(path))
    took = {"level": "LOCAL (Demoland)", "reason": "left the desk", "act": "take"}
    assert administrator.post(path, took).status_code == 302
    assert "None: of a classified incident" in text(administrator.get(path))


@pytest.mark.parametrize(
    ("said", "error"),
    [
        ({"level": "TOP (Demoland)"}, "Select a valid choice"),
        ({"reason": ""}, "This field is required"),
        ({"until": "2020-01-01"}, "A clearance ends on a day to come"),
        ({"until": "soon"}, "Write the day as in"),
    ],
)
def test_a_clearance_that_cannot_be_is_refused_in_the_form(administrator, said, error):
    person = account("Colleague", Role.DIPLOMAT)
    form = {"level": "LOCAL (Demoland)", "reason": "x", "act": "give"} | said
    answer = administrator.post(f"/people/{person.key}/clearances", form)
    assert answer.status_code == 422
    assert error in text(answer)
    assert not Entry.objects.filter(kind="clearance").exists()


def test_nobody_clears_themselves(administrator):
    own = Account.objects.get(name="Administrator")
    form = {"level": "LOCAL (Demoland)", "reason": "x", "act": "give"}
    answer = administrator.post(f"/people/{own.key}/clearances", form)
    assert "Nobody clears themselves" in text(answer)
    body = {"scheme": "Demoland", "level": "LOCAL", "reason": "x"}
    reply = ask("POST", f"people/{own.key}/clearances", token_of(own), body)
    reply.refused(422, "Nobody clears themselves")
    assert not Entry.objects.filter(kind="clearance").exists()


def test_a_program_records_clearances_too(administrator):
    token = token_of(Account.objects.get(name="Administrator"))
    person = account("Colleague", Role.DIPLOMAT)
    path = f"people/{person.key}/clearances"
    body = {"scheme": "Demoland", "level": "GUARDED", "reason": "x", "until": "2999-01-01"}
    found = ask("POST", path, token, body).done()["clearances"]
    assert found == [{"scheme": "Demoland", "level": "GUARDED", "until": "2999-01-01"}]
    ask("POST", path, token, body | {"level": "TOP"}).refused(422, "is set up in markings.toml")
    assert (
        ask("POST", path, token, body | {"level": None, "until": None}).done()["clearances"] == []
    )


def test_a_clearance_is_never_erased(administrator):
    person = cleared(account("Colleague", Role.DIPLOMAT), "LOCAL")
    entry = Entry.objects.get(kind="clearance").index
    with open_record() as record, pytest.raises(Exception, match="cannot be erased"):
        record.erase(entry, "x", ("A", "B"))
    assert person.name == "Colleague"


def test_without_a_scheme_the_page_says_that_nothing_is_classified(home):
    client = reauthenticated(account("Administrator", Role.ADMINISTRATOR))
    person = account("Colleague", Role.DIPLOMAT)
    assert "No marking scheme is set up" in text(client.get(f"/people/{person.key}/clearances"))


def test_a_guest_with_a_clearance_reads_nothing_more(incident):
    person = cleared(account("Guest", Role.GUEST), "SEALED")
    assert "takes one of these roles" in text(browser(person).get(f"/incidents/{incident.key}/"))
