"""A guest reads what was released to their organisation or to everybody, and nothing else."""

import hashlib

import pytest

from comity.access.roles import Act, Actor, Role
from comity.actions.people import grant
from comity.node.guests import change_organisation
from comity.node.models import Entry
from comity.node.projections import Tables
from comity.node.services import now, open_record
from tests.api.asking import ask, token_of
from tests.node_cast import account, browser
from tests.web.sharing import CHOICE, CLEAR, released
from tests.web.test_documents import decide, ready, release, text


@pytest.fixture
def administrator(home):
    made = account("Administrator", Role.ADMINISTRATOR)
    return Actor(str(made.key), made.name, frozenset({Role.ADMINISTRATOR}), second_factor=True)


@pytest.fixture
def reads_for(administrator):
    """Makes a guest of an organisation; returns account and browser."""

    def made(organisation, name="Guest"):
        person = account(name, Role.GUEST)
        change_organisation(administrator, "Administrator", person, organisation, "liaison")
        return person, browser(person)

    return made


@pytest.fixture
def to_france(owner, officer, verified):
    """A request to a state that was approved and released."""
    page = ready(owner, verified, marking="TLP:AMBER")
    assert decide(officer, page).status_code == 302
    assert release(officer, page).status_code == 302
    return Entry.objects.get(kind="release").document


def test_a_guest_reads_what_was_released_to_their_organisation(to_france, reads_for):
    _person, guest = reads_for("France")
    assert guest.get("/")["Location"] == "/released/"
    assert "Request" in text(guest.get("/released/"))
    page = guest.get(f"/released/{to_france}/")
    assert page.status_code == 200
    assert "TLP:AMBER" in text(page)
    answer = guest.get(f"/released/{to_france}/file.pdf")
    assert answer.content.startswith(b"%PDF")
    assert guest.get(f"/released/{to_france}/file.eml").status_code == 404


@pytest.mark.parametrize("organisation", ["Spain", None])
def test_a_guest_of_another_organisation_or_of_none_sees_nothing_of_it(
    to_france, reads_for, organisation
):
    _person, guest = reads_for(organisation)
    assert "Nothing yet" in text(guest.get("/released/"))
    for page in ("", "file.pdf"):
        assert guest.get(f"/released/{to_france}/{page}").status_code == 404


def test_before_its_release_no_guest_sees_it(owner, officer, verified, reads_for):
    page = ready(owner, verified)
    decide(officer, page)
    _person, guest = reads_for("France")
    document = Entry.objects.filter(kind="document")[0].document
    assert guest.get(f"/released/{document}/").status_code == 404


def test_a_guest_whose_organisation_changed_reads_for_the_new_one(
    to_france, reads_for, administrator
):
    person, guest = reads_for("France")
    change_organisation(administrator, "Administrator", person, None, "left the embassy")
    assert guest.get(f"/released/{to_france}/").status_code == 404
    assert Entry.objects.filter(kind="affiliation").count() == 2


def test_what_was_erased_after_its_release_takes_nothing_else_from_a_guest(
    to_france, owner, officer, verified, reads_for, record
):
    gone = Entry.objects.get(kind="document", body=Entry.objects.get(kind="release").body).index
    page = ready(owner, verified, "notification-fra", marking="TLP:AMBER")
    assert decide(officer, page).status_code == 302
    assert release(officer, page).status_code == 302
    other = Entry.objects.filter(kind="release").latest("index").document
    _person, guest = reads_for("France")
    assert to_france in guest.get("/released/").content.decode()
    record.erase(gone, "it named a patient", ("one", "another"))
    Tables().catch_up(record)
    answer = guest.get("/released/")
    assert answer.status_code == 200
    assert other in answer.content.decode()
    assert to_france not in answer.content.decode()
    assert guest.get(f"/released/{to_france}/").status_code == 404


def test_a_bundle_is_read_by_guests_of_its_recipient_alone(owner, officer, case, reads_for):
    released(owner, officer, case)
    document = Entry.objects.get(kind="release").document
    _one, friend = reads_for(CHOICE["name"], "Friend")
    _two, other = reads_for("Somebody else", "Other")
    answer = friend.get(f"/released/{document}/file.json")
    assert hashlib.sha256(answer.content).hexdigest() == Entry.objects.get(kind="release").body
    assert CLEAR["id"].encode() in answer.content
    assert friend.get(f"/released/{document}/").status_code == 200
    assert other.get(f"/released/{document}/file.json").status_code == 404


def test_a_guest_without_the_role_any_more_reads_nothing(to_france, reads_for):
    person, guest = reads_for("France")
    with open_record() as record:
        grant(
            record, account=str(person.key), name=person.name, role=Role.GUEST, granted=False,
            reason="left", by="operator (local)", at=now(),
        )  # fmt: skip
        Tables().catch_up(record)
    assert guest.get(f"/released/{to_france}/").status_code == 403


def test_a_program_of_a_guest_takes_the_same_and_no_more(to_france, reads_for):
    person, _guest = reads_for("France")
    token = token_of(person, {Act.READ_RELEASED})
    found = ask("GET", "released", token).done()["released"]
    assert [one["document"] for one in found] == [to_france]
    assert set(found[0]) == {"document", "title", "released_at", "body", "forms"}
    assert ask("GET", f"released/{to_france}/file/pdf", token).body.startswith(b"%PDF")
    ask("GET", f"released/{to_france}/file/json", token).refused(404)
    ask("GET", "incidents", token).refused(403)


def test_an_administrator_says_for_whom_a_guest_reads_at_a_page(reads_for, administrator, home):
    person = account("Liaison", Role.GUEST)
    boss = browser(account("Boss", Role.ADMINISTRATOR))
    boss.post("/accounts/reauthenticate/", {"password": "correct horse battery staple"})
    page = f"/people/{person.key}/"
    assert "Reads what was released to everybody" in text(boss.get(f"{page}roles"))
    answer = boss.post(f"{page}organisation", {"organisation": " France ", "reason": "liaison"})
    assert answer.status_code == 302
    assert "Reads what was released to France" in text(boss.get(f"{page}roles"))
    answer = boss.post(f"{page}organisation", {"organisation": "Spain", "reason": ""})
    assert answer.status_code == 422
    assert "Spain" in answer.content.decode()
