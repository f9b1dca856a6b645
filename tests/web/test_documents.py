"""From a draft to a file that may leave: completed, approved by somebody else, released."""

import io
import json
import re
import zipfile
from email import message_from_bytes

import pytest

from comity.access.roles import Role
from comity.node.models import Entry
from comity.node.projections import Tables
from comity.node.services import open_record
from comity.record.payload import Approval, Release, decode
from tests.node_cast import account, browser, upload

TYPED = "the desk, at any hour"


def text(answer):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", answer.content.decode()))


def field(answer, name):
    found = re.search(rf'name="{name}" value="([^"]*)"', answer.content.decode())
    assert found, name
    return found[1]


def take_up(client, incident, draft):
    answer = client.post(f"/incidents/{incident.key}/documents/new", {"draft": draft})
    assert answer.status_code == 302, text(answer)
    return answer["Location"]


def complete(client, page, typed=TYPED, marking="TLP:GREEN", first=None, **more):
    shown = client.get(page)
    blanks = list(re.findall(r'name="(blank-\w+)"', shown.content.decode()))
    return client.post(
        f"{page}complete",
        {
            "body": field(shown, "body"),
            "marking": marking,
            **dict.fromkeys(blanks, typed),
            **({blanks[0]: first} if first is not None else {}),
            **more,
        },
    )


def decide(client, page, answer="yes", role="releasing-officer", body=None, *, done=True):
    shown = client.get(page)
    ticks = re.findall(r'name="done" value="(\d+)"', shown.content.decode()) if done else []
    return client.post(
        f"{page}approve",
        {"body": body or field(shown, "body"), "role": role, "answer": answer, "done": ticks,
         "reason": "read twice", **stays(shown)},
    )  # fmt: skip


def release(client, page, **more):
    body = Entry.objects.filter(kind="document").order_by("-index")[0].body
    said = {"body": body, "reason": "each is needed", **stays(client.get(page))}
    return client.post(f"{page}release", said | more)


def stays(shown):
    """What a form asks for where personal data was found: each tick, and the list."""
    page = shown.content.decode()
    ticks = sorted(set(re.findall(r'name="stays" value="(\d+)"', page)))
    listed = re.search(r'name="personal_data" value="(\w+)"', page)
    return {"stays": ticks, "personal_data": listed[1]} if listed else {}


def ready(client, incident, draft="mitigation-fra", marking="TLP:GREEN"):
    page = take_up(client, incident, draft)
    assert complete(client, page, marking=marking).status_code == 302
    return page


def test_until_a_report_is_verified_only_documents_for_inside_can_be_taken_up(owner, incident):
    page = owner.get(f"/incidents/{incident.key}/documents/").content.decode()
    assert set(re.findall(r'name="draft" value="([^"]+)"', page)) == {"sitrep", "lessons"}


def test_a_document_leaves_after_somebody_else_approved_it(owner, officer, verified, record):
    page = ready(owner, verified)
    assert owner.get(f"{page}file.pdf").status_code == 404
    assert release(officer, page).status_code == 403  # not yet
    assert decide(officer, page).status_code == 302
    assert release(officer, page).status_code == 302
    pdf, again = (owner.get(f"{page}file.pdf").content for _ in range(2))
    assert pdf == again
    assert pdf.startswith(b"%PDF")
    with zipfile.ZipFile(io.BytesIO(owner.get(f"{page}file.docx").content)) as archive:
        words = archive.read("word/document.xml").decode()
    assert TYPED in words
    assert "not part of the document" not in words
    mail = message_from_bytes(owner.get(f"{page}file.eml").content)
    assert [part.get_filename() for part in mail.walk() if part.get_filename()] == [
        "mitigation-fra.pdf", "mitigation-fra.docx",
    ]  # fmt: skip
    entries = {e.index: decode(e.payload) for e in record.entries() if e.payload}
    out = next(p for p in entries.values() if isinstance(p, Release))
    approval = entries[out.approvals[0]]
    assert isinstance(approval, Approval)
    assert approval.body == out.body  # the exact hash that was read


def test_an_edit_voids_the_approval(owner, officer, verified):
    page = ready(owner, verified)
    decide(officer, page)
    assert complete(owner, page, marking="TLP:AMBER").status_code == 302
    assert release(officer, page).status_code == 403
    assert "still needs: releasing officer" in text(officer.get(page))


