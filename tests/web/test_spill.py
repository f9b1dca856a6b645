"""A spill: out of everybody's sight at once, until two officers erase it or one gives it back."""

import pytest

from comity.access.roles import SCOPES, Act, Role
from comity.actions.ledger import payload_at
from comity.node import projections
from comity.node.models import Account, Entry, Incident, Job, Object
from comity.node.projections import Tables
from comity.node.services import open_record
from comity.record.payload import Quarantine
from tests.api.asking import ask, somebody, token_of
from tests.api.test_rights import BY_NAME, NEEDS, send
from tests.markings import bundle, carried, note, set_up
from tests.node_cast import account, browser, cleared, drain, upload
from tests.tables import state
from tests.web.test_documents import complete, take_up
from tests.web.test_jobs import hand_in, text
from tests.web.test_rights import PAGES, address
from tests.web.test_tokens import reauthenticated

NEEDLE = "quagga"
SPILL = bundle(
    [
        note(1, f"the {NEEDLE} word", abstract=f"The {NEEDLE}"),
        {"type": "note", "id": "note--1", "content": NEEDLE},
    ],
    f"{NEEDLE}.json",
)
REASON = {"reason": "marked too low"}


@pytest.fixture
def spilled(owner, incident):
    """The entry of a report that should not have come in; a document was made after it."""
    owner.post(f"/incidents/{incident.key}/reports", {"reports": [upload(SPILL.name, SPILL.data)]})
    take_up(owner, incident, "sitrep")
    return Entry.objects.get(kind="import", about=SPILL.name).index


def put(client, index, **more):
    return client.post(f"/record/{index}/quarantine", REASON | more)


@pytest.fixture
def held(owner, spilled):
    assert put(owner, spilled).status_code == 302
    return spilled


@pytest.fixture
def officer(incident):
    return reauthenticated(account("Officer", Role.RELEASING))


@pytest.fixture
def everybody(incident):
    """Somebody with every role: whoever that is, they read nothing of it."""
    return account("Everybody", *Role)


def test_before_it_is_put_in_quarantine_it_is_read_on_many_pages(spilled, incident, everybody):
    client = browser(everybody)
    shown = {p for p in PAGES if NEEDLE in client.get(address(p, incident)).content.decode()}
    assert shown >= {
        "today",
        "add_reports",
        "objects",
        "timeline",
        "record",
        "technical",
        "job",
    } - {"job"}


def test_nobody_reads_it_on_any_page(held, incident, everybody):
    client, incident = browser(everybody), Incident.objects.get()
    document = Entry.objects.filter(kind="document").values_list("document", flat=True)[0]
    paths = [address(p, incident) for p in PAGES if p != "object"]
    jobs = [f"/jobs/{job.key}/" for job in Job.objects.all()]
    more = ["/search?q=quagga", f"/record/{held}/quarantine", f"/record/{held}/proof"]
    for path in (*paths, *jobs, *more):
        answer = client.get(path)
        said = answer.content.decode()
        assert f"the {NEEDLE} word" not in said, path
        assert SPILL.name not in said, path
        assert f"The {NEEDLE}" not in said, path
    assert client.get(f"/record/{held}/proof").status_code == 403
    assert client.get(f"/incidents/{incident.key}/documents/{document}/").status_code == 404
    assert not Object.objects.filter(entry=held).exists()
    assert "0 results" in text(client.get("/search", {"q": NEEDLE}))


def test_no_operation_hands_it_out(held, incident, everybody):
    token = token_of(everybody)
    for name, one in BY_NAME.items():
        if one.method == "GET" and name in NEEDS and name != "openapi":
            body = send(one, incident, token).body.decode()
            assert f"The {NEEDLE}" not in body, name
            assert SPILL.name not in body, name
    for job in Job.objects.all():
        assert NEEDLE not in ask("GET", f"jobs/{job.key}", token).body.decode()
    ask("GET", f"record/entries/{held}/proof", token).refused(403, "in quarantine")
    rows = ask("GET", "record/entries", token).done()["entries"]
    (row,) = [row for row in rows if row["index"] == held]
    assert (row["held"], row["about"], row["body"]) == (True, None, None)


