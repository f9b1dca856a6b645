"""What people decide on what leaves, a document or a bundle: approve, release, carry, hold."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from comity.access.release import BUNDLE, OBJECTS, SERVICES, SIGHTINGS, Paper
from comity.access.roles import Act, Role, may
from comity.actions import papers as actions
from comity.actions.desk import Desk
from comity.node import papers
from comity.node.models import Incident
from comity.node.services import open_record
from comity.web import bundles, documents, sightings
from comity.web.actor import actor_of, case_of, needs, person_of, refuse
from comity.web.bundle_forms import WordForm
from comity.web.decision_forms import Approve, Carry, ReleaseForm
from comity.web.standing import Decisions, tried

_PAGES = {BUNDLE: "bundle", SIGHTINGS: "sightings"}


@require_POST
@needs(Act.APPROVE)
def approve(request: HttpRequest, key: UUID, document: UUID) -> HttpResponse:
    """Say yes or no to the version that was read."""
    incident, paper, before = _found(request, key, document)
    actor, by = person_of(request)
    with papers.desk_of(actor, by) as desk:
        listing = actions.listing(desk, paper)
    form = Approve(request.POST, roles=papers.approving(actor), before=before, listing=listing)

    def record(desk: Desk, said: dict[str, Any]) -> None:
        actions.approve(
            desk,
            incident=paper.incident,
            document=paper.document,
            body=said["body"],
            role=Role(said["role"]),
            approved=said["answer"] == "yes",
            reason=said["reason"],
            personal_data=said.get("personal_data", ""),
        )

    fault = tried(request, form, record)
    if fault:
        return _page(request, incident, paper, Decisions(approve=form, status=fault))
    messages.success(request, _("Recorded."))
    return redirect("document", key, document)


@require_POST
@needs(Act.RELEASE)
def release(request: HttpRequest, key: UUID, document: UUID) -> HttpResponse:
    """Release the version that was read."""
    incident, paper, _before = _found(request, key, document)
    with papers.desk_of(*person_of(request)) as desk:
        listing = actions.listing(desk, paper)
    form = ReleaseForm(request.POST, alone=bool(request.POST.get("alone")), listing=listing)

    def record(desk: Desk, said: dict[str, Any]) -> None:
        actions.release(
            desk,
            incident=paper.incident,
            document=paper.document,
            body=said["body"],
            alone=said["alone"],
            reason=said["reason"],
            personal_data=said.get("personal_data", ""),
        )

    fault = tried(request, form, record)
    if fault:
        return _page(request, incident, paper, Decisions(release=form, status=fault))
    if paper.template == SIGHTINGS:
        messages.success(request, _("Released. It can now be sent to MISP."))
    else:
        messages.success(request, _("Released. Take the file, and note how it was carried."))
    return redirect("document", key, document)


@require_POST
@needs(Act.CARRY)
def carry(request: HttpRequest, key: UUID, document: UUID) -> HttpResponse:
    """Note who carried it, when, and what shows that it arrived."""
    incident, paper, _before = _found(request, key, document)
    decision = may(actor_of(request), _reading(paper))
    if not decision.allowed:  # a form with a fault comes back with all that leaves
        return refuse(request, str(decision.reason))
    form = Carry(request.POST)
    fault = tried(request, form, lambda desk, said: papers.carry(desk, paper, **said))
    if fault:
        return _page(request, incident, paper, Decisions(carry=form, status=fault))
    messages.success(request, _("Recorded as asserted."))
    return redirect("document", key, document)


@require_POST
@needs(Act.DECONFLICT)
def word(request: HttpRequest, key: UUID, document: UUID) -> HttpResponse:
    """Note what a service says to the version that it was shown."""
    incident, paper, _before = _found(request, key, document)
    actor, _by = person_of(request)
    form = WordForm(request.POST, services=SERVICES)

    def record(desk: Desk, said: dict[str, Any]) -> None:
        actions.note_word(
            desk,
            paper,
            body=said["body"],
            service=said["service"],
            clear=said["answer"] == "clear",
            said_by=said["said_by"],
            reason=said["reason"],
        )

    fault = tried(request, form, record)
    reads = may(actor, _reading(paper)).allowed
    if fault and reads:
        return _page(request, incident, paper, Decisions(word=form, status=fault))
    if fault:
        return bundles.listing_page(request, incident, word=(paper.document, form), status=fault)
    messages.success(request, _("Noted."))
    if reads:
        return redirect(_PAGES.get(paper.template, "document"), key, document)
    return redirect("bundles" if may(actor, Act.READ_SHARED).allowed else "incident", key)


def _found(
    request: HttpRequest, key: UUID, document: UUID
) -> tuple[Incident, Paper, tuple[str, ...]]:
    """What is decided on, with its incident and what is to be done before it leaves."""
    incident = case_of(request, key)
    with open_record() as record:
        paper = papers.one(record, incident.key, str(document))
        if paper is None:
            raise Http404
        return incident, paper, papers.before_release(record, paper)


def _reading(paper: Paper) -> Act:
    return Act.READ_SHARED if paper.template in OBJECTS else Act.READ_DIPLOMATIC


def _page(request: HttpRequest, incident: Incident, paper: Paper, forms: Decisions) -> HttpResponse:
    pages = {BUNDLE: bundles.page, SIGHTINGS: sightings.page}
    return pages.get(paper.template, documents.page)(request, incident, paper, forms)