def test_whoever_read_an_older_version_is_asked_to_read_it_again(owner, officer, verified):
    page = ready(owner, verified)
    read = field(officer.get(page), "body")
    complete(owner, page, marking="TLP:AMBER")
    answer = decide(officer, page, body=read)
    assert answer.status_code == 403
    assert "Read it again" in text(answer)


def test_the_author_cannot_approve_even_as_releasing_officer(verified):
    both = browser(account("Both", Role.DUTY_OFFICER, Role.RELEASING))
    page = ready(both, verified)
    assert "You wrote a version of it" in text(both.get(page))
    body = Entry.objects.filter(kind="document").order_by("-index")[0].body
    answer = both.post(
        f"{page}approve",
        {"body": body, "role": "releasing-officer", "answer": "no", "reason": "x"},
    )
    assert answer.status_code == 403


def test_a_yes_takes_everything_on_the_list_to_be_done(owner, officer, verified):
    page = ready(owner, verified)
    answer = decide(officer, page, done=False)
    assert answer.status_code == 422
    assert "Tick each line" in text(answer)
    assert not Entry.objects.filter(kind="approval").exists()
    assert decide(officer, page, answer="no", done=False).status_code == 302
    assert release(officer, page).status_code == 403


def test_a_blank_that_is_left_keeps_it_inside(owner, officer, verified):
    page = take_up(owner, verified, "mitigation-fra")
    assert complete(owner, page, first="").status_code == 302
    shown = officer.get(page)
    assert "to fill in" in text(shown)
    assert "Release this version" not in text(shown)


def test_no_name_of_an_actor_gets_into_a_document_that_leaves(owner, verified):
    page = take_up(owner, verified, "mitigation-fra")
    answer = complete(owner, page, first="We believe that Sandworm did it")
    assert answer.status_code == 422
    assert "another decision" in text(answer)
    assert "We believe that Sandworm did it" in answer.content.decode()  # nothing typed is lost
    assert Entry.objects.filter(kind="document").count() == 1


def test_two_people_who_edit_at_once_lose_nothing(owner, verified):
    colleague = browser(account("Colleague", Role.DIPLOMAT))
    page = take_up(owner, verified, "mitigation-fra")
    read = field(colleague.get(page), "body")
    complete(owner, page)
    answer = complete(colleague, page, typed="their own words", body=read)
    assert answer.status_code == 422
    assert "meanwhile" in text(answer)


def test_a_statement_to_the_public_takes_an_officer_and_a_lawyer(owner, officer, lawyer, verified):
    page = ready(owner, verified, "public-statement", "TLP:CLEAR")
    decide(officer, page)
    assert release(officer, page).status_code == 403
    decide(lawyer, page, role="legal-adviser")
    assert release(officer, page).status_code == 302


def test_the_gate_keeps_in_what_its_marking_does_not_let_out(owner, officer, lawyer, verified):
    page = ready(owner, verified, "public-statement", "TLP:GREEN")
    decide(officer, page)
    decide(lawyer, page, role="legal-adviser")
    answer = release(officer, page)
    assert answer.status_code == 403
    assert "The gate keeps it in: TLP:GREEN" in text(answer)
    assert "The gate keeps it in" in text(officer.get(page))
    red = ready(owner, verified, marking="TLP:RED")
    decide(officer, red)
    assert "for persons who are named" in text(release(officer, red))


@pytest.mark.parametrize("marking", ["TLP:CLEAR", "TLP:AMBER", "TLP:AMBER+STRICT"])
def test_the_addressee_that_people_approved_may_get_it(owner, officer, verified, marking):
    page = ready(owner, verified, marking=marking)
    decide(officer, page)
    assert release(officer, page).status_code == 302


def test_in_an_emergency_one_officer_releases_and_another_reviews(officer, owner, verified):
    page = ready(owner, verified)
    unsaid = release(officer, page, alone="on", reason="")
    assert unsaid.status_code == 422
    assert release(officer, page, alone="on", reason="wiper spreads").status_code == 302
    assert "to be reviewed" in text(owner.get("/"))
    second = browser(account("Second", Role.RELEASING))
    assert decide(second, page).status_code == 302
    assert "to be reviewed" not in text(owner.get("/"))


