"""What is open on the node: clocks that run, documents that wait, dossiers that are behind."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

import msgspec
from django.db.models import QuerySet

from comity.access.roles import Act, Actor, may
from comity.actions.watch import OpenClock, OpenItem, Sheet
from comity.documents.model import ClockRow, running
from comity.node.cases import dossier_of
from comity.node.clearances import open_to, withheld
from comity.node.models import Entry, Incident, Job
from comity.node.papers import waiting
from comity.record.store import Record

LOOKED_AT = 50
"""The incidents that changed last: those that a shift works on."""


class Running(NamedTuple):
    """A clock of an incident that runs or may run, and when it ends."""

    incident: Incident
    clock: ClockRow
    at: datetime


def recent(actor: Actor | None) -> list[Incident]:
    """The incidents that changed last, of those that this person may read."""
    return list(open_to(actor, _last_changed(), "key")[:LOOKED_AT])


def clocks(record: Record, incidents: QuerySet[Incident]) -> Iterator[Running]:
    """The clocks that run in these incidents, in the order of their ends, however old they are."""
    found: list[Running] = []
    for incident in incidents.filter(next_due__isnull=False).order_by("next_due")[:LOOKED_AT]:
        dossier = dossier_of(record, incident)
        if dossier is not None:
            found += [Running(incident, clock, at) for clock, at in running(dossier)]
    yield from sorted(found, key=lambda row: row.at)


def sheet(record: Record, words: str) -> Sheet:
    """What the next watch takes over: all of it, whoever it is. ``readable`` is for a person."""
    incidents = list(_last_changed()[:LOOKED_AT])
    failed = Job.objects.filter(state=Job.State.FAILED).order_by("-asked_at")[:LOOKED_AT]
    return Sheet(
        words=words,
        clocks=tuple(
            OpenClock(row.at, row.clock.title, row.incident.key, row.incident.title, row.clock.sure)
            for row in clocks(record, Incident.objects.all())
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


def readable(actor: Actor, sheet: Sheet) -> Sheet:
    """A sheet without what is for other roles, above the clearances of this person, or held.

    What an incident says is left out as a whole while something under it is in quarantine.
    """
    items = (*sheet.documents, *sheet.to_assess, *sheet.failed)
    named = {*(row.incident for row in sheet.clocks), *(row.incident for row in items)}
    held = Entry.objects.filter(incident__in=named, held=True)
    hidden = withheld(actor, named) | set(held.values_list("incident", flat=True))
    papers = may(actor, Act.READ_DIPLOMATIC).allowed
    return msgspec.structs.replace(
        sheet,
        clocks=tuple(row for row in sheet.clocks if row.incident not in hidden),
        documents=tuple(row for row in sheet.documents if papers and row.incident not in hidden),
        to_assess=tuple(row for row in sheet.to_assess if row.incident not in hidden),
        failed=tuple(row for row in sheet.failed if row.incident not in hidden),
    )


def _last_changed() -> QuerySet[Incident]:
    return Incident.objects.order_by("-changed_at", "-id")
