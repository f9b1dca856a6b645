"""What was kept as long as the rules say goes on the word of two officers, and never by itself."""

import datetime as dt
import re

import pytest

from comity.access.roles import Actor, Role
from comity.actions import retention as actions
from comity.errors import Refused
from comity.node import projections, retention
from comity.node.models import Account, Entry
from comity.node.papers import desk_of
from comity.node.projections import Tables, roles_of
from comity.node.services import now, open_record
from comity.node.work import prune
from comity.record.payload import Erasure, Hold, Import, WatchNote, decode, encode, sha256_hex
from comity.record.payload import Incident as Opening
from comity.record.store import NO_BLOBS
from comity.web.retention import AT_ONCE
from tests.node_cast import account, browser
from tests.tables import state

OLD = "0b54b3a2-1111-4111-8111-000000000009"
LONG_AGO = now() - dt.timedelta(days=400)


def text(answer):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", answer.content.decode()))


def sure(client):
    client.post("/accounts/reauthenticate/", {"password": "correct horse battery staple"})
    return client


@pytest.fixture
def officer(incident):
    return sure(browser(account("Officer", Role.RELEASING)))


@pytest.fixture
def lawyer(incident):
    return sure(browser(account("Lawyer", Role.LEGAL)))


@pytest.fixture
def rule(home):
    (home / "retention.toml").write_text("[days]\nwatch = 365\n")


def notes(count=1, incident=None, at=LONG_AGO):
    """Old notes of the watch; the first of their entries."""
    bodies = [f"note {n}".encode() for n in range(count)]
    words = [
        encode(
            WatchNote(
                at=at, by="Owner", account="77aa", incident=incident, blobs=(sha256_hex(body),)
            )
        )
        for body in bodies
    ]
    return append(words, {sha256_hex(body): body for body in bodies})


def append(payloads, blobs=NO_BLOBS):
    """Write to the record as if it had been then; return the first entry."""
    with open_record() as record:
        appended = record.append(payloads, blobs)
        Tables().catch_up(record)
    return appended.first_index


def button(client):
    found = re.search(
        r'name="erase" value="(\d+)"', client.get("/record/retention").content.decode()
    )
    return {"erase": found[1]} if found else None


def post(client, **said):
    return client.post("/record/retention/watch", said, follow=True)


def _actor(person):
    key = str(person.key)
    return Actor(key, person.name, roles_of(key), second_factor=True)


def _hold(incident, *, held):
    return Hold(at=LONG_AGO, by="Owner", incident=incident, account="77aa", held=held, reason="x")


def tombstones():
    with open_record() as record:
        found = [decode(one.payload) for one in record.entries() if one.payload]
    return [one for one in found if isinstance(one, Erasure)]


def test_without_a_rule_nothing_is_due_and_the_page_says_how_to_write_one(officer, owner):
    notes()
    page = text(officer.get("/record/retention"))
    assert "retention.toml" in page
    assert "due to be erased" not in text(officer.get("/"))
    assert "no such rule" in text(post(officer))


def test_one_officer_asks_by_the_rule_and_another_erases_one_tombstone_each(officer, lawyer, rule):
    first = notes(3)
    notes(at=now())  # not due
    assert "3 entries are due to be erased" in text(officer.get("/"))
    assert "Due: 3, of which asked for: 0" in text(officer.get("/record/retention"))
    assert "Another officer has to look" in text(post(officer))
    assert button(officer) is None
    assert "a second officer has to erase" in text(officer.get("/record/retention"))
    assert "Erased." in text(post(lawyer, **(button(lawyer) or {})))
    assert not Entry.objects.filter(index__in=range(first, first + 3), kind="watch").exists()
    assert Entry.objects.filter(kind="watch").count() == 1
    stones = tombstones()
    assert [stone.index for stone in stones] == [first, first + 1, first + 2]
    for stone in stones:
        assert stone.rule == stone.reason == "retention: watch, 365 days"
        assert [name.partition(" (")[0] for name in stone.officers] == ["Officer", "Lawyer"]
    with open_record() as record:
        assert record.verify().ok


def test_nobody_erases_by_a_rule_what_they_asked_for_themselves(officer, rule):
    notes()
    post(officer)
    word = Entry.objects.get(kind="erasure-word").index
    assert "Nobody else asks for it" in text(post(officer, erase=str(word)))
    assert tombstones() == []


def test_nobody_is_asked_twice_for_the_same(officer, rule):
    notes()
    post(officer)
    assert "Nothing is due" in text(post(officer))
    assert Entry.objects.filter(kind="erasure-word").count() == 1


def test_what_was_asked_for_after_the_second_officer_looked_waits(officer, lawyer, rule):
    notes()
    post(officer)
    seen = button(lawyer) or {}
    later = notes()
    post(officer)
    assert "Erased." in text(post(lawyer, **seen))
    assert [stone.index for stone in tombstones()] == [later - 2]
    assert Entry.objects.get(index=later).kind == "watch"


