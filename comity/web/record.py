"""The record as a page: how long it is, who signs it, what stands in it, and whether it holds."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from comity.access.roles import Act, may
from comity.errors import BadInput
from comity.node import spills
from comity.node.entries import entry_at, may_read, may_read_kind, readable
from comity.node.models import Entry
from comity.node.services import open_record
from comity.record.cosigned import last_met
from comity.record.erasure import LASTING
from comity.record.payload import ERASURE
from comity.web.actor import actor_of, needs, not_done, refuse
from comity.web.witnesses import witness_rows

PAGE = 50
NEVER = ("", ERASURE, *LASTING)
"""Kinds of entries that are never erased, and so never taken out of sight."""


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Act.READ_RECORD)
def overview(request: HttpRequest) -> HttpResponse:
    """Size, keys, checkpoint and entries; a POST checks everything on disk."""
    with open_record() as record:
        keys, checkpoint, size = record.keys(), record.checkpoint(), record.size()
        report = record.verify() if request.method == "POST" else None
    page = Paginator(Entry.objects.order_by("-index"), PAGE).get_page(request.GET.get("page"))
    actor = actor_of(request)
    rows = [
        (row, shown, may_read_kind(actor, row.kind).allowed) for row, shown in readable(actor, page)
    ]
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
            "may_quarantine": may(actor, Act.QUARANTINE).allowed,
            "never": NEVER,
            "witnesses": witness_rows(),
            "spills": {one.about for one in spills.waiting()},
        },
    )


@require_safe
@needs(Act.READ_RECORD)
def proof(request: HttpRequest, index: int) -> HttpResponse:
    """A file that proves to anybody that an entry stands in the record.

    It holds the content of the entry, which is why it takes the rights of its kind.
    """
    decision = may_read(actor_of(request), entry_at(index))
    if not decision.allowed:
        return refuse(request, str(decision.reason))
    with open_record() as record:
        try:
            body = record.prove(index, last_met(Path(settings.HOME)))
        except BadInput as error:
            return not_done(request, str(error), 404)
    response = HttpResponse(body, content_type="application/octet-stream")
    response["Content-Disposition"] = f'attachment; filename="entry-{index}.tlog-proof"'
    return response
