"""What is above the ceiling of the node is not taken in, and nothing of it stays anywhere."""

import re

import pytest

from comity.cli.serve import EXAMPLE, warn_of_markings
from comity.errors import Unavailable
from comity.gate.classification import Classification
from comity.gate.markings_file import read_markings
from comity.node import jobs, services, uploads
from comity.node.models import Account, Entry, Incident, Job
from comity.node.services import open_record
from tests.markings import bundle, note, set_up
from tests.node_cast import cleared, drain, upload, without_a_worker
from tests.web.test_documents import decide, ready, release
from tests.web.test_jobs import LINE, Killed, hand_in, kinds, text

SECRET = bundle([note(1, "the unsaid name", labels=["Demoland sealed"])], "secret.json")
GOOD = bundle([note(2, "a harmless word", labels=["Demoland guarded"])], "good.json")


def files(*reports):
    return [(report.name, report.data) for report in reports]


def everything_on(home):
    """The bytes of every file of the data folder."""
    return b"".join(path.read_bytes() for path in home.rglob("*") if path.is_file())


def test_of_a_hand_in_only_what_is_above_the_ceiling_is_left_out(home, owner):
    set_up(home)
    cleared(Account.objects.get(name="Owner"), "GUARDED")
    page = hand_in(owner, *files(SECRET, GOOD))
    assert b"the unsaid name" in everything_on(home)
    drain()
    shown = text(owner.get(page))
    assert re.search(
        r"secret\.json Refused; nothing of it was kept\. /objects/0: SEALED \(Demoland\) is above",
        shown,
    )
    assert re.search(r"good\.json \d+ objects? kept", shown)
    assert kinds() == ["clearance", "incident", "import", "assessment"]
    assert b"the unsaid name" not in everything_on(home)
    assert b"a harmless word" in everything_on(home)
    assert "unsaid" not in repr(Job.objects.values())


def test_a_hand_in_that_is_all_above_the_ceiling_opens_nothing(home, owner):
    set_up(home)
    page = hand_in(owner, *files(SECRET))
    drain()
    assert "None of the files was taken in, so nothing was recorded" in text(owner.get(page))
    assert not Incident.objects.exists()
    assert b"the unsaid name" not in everything_on(home)


def test_a_refused_file_goes_also_where_the_job_fails_afterwards(home, owner, monkeypatch):
    set_up(home)

    def broken(*_args, **_more):
        raise ValueError

    monkeypatch.setattr("comity.node.cases.assess_case", broken)
    hand_in(owner, *files(SECRET, GOOD))
    drain()
    assert Job.objects.get().state == Job.State.FAILED
    assert b"the unsaid name" not in everything_on(home)


def test_a_worker_that_was_killed_before_it_deleted_the_file_deletes_it_next_time(
    home, owner, monkeypatch
):
    set_up(home)
    hand_in(owner, *files(SECRET, GOOD))
    job = Job.objects.get()

    def killed(*_args):
        raise Killed

    with monkeypatch.context() as kept:
        kept.setattr(uploads, "forget", killed)
        with pytest.raises(Killed):
            jobs.run.func(str(job.key))
    assert b"the unsaid name" in everything_on(home)

    def broken(*_args, **_more):
        raise ValueError

    monkeypatch.setattr("comity.node.cases.assess_case", broken)
    jobs.run.func(str(job.key))
    job.refresh_from_db()
    assert job.state == Job.State.FAILED
    assert b"the unsaid name" not in everything_on(home)


def test_while_the_file_of_schemes_is_wrong_nothing_comes_in_and_pages_go_on(home, owner, incident):
    set_up(home, "schemes = 1")
    before = Entry.objects.count()
    page = hand_in(owner, LINE, path=f"/incidents/{incident.key}/reports")
    drain()
    shown = text(owner.get(page))
    assert "waiting" in shown
    assert Entry.objects.count() == before
    for path in ("/", "/incidents/", "/watch/", "/record/", "/jobs/"):
        assert owner.get(path).status_code == 200, path
    with pytest.raises(Unavailable, match="Until the operator has mended it"):
        services.setting()
    set_up(home)
    jobs.run.func(str(Job.objects.order_by("-pk")[0].key))
    assert Entry.objects.count() == before + 2  # the report, and the assessment


def test_while_the_file_of_schemes_is_wrong_a_document_is_shown_and_not_released(
    home, owner, officer, verified
):
    path = ready(owner, verified)
    assert decide(officer, path).status_code == 302
    set_up(home, "schemes = 1")
    shown = officer.get(path)
    assert shown.status_code == 200
    assert "nothing is taken in or released" in text(shown)
    answer = release(officer, path)
    assert answer.status_code == 403
    assert "nothing is taken in or released" in text(answer)
    set_up(home)
    assert release(officer, path).status_code == 302


def test_the_start_says_what_is_wrong_with_the_file_and_shows_one_that_is_right(home, capsys):
    warn_of_markings()
    set_up(home)
    warn_of_markings()
    assert capsys.readouterr().err == ""
    set_up(home, "schemes = 1")
    warn_of_markings()
    said = capsys.readouterr().err
    assert "markings.toml cannot be read" in said
    assert EXAMPLE in said
    assert read_markings(EXAMPLE.encode()).ceiling == (Classification("Demoland", "GUARDED"),)


def test_nothing_of_what_was_refused_is_in_the_record(home, owner):
    set_up(home)
    without_a_worker(
        owner,
        "/incidents/new",
        {"title": "Files", "reports": [upload(*one) for one in files(SECRET, GOOD)]},
    )
    drain()
    with open_record() as record:
        assert record.verify().ok
        assert record.size() == 4  # a role, the incident, the good report, the assessment
