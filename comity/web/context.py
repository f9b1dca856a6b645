"""What every page shows around its content."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext as _

from comity.access.roles import ROLE_NAMES, Act, may
from comity.node import demonstration
from comity.node.search import LONGEST
from comity.web.actor import actor_of

_PAGES = (
    ("today", Act.READ_INCIDENTS, "Today"),
    ("incidents", Act.READ_INCIDENTS, "Incidents"),
    ("watch", Act.READ_WATCH, "Watch"),
    ("knowledge", Act.READ_INCIDENTS, "Knowledge"),
    ("record", Act.READ_RECORD, "Record"),
    ("released", Act.READ_RELEASED, "Released to you"),
    ("deputies", Act.NAME_DEPUTY, "Deputies"),
    ("people", Act.MANAGE_ACCOUNTS, "People"),
    ("administration", Act.MANAGE_ACCOUNTS, "Administration"),
)


def navigation(request: HttpRequest) -> dict[str, Any]:
    """Whether this is a demonstration, the pages that this person may open, and who they are."""
    actor = actor_of(request) if hasattr(request, "user") else None
    match = request.resolver_match
    here = match.view_name if match else ""
    return {
        "demonstration": demonstration.here(settings.HOME),
        "pages": [
            {"url": name, "title": _(title), "here": here == name}
            for name, act, title in _PAGES
            if actor and may(actor, act).allowed
        ],
        "actor": actor,
        "may_search": may(actor, Act.READ_INCIDENTS).allowed,
        "longest_search": LONGEST,
        "actor_roles": [str(ROLE_NAMES[role]) for role in sorted(actor.roles)] if actor else [],
    }
