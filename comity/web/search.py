"""Looking for words in everything that one may read."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from comity.access.roles import Act
from comity.node import search as seam
from comity.node.models import Entry, Incident, Object
from comity.node.words import phrases
from comity.web.actor import actor_of, needs

FIRST, PAGE = 5, 50
"""Rows of each kind on the first page, and of one kind on a page of its own."""
COUNTED = 10_000
"""Rows of a kind that are counted and can be paged through. Who gets more needs another word."""


class Group(NamedTuple):
    """What was found of one kind: how many, and the rows that are shown, each with its incident.

    There are ``more`` than were counted, or not.
    """

    kind: str
    title: str
    n: int
    more: bool
    rows: list[tuple[Any, Incident | None]]


@require_safe
@needs(Act.READ_INCIDENTS)
def search(request: HttpRequest) -> HttpResponse:
    """A few of each kind, or with ``kind`` all of one, in pages."""
    q = request.GET.get("q", "").strip()
    titles = {
        "incident": _("Incidents"),
        "document": _("Documents"),
        "import": _("Reports"),
        "statement": _("Statements"),
        "object": _("Objects"),
    }
    found = seam.everything(q, actor_of(request))
    kind = request.GET.get("kind", "")
    if kind not in found:
        kind = ""
    page = None
    if kind:
        page = Paginator(found[kind][:COUNTED], PAGE).get_page(request.GET.get("page"))
    groups = [
        _group(name, title, found[name], page)
        for name, title in titles.items()
        if name in found and kind in ("", name)
    ]
    answer = {
        "q": q,
        "kind": kind,
        "page": page,
        "groups": groups,
        "n": sum(group.n for group in groups),
        "more": any(group.more for group in groups),
        "empty": bool(q) and not phrases(q[: seam.LONGEST]),
        "cut": len(q) > seam.LONGEST,
        "longest": seam.LONGEST,
    }
    return render(request, "web/search.html", answer)


def _group(kind: str, title: str, rows: QuerySet[Any], page: Page[Any] | None) -> Group:
    n = rows.order_by()[: COUNTED + 1].count()
    shown = list(rows[:FIRST] if page is None else page)
    return Group(kind, title, min(n, COUNTED), n > COUNTED, _rows(shown))


def _rows(found: list[Any]) -> list[tuple[Any, Incident | None]]:
    keys = {key for row in found if (key := _incident(row))}
    incidents = {incident.key: incident for incident in Incident.objects.filter(key__in=keys)}
    return [(row, incidents.get(_incident(row))) for row in found]


def _incident(row: Object | Entry | Incident) -> str:
    if isinstance(row, Object):
        return row.entry.incident
    return row.incident if isinstance(row, Entry) else row.key
