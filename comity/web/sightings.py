"""What was seen of an event of MISP: proposed, decided on like a bundle, sent when released."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from comity.access.release import SIGHTINGS, Paper
from comity.access.roles import Act, may
from comity.actions.exits import sightings_at
from comity.actions.sightings import KINDS, attributes_of, propose
from comity.errors import BadInput, Refused
from comity.node import cases, jobs, papers, sightings
from comity.node.misp import offered
from comity.node.models import Incident
from comity.web.actor import case_of, needs, person_of
from comity.web.incidents import case_page
from comity.web.sighting_forms import MOST_ROWS, SeenForm
from comity.web.standing import NONE, Decisions, standing, status_of


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Act.SHARE)
def new(request: HttpRequest, key: UUID, report: int) -> HttpResponse:
    """Say what was seen of the attributes of a fetched event."""
    incident = case_of(request, key)
    misp = offered()
    if misp is None or not cases.reports_of(incident).filter(index=report).exists():
        raise Http404
    with papers.desk_of(*person_of(request)) as desk:
        attributes = attributes_of(desk.record, report)
        if not attributes:
            raise Http404
        tickets = cases.tickets_of(desk.record, incident)
        form = SeenForm(request.POST or None, attributes=attributes, tickets=tickets)
        status = 422 if form.errors else 200
        if form.is_bound and form.is_valid():
            said = form.cleaned_data
            try:
                document = propose(
                    desk, incident=incident.key, report=report, kinds=form.kinds(),
                    marking=said["marking"], source=said["source"], to=misp.organisation,
                )  # fmt: skip
            except (BadInput, Refused) as error:
                form.add_error(None, str(error))
                status = status_of(error)
            else:
                messages.success(request, _("Put together. Somebody else approves it."))
                return redirect("sightings", key, document)
    more = {"form": form, "misp": misp, "hidden": max(0, len(attributes) - MOST_ROWS)}
    return case_page(request, incident, "tell_sightings", more, status)


@require_safe
@needs(Act.READ_SHARED)
def one(request: HttpRequest, key: UUID, document: UUID) -> HttpResponse:
    """What is to be told, how it stands, and what became of each."""
    incident = case_of(request, key)
    return page(request, incident, _found(request, incident, document))


@require_POST
@needs(Act.SHARE)
def send(request: HttpRequest, key: UUID, document: UUID) -> HttpResponse:
    """Have what was released sent to MISP."""
    incident = case_of(request, key)
    paper = _found(request, incident, document)
    if paper.released is None:
        messages.error(request, _("It has not been released."))
        return page(request, incident, paper, Decisions(status=403))
    job = jobs.ask_to_tell(*person_of(request), incident, paper.document)
    return redirect("job", job.key)


def page(
    request: HttpRequest, incident: Incident, paper: Paper, forms: Decisions = NONE
) -> HttpResponse:
    """The page of sightings, with the forms of those who decide."""
    actor, by = person_of(request)
    with papers.desk_of(actor, by) as desk:
        made = sightings_at(desk, paper)
        context = standing(desk, actor, paper, forms)
        rows = sightings.rows_of(desk, paper)
        values = {row.uuid: row for row in attributes_of(desk.record, made.report)}
        gate = context["gate"]()
    context |= {
        "to": made.to,
        "carry": None,  # the node sends it itself
        "marking": rows[0][0].marking,
        "gate": gate,
        "rows": [(values.get(seen.attribute), KINDS[seen.kind], seen, told) for seen, told in rows],
        "left": any(told is None for _seen, told in rows),
        "may_send": may(actor, Act.SHARE).allowed and offered() is not None,
    }
    return case_page(request, incident, "sightings", context, status=forms.status)


def _found(request: HttpRequest, incident: Incident, document: UUID) -> Paper:
    with papers.desk_of(*person_of(request)) as desk:
        paper = papers.one(desk.record, incident.key, str(document))
    if paper is None or paper.template != SIGHTINGS:
        raise Http404
    return paper
