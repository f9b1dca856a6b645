"""What is held about a person is found wherever it lies, and told to the officer who answers."""

import json
import re

import pytest
from allauth.account.models import EmailAddress

from comity.access.roles import Act, Role
from comity.node import projections, tokens
from comity.node.invitations import invite
from comity.node.models import Entry
from comity.node.projections import Tables
from comity.node.services import now, open_record
from comity.record.payload import PersonExport, decode, sha256_hex
from tests.formats.pdf_samples import pdf
from tests.formats.pdf_samples import text as lines
from tests.node_cast import account, browser, upload
from tests.tables import state

NAME, MAIL = "Vera Muster", "vera@example.org"
BUNDLE = {
    "type": "bundle", "id": "bundle--9f2f3c1e-0000-4000-8000-000000000001",
    "objects": [
        {"type": "identity", "spec_version": "2.1",
         "id": "identity--9f2f3c1e-0000-4000-8000-000000000002",
         "created": "2026-11-01T00:00:00.000Z", "modified": "2026-11-01T00:00:00.000Z",
         "name": NAME, "identity_class": "individual",
         "object_marking_refs": ["marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487"]},
        {"type": "email-addr", "spec_version": "2.1",
         "id": "email-addr--9f2f3c1e-0000-4000-8000-000000000003", "value": MAIL},
    ],
}  # fmt: skip
ASKED = {"names": NAME, "mails": MAIL, "users": "", "telephones": "", "reason": "letter 7 of 2026"}


def text(answer):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", answer.content.decode()))


@pytest.fixture
def officer(incident):
    return browser(account("Officer", Role.RELEASING))


@pytest.fixture
def named(owner, incident):
    """An incident in which somebody is named in a report, a statement, a note and a document."""
    base = f"/incidents/{incident.key}"
    owner.post(f"{base}/reports", {"reports": [upload("people.json", json.dumps(BUNDLE).encode())]})
    owner.post(f"{base}/facts", {"victim.state": "Estonia", "source": f"a call from {NAME}"})
    owner.post("/watch/note", {"text": "V. MUSTER? no: vera muster called, +33 1 42 68 53 00"})
    return incident


def listed(client, **more):
    answer = client.post("/record/person", ASKED | {"file": "json"} | more)
    assert answer.status_code == 200, text(answer)
    return json.loads(answer.content)


def test_each_place_is_listed_with_its_entry_and_the_words_around(owner, officer, named):
    account(NAME)
    found = listed(officer)
    kinds = {one["kind"] for one in found["places"]}
    assert {"account", "import", "statement", "watch"} <= kinds
    for one in found["places"]:
        assert one["asked"] in (NAME, MAIL) or "-" in one["asked"]
        assert one["entry"] is None or Entry.objects.get(index=one["entry"]).kind == one["kind"]
    note = next(one for one in found["places"] if one["kind"] == "watch")
    assert "vera muster called" in note["around"]
    objects = [one for one in found["places"] if one["where"].startswith("identity--")]
    assert [one["where"].partition(": ")[2] for one in objects] == ["name"]


def test_what_the_gate_withholds_is_listed_with_the_rule(officer, named):
    found = listed(officer)["places"]
    clear = next(one for one in found if one["where"].startswith("identity--"))
    unmarked = next(one for one in found if one["where"].startswith("email-addr--"))
    assert clear["withheld"] == []  # TLP:CLEAR
    assert any(why.startswith("tlp: ") for why in unmarked["withheld"])
    assert all(one["withheld"] for one in found if one["kind"] in ("watch", "statement"))
    page = text(officer.post("/record/person", ASKED))
    assert "held, withheld" in page
    assert "you decide what they are told" in page


def test_what_lies_beside_the_record_is_looked_through_too(officer, named, home):
    person = account(NAME)
    EmailAddress.objects.create(user=person, email="vera.muster@example.net")
    folder = home / "senders"
    folder.mkdir(mode=0o700)
    (folder / f"{MAIL}.asc").write_text("a key")
    (folder / f"{MAIL}.asc").chmod(0o600)
    tokens.make(person, f"laptop of {NAME}", [Act.READ_INCIDENTS], tokens.LASTS, at=now())
    invite(NAME, [Role.ANALYST], "a test", by="operator (local)", at=now())
    found = [one for one in listed(officer)["places"] if one["entry"] is None]
    assert {"account", "sender key", "token", "invitation"} <= {one["kind"] for one in found}
    # Whoever has an account is found by its number too, which entries hold for ever.
    assert str(person.key) in {one["asked"] for one in found}


