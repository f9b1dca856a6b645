"""From a file to a dossier in the browser, and what is said when it cannot be."""

import datetime as dt
import re

import pytest

from comity.access.roles import Role
from comity.node.models import Entry, Incident, Job
from comity.node.projections import Tables
from comity.record.payload import Incident as Opening
from comity.record.payload import encode
from comity.web.incidents import PAGE
from tests.node_cast import account, browser, shipped_bundle, upload, without_a_worker


def text(answer):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", answer.content.decode()))


def test_a_report_becomes_an_incident_with_a_dossier(owner, incident):
    page = owner.get(f"/incidents/{incident.key}/")
    assert page.status_code == 200
    assert "Ransomware (demo)" in text(page)
    assert "Not known yet: find this out first" in text(page)
    assert incident.reports == 1
    assert not incident.stale


@pytest.mark.parametrize(
    ("files", "says"),
    [([], "Choose at least one file"), ([("empty.txt", b"")], "empty.txt is empty")],
)
def test_a_form_that_lacks_something_says_so_and_the_title_stays(owner, files, says):
    answer = owner.post(
        "/incidents/new",
        {"title": "A title that took thought", "reports": [upload(*file) for file in files]},
    )
    assert answer.status_code == 422
    assert says in text(answer)
    assert 'value="A title that took thought"' in answer.content.decode()
    assert not Job.objects.exists()


def test_markup_in_titles_and_file_names_is_shown_as_typed(owner):
    owner.post(
        "/incidents/new",
        {"title": "<script>alert(1)</script>",
         "reports": [upload("<img src=x>.json", shipped_bundle())]},
    )  # fmt: skip
    key = Incident.objects.get().key
    for path in ("/", "/incidents/", f"/incidents/{key}/", f"/incidents/{key}/reports", "/record/"):
        page = owner.get(path).content.decode()
        assert "<script>alert" not in page, path
        assert "<img src=x>" not in page, path


def test_a_dossier_that_does_not_know_something_yet_says_so(owner, incident):
    without_a_worker(
        owner, f"/incidents/{incident.key}/facts", {"data.personal": "yes", "source": "a call"}
    )
    page = f"/incidents/{incident.key}/"
    assert "being worked on" in text(owner.get(page))
    Job.objects.order_by("-pk")[0].delete()
    assert "does not know yet" in text(owner.get(page))
    assert "To assess again" in text(owner.get("/"))
    owner.post(f"{page}assess")
    assert "does not know yet" not in text(owner.get(page))


def state(client, incident, **answers):
    named = {name.replace("__", "."): value for name, value in answers.items()}
    return client.post(f"/incidents/{incident.key}/facts", {"source": "call at ten", **named})


def test_a_fact_that_somebody_states_changes_the_dossier(owner, incident):
    assert state(
        owner, incident, victim__state="Estonia", data__personal="yes",
        incident__aware_at="2026-11-27T08:00Z", victim__is_controller="yes",
    ).status_code == 302  # fmt: skip
    assert "Notify the data protection authority" in text(owner.get("/"))


def test_two_people_who_disagree_make_a_fact_disputed_and_nobody_overwrites(owner, incident):
    colleague = browser(account("Colleague", Role.ANALYST))
    state(owner, incident, data__personal="yes")
    state(colleague, incident, data__personal="no")
    assert "Personal data affected: disputed" in text(owner.get(f"/incidents/{incident.key}/"))
    shown = owner.get(f"/incidents/{incident.key}/facts")
    assert re.search(r"yes : Owner \(.*no : Colleague \(", text(shown))
    # In the form stands the owner's own word, not the other's.
    assert '<option value="yes" selected' in shown.content.decode()


def test_a_later_word_of_the_same_person_takes_the_place_of_the_earlier(owner, incident):
    state(owner, incident, data__personal="yes")
    state(owner, incident, data__personal="no")
    page = text(owner.get(f"/incidents/{incident.key}/"))
    assert "Personal data affected: no" in page


def test_a_word_can_be_taken_back(owner, incident):
    state(owner, incident, data__personal="yes")
    state(owner, incident, data__personal="")
    assert "Personal data affected: not known" in text(owner.get(f"/incidents/{incident.key}/"))