def test_the_incident_says_what_is_in_quarantine_and_what_can_become_of_it(held, incident, owner):
    page = text(owner.get(f"/incidents/{incident.key}/"))
    assert "In quarantine, to be erased by two officers or given back:" in page
    assert f"entry {held} (import)" in page
    assessment = Entry.objects.filter(kind="assessment", held=True).get()
    assert f"entry {assessment.index} (assessment)" in page
    shown = text(owner.get(f"/record/{assessment.index}/quarantine"))
    assert f"because it was made from what is in quarantine: entry {held}" in shown
    shown = text(owner.get(f"/record/{held}/quarantine"))
    assert "Backups and copies that were made before still hold it" in shown
    assert "Give it back" not in shown


def test_it_is_assessed_again_without_it(held, incident, owner):
    before = Incident.objects.get()
    assert before.dossier_entry is not None  # the one from before it came in
    assert before.dossier_entry < held
    owner.post(f"/incidents/{incident.key}/assess")
    after = Incident.objects.get()
    assert after.dossier_entry > held
    with open_record() as record:
        assert NEEDLE.encode() not in record.blob(after.dossier)


def test_given_back_everything_is_as_it_was(spilled, incident, owner, officer):
    tables = {name: rows for name, rows in state().items() if name not in UNLIKE}
    entries = Entry.objects.count()
    put(owner, spilled)
    assert (
        officer.post(f"/record/{spilled}/give-back", {"reason": "it was free"}).status_code == 302
    )
    assert {name: rows for name, rows in state().items() if name not in UNLIKE} == tables
    assert not Entry.objects.filter(held=True).exists()
    assert Entry.objects.count() > entries
    assert NEEDLE in owner.get(f"/incidents/{incident.key}/objects").content.decode()
    assert NEEDLE in owner.get("/search", {"q": NEEDLE}).content.decode()


UNLIKE = {"Entry", "Incident", "Cursor", "QuarantineEntry", "RoleEntry"}
"""Tables in which the entries on quarantine, and those of the officer's role, stand."""


def test_two_officers_erase_it_without_reading_it_and_what_came_of_it_stays_withheld(
    held, incident, owner, officer
):
    second = reauthenticated(account("Second", Role.RELEASING))
    page = officer.get(f"/record/{held}/erase")
    assert NEEDLE not in page.content.decode()
    officer.post(f"/record/{held}/erase", {"answer": "ask", "reason": "a spill"})
    word = Entry.objects.get(kind="erasure-word").index
    assert second.post(f"/record/{held}/erase", {"word": word}).status_code == 302
    assert Entry.objects.get(index=held).kind == ""
    assert Entry.objects.filter(kind="assessment", held=True).exists()
    assert Entry.objects.filter(kind="document", held=True).exists()
    assert f"Entry {held}" in text(officer.get("/record/erasures"))
    assert officer.post(f"/record/{held}/give-back", REASON).status_code == 302
    assert not Entry.objects.filter(held=True).exists()


def test_the_tables_are_the_same_when_they_are_made_anew(held, owner, officer):
    followed = state()
    with open_record() as record:
        projections.drop()
        Tables().catch_up(record)
    assert state() == followed
    assert Entry.objects.get(index=held).held


def test_the_same_file_cannot_be_brought_in_again_beside_it(held, incident, owner):
    before = Entry.objects.filter(kind="import").count()
    hand_in(owner, (SPILL.name, SPILL.data), path=f"/incidents/{incident.key}/reports")
    drain()
    assert Entry.objects.filter(kind="import").count() == before
    assert NEEDLE not in repr(Job.objects.order_by("-pk")[0].results).replace(SPILL.name, "")