def test_a_number_is_found_by_its_digits(officer, named):
    found = listed(officer, names="", mails="", telephones="+33142685300")["places"]
    assert [one["kind"] for one in found] == ["watch"]


def test_a_document_that_names_them_is_found(owner, officer, named):
    owner.post(f"/incidents/{named.key}/documents/new", {"draft": "sitrep"})
    page = Entry.objects.filter(kind="document")[0].document
    base = f"/incidents/{named.key}/documents/{page}/"
    shown = owner.get(base).content.decode()
    blanks = re.findall(r'name="(blank-\w+)"', shown)
    body = re.search(r'name="body" value="([^"]*)"', shown)
    assert body
    said = {"body": body[1], "marking": "TLP:AMBER", **dict.fromkeys(blanks, f"ask {NAME}")}
    assert owner.post(f"{base}complete", said).status_code == 302
    assert "document" in {one["kind"] for one in listed(officer)["places"]}


def test_that_the_list_was_made_is_an_entry_without_the_name(officer, named, record):
    answer = officer.post("/record/person", ASKED | {"file": "json"})
    row = Entry.objects.get(kind="person-export")
    assert answer["Content-Disposition"] == f'attachment; filename="held-{row.index}.json"'
    raw = next(record.entries(row.index)).payload
    assert raw is not None
    assert NAME.encode() not in raw
    assert MAIL.encode() not in raw
    said = decode(raw)
    assert isinstance(said, PersonExport)
    assert said.result == sha256_hex(answer.content)
    assert said.count == len(json.loads(answer.content)["places"])
    assert "letter 7 of 2026" in text(officer.get("/record/"))


def test_what_is_for_other_roles_is_counted_by_kind_and_not_looked_through(incident, named):
    lawyer = browser(account("Lawyer", Role.LEGAL))
    found = listed(lawyer)
    assert found["for_others"] == {"import": 2}
    assert "import" not in {one["kind"] for one in found["places"]}
    assert "Entries that are for other roles" in text(lawyer.post("/record/person", ASKED))


def test_what_was_erased_is_not_found_and_the_list_says_how_much_there_was(officer, named):
    note = Entry.objects.get(kind="watch").index
    before = listed(officer)
    with open_record() as record:
        record.erase(note, "she asked", ("One", "Two"))
        Tables().catch_up(record)
    after = listed(officer)
    assert (before["erased"], after["erased"]) == (0, 1)
    assert "watch" not in {one["kind"] for one in after["places"]}


def test_a_file_that_is_no_text_is_named(owner, officer, incident):
    letter = pdf(lines(f"{NAME} lives in a street", "seen from 192.0.2.7"), packed=True)
    owner.post(f"/incidents/{incident.key}/reports", {"reports": [upload("letter.pdf", letter)]})
    entry = Entry.objects.filter(kind="import").order_by("-index")[0].index
    assert listed(officer)["not_text"] == [f"entry {entry}, the file letter.pdf as received"]
    assert "letter.pdf" in text(officer.post("/record/person", ASKED))


@pytest.mark.parametrize("wrong", [{"names": "", "mails": ""}, {"reason": " "}, {"names": "V"}])
def test_without_anybody_or_a_reason_nothing_is_listed_or_recorded(officer, named, wrong):
    answer = officer.post("/record/person", ASKED | wrong)
    assert answer.status_code == 422
    assert not Entry.objects.filter(kind="person-export").exists()


def test_where_nothing_is_found_the_page_says_to_try_again(officer, named):
    page = text(officer.post("/record/person", ASKED | {"names": "Nobody Here", "mails": ""}))
    assert "Nothing was found. Try other spellings" in page


def test_a_stranger_and_a_duty_officer_are_refused(owner, stranger, named):
    for client in (owner, stranger):
        assert client.post("/record/person", ASKED).status_code == 403
    assert not Entry.objects.filter(kind="person-export").exists()


def test_made_anew_the_tables_say_the_same(officer, named):
    listed(officer)
    before = state()
    projections.drop()
    with open_record() as record:
        Tables().catch_up(record)
    assert state() == before
