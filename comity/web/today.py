"""Today: what is due, what arrived, what waits to be assessed."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from comity.access.roles import Act, may
from comity.documents.language import language
from comity.documents.model import ClockRow
from comity.node.cases import dossier_of
from comity.node.models import Entry, Incident, Job
from comity.node.papers import waiting
from comity.node.services import now, open_record
from comity.web.actor import actor_of, needs

SHOWN = 50
_ARRIVED = timedelta(days=7)


class DueRow(NamedTuple):
    """A clock of an incident that runs or may run."""

    incident: Incident
    clock: ClockRow
    at: datetime
    left: str
    passed: bool


@require_safe
@needs(Act.READ_INCIDENTS)
def today(request: HttpRequest) -> HttpResponse:
    """The first page of a shift."""
    at = now()
    recent = list(Incident.objects.order_by("-changed_at", "-id")[:SHOWN])
    due: list[DueRow] = []
    with open_record() as record:
        for incident in recent:
            dossier = dossier_of(record, incident)
            for clock in dossier.clocks if dossier else ():
                if clock.due and clock.state in {"running", "provisional"}:
                    when = datetime.fromisoformat(clock.due.utc)
                    due.append(DueRow(incident, clock, when, language().left(when, at), when < at))
        papers = (
            waiting(record, recent) if may(actor_of(request), Act.READ_DIPLOMATIC).allowed else []
        )
    due.sort(key=lambda row: row.at)
    arrived = Entry.objects.filter(kind="import", at__gt=at - _ARRIVED).exclude(incident="")
    names = {incident.key: incident for incident in recent}
    return render(
        request,
        "web/today.html",
        {
            "due": due,
            "papers": papers,
            "jobs": Job.objects.exclude(state__in=(Job.State.DONE, Job.State.REFUSED)).order_by(
                "-asked_at"
            )[:10],
            "waiting": [incident for incident in recent if incident.stale],
            "arrived": [(row, names.get(row.incident)) for row in arrived.order_by("-index")[:10]],
            "incidents": bool(recent),
        },
    )


@require_safe
def alive(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """For whoever watches the process: it answers, and says nothing else."""
    return HttpResponse("ok\n", content_type="text/plain")
