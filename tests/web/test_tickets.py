"""Numbers that an incident has in other systems: noted, found, taken off."""

import pytest

from comity.access.roles import Act, Actor, Role, may
from comity.actions.tickets import note_ticket, take_off
from comity.errors import BadInput, Refused
from comity.node import papers, search
from comity.node.models import Account, Entry, Incident
from comity.node.projections import Tables
from tests.node_cast import account, browser
from tests.web.test_jobs import text

RTIR = {"system": "rtir", "number": "4711", "url": "", "reason": ""}
HIVE = {"system": "thehive", "number": "AV-12/b", "url": "https://hive.example.org/cases/12",
        "reason": "opened by the night shift"}  # fmt: skip


def case_of(incident):
    return f"/incidents/{incident.key}/"


def note(client, incident, said=RTIR, **changed):
    return client.post(f"{case_of(incident)}tickets", said | changed)


def off(client, incident, said=RTIR, reason="merged over there"):
    wanted = {name: said[name] for name in ("system", "number")}
    return client.post(f"{case_of(incident)}tickets/off", wanted | {"reason": reason})


def found(words):
    return list(search.incidents(words).values_list("title", flat=True))


@pytest.fixture
def desk(incident):
    person = Account.objects.get(name="Owner")
    actor = Actor(str(person.key), "Owner", frozenset(), second_factor=True)
    with papers.desk_of(actor, person.signature) as desk:
        yield desk


def test_what_is_noted_stands_on_the_summary_with_who_noted_it(owner, incident):
    assert "None is noted" in text(owner.get(case_of(incident)))
    assert note(owner, incident).status_code == 302
    assert note(owner, incident, HIVE).status_code == 302
    shown = text(owner.get(case_of(incident)))
    assert "RTIR 4711 Owner" in shown
    assert "TheHive AV-12/b https://hive.example.org/cases/12 opened by the night shift" in shown
    assert "number in another system: + rtir: 4711" in text(
        owner.get(f"{case_of(incident)}timeline")
    )


def test_the_address_is_text_and_no_link(owner, incident):
    note(owner, incident, HIVE)
    assert 'href="https://hive' not in owner.get(case_of(incident)).content.decode()


def test_an_incident_is_found_by_its_number_until_it_is_taken_off(owner, incident):
    note(owner, incident)
    assert found("4711") == [incident.title]
    assert found("RTIR 4711") == [incident.title]
    assert found("rtir 4712") == []
    assert incident.title in text(owner.get("/search?q=4711"))
    assert off(owner, incident).status_code == 302
    assert found("4711") == []
    assert "RTIR 4711" not in text(owner.get(case_of(incident)))
    note(owner, incident)
    assert found("4711") == [incident.title]
    assert "RTIR 4711" in text(owner.get(case_of(incident)))


def test_one_number_taken_off_leaves_the_same_number_of_another_system(owner, incident):
    note(owner, incident)
    note(owner, incident, system="other")
    off(owner, incident)
    assert found("4711") == [incident.title]
    assert "another system 4711" in text(owner.get(case_of(incident)))


def test_the_same_number_is_noted_once_and_another_address_takes_the_place_of_the_first(
    owner, incident
):
    note(owner, incident, HIVE)
    answer = note(owner, incident, HIVE)
    assert answer.status_code == 403
    assert "noted already" in text(answer)
    note(owner, incident, HIVE, url="https://hive.example.org/cases/13")
    shown = text(owner.get(case_of(incident)))
    assert shown.count("TheHive AV-12/b https") == 1
    assert "cases/13" in shown


def test_a_number_that_is_not_there_is_not_taken_off_and_none_is_without_a_reason(owner, incident):
    assert "has no such number" in text(off(owner, incident))
    note(owner, incident)
    answer = off(owner, incident, reason=" ")
    assert answer.status_code == 422
    assert "Say why" in text(answer)
    assert "RTIR 4711" in text(answer)


def test_a_number_of_an_incident_is_none_of_another(owner, incident, desk):
    note(owner, incident)
    with pytest.raises(Refused, match="no such incident"):
        note_ticket(desk, incident="nowhere", system="rtir", number="1", url=None, reason="")
    assert Entry.objects.filter(kind="ticket").count() == 1


@pytest.mark.parametrize(
    "changed",
    [
        {"number": ""}, {"number": "<b>"}, {"number": "4711\u202e"}, {"number": "x" * 61},
        {"number": "a\nb\0"}, {"url": "http://hive.example.org"}, {"url": "javascript:alert(1)"},
        {"url": "https://hive.example.org/ x"}, {"url": "https://" + "x" * 400},
        {"system": "jira"},
    ],
)  # fmt: skip
def test_what_is_no_number_or_no_address_is_not_recorded(owner, incident, desk, changed):
    assert note(owner, incident, HIVE, **changed).status_code == 422
    with pytest.raises(BadInput):
        note_ticket(desk, incident=incident.key, **(HIVE | changed))
    assert not Entry.objects.filter(kind="ticket").exists()


def test_signs_that_systems_write_around_a_number_make_no_other_number(desk, incident):
    said = {"incident": incident.key, "system": "rtir", "reason": ""}
    note_ticket(desk, number=" #4711 ", url=None, **said)
    with pytest.raises(Refused, match="already"):
        note_ticket(desk, number="4711", url=None, **said)
    take_off(desk, incident=incident.key, system="rtir", number="4711", reason="merged")


@pytest.mark.parametrize("role", Role)
def test_who_may_state_facts_notes_numbers_and_who_reads_incidents_reads_them(
    owner, incident, role
):
    note(owner, incident, HIVE)
    client = browser(account("Colleague", role))
    person = Actor("x", "x", frozenset({role}), second_factor=True)
    reads, states = (may(person, act).allowed for act in (Act.READ_INCIDENTS, Act.STATE_FACTS))
    page = client.get(case_of(incident))
    assert ("AV-12/b" in text(page)) is reads
    assert ("Note a number" in text(page)) is states
    assert (note(client, incident).status_code == 302) is states
    assert (off(client, incident, HIVE).status_code == 302) is states


def test_an_erased_entry_has_said_nothing(owner, incident, record):
    note(owner, incident)
    record.erase(Entry.objects.get(kind="ticket").index, "a spill", ("Officer", "Another"))
    Tables().catch_up(record)
    assert found("4711") == []
    assert "None is noted" in text(owner.get(case_of(incident)))
    assert Incident.objects.get() == incident
