"""Work that goes on without the person who asked: filing reports and assessing.

A job is done at least once and has its effect once: what it records is asked for under the
record's lock, and refused where it is there already. So a node that was stopped in the middle goes
on where it was (``comity.node.work``).
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID, uuid4

import msgspec
from django.db import transaction
from django_tasks import task

from comity.access.roles import Act, Actor, may
from comity.actions.ledger import payload_at
from comity.actions.take_in import Report
from comity.errors import BadInput, Refused, Unavailable
from comity.node import cases, misp, sightings, uploads
from comity.node.models import Entry, Incident, Job
from comity.node.services import now, open_record
from comity.record.payload import Import

TRIES = 5
"""How often a job is begun before it counts as failed."""
_BACK_OFF = timedelta(seconds=5)
_LOSSES_SHOWN = 20
_log = logging.getLogger(__name__)


class FileResult(msgspec.Struct, frozen=True):
    """What became of a file: its entry and what was read, or the sentence why it was refused.

    ``again``: the same bytes had been filed under the incident before. ``losses`` are the first
    of ``lost`` sentences, each on one thing that could not be read. ``withheld``: the entry is in
    quarantine or was erased, and nothing else is said of it.
    """

    file: str
    entry: int | None = None
    objects: int = 0
    lost: int = 0
    losses: tuple[str, ...] = ()
    again: bool = False
    refused: str = ""
    withheld: bool = False


def ask_to_open(actor: Actor, by: str, title: str, reports: Sequence[Report]) -> Job:
    """Have an incident opened with its first reports, and assessed."""
    return _ask(Job.Kind.OPEN, actor, by, str(uuid4()), title, reports)


def ask_to_file(actor: Actor, by: str, incident: Incident, reports: Sequence[Report]) -> Job:
    """Have more reports filed under an incident, and the incident assessed again."""
    return _ask(Job.Kind.FILE, actor, by, incident.key, incident.title, reports)


def ask_to_fetch(
    actor: Actor, by: str, event: UUID, *, incident: Incident | None = None, opens: str = ""
) -> Job:
    """Have an event of MISP filed under an incident, or under a new one called ``opens``.

    What MISP says at that time is the report: where it is asked twice, because the node stopped in
    between, the same bytes are filed once.
    """
    key, title = (str(uuid4()), opens) if incident is None else (incident.key, incident.title)
    return _ask(Job.Kind.FETCH, actor, by, key, title, event=event)


def ask_to_tell(actor: Actor, by: str, incident: Incident, document: str) -> Job:
    """Have MISP told what was seen, once it is released. Nothing is ever sent twice."""
    return _ask(Job.Kind.TELL, actor, by, incident.key, incident.title, document=document)


def ask_to_assess(actor: Actor, by: str, incident: Incident) -> Job:
    """Have an incident assessed from all that is filed under it."""
    return _ask(Job.Kind.ASSESS, actor, by, incident.key, incident.title)


def ask_for_resemblance(actor: Actor, by: str, incident: Incident) -> Job:
    """Have the file on technical resemblance made, with a new assessment."""
    return _ask(Job.Kind.ATTRIBUTE, actor, by, incident.key, incident.title)


def ask_again(actor: Actor, job: Job) -> None:
    """Have a failed job begun anew; what it had done stays done. It acts as who asked first.

    Raises Refused for anybody else.
    """
    if job.account != actor.account:
        raise Refused("Only who asked for it can begin it anew.")
    with transaction.atomic():
        again = Job.objects.filter(pk=job.pk, state=Job.State.FAILED)
        if again.update(state=Job.State.WAITING, tries=0, reason="", finished_at=None):
            run.enqueue(str(job.key))


def results_of(job: Job) -> tuple[FileResult, ...]:
    """What became of each file so far."""
    return msgspec.convert(job.results, tuple[FileResult, ...])


def shown_to(reader: Actor, job: Job) -> tuple[FileResult, ...]:
    """What became of each file, as this person may see it.

    A sentence on what could not be read may quote it. Of what is in quarantine or was erased
    there is the number alone.
    """
    results = results_of(job)
    entries = [result.entry for result in results if result.entry is not None]
    there = Entry.objects.filter(index__in=entries, held=False).exclude(kind="")
    read = set(there.values_list("index", flat=True))
    results = tuple(
        result
        if result.entry is None or result.entry in read
        else FileResult("", result.entry, withheld=True)
        for result in results
    )
    if job.account == reader.account or may(reader, Act.READ_TECHNICAL).allowed:
        return results
    return tuple(msgspec.structs.replace(result, losses=()) for result in results)


def going_on(incident: str) -> Job | None:
    """The job that an incident waits for, the last one asked for; None if there is none."""
    states = (Job.State.WAITING, Job.State.RUNNING)
    return Job.objects.filter(incident=incident, state__in=states).order_by("-pk").first()


@task()
def run(key: str) -> None:
    """Do a job, or what is left of it."""
    job = Job.objects.get(key=key)
    if not job.going_on:
        _tidy(job)  # the last worker may have been stopped before it came to that
        return
    job.state, job.tries = Job.State.RUNNING, job.tries + 1
    job.save()
    if job.tries > TRIES:
        text = f"It was begun {TRIES} times, and stopped each time. {job.reason}".strip()
        _finish(job, Job.State.FAILED, text)
        return
    try:
        _do(job)
    except Unavailable as error:
        _later(job, str(error))
    except (BadInput, Refused) as error:
        _finish(job, Job.State.REFUSED, str(error))
    except Exception as error:  # noqa: BLE001  # a fault of ours must not end the worker
        _log.exception("job %s failed", key)
        _finish(job, Job.State.FAILED, f"internal failure ({type(error).__name__})")
    else:
        _finish(job, Job.State.DONE, "")


def _ask(
    kind: Job.Kind,
    actor: Actor,
    by: str,
    incident: str,
    title: str,
    reports: Sequence[Report] = (),
    event: UUID | None = None,
    document: str = "",
) -> Job:
    with open_record() as record:
        size = record.size()
    job = Job(
        kind=kind,
        incident=incident,
        title=title,
        account=actor.account,
        name=actor.name,
        by=by,
        scopes=None if actor.scopes is None else sorted(actor.scopes),
        size=size,
        event=event,
        document=document,
        files=[misp.file_name(event)] if event else [report.name for report in reports],
        asked_at=now(),
    )
    if reports:
        uploads.keep(job.key, reports)
    with transaction.atomic():
        job.save()
        run.enqueue(str(job.key))
    return job


def _do(job: Job) -> None:
    # Whoever asked had a second factor; the roles are those that the record gives at each write.
    actor = Actor(
        account=job.account,
        name=job.name,
        roles=frozenset(),
        second_factor=True,
        scopes=None if job.scopes is None else frozenset(map(Act, job.scopes)),
    )
    if job.kind == Job.Kind.TELL:
        sightings.send(actor, job.by, job.incident, job.document)
        return
    _forget_refused(job)  # the last worker may have been stopped before it came to that
    for number in range(len(job.results), len(job.files)):
        result = _file(job, actor, number)
        job.results = [*job.results, msgspec.to_builtins(result)]
        job.save(update_fields=["results"])
        _forget_refused(job)
    results = results_of(job)
    if results and all(result.refused for result in results):
        raise BadInput("None of the files was taken in, so nothing was recorded.")
    incident = Incident.objects.filter(key=job.incident).first()
    if incident is None:
        raise BadInput("There is no such incident any more.")
    wanted = job.kind == Job.Kind.ATTRIBUTE
    job.entry = _made(job, incident, attribution=wanted)
    if job.entry is None or job.entry < job.size or incident.stale:
        job.entry = cases.assess_case(actor, job.by, job.incident, attribution=wanted)


def _forget_refused(job: Job) -> None:
    """Keep nothing of a file that was refused, whatever becomes of the job."""
    for number, result in enumerate(results_of(job)):
        if result.refused:
            uploads.forget(job.key, number)


def _file(job: Job, actor: Actor, number: int) -> FileResult:
    data = misp.fetch(job.event) if job.event else uploads.read(job.key, number)
    report = Report(job.files[number], data)
    try:
        entry = cases.file_report(actor, job.by, job.incident, report, opens=job.title)
    except BadInput as error:
        return FileResult(report.name, refused=str(error).removeprefix(f"{report.name}: "))
    with open_record() as record:
        filed = payload_at(record, entry)
    held = Entry.objects.filter(index=entry, held=True).exists()
    if held or not isinstance(filed, Import):  # in quarantine, or erased meanwhile
        return FileResult(report.name, entry, again=held)
    return FileResult(
        report.name,
        entry,
        objects=len(filed.objects),
        lost=len(filed.losses),
        losses=filed.losses[:_LOSSES_SHOWN],
        again=entry < job.size,
    )


def _made(job: Job, incident: Incident, *, attribution: bool) -> int | None:
    """The entry of the last result of the kind that was asked for."""
    if not attribution:
        return incident.dossier_entry
    with open_record() as record:
        found = cases.resemblance_of(record, job.incident)
    return found[0] if found else None


def _later(job: Job, reason: str) -> None:
    """Try again, later each time: the disk or the record could not take it now."""
    with transaction.atomic():
        job.state, job.reason = Job.State.WAITING, reason
        job.save()
        run.using(run_after=now() + _BACK_OFF * 2**job.tries).enqueue(str(job.key))


def _finish(job: Job, state: Job.State, reason: str) -> None:
    job.state, job.reason, job.finished_at = state, reason, now()
    job.save()
    _tidy(job)


def _tidy(job: Job) -> None:
    if job.state != Job.State.FAILED:  # a failed one can be asked for again
        uploads.drop(job.key)


def clear(key: UUID) -> None:
    """Forget a job that is over, with what was handed in for it."""
    Job.objects.filter(key=key).delete()
    uploads.drop(key)