def test_a_note_of_the_watch_a_statement_and_a_title_can_be_put_there(incident, owner):
    owner.post("/watch/note", {"text": f"the {NEEDLE} called", "incident": incident.key})
    owner.post(
        f"/incidents/{incident.key}/facts", {"report.verified": "yes", "source": f"a {NEEDLE}"}
    )
    for kind in ("watch", "statement", "incident"):
        entry = Entry.objects.filter(kind=kind).order_by("-index")[0]
        assert put(owner, entry.index).status_code == 302, kind
    assert NEEDLE not in owner.get("/watch/").content.decode()
    assert NEEDLE not in owner.get(f"/incidents/{incident.key}/facts").content.decode()
    for path in ("/incidents/", "/jobs/", "/record/", "/"):
        assert "Ransomware (demo)" not in owner.get(path).content.decode(), path
    assert Incident.objects.get().title == "(in quarantine)"


def test_a_version_that_is_put_there_takes_the_document_with_it(incident, owner, officer):
    """Else what was approved before it would count again."""
    page = take_up(owner, incident, "sitrep")
    complete(owner, page)
    complete(owner, page, marking="TLP:AMBER")
    versions = Entry.objects.filter(kind="document").order_by("index")
    last = versions.reverse()[0]
    put(owner, last.index)
    assert officer.get(page).status_code == 404
    assert all(one.held for one in versions.all())
    assert "Documents" in text(owner.get(f"/incidents/{incident.key}/documents/"))
    officer.post(f"/record/{last.index}/give-back", REASON)
    assert officer.get(page).status_code == 200


def test_an_officers_word_on_an_erasure_stays_in_sight(incident, owner, officer):
    report = Entry.objects.get(kind="import").index
    officer.post(f"/record/{report}/erase", {"answer": "ask", "reason": "a spill"})
    word = Entry.objects.get(kind="erasure-word").index
    assert "asks for an erasure, which has to be seen" in text(put(owner, word))


def test_what_is_in_quarantine_still_says_how_the_incident_is_classified(home, owner, incident):
    set_up(home)
    cleared(Account.objects.get(name="Owner"), "GUARDED")
    report = bundle(carried("GUARDED")["a label"])
    owner.post(f"/incidents/{incident.key}/reports", {"reports": [upload("r.json", report.data)]})
    put(owner, Entry.objects.filter(kind="import").order_by("-index")[0].index)
    outsider = browser(account("Outsider", Role.DIPLOMAT))
    assert outsider.get(f"/incidents/{incident.key}/").status_code == 403


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.ANALYST, Role.DIPLOMAT])
def test_whoever_reads_the_record_puts_it_there_and_an_officer_alone_gives_it_back(spilled, role):
    client = reauthenticated(account("Colleague", role))
    assert put(client, spilled).status_code == 302
    assert client.post(f"/record/{spilled}/give-back", REASON).status_code == 403
    assert Entry.objects.get(index=spilled).held


def test_what_cannot_be_is_said_in_a_sentence(held, incident, owner, officer):
    assert "It is in quarantine already" in text(put(owner, held))
    role = Entry.objects.filter(kind="role")[0].index
    assert "cannot be erased" in text(put(owner, role))
    assert put(owner, 10_000).status_code == 404
    report = Entry.objects.filter(kind="import", held=False)[0].index
    assert "This field is required" in text(put(owner, report, reason=""))
    answer = officer.post(f"/record/{report}/give-back", REASON)
    assert "was never in quarantine" in text(answer)
    officer.post(f"/record/{held}/give-back", REASON)
    assert "not in quarantine any more" in text(officer.post(f"/record/{held}/give-back", REASON))


def test_a_program_puts_it_there_and_the_entry_names_it(spilled):
    person = account("Colleague", Role.ANALYST)
    path = f"record/entries/{spilled}/quarantine"
    reading = token_of(person, SCOPES - {Act.QUARANTINE})
    ask("POST", path, reading, REASON).refused(403, "not made to put an entry in quarantine")
    made = ask("POST", path, token_of(person), REASON).done(201)["entry"]
    with open_record() as record:
        said = payload_at(record, made)
    assert isinstance(said, Quarantine)
    assert (said.index, said.held, said.account) == (spilled, True, str(person.key))
    ask("POST", path, token_of(person), REASON).refused(403, "already")
    ask("POST", "record/entries/9999/quarantine", somebody("A", Role.ANALYST), REASON).refused(422)
