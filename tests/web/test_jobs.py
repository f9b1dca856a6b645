"""What is done in the background: shown as it goes, once with effect, whatever happens to it."""

import re

import pytest
from django_tasks_db.models import DBTaskResult

from comity.access.roles import Actor, Role
from comity.actions.incidents import case_file
from comity.actions.take_in import Report
from comity.errors import Unavailable
from comity.node import cases, jobs, uploads
from comity.node.invitations import change_role
from comity.node.models import Account, Entry, Incident, Job
from comity.node.services import now, open_record
from comity.node.work import prune, recover
from tests.node_cast import account, browser, drain, shipped_bundle, upload, without_a_worker

BUNDLE = ("bundle.json", shipped_bundle())
LINE = ("line.txt", b"C2 at 198.51.100.7 on 2 March 2026")


def text(answer):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", answer.content.decode()))


def hand_in(client, *files, path="/incidents/new", title="Files"):
    answer = without_a_worker(
        client, path, {"title": title, "reports": [upload(*file) for file in files]}
    )
    assert answer.status_code == 302, text(answer)
    assert answer["Location"].startswith("/jobs/")
    return answer["Location"]


def only_job():
    return Job.objects.get()


def kinds():
    return list(Entry.objects.exclude(kind="role").order_by("index").values_list("kind", flat=True))


def test_a_job_is_shown_waiting_then_done_with_what_was_kept_of_each_file(owner):
    page = hand_in(owner, BUNDLE, LINE)
    shown = owner.get(page)
    assert "0 of 2 files read" in text(shown)
    assert 'hx-trigger="every 1s"' in shown.content.decode()
    assert "In the background" in text(owner.get("/"))
    drain()
    shown = owner.get(page)
    assert re.search(r"bundle\.json \d+ objects kept, entry 2 of the record", text(shown))
    assert re.search(r"line\.txt \d+ objects? kept, entry 3 of the record", text(shown))
    assert "Assessed: entry 4 of the record" in text(shown)
    assert "hx-trigger" not in shown.content.decode()
    assert kinds() == ["incident", "import", "import", "assessment"]


