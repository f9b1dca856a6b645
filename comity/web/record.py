"""The record as a page: how long it is, who signs it, what stands in it, and whether it holds."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from comity.access.roles import Act, may
from comity.errors import BadInput
from comity.node.entries import kind_of, may_read
from comity.node.models import Entry
from comity.node.services import open_record
from comity.web.actor import actor_of, needs, not_done, refuse

PAGE = 50


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Act.READ_RECORD)
def overview(request: HttpRequest) -> HttpResponse:
    """Size, keys, checkpoint and entries; a POST checks everything on disk."""
    with open_record() as record:
        keys, checkpoint, size = record.keys(), record.checkpoint(), record.size()
        report = record.verify() if request.method == "POST" else None
    page = Paginator(Entry.objects.order_by("-index"), PAGE).get_page(request.GET.get("page"))
    actor = actor_of(request)
    rows = [(row, may_read(actor, row.kind).allowed) for row in page]
    return render(
        request,
        "web/record.html",
        {
            "origin": keys.origin if keys else None,
            "checkpoint": checkpoint.decode() if checkpoint else None,
            "size": size,
            "report": report,
            "page": page,
            "rows": rows,
            "may_erase": may(actor, Act.ERASE).allowed,
            "may_tell": may(actor, Act.TELL_PERSON).allowed,
        },
    )


@require_safe
@needs(Act.READ_RECORD)
def proof(request: HttpRequest, index: int) -> HttpResponse:
    """A file that proves to anybody that an entry stands in the record.

    It holds the content of the entry, which is why it takes the rights of its kind.
    """
    decision = may_read(actor_of(request), kind_of(index))
    if not decision.allowed:
        return refuse(request, str(decision.reason))
    with open_record() as record:
        try:
            body = record.prove(index)
        except BadInput as error:
            return not_done(request, str(error), 404)
    response = HttpResponse(body, content_type="application/octet-stream")
    response["Content-Disposition"] = f'attachment; filename="entry-{index}.tlog-proof"'
    return response
