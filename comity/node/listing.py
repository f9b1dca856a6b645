"""Incidents as people narrow the list of them, by words of the title and by how they stand."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import NamedTuple

from django.db.models import F, Q, QuerySet

from comity.access.roles import Actor
from comity.node import search
from comity.node.clearances import open_to
from comity.node.models import Incident


class Wanted(NamedTuple):
    """What the incidents of a list have in common; nothing set: all of them.

    ``stale``: something came in that the last assessment does not know. ``clock``: a clock is
    known to run. ``mine``: whoever looks opened it. ``since``: changed on this day in UTC or later.
    """

    q: str = ""
    stale: bool = False
    clock: bool = False
    mine: bool = False
    since: date | None = None


def incidents(actor: Actor, wanted: Wanted) -> QuerySet[Incident]:
    """The incidents that are wanted, the last changed first.

    Words are not looked for in what is classified above the clearances of whoever looks.
    """
    found = Incident.objects.all()
    if wanted.q:
        found = open_to(actor, search.incidents(wanted.q), "key")
    if wanted.stale:
        behind = Q(dossier_entry__isnull=True) | Q(last_input__gt=F("dossier_entry"))
        found = found.filter(behind, last_input__isnull=False)
    if wanted.clock:
        found = found.filter(next_due__isnull=False)
    if wanted.mine:
        # The name may be another now; the account is for ever.
        found = found.filter(opened_by__endswith=f"({actor.account})")
    if wanted.since is not None:
        found = found.filter(changed_at__gte=datetime.combine(wanted.since, time.min, UTC))
    return found.order_by("-changed_at", "-id")