def test_the_part_that_the_page_asks_for_again_holds_no_page_around_it(owner):
    page = hand_in(owner, LINE)
    inner = owner.get(page, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in inner
    assert "0 of 1 files read" in inner


def test_of_a_good_and_a_bad_file_the_good_one_is_kept_and_the_bad_one_named(owner):
    page = hand_in(owner, ("bad.json", b"{"), LINE, ("program.exe", b"MZ\x90\x00\x03\x00"))
    drain()
    shown = text(owner.get(page))
    assert re.search(r"bad\.json Refused; nothing of it was kept\. The JSON stops", shown)
    assert re.search(r"program\.exe Refused; nothing of it was kept\. \w+", shown)
    assert re.search(r"line\.txt \d+ objects? kept", shown)
    assert kinds() == ["incident", "import", "assessment"]


def test_an_incident_is_not_opened_for_files_that_nobody_can_read(owner):
    page = hand_in(owner, ("bad.json", b"{"))
    drain()
    assert "None of the files was taken in, so nothing was recorded" in text(owner.get(page))
    assert kinds() == []
    assert not Incident.objects.exists()


def test_what_could_not_be_read_is_quoted_to_those_alone_who_read_evidence(owner):
    lossy = b'{"type": "bundle", "id": "bundle--1", "objects": [{"type": "indicator", "id": "x"}]}'
    page = hand_in(owner, ("lossy.json", lossy), LINE)
    drain()
    analyst, diplomat = (browser(account(f"P{role}", role)) for role in (Role.ANALYST,
                                                                        Role.DIPLOMAT))  # fmt: skip
    assert "Which, and why" in text(owner.get(page))
    assert "Which, and why" in text(analyst.get(page))
    assert "1 thing could not be read" in text(diplomat.get(page))
    assert "Which, and why" not in text(diplomat.get(page))


def test_the_same_bytes_are_filed_under_an_incident_once(owner, incident):
    before = Entry.objects.filter(kind="import").count()
    page = hand_in(owner, BUNDLE, path=f"/incidents/{incident.key}/reports")
    drain()
    assert "It was filed before, as entry 2 of the record" in text(owner.get(page))
    assert Entry.objects.filter(kind="import").count() == before


class Killed(BaseException):
    """The process ends here, as by kill -9."""


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("step", range(4))
def test_a_job_that_was_cut_off_goes_on_and_has_its_effect_once(
    owner, home, monkeypatch, step, after
):
    """It dies before or after each of its writes; the next worker does what is missing."""
    hand_in(owner, BUNDLE, LINE)
    steps = iter(range(10))

    def mortal(work):
        def once(*args, **kwargs):
            here = next(steps) == step
            if here and not after:
                raise Killed
            done = work(*args, **kwargs)
            if here:
                raise Killed
            return done

        return once

    with monkeypatch.context() as dying:
        for module, name in ((cases, "file_report"), (cases, "assess_case"), (uploads, "drop")):
            dying.setattr(module, name, mortal(getattr(module, name)))
        with pytest.raises(Killed):
            jobs.run.func(str(only_job().key))
    DBTaskResult.objects.update(status="RUNNING")
    recover()
    drain()
    assert kinds() == ["incident", "import", "import", "assessment"]
    job = only_job()
    assert job.state == Job.State.DONE
    assert [(row.file, row.again) for row in jobs.results_of(job)] == [
        ("bundle.json", False),
        ("line.txt", False),
    ]
    assert not list((home / "node" / "uploads").glob("*"))


def test_what_a_stopped_worker_had_in_hand_is_taken_up_by_the_next(owner):
    hand_in(owner, LINE)
    DBTaskResult.objects.update(status="RUNNING", worker_ids=["gone"])
    drain()
    assert only_job().state == Job.State.WAITING
    recover()
    drain()
    assert only_job().state == Job.State.DONE


def test_a_job_that_ends_its_worker_each_time_is_given_up_and_can_be_asked_for_again(owner):
    page = hand_in(owner, LINE)
    Job.objects.update(tries=jobs.TRIES)
    drain()
    assert only_job().state == Job.State.FAILED
    shown = owner.get(page)
    assert "It was begun 5 times" in text(shown)
    assert "the files are still here" in text(shown)
    stranger = browser(account("Colleague", Role.DUTY_OFFICER))
    assert stranger.post(f"{page}again").status_code == 403
    owner.post(f"{page}again")
    assert only_job().state == Job.State.DONE
    assert kinds() == ["incident", "import", "assessment"]


def test_a_disk_that_is_full_just_now_is_tried_again_later(owner, monkeypatch):
    page = hand_in(owner, LINE)

    def full(*_args, **_kwargs):
        raise Unavailable("the disk is full")

    monkeypatch.setattr(cases, "file_report", full)
    drain()
    assert only_job().state == Job.State.WAITING
    assert "tried again by itself: the disk is full" in text(owner.get(page))
    later = DBTaskResult.objects.filter(status="READY", run_after__gt=now())
    assert later.count() == 1
    monkeypatch.undo()
    later.update(run_after=now())
    drain()
    assert only_job().state == Job.State.DONE


def test_a_fault_of_ours_is_said_without_its_inside_and_the_next_job_is_done(owner, monkeypatch):
    page = hand_in(owner, LINE)

    def faulty(*_args, **_kwargs):
        raise ZeroDivisionError("a secret inside")

    monkeypatch.setattr(cases, "file_report", faulty)
    drain()
    monkeypatch.undo()
    assert "internal failure (ZeroDivisionError)" in text(owner.get(page))
    assert "a secret inside" not in text(owner.get(page))
    other = hand_in(owner, LINE, title="Other")
    drain()
    assert "Assessed" in text(owner.get(other))


def test_a_role_that_was_taken_away_before_the_work_began_counts(owner, home):
    page = hand_in(owner, LINE)
    asked_by = Account.objects.get(name="Owner")
    administrator = account("Administrator", Role.ADMINISTRATOR)
    change_role(
        Actor(str(administrator.key), "Administrator", frozenset(), second_factor=True),
        administrator.signature, asked_by, Role.DUTY_OFFICER, granted=False, reason="left",
    )  # fmt: skip
    drain()
    assert only_job().state == Job.State.REFUSED
    assert kinds() == []
    reader = browser(account("Auditor", Role.AUDITOR))
    assert "takes one of these roles" in text(reader.get(page))


def test_a_report_that_comes_in_while_one_assesses_is_in_the_dossier(owner, incident, monkeypatch):
    """Between reading the file and recording the result somebody files more."""
    real = case_file
    came_in: list[int] = []

    def overtaken(record, entries, *args):
        read = real(record, entries, *args)
        if not came_in:
            person = Account.objects.get(name="Owner")
            actor = Actor(str(person.key), "Owner", frozenset(), second_factor=True)
            came_in.append(
                cases.file_report(
                    actor, person.signature, incident.key, Report(*LINE), opens="unused"
                )
            )
        return read

    monkeypatch.setattr("comity.node.cases.case_file", overtaken)
    owner.post(f"/incidents/{incident.key}/assess")
    assert came_in
    last = Entry.objects.filter(kind="assessment").order_by("-index")[0]
    assert last.index > came_in[0]
    with open_record() as record:
        incident.refresh_from_db()
        dossier = cases.dossier_of(record, incident)
    assert dossier is not None
    assert "line.txt" in {row.file for row in dossier.inputs}
    assert Entry.objects.filter(kind="assessment").count() == 2


def test_several_people_who_ask_at_once_get_one_dossier_that_knows_it_all(owner, incident):
    for answer in ("yes", "no"):
        without_a_worker(
            owner, f"/incidents/{incident.key}/facts", {"data.personal": answer, "source": "call"}
        )
    before = Entry.objects.filter(kind="assessment").count()
    drain()
    assert Entry.objects.filter(kind="assessment").count() == before + 1
    assert not Job.objects.exclude(state=Job.State.DONE).exists()


def test_what_was_handed_in_is_gone_from_the_disk_when_it_is_in_the_record(owner, home):
    hand_in(owner, LINE)
    kept = home / "node" / "uploads"
    assert [path.read_bytes() for path in kept.glob("*/*")] == [LINE[1]]
    assert kept.stat().st_mode & 0o077 == 0
    drain()
    assert not list(kept.glob("*"))


def test_old_jobs_and_uploads_that_nobody_asked_for_are_forgotten(owner, home):
    hand_in(owner, LINE)
    drain()
    assert only_job()
    prune()
    assert only_job()
    Job.objects.update(finished_at="2020-01-01T00:00:00Z")
    prune()
    assert not Job.objects.exists()


def test_the_incident_says_while_it_is_worked_on_and_when_there_is_something_new(owner, incident):
    asking = f"/incidents/{incident.key}/going-on"
    without_a_worker(owner, f"/incidents/{incident.key}/assess")
    assert "being worked on" in text(owner.get(asking))
    drain()
    assert "There is something new" in text(owner.get(asking))