def test_a_long_list_goes_press_by_press_and_says_what_is_left(officer, lawyer, rule):
    notes(AT_ONCE + 2)
    post(officer)
    assert "2 more wait: go on" in text(post(lawyer, **(button(lawyer) or {})))
    assert len(tombstones()) == AT_ONCE
    assert "The tombstones stay" in text(post(lawyer, **(button(lawyer) or {})))
    assert len(tombstones()) == AT_ONCE + 2


def test_the_last_change_of_the_incident_counts_not_the_age_of_the_entry(officer, incident, rule):
    notes(incident=incident.key)  # an old note of a case that was changed today
    assert "Due: 0" in text(officer.get("/record/retention"))


def test_a_rule_with_other_days_is_another_rule(officer, lawyer, rule, home):
    notes()
    post(officer)
    (home / "retention.toml").write_text("[days]\nwatch = 390\n")
    assert button(lawyer) is None
    assert "of which asked for: 0" in text(lawyer.get("/record/retention"))


def test_who_may_not_look_at_a_kind_asks_for_none_of_it(officer, lawyer, home):
    (home / "retention.toml").write_text("[days]\nimport = 365\n")
    old = Import(
        at=LONG_AGO, by="Owner", source=sha256_hex(b"a report"), file_name="old.txt",
        reader="text/1", losses=(), objects=(),
    )  # fmt: skip
    append([encode(old)], {old.source: b"a report"})
    assert "for other roles" in text(lawyer.get("/record/retention"))
    answer = lawyer.post("/record/retention/import", follow=True)
    assert "for other roles" in text(answer)
    assert not Entry.objects.filter(kind="erasure-word").exists()
    assert "old.txt" in text(officer.get("/record/retention"))


def test_a_hold_stops_the_rules_for_its_incident_until_it_is_lifted(officer, rule):
    append([encode(Opening(at=LONG_AGO, by="Owner", incident=OLD, title="Long over"))])
    notes(incident=OLD)
    assert "Due: 1," in text(officer.get("/record/retention"))
    append([encode(_hold(OLD, held=True))])
    assert "Due: 0," in text(officer.get("/record/retention"))
    append([encode(_hold(OLD, held=False))])
    assert "Due: 1," in text(officer.get("/record/retention"))


def test_a_hold_is_shown_on_the_incident_and_in_the_list(officer, lawyer, incident):
    page = f"/incidents/{incident.key}/hold"
    assert lawyer.post(page, {"held": "yes", "reason": "case 7/26"}).status_code == 302
    assert "case 7/26" in text(officer.get("/record/retention"))
    assert "On hold since" in text(officer.get(f"/incidents/{incident.key}/"))
    report = Entry.objects.filter(kind="import")[0].index
    assert "Its incident is on hold: case 7/26" in text(officer.get(f"/record/{report}/erase"))
    again = lawyer.post(page, {"held": "yes", "reason": "x"})
    assert again.status_code == 422
    assert "on hold already" in text(again)
    assert lawyer.post(page, {"held": "no", "reason": "closed"}).status_code == 302
    assert "On hold since" not in text(officer.get(f"/incidents/{incident.key}/"))


def test_a_hold_that_came_between_look_and_press_still_stops_it(officer, lawyer, incident, rule):
    person = Account.objects.get(name="Lawyer")
    first = notes(incident=OLD)
    post(officer)
    with desk_of(_actor(person), person.signature) as desk:
        (one,) = retention.due(desk)
        (asked,) = one.for_second(desk.actor)
        desk.record.append([encode(_hold(OLD, held=True))])
        with pytest.raises(Refused, match="on hold"):
            actions.erase(desk, one.rule, asked)
    assert Entry.objects.get(index=first).kind == "watch"


def test_a_hold_takes_a_reason_and_cannot_be_erased(officer, lawyer, incident):
    assert lawyer.post(f"/incidents/{incident.key}/hold", {"held": "yes"}).status_code == 422
    lawyer.post(f"/incidents/{incident.key}/hold", {"held": "yes", "reason": "case 7/26"})
    index = Entry.objects.get(kind="hold").index
    answer = officer.post(f"/record/{index}/erase", {"reason": "x", "answer": "ask"})
    assert "cannot be erased" in text(answer)


def test_the_nightly_work_erases_nothing(officer, rule):
    notes()
    post(officer)
    with open_record() as record:
        before = record.size()
        prune()
        assert record.size() == before


def test_a_file_that_is_wrong_is_said_and_nothing_is_due_by_it(officer, home):
    notes()
    (home / "retention.toml").write_text("[days]\nrole = 1\n")
    answer = officer.get("/record/retention")
    assert answer.status_code == 422
    assert "role has no rule" in text(answer)


def test_made_anew_the_tables_say_the_same(officer, lawyer, incident, rule):
    notes(2)
    post(officer)
    lawyer.post(f"/incidents/{incident.key}/hold", {"held": "yes", "reason": "case 7/26"})
    post(lawyer, **(button(lawyer) or {}))
    before = state()
    projections.drop()
    with open_record() as record:
        Tables().catch_up(record)
    assert state() == before
