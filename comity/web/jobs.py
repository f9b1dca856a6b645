"""Jobs: what goes on, what became of it, file by file."""

from __future__ import annotations

from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from comity.access.roles import Act
from comity.node import jobs
from comity.node.clearances import open_to, refuse_withheld
from comity.node.models import Incident, Job
from comity.web.actor import actor_of, case_of, needs, person_of

PAGE = 50


@require_safe
@needs(Act.READ_INCIDENTS)
def listing(request: HttpRequest) -> HttpResponse:
    """All jobs of the last thirty days, the last first."""
    rows = open_to(actor_of(request), Job.objects.order_by("-asked_at", "-pk"), "incident")
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    return render(request, "web/jobs.html", {"page": page})


@require_safe
@needs(Act.READ_INCIDENTS)
def job(request: HttpRequest, key: UUID) -> HttpResponse:
    """One job. While it goes on, the page asks for its inner part again and again."""
    found = _found(request, key)
    actor, _by = person_of(request)
    context = {
        "job": found,
        "results": jobs.shown_to(actor, found),
        "left": found.files[len(found.results) :],
        "own": found.account == actor.account,
        "incident": Incident.objects.filter(key=found.incident).first(),
    }
    inner = request.headers.get("HX-Request") == "true"
    return render(request, "web/job_state.html" if inner else "web/job.html", context)


@require_safe
@needs(Act.READ_INCIDENTS)
def going_on(request: HttpRequest, key: UUID) -> HttpResponse:
    """For a page of an incident: whether it is still being worked on."""
    incident = case_of(request, key)
    context = {"incident": incident, "job": jobs.going_on(incident.key), "asked": True}
    return render(request, "web/going_on.html", context)


@require_POST
@needs(Act.ASSESS)
def again(request: HttpRequest, key: UUID) -> HttpResponse:
    """Begin a failed job anew, for the person who had asked for it."""
    found = _found(request, key)
    actor, _by = person_of(request)
    jobs.ask_again(actor, found)
    return redirect("job", key)


def _found(request: HttpRequest, key: UUID) -> Job:
    found = get_object_or_404(Job, key=key)
    refuse_withheld(actor_of(request), found.incident)
    return found