def test_a_note_between_governments_never_leaves_alone(officer, owner, verified):
    page = ready(owner, verified, "note-verbale-fra")
    answer = release(officer, page, alone="on", reason="in a hurry")
    assert answer.status_code == 403
    assert "always takes a second person" in text(answer)


def test_how_it_was_carried_is_shown_as_asserted(owner, officer, verified):
    page = ready(owner, verified)
    said = {
        "way": "cable", "to": "Paris", "carrier": "the embassy", "carried_at": "2026-11-28T08:00Z",
        "evidence": "receipt 7", "answer": "",
    }  # fmt: skip
    assert owner.post(f"{page}carry", said).status_code == 422  # not released
    decide(officer, page)
    release(officer, page)
    odd = owner.post(f"{page}carry", said | {"carried_at": "this morning"})
    assert odd.status_code == 422
    assert "with its zone" in text(odd)
    assert owner.post(f"{page}carry", said).status_code == 302
    assert "sent (asserted) cable, 28 Nov 2026 08:00 UTC, to Paris" in text(owner.get(page))


def test_a_document_of_another_incident_is_not_found(owner, verified):
    page = take_up(owner, verified, "sitrep")
    other = page.replace(verified.key, "0b54b3a2-1111-4111-8111-000000000001")
    assert owner.get(other).status_code == 404
    assert owner.get(f"{page}file.exe").status_code == 404


MAIL = "write to ann@example.org or +33 1 42 68 53 00"


@pytest.fixture
def named(owner, verified):
    """A request that holds the address and the number of somebody."""
    page = take_up(owner, verified, "mitigation-fra")
    assert complete(owner, page, typed=MAIL).status_code == 302
    return page


def test_personal_data_is_shown_beside_the_text_before_anybody_decides(owner, officer, named):
    for client in (owner, officer):
        shown = text(client.get(named))
        assert "ann@example.org e-mail address: it has the form of an e-mail address" in shown
        assert "+33 1 42 68 53 00 telephone number" in shown
        assert "There may be more" in shown


def test_each_of_it_is_ticked_before_a_yes_and_before_a_release(owner, officer, named, record):
    ticks = stays(officer.get(named))
    assert len(ticks["stays"]) >= 2
    body = field(officer.get(named), "body")
    done = re.findall(r'name="done" value="(\d+)"', officer.get(named).content.decode())
    said = {"body": body, "role": "releasing-officer", "answer": "yes", "done": done,
            "reason": "they are to write to her"}  # fmt: skip
    for unread in ({}, ticks | {"stays": ticks["stays"][1:]}, {"stays": ticks["stays"]}):
        answer = officer.post(f"{named}approve", said | unread)
        assert answer.status_code == 422
    assert not Entry.objects.filter(kind="approval").exists()
    assert officer.post(f"{named}approve", said | ticks).status_code == 302
    assert officer.post(f"{named}release", {"body": body, "reason": "x"}).status_code == 422
    answer = release(officer, named, reason="")
    assert answer.status_code == 422
    assert release(officer, named).status_code == 302
    entries = [decode(e.payload) for e in record.entries() if e.payload]
    decisions = [one for one in entries if isinstance(one, Approval | Release)]
    assert [one.personal_data for one in decisions] == [ticks["personal_data"]] * 2


def test_a_no_takes_no_tick(owner, officer, named):
    body = field(officer.get(named), "body")
    said = {"body": body, "role": "releasing-officer", "answer": "no", "reason": "take her out"}
    assert officer.post(f"{named}approve", said).status_code == 302
    assert Entry.objects.filter(kind="approval").count() == 1


def test_in_an_emergency_it_is_read_all_the_same(owner, officer, named):
    unread = {"personal_data": "", "stays": []}
    answer = release(officer, named, alone="on", reason="wiper spreads", **unread)
    assert answer.status_code == 422
    assert release(officer, named, alone="on", reason="wiper spreads").status_code == 302


def test_a_list_that_grew_after_it_was_opened_is_read_again(owner, officer, verified):
    page = take_up(owner, verified, "mitigation-fra")
    complete(owner, page, typed="ask for Vera Neumann")
    ticks = stays(officer.get(page))
    account("Vera Neumann")  # a colleague now, whom the node knows by name
    answer = officer.post(
        f"{page}approve",
        {"body": field(officer.get(page), "body"), "role": "releasing-officer", "answer": "yes",
         "reason": "x", "done": ["0"], **ticks},
    )  # fmt: skip
    assert answer.status_code == 422
    assert "Vera Neumann" in text(answer)
    assert stays(answer) != ticks  # what is posted next is the list as it is now
    assert decide(officer, page).status_code == 302
    account("Anna Other")
    assert release(officer, page).status_code == 302


