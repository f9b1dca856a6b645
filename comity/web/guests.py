"""What was released to a guest, and nothing else of the node."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from comity.access.release import BUNDLE
from comity.access.roles import Act
from comity.actions.papers import draft_of
from comity.documents.drafts.html import draft_body
from comity.node import bundles, guests, papers
from comity.web.actor import needs, person_of


@require_safe
@needs(Act.READ_RELEASED)
def listing(request: HttpRequest) -> HttpResponse:
    """What may go to this guest, the last first."""
    with papers.desk_of(*person_of(request)) as desk:
        found = guests.released_to(desk)
        organisation = guests.organisation_of(desk.actor.account)
    more = {"papers": found, "organisation": organisation}
    return render(request, "web/released.html", more)


@require_safe
@needs(Act.READ_RELEASED)
def one(request: HttpRequest, document: UUID) -> HttpResponse:
    """One document as it was released, or the file of a bundle."""
    with papers.desk_of(*person_of(request)) as desk:
        paper = guests.one(desk, str(document))
        if paper is None or paper.released is None:
            raise Http404
        draft = None if paper.template == BUNDLE else draft_of(desk.record, paper.released.body)
    more = {
        "paper": paper,
        "marking": draft.marking if draft else "",
        "shown": draft_body(draft) if draft else None,
        "forms": guests.forms_of(paper),
    }
    return render(request, "web/released_one.html", more)


@require_safe
@needs(Act.READ_RELEASED)
def file(request: HttpRequest, document: UUID, form: str) -> HttpResponse:
    """It as a file."""
    with papers.desk_of(*person_of(request)) as desk:
        paper = guests.one(desk, str(document))
        if paper is None or form not in guests.forms_of(paper):
            raise Http404
        body = guests.file_of(desk, paper, form)
    kind = bundles.KIND if paper.template == BUNDLE else papers.KINDS[form]
    response = HttpResponse(body, content_type=kind)
    name = papers.file_name(paper, form)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
