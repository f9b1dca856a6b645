"""An event fetched from MISP by its UUID, for a new incident or for one that is there."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from comity.access.misp_file import Misp
from comity.access.roles import Act
from comity.node import jobs
from comity.node.misp import offered
from comity.web import incidents
from comity.web.actor import case_of, needs, person_of
from comity.web.misp_forms import FetchEvent, OpenFromMisp


@require_POST
@needs(Act.OPEN_INCIDENT)
def open_incident(request: HttpRequest) -> HttpResponse:
    """Have an incident opened with an event of MISP as its first report."""
    form = OpenFromMisp(request.POST, misp=_set_up())
    if form.is_valid():
        said = form.cleaned_data
        job = jobs.ask_to_fetch(*person_of(request), said["event"], opens=said["title"])
        return redirect("job", job.key)
    return incidents.opening_page(request, fetch=form)


@require_POST
@needs(Act.IMPORT)
def fetch(request: HttpRequest, key: UUID) -> HttpResponse:
    """Have an event of MISP filed under an incident."""
    incident = case_of(request, key)
    form = FetchEvent(request.POST, misp=_set_up())
    if form.is_valid():
        event = form.cleaned_data["event"]
        job = jobs.ask_to_fetch(*person_of(request), event, incident=incident)
        return redirect("job", job.key)
    return incidents.reports_page(request, incident, fetch=form)


def _set_up() -> Misp:
    misp = offered()
    if misp is None:
        raise Http404
    return misp
