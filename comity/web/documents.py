"""Documents: taken up from a draft, completed, shown, taken as files."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from comity.access.release import BUNDLE, OBJECTS, SIGHTINGS, Paper, may_edit
from comity.access.roles import Act, may
from comity.actions.papers import draft_of
from comity.documents.drafts.html import draft_body
from comity.documents.drafts.model import Draft
from comity.errors import BadInput, Refused
from comity.node import papers
from comity.node.models import Incident
from comity.node.services import open_record
from comity.web.actor import case_of, needs, person_of
from comity.web.decision_forms import Complete
from comity.web.incidents import case_page
from comity.web.standing import NONE, Decisions, standing, status_of


@require_safe
@needs(Act.READ_DIPLOMATIC)
def listing(request: HttpRequest, key: UUID) -> HttpResponse:
    """Documents in work, and the drafts of the last assessment."""
    incident = case_of(request, key)
    with open_record() as record:
        context = {
            "papers": [
                paper
                for paper in papers.in_work(record, incident.key)
                if paper.template not in OBJECTS
            ],
            "offered": papers.offered(record, incident),
        }
    return case_page(request, incident, "documents", context)


@require_POST
@needs(Act.DRAFT)
def take_up(request: HttpRequest, key: UUID) -> HttpResponse:
    """Begin a document from a draft."""
    incident = case_of(request, key)
    try:
        with papers.desk_of(*person_of(request)) as desk:
            document = papers.take_up(desk, incident, request.POST.get("draft", ""))
    except BadInput as error:
        messages.error(request, str(error))
        return redirect("documents", key)
    return redirect("document", key, document)


@require_safe
@needs(Act.READ_DIPLOMATIC)
def document(request: HttpRequest, key: UUID, document: UUID) -> HttpResponse:
    """One document: how it reads, how it stands, and what this person may do with it."""
    incident = case_of(request, key)
    with open_record() as record:
        paper = papers.one(record, incident.key, str(document))
    if paper is None:
        raise Http404
    if paper.template == BUNDLE:  # lists of what waits name all that leaves
        return redirect("bundle", key, document)
    if paper.template == SIGHTINGS:
        return redirect("sightings", key, document)
    return page(request, incident, paper)


@require_POST
@needs(Act.DRAFT)
def complete(request: HttpRequest, key: UUID, document: UUID) -> HttpResponse:
    """Fill in what is open, and decide the marking."""
    incident, paper, draft = _found(request, key, document)
    form = _complete_form(paper, draft, request)
    if form.is_valid():
        said = form.cleaned_data
        try:
            with papers.desk_of(*person_of(request)) as desk:
                papers.complete(desk, paper, form.words(), said["marking"], said["body"])
        except (BadInput, Refused) as error:
            form.add_error(None, str(error))
            forms = Decisions(status=status_of(error))
            return page(request, incident, paper, forms, form)
        messages.success(request, _("Recorded as a new version."))
        return redirect("document", key, document)
    return page(request, incident, paper, Decisions(status=422), form)


@require_safe
@needs(Act.READ_DIPLOMATIC)
def file(request: HttpRequest, key: UUID, document: UUID, form: str) -> HttpResponse:
    """A released document as a file."""
    if form not in papers.KINDS:
        raise Http404
    _incident, paper, _draft = _found(request, key, document)
    with papers.desk_of(*person_of(request)) as desk:
        try:
            body = papers.file_of(desk, paper, form)
        except BadInput as error:
            raise Http404(str(error)) from error
    response = HttpResponse(body, content_type=papers.KINDS[form])
    response["Content-Disposition"] = f'attachment; filename="{papers.file_name(paper, form)}"'
    return response


def page(
    request: HttpRequest,
    incident: Incident,
    paper: Paper,
    forms: Decisions = NONE,
    complete: Complete | None = None,
) -> HttpResponse:
    """The page of a document, with the forms of those who decide, some of them as filled in."""
    actor, by = person_of(request)
    with papers.desk_of(actor, by) as desk:
        draft = draft_of(desk.record, paper.current.body)
        before = draft_of(desk.record, paper.versions[0].body).marking
        context = standing(desk, actor, paper, forms)
    context |= {
        "marking": draft.marking,
        "marking_before": before,
        "not_reached": papers.not_reached(paper.incident, draft.marking),
        "shown": draft_body(draft),
        "may_edit": may(actor, Act.DRAFT).allowed and may_edit(paper).allowed,
        "complete": complete or _complete_form(paper, draft),
        "forms": papers.KINDS if paper.released else (),
    }
    return case_page(request, incident, "document", context, status=forms.status)


def _found(request: HttpRequest, key: UUID, document: UUID) -> tuple[Incident, Paper, Draft]:
    """A document with its incident and its current version; a bundle or sightings are none."""
    incident = case_of(request, key)
    with open_record() as record:
        paper = papers.one(record, incident.key, str(document))
        if paper is None or paper.template in OBJECTS:
            raise Http404
        return incident, paper, draft_of(record, paper.current.body)


def _complete_form(paper: Paper, draft: Draft, request: HttpRequest | None = None) -> Complete:
    return Complete(
        request.POST if request else None,
        blanks=draft.blanks,
        markings=papers.markings_for(paper.incident),
        initial={"body": paper.current.body, "marking": draft.marking},
    )
