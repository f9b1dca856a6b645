"""How whoever sent a report limits its sharing: embargo, end, circle."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from comity.access.roles import Act
from comity.actions.desk import Desk
from comity.actions.handling import note_handling
from comity.node import cases
from comity.record.payload import Handling
from comity.web.actor import case_of, needs
from comity.web.bundle_forms import HandlingForm
from comity.web.bundles import listing_page
from comity.web.standing import tried


@require_POST
@needs(Act.SHARE)
def handling(request: HttpRequest, key: UUID) -> HttpResponse:
    """Note how the sharing of a report is limited, or that it is no more."""
    incident = case_of(request, key)
    form = HandlingForm(request.POST, reports=list(cases.reports_of(incident)))

    def record(desk: Desk, said: dict[str, Any]) -> None:
        note_handling(
            desk,
            Handling(
                at=desk.at,
                by=desk.by,
                incident=incident.key,
                index=said["report"],
                account=desk.actor.account,
                embargo_until=said["embargo_until"],
                expires=said["expires"],
                circle=said["circle"],
                said_by=said["said_by"],
                reason=said["reason"],
            ),
        )

    if fault := tried(request, form, record):
        return listing_page(request, incident, handling=form, status=fault)
    messages.success(request, _("Noted. The gate asks for it from now on."))
    return redirect("bundles", key)
