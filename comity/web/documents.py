"""Documents: taken up from a draft, completed, approved by somebody else, released, carried."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from comity.access.release import (
    Paper,
    may_approve,
    may_edit,
    missing,
)
from comity.access.roles import Act, Role, may, roles_in_words
from comity.actions import papers as actions
from comity.actions.papers import draft_of, leaving
from comity.documents.drafts.html import draft_body
from comity.documents.drafts.model import Draft
from comity.errors import BadInput, Refused
from comity.node import papers
from comity.node.models import Entry, Incident
from comity.node.services import now, open_record, setting
from comity.web.actor import needs, person_of
from comity.web.forms import Approve, Carry, Complete, ReleaseForm
from comity.web.incidents import case_page


@require_safe
@needs(Act.READ_DIPLOMATIC)
def listing(request: HttpRequest, key: UUID) -> HttpResponse:
    """Documents in work, and the drafts of the last assessment."""
    incident = get_object_or_404(Incident, key=key)
    with open_record() as record:
        context = {
            "papers": papers.in_work(record, incident.key),
            "offered": papers.offered(record, incident),
        }
    return case_page(request, incident, "documents", context)


@require_POST
@needs(Act.DRAFT)
def take_up(request: HttpRequest, key: UUID) -> HttpResponse:
    """Begin a document from a draft."""
    incident = get_object_or_404(Incident, key=key)
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
    incident, paper, draft = _found(key, document)
    return _page(request, incident, paper, draft)


@require_POST
@needs(Act.DRAFT)
def complete(request: HttpRequest, key: UUID, document: UUID) -> HttpResponse:
    """Fill in what is open, and decide the marking."""
    incident, paper, draft = _found(key, document)
    form = _complete_form(paper, draft, request)
    if form.is_valid():
        said = form.cleaned_data
        try:
            with papers.desk_of(*person_of(request)) as desk:
                papers.complete(desk, paper, form.words(), said["marking"], said["body"])
        except (BadInput, Refused) as error:
            form.add_error(None, str(error))
            return _page(request, incident, paper, draft, complete=form, status=_status(error))
        messages.success(request, _("Recorded as a new version."))
        return redirect("document", key, document)
    return _page(request, incident, paper, draft, complete=form)


@require_POST
@needs(Act.APPROVE)
def approve(request: HttpRequest, key: UUID, document: UUID) -> HttpResponse:
    """Say yes or no to the version that was read."""
    incident, paper, draft = _found(key, document)
    actor, by = person_of(request)
    form = Approve(request.POST, roles=papers.approving(actor), draft=draft)
    if form.is_valid():
        said = form.cleaned_data
        try:
            with papers.desk_of(actor, by) as desk:
                actions.approve(
                    desk,
                    incident=paper.incident,
                    document=paper.document,
                    body=said["body"],
                    role=Role(said["role"]),
                    approved=said["answer"] == "yes",
                    reason=said["reason"],
                )
        except (BadInput, Refused) as error:
            form.add_error(None, str(error))
            return _page(request, incident, paper, draft, approve=form, status=_status(error))
        messages.success(request, _("Recorded."))
        return redirect("document", key, document)
    return _page(request, incident, paper, draft, approve=form)


@require_POST
@needs(Act.RELEASE)
def release(request: HttpRequest, key: UUID, document: UUID) -> HttpResponse:
    """Release the version that was read."""
    incident, paper, draft = _found(key, document)
    form = ReleaseForm(request.POST, alone=bool(request.POST.get("alone")))
    if form.is_valid():
        said = form.cleaned_data
        try:
            with papers.desk_of(*person_of(request)) as desk:
                actions.release(
                    desk,
                    incident=paper.incident,
                    document=paper.document,
                    body=said["body"],
                    alone=said["alone"],
                    reason=said["reason"],
                )
        except (BadInput, Refused) as error:
            form.add_error(None, str(error))
            return _page(request, incident, paper, draft, release=form, status=_status(error))
        messages.success(request, _("Released. Take the file, and note how it was carried."))
        return redirect("document", key, document)
    return _page(request, incident, paper, draft, release=form)


@require_POST
@needs(Act.CARRY)
def carry(request: HttpRequest, key: UUID, document: UUID) -> HttpResponse:
    """Note who carried it, when, and what shows that it arrived."""
    incident, paper, draft = _found(key, document)
    form = Carry(request.POST)
    if form.is_valid():
        try:
            with papers.desk_of(*person_of(request)) as desk:
                papers.carry(desk, paper, **form.cleaned_data)
        except BadInput as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Recorded as asserted."))
            return redirect("document", key, document)
    return _page(request, incident, paper, draft, carry=form)


@require_safe
@needs(Act.READ_DIPLOMATIC)
def file(request: HttpRequest, key: UUID, document: UUID, form: str) -> HttpResponse:  # noqa: ARG001
    """A released document as a file."""
    if form not in papers.KINDS:
        raise Http404
    _incident, paper, _draft = _found(key, document)
    with open_record() as record:
        try:
            body = papers.file_of(record, paper, form)
        except BadInput as error:
            raise Http404(str(error)) from error
    response = HttpResponse(body, content_type=papers.KINDS[form])
    response["Content-Disposition"] = f'attachment; filename="{papers.file_name(paper, form)}"'
    return response


def _found(key: UUID, document: UUID) -> tuple[Incident, Paper, Draft]:
    """A document with its incident and its current version."""
    incident = get_object_or_404(Incident, key=key)
    with open_record() as record:
        paper = papers.one(record, incident.key, str(document))
        if paper is None:
            raise Http404
        return incident, paper, draft_of(record, paper.current.body)


def _status(error: BadInput | Refused) -> int:
    """403 where the rules say no to this person or this moment, 422 where the form has a fault."""
    return 403 if isinstance(error, Refused) else 422


def _page(
    request: HttpRequest,
    incident: Incident,
    paper: Paper,
    draft: Draft,
    *,
    complete: Complete | None = None,
    approve: Approve | None = None,
    release: ReleaseForm | None = None,
    carry: Carry | None = None,
    status: int = 422,
) -> HttpResponse:
    actor, _by = person_of(request)
    body = paper.current.body
    with open_record() as record:
        outright, alone = (
            leaving(record, actor, paper, body, alone=one, at=now(), setting=setting())
            for one in (False, True)
        )
        carried = papers.carriages(record, paper)
        before = draft_of(record, paper.versions[0].body).marking
    history = Entry.objects.filter(document=paper.document).order_by("-index")
    approving = [
        role for role in papers.approving(actor) if may_approve(actor, role, body, paper).allowed
    ]
    failed = any(form is not None and form.errors for form in (complete, approve, release, carry))
    context = {
        "paper": paper,
        "marking": draft.marking,
        "marking_before": before,
        "shown": draft_body(draft),
        "history": history,
        "carried": carried,
        "missing": [" / ".join(map(str, roles_in_words(roles))) for roles in missing(paper)],
        "may_edit": may(actor, Act.DRAFT).allowed and may_edit(paper).allowed,
        "complete": complete or _complete_form(paper, draft),
        "approve": approve
        or (Approve(roles=approving, draft=draft, initial={"body": body}) if approving else None),
        "why_not_approve": ""
        if approving or not may(actor, Act.APPROVE).allowed
        else str(may_approve(actor, max(actor.roles), body, paper).reason),
        "release": release
        or (
            ReleaseForm(initial={"body": body}, alone=not outright.allowed)
            if outright.allowed or alone.allowed
            else None
        ),
        "outright": outright,
        "is_officer": may(actor, Act.RELEASE).allowed,
        "carry": (carry or Carry()) if paper.released and may(actor, Act.CARRY).allowed else None,
        "review_due": paper.review_due(),
        "forms": papers.KINDS if paper.released else (),
    }
    return case_page(request, incident, "document", context, status=status if failed else 200)


def _complete_form(paper: Paper, draft: Draft, request: HttpRequest | None = None) -> Complete:
    return Complete(
        request.POST if request else None,
        blanks=draft.blanks,
        initial={"body": paper.current.body, "marking": draft.marking},
    )
