"""Limits that came with a report: the gate asks for them of whatever leaves."""

import pytest

from comity.node.models import Entry, Incident
from comity.record.payload import Handling, unpack
from tests.node.test_received import open_with
from tests.web.sharing import CHOICE, CLEAR, released, sent
from tests.web.test_documents import decide, ready, text
from tests.web.test_documents import release as release_document

LONG_AGO, FAR = "2026-01-01T08:00Z", "2199-01-01T08:00+02:00"
SAID = {"answer": "limits", "said_by": "their duty officer, by e-mail"}
LIFTED = SAID | {"answer": "lifted"}


@pytest.fixture
def note(owner, case):
    """Note limits of the report of the case, or lift them."""
    report = Entry.objects.get(kind="import").index

    def noting(said):
        return owner.post(f"{case}sharing/handling", {"report": report} | said)

    return noting


def test_nothing_of_a_report_leaves_before_its_embargo_ends(note, owner, case):
    assert note(SAID | {"embargo_until": FAR}).status_code == 302
    assert "nothing leaves before 1 Jan 2199 06:00 UTC" in text(owner.get(f"{case}sharing/"))
    shown = text(owner.get(f"{case}sharing/new", CHOICE))
    assert "it is under embargo until 2199-01-01T06:00:00" in shown
    assert "Nothing of what you chose may leave" in text(owner.post(f"{case}sharing/new", CHOICE))
    assert not Entry.objects.filter(kind="bundle").exists()


def test_what_was_released_does_not_leave_once_an_embargo_is_noted(note, owner, officer, case):
    page = released(owner, officer, case)
    note(SAID | {"embargo_until": FAR})
    answer = owner.get(f"{page}bundle.json")
    assert answer.status_code == 403
    assert "a time limit has changed" in text(answer)
    assert note(LIFTED).status_code == 302
    assert CLEAR["id"] in {one["id"] for one in sent(owner, page)}


def test_an_embargo_that_is_over_and_an_end_to_come_stop_nothing(note, owner, officer, case):
    note(SAID | {"embargo_until": LONG_AGO, "expires": FAR})
    page = released(owner, officer, case)
    assert CLEAR["id"] in {one["id"] for one in sent(owner, page)}


def test_nothing_leaves_after_the_time_for_sharing(note, owner, case):
    note(SAID | {"expires": LONG_AGO})
    assert "it was to be shared until" in text(owner.get(f"{case}sharing/new", CHOICE))


def test_what_is_kept_for_a_circle_goes_to_its_members_alone(note, owner, officer, case):
    note(SAID | {"circle": "Somebody else\ncsirt of  a NEIGHBOUR\n"})
    page = released(owner, officer, case)
    assert CLEAR["id"] in {one["id"] for one in sent(owner, page)}
    for stranger in (CHOICE | {"name": "A stranger"}, CHOICE | {"whom": "public"}):
        shown = text(owner.get(f"{case}sharing/new", stranger))
        assert "it is kept for Somebody else, csirt of a NEIGHBOUR" in shown


def test_the_last_word_counts_alone(note, owner, case):
    note(SAID | {"embargo_until": FAR})
    note(SAID | {"circle": CHOICE["name"]})
    assert "goes 1" in text(owner.get(f"{case}sharing/new", CHOICE))


@pytest.mark.parametrize(
    ("said", "status", "says"),
    [
        (SAID, 422, "Say what the limits are"),
        (LIFTED | {"expires": FAR}, 422, "Empty the limits"),
        (LIFTED, 403, "No limit is noted of this report"),
        (SAID | {"embargo_until": "tomorrow"}, 422, "Type a time with its zone"),
        (SAID | {"embargo_until": "2026-01-31T08:00"}, 422, "Type a time with its zone"),
        (SAID | {"embargo_until": FAR, "expires": LONG_AGO}, 422, "ends before the embargo does"),
        (SAID | {"circle": "\n".join(map(str, range(51)))}, 422, "at most 50 organisations"),
        (SAID | {"circle": "x", "said_by": " "}, 422, "required"),
    ],
)
def test_limits_with_a_fault_say_so_and_keep_what_was_typed(note, said, status, says):
    answer = note(said | {"reason": "by telephone"})
    assert answer.status_code == status
    assert says in text(answer)
    assert "by telephone" in answer.content.decode()
    assert not Entry.objects.filter(kind="handling").exists()


LOADER = f"[file:hashes.'SHA-256' = '{'ab' * 32}']"
CALLED_BACK = {
    "report.verified": "yes", "victim.state": "Estonia", "origin.territories": "France",
    "source": "called back at ten",
}  # fmt: skip


def test_a_document_that_lists_indicators_is_kept_in_too(owner, officer):
    open_with(owner, CLEAR | {"pattern": LOADER, "indicator_types": ["malicious-activity"]})
    incident = Incident.objects.get()
    case = f"/incidents/{incident.key}/"
    owner.post(f"{case}facts", CALLED_BACK)
    page = ready(owner, incident)
    assert "ab" * 32 in text(owner.get(page))
    decide(officer, page)
    said = SAID | {"report": Entry.objects.get(kind="import").index}
    owner.post(f"{case}sharing/handling", said | {"embargo_until": FAR})
    answer = release_document(officer, page)
    assert answer.status_code == 403
    assert "under embargo until" in text(answer)
    owner.post(f"{case}sharing/handling", said | {"circle": "Somebody else"})
    assert "it is kept for Somebody else" in text(release_document(officer, page))
    owner.post(f"{case}sharing/handling", said | {"circle": "Somebody else\nFrance"})
    assert release_document(officer, page).status_code == 302


def test_a_document_without_indicators_is_for_people_to_judge(owner, officer, verified):
    page = ready(owner, verified)
    decide(officer, page)
    said = SAID | {"report": Entry.objects.get(kind="import").index, "embargo_until": FAR}
    assert owner.post(f"/incidents/{verified.key}/sharing/handling", said).status_code == 302
    assert release_document(officer, page).status_code == 302


def test_a_limit_stands_in_the_record_with_who_said_so(note, record):
    note(SAID | {"embargo_until": FAR, "circle": "One\nTwo"})
    entry = next(record.entries(Entry.objects.get(kind="handling").index))
    kept = unpack(entry.payload, record.blob)
    assert isinstance(kept, Handling)
    assert kept.circle == ("One", "Two")
    assert kept.said_by == SAID["said_by"]
