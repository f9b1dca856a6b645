"""Today: what is due, what arrived, what waits to be assessed."""

from __future__ import annotations

from datetime import timedelta

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from comity.access.release import OBJECTS
from comity.access.roles import Act, may
from comity.actions.watch import current
from comity.documents.language import language
from comity.node import duties, retention
from comity.node.clearances import open_to
from comity.node.models import Entry, Incident, Job
from comity.node.papers import waiting
from comity.node.projections import Tables
from comity.node.services import now, open_record
from comity.web.actor import actor_of, needs

_ARRIVED = timedelta(days=7)
_SOON = timedelta(hours=24)


@require_safe
def home(request: HttpRequest) -> HttpResponseBase:
    """Where a person begins: what is due, or what they came for."""
    actor = actor_of(request)
    if not may(actor, Act.READ_INCIDENTS).allowed:
        for page, act in (("released", Act.READ_RELEASED), ("people", Act.MANAGE_ACCOUNTS)):
            if may(actor, act).allowed:
                return redirect(page)
    return today(request)


@needs(Act.READ_INCIDENTS)
def today(request: HttpRequest) -> HttpResponse:
    """The first page of a shift."""
    at, actor = now(), actor_of(request)
    recent = duties.recent(actor)
    with open_record() as record:
        clocks = list(duties.clocks(record, open_to(actor, Incident.objects.all(), "key")))
        due = [(row, language().left(row.at, at), row.at < at) for row in clocks]
        papers = waiting(record, recent) if may(actor, Act.READ_DIPLOMATIC).allowed else []
        if not may(actor, Act.READ_SHARED).allowed:
            papers = [(one, paper) for one, paper in papers if paper.template not in OBJECTS]
        on_watch = current(record, Tables())
    arrived = Entry.objects.filter(kind="import", held=False, at__gt=at - _ARRIVED)
    arrived = arrived.exclude(incident="")
    going_on = Job.objects.exclude(state__in=(Job.State.DONE, Job.State.REFUSED))
    came = open_to(actor, arrived.order_by("-index"), "incident")[:10]
    names = {incident.key: incident for incident in recent}
    return render(
        request,
        "web/today.html",
        {
            "due": due,
            "papers": papers,
            "on_watch": on_watch,
            "jobs": open_to(actor, going_on.order_by("-asked_at"), "incident")[:10],
            "waiting": [incident for incident in recent if incident.stale],
            "arrived": [(row, names.get(row.incident)) for row in came],
            "incidents": bool(recent),
            "glance": [
                (_("Overdue"), sum(row.at < at for row in clocks), "#due"),
                (_("Due in 24 hours"), sum(at <= row.at < at + _SOON for row in clocks), "#due"),
                (_("Documents that wait"), len(papers), "#papers"),
                (_("On hold"), sum(bool(paper.holding) for _one, paper in papers), "#papers"),
                (_("To assess again"), sum(one.stale for one in recent), "#waiting"),
                (
                    _("Arrived in seven days"),
                    open_to(actor, arrived, "incident").count(),
                    "#arrived",
                ),
            ],
            "due_to_go": retention.count(at) if may(actor, Act.ERASE).allowed else 0,
        },
    )


@require_safe
def alive(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """For whoever watches the process: it answers, and says nothing else."""
    return HttpResponse("ok\n", content_type="text/plain")
