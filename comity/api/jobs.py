"""Jobs: what goes on in the background, and what became of each file."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import msgspec

from comity.access.roles import Act, Actor
from comity.api.endpoint import Call, Request, endpoint
from comity.api.fields import Limit
from comity.api.problem import missing
from comity.node import jobs
from comity.node.clearances import open_to, refuse_withheld
from comity.node.models import Job


class JobState(msgspec.Struct, frozen=True, kw_only=True):
    """A job. ``state`` is waiting, running, done, refused or failed, and ``reason`` says why.

    ``incident`` is the UUID of the incident that it is about, or opens; ``files`` is what became of
    each file so far, ``left`` the names of the others; ``entry`` the assessment that came of it.
    """

    key: str
    kind: str
    state: str
    reason: str
    incident: str
    title: str
    asked_by: str
    asked_at: datetime
    finished_at: datetime | None
    files: tuple[jobs.FileResult, ...]
    left: tuple[str, ...]
    entry: int | None


class JobList(msgspec.Struct, frozen=True):
    """The jobs of the last thirty days, the last first."""

    jobs: tuple[JobState, ...]


class Some(Request, frozen=True):
    """How many at most."""

    limit: Limit = 50


@endpoint("GET", "/jobs", Act.READ_INCIDENTS)
def list_jobs(call: Call, query: Some) -> JobList:
    """What goes on in the background, and what was done lately."""
    rows = open_to(call.actor, Job.objects.order_by("-asked_at", "-pk"), "incident")[: query.limit]
    return JobList(tuple(state_of(row, call.actor) for row in rows))


@endpoint("GET", "/jobs/{job}", Act.READ_INCIDENTS)
def show_job(call: Call, job: UUID) -> JobState:
    """How far a job is."""
    return state_of(_job(call, job), call.actor)


@endpoint("POST", "/jobs/{job}/again", Act.ASSESS)
def begin_job_again(call: Call, job: UUID) -> JobState:
    """Begin a failed job anew, for the person who had asked for it."""
    found = _job(call, job)
    jobs.ask_again(call.actor, found)
    found.refresh_from_db()
    return state_of(found, call.actor)


def state_of(job: Job, reader: Actor) -> JobState:
    """A job as this person may see it."""
    results = jobs.shown_to(reader, job)
    return JobState(
        key=str(job.key),
        kind=job.kind,
        state=job.state,
        reason=job.reason,
        incident=job.incident,
        title=job.title,
        asked_by=job.by,
        asked_at=job.asked_at,
        finished_at=job.finished_at,
        files=results,
        left=tuple(job.files[len(results) :]),
        entry=job.entry,
    )


def _job(call: Call, key: UUID) -> Job:
    found = Job.objects.filter(key=key).first()
    if found is None:
        raise missing("job")
    refuse_withheld(call.actor, found.incident)
    return found
