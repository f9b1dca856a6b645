"""Administration: how the node stands, for whoever keeps it running."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from comity.access.roles import ROLE_NAMES, Act
from comity.node.administration import health
from comity.web.actor import needs


@require_safe
@needs(Act.MANAGE_ACCOUNTS)
def administration(request: HttpRequest) -> HttpResponse:
    """Version, disk, record, jobs, people who are missing, the operator's files."""
    found = health()
    more = {
        "health": found,
        "missing": [str(ROLE_NAMES[role]) for role in found.missing],
        "alone": [str(ROLE_NAMES[role]) for role in found.alone],
        "full": found.free < 2 << 30,
    }
    return render(request, "web/administration.html", more)