def test_a_person_whom_a_report_names_is_found(owner, officer, verified):
    bundle = {
        "type": "bundle", "id": "bundle--9f2f3c1e-0000-4000-8000-000000000001",
        "objects": [
            {"type": "identity", "spec_version": "2.1",
             "id": "identity--9f2f3c1e-0000-4000-8000-000000000002",
             "created": "2026-11-01T00:00:00.000Z", "modified": "2026-11-01T00:00:00.000Z",
             "name": "Jördis Muster", "identity_class": "individual"},
            {"type": "user-account", "spec_version": "2.1",
             "id": "user-account--9f2f3c1e-0000-4000-8000-000000000003",
             "account_login": "jmuster7"},
        ],
    }  # fmt: skip
    inside, page = (take_up(owner, verified, draft) for draft in ("sitrep", "mitigation-fra"))
    owner.post(
        f"/incidents/{verified.key}/reports",
        {"reports": [upload("people.json", json.dumps(bundle).encode())]},
    )
    assert "Personal data" not in text(owner.get(inside))  # it never leaves
    complete(owner, page, typed="the account jmuster7 of Jordis Muster")
    shown = text(officer.get(page))
    assert "Jördis Muster name of a person: a report names a person so" in shown
    assert "jmuster7 name of a user" in shown
    report = Entry.objects.filter(kind="import").order_by("-index")[0].index
    with open_record() as record:
        record.erase(report, "she asked", ("One", "Two"))
        Tables().catch_up(record)
    assert "Jördis Muster name of a person" not in text(officer.get(page))


def test_where_none_is_found_the_page_does_not_say_that_there_is_none(owner, officer, verified):
    page = ready(owner, verified, "note-verbale-fra")
    assert not stays(officer.get(page))
    assert "That does not say that there is none" in text(officer.get(page))


def test_a_draft_that_is_gone_says_so(owner, incident):
    answer = owner.post(
        f"/incidents/{incident.key}/documents/new", {"draft": "mitigation-fra"}, follow=True
    )
    assert "no such draft any more" in text(answer)


def test_a_document_for_inside_never_leaves(officer, owner, verified):
    page = ready(owner, verified, "sitrep")
    assert release(officer, page).status_code == 403
    assert owner.get(f"{page}file.pdf").status_code == 404


def test_who_wrote_a_version_does_not_approve_the_rest_once_it_is_erased(officer, owner, verified):
    page = ready(owner, verified, "mitigation-fra")
    assert complete(officer, page, marking="TLP:AMBER").status_code == 302
    written = Entry.objects.filter(kind="document").order_by("-index")[0].index
    with open_record() as record:
        record.erase(written, "a name in it", ("One", "Two"))
    owner.post(f"/incidents/{verified.key}/assess")  # whoever writes brings the tables up to date
    assert decide(officer, page).status_code != 302
    assert not Entry.objects.filter(kind="approval").exists()
    assert "You wrote a version of it" in text(officer.get(page))


def test_the_operator_may_ask_for_more_approvals_and_says_so_on_the_page(
    officer, lawyer, owner, verified, home
):
    (home / "approvals.toml").write_text(
        '["tpl.mitigation"]\napprovals = [["releasing-officer"], ["legal-adviser"]]\n'
    )
    page = ready(owner, verified, "mitigation-fra")
    decide(officer, page)
    assert release(officer, page).status_code == 403
    assert "still needs" in text(officer.get(page))
    decide(lawyer, page, role="legal-adviser")
    assert release(officer, page).status_code == 302


def test_a_rule_that_asks_for_less_stops_the_work_on_documents_in_a_sentence(
    officer, owner, verified, home
):
    page = ready(owner, verified, "mitigation-fra")
    (home / "approvals.toml").write_text("[external]\napprovals = []\n")
    answer = officer.get(page)
    assert answer.status_code == 422
    assert "never less" in text(answer)
    assert owner.get("/").status_code == 422
