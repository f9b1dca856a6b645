"""Content goes on the word of two officers, and what stays says why."""

import re

import pytest

from comity.access.roles import Role
from comity.node.models import Entry
from comity.node.services import open_record
from comity.record.payload import Erasure, decode
from tests.node_cast import account, browser


def text(answer):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", answer.content.decode()))


def sure(client):
    """This person has typed the password a moment ago."""
    client.post("/accounts/reauthenticate/", {"password": "correct horse battery staple"})
    return client


@pytest.fixture
def officer(incident):
    return sure(browser(account("Officer", Role.RELEASING)))


@pytest.fixture
def lawyer(incident):
    return sure(browser(account("Lawyer", Role.LEGAL)))


def note(client):
    client.post("/watch/note", {"text": "a patient called Example"})
    return Entry.objects.get(kind="watch").index


def ask(client, index, reason="it names a patient", answer="ask"):
    return client.post(f"/record/{index}/erase", {"reason": reason, "answer": answer})


def word(client, index):
    found = re.search(
        r'name="word" value="(\d+)"', client.get(f"/record/{index}/erase").content.decode()
    )
    return int(found[1]) if found else None


def test_it_takes_the_password_again(owner, incident):
    index = note(owner)
    answer = browser(account("Officer", Role.RELEASING)).get(f"/record/{index}/erase")
    assert answer.status_code == 302
    assert "reauthenticate" in answer["Location"]


def test_one_officer_asks_and_another_erases(owner, officer, lawyer):
    index = note(owner)
    assert ask(officer, index).status_code == 302
    assert "it names a patient" in text(lawyer.get("/record/erasures"))
    lawyer.post(f"/record/{index}/erase", {"word": word(lawyer, index)})
    assert Entry.objects.get(index=index).kind == ""
    with open_record() as record:
        gone, stone = (next(record.entries(at)) for at in (index, record.size() - 1))
        assert record.verify().ok
    assert gone.payload is None
    tombstone = decode(stone.payload or b"")
    assert isinstance(tombstone, Erasure)
    assert tombstone.reason == "it names a patient"
    assert [name.partition(" (")[0] for name in tombstone.officers] == ["Officer", "Lawyer"]
    assert "Example" not in text(owner.get("/watch/"))
    assert lawyer.get(f"/record/{index}/erase").status_code == 404


def test_nobody_erases_what_they_asked_for_themselves(owner, officer):
    index = note(owner)
    ask(officer, index)
    asked = Entry.objects.get(kind="erasure-word").index
    assert word(officer, index) is None
    answer = officer.post(f"/record/{index}/erase", {"word": asked})
    assert answer.status_code == 422
    assert "a second officer has to erase it" in text(answer)
    assert Entry.objects.get(index=index).kind == "watch"


def test_who_read_an_older_word_has_to_read_the_new_one(owner, officer, lawyer):
    index = note(owner)
    ask(officer, index)
    read = word(lawyer, index)
    ask(officer, index, "for another reason")
    answer = lawyer.post(f"/record/{index}/erase", {"word": read})
    assert "Read it again" in text(answer)
    assert Entry.objects.get(index=index).kind == "watch"


def test_a_second_officer_can_be_against_it(owner, officer, lawyer):
    index = note(owner)
    ask(officer, index)
    read = word(lawyer, index)
    ask(lawyer, index, "it is evidence", "against")
    assert "it names a patient" not in text(lawyer.get("/record/erasures"))
    assert lawyer.post(f"/record/{index}/erase", {"word": read}).status_code == 422
    assert Entry.objects.get(index=index).kind == "watch"


def test_without_a_reason_nothing_is_asked_for(owner, officer):
    index = note(owner)
    answer = ask(officer, index, " ")
    assert answer.status_code == 422
    assert "Say why" in text(answer)
    assert not Entry.objects.filter(kind="erasure-word").exists()


@pytest.mark.parametrize("kind", ["role", "erasure"])
def test_what_decides_and_tombstones_cannot_be_asked_for(owner, officer, lawyer, kind):
    if kind == "erasure":
        index = note(owner)
        ask(officer, index)
        lawyer.post(f"/record/{index}/erase", {"word": word(lawyer, index)})
    index = Entry.objects.filter(kind=kind)[0].index
    answer = ask(officer, index)
    assert answer.status_code == 422
    assert "cannot be erased" in text(answer)


def test_nobody_erases_what_they_may_not_look_at(lawyer):
    imported = Entry.objects.filter(kind="import")[0].index  # evidence is for the technical side
    assert lawyer.get(f"/record/{imported}/erase").status_code == 403
    assert ask(lawyer, imported).status_code == 403


def test_an_incident_whose_report_was_erased_is_assessed_from_what_is_left(
    owner, incident, officer
):
    second = sure(browser(account("Second", Role.RELEASING)))
    imported = Entry.objects.get(kind="import").index
    ask(officer, imported)
    second.post(f"/record/{imported}/erase", {"word": word(second, imported)})
    incident.refresh_from_db()
    assert incident.reports == 0
    owner.post(f"/incidents/{incident.key}/assess")
    assert owner.get(f"/incidents/{incident.key}/").status_code == 200