def test_an_answer_that_does_not_fit_is_said_beside_its_question_and_the_rest_stays(
    owner, incident
):
    answer = state(owner, incident, incident__aware_at="yesterday", victim__state="Estonia")
    assert answer.status_code == 422
    assert "type a time such as" in text(answer)
    assert 'value="Estonia"' in answer.content.decode()
    assert not Entry.objects.filter(kind="statement").exists()


def test_a_statement_without_a_source_is_refused(owner, incident):
    answer = owner.post(f"/incidents/{incident.key}/facts", {"data.personal": "yes", "source": ""})
    assert answer.status_code == 422
    assert not Entry.objects.filter(kind="statement").exists()


def test_an_unchanged_form_records_nothing(owner, incident):
    answer = state(owner, incident)
    assert answer.status_code == 422
    assert "Nothing was changed" in text(answer)


@pytest.fixture
def many(owner, record):
    """A page of incidents and one more, each opened a day after the one before."""
    first = dt.datetime(2026, 3, 2, 9, tzinfo=dt.UTC)
    record.append(
        [
            encode(
                Opening(
                    at=first + dt.timedelta(days=number), by="Colleague (x)",
                    incident=f"0b54b3a2-1111-4111-8111-{number:012d}",
                    title=f"Number {number} of a row",
                )
            )
            for number in range(PAGE + 1)
        ]
    )  # fmt: skip
    Tables().catch_up(record)


def test_the_list_is_cut_into_pages_and_finds_words_of_titles(owner, many):
    first = owner.get("/incidents/")
    assert "Page 1 of 2" in text(first)
    assert len(re.findall(r"of a row", text(first))) == PAGE
    assert "Number 0 of" in text(owner.get("/incidents/?page=2"))
    assert "1 incident" in text(owner.get("/incidents/?q=number+17+row"))
    assert "No incident fits" in text(owner.get("/incidents/?q=nothing"))
    assert owner.get("/incidents/?page=none").status_code == 200


def test_the_next_page_keeps_what_the_list_is_narrowed_to(owner, many):
    page = owner.get("/incidents/?q=row&since=2026-03-02").content.decode()
    assert "?q=row&amp;since=2026-03-02&amp;page=2" in page


def test_the_list_is_narrowed_to_what_changed_since_a_day(owner, many):
    assert "2 incidents" in text(owner.get("/incidents/?since=2026-04-20"))
    answer = owner.get("/incidents/?since=yesterday&q=row")
    assert answer.status_code == 422
    assert "Write the day as in 2026-03-02." in text(answer)
    assert 'value="yesterday"' in answer.content.decode()
    assert owner.get("/incidents/?q=%00").status_code == 422


def test_the_list_is_narrowed_to_ones_own_and_to_what_is_to_be_assessed(owner, incident, many):
    assert "1 incident" in text(owner.get("/incidents/?mine=on"))
    assert "No incident fits" in text(owner.get("/incidents/?stale=on"))
    without_a_worker(
        owner, f"/incidents/{incident.key}/facts", {"data.personal": "yes", "source": "a call"}
    )
    assert "1 incident" in text(owner.get("/incidents/?stale=on&mine=on"))


def test_an_incident_that_does_not_exist_is_not_found(owner):
    for part in ("", "reports", "facts", "diplomatic", "technical"):
        path = f"/incidents/0b54b3a2-1111-4111-8111-000000000001/{part}"
        answer = owner.get(path)
        assert answer.status_code == 404, path
        assert "begin at Today" in text(answer)


def test_an_empty_node_says_how_to_begin(owner):
    assert "begins with a report" in text(owner.get("/"))
    assert "begins with a report" in text(owner.get("/incidents/"))


def test_incidents_with_a_clock_are_found_however_old_they_are(owner, incident):
    assert "No incident fits" in text(owner.get("/incidents/?clock=on"))
    owner.post(
        f"/incidents/{incident.key}/facts",
        {"victim.state": "Ireland", "data.personal": "yes", "source": "the operator",
         "incident.aware_at": "2026-11-27T08:00Z"},
    )  # fmt: skip
    incident.refresh_from_db()
    assert f"{incident.next_due:%Y-%m-%d %H:%M}" == "2026-11-28 08:00"
    assert "1 incident" in text(owner.get("/incidents/?clock=on"))
    assert re.search(r"<strong>[1-9]\d*</strong> <a[^>]*>(Overdue|Due in 24 hours)",
                     owner.get("/").content.decode())  # fmt: skip
