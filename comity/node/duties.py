"""What is open on the node: clocks that run, documents that wait, dossiers that are behind."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from comity.actions.watch import OpenClock, OpenItem, Sheet
from comity.documents.model import ClockRow, running
from comity.node.cases import dossier_of
from comity.node.models import Incident, Job
from comity.node.papers import waiting
from comity.record.store import Record

LOOKED_AT = 50
"""The incidents that changed last: those that a shift works on."""


class Running(NamedTuple):
    """A clock of an incident that runs or may run, and when it ends."""

    incident: Incident
    clock: ClockRow
    at: datetime


def recent() -> list[Incident]:
    """The incidents that changed last."""
    return list(Incident.objects.order_by("-changed_at", "-id")[:LOOKED_AT])


def clocks(record: Record) -> Iterator[Running]:
    """The clocks that run on the node, in the order of their ends, however old the incident."""
    found: list[Running] = []
    for incident in Incident.objects.filter(next_due__isnull=False).order_by("next_due")[
        :LOOKED_AT
    ]:
        dossier = dossier_of(record, incident)
        if dossier is not None:
            found += [Running(incident, clock, at) for clock, at in running(dossier)]
    yield from sorted(found, key=lambda row: row.at)


def sheet(record: Record, words: str) -> Sheet:
    """What the next watch takes over."""
    incidents = recent()
    failed = Job.objects.filter(state=Job.State.FAILED).order_by("-asked_at")[:LOOKED_AT]
    return Sheet(
        words=words,
        clocks=tuple(
            OpenClock(row.at, row.clock.title, row.incident.key, row.incident.title, row.clock.sure)
            for row in clocks(record)
        ),
        documents=tuple(
            OpenItem(paper.title, incident.key, incident.title, paper.document)
            for incident, paper in waiting(record, incidents)
        ),
        to_assess=tuple(
            OpenItem("", incident.key, incident.title) for incident in incidents if incident.stale
        ),
        failed=tuple(OpenItem(job.reason, job.incident, job.title) for job in failed),
    )
