"""How whoever sent a report limits its sharing: embargo, end, circle."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from comity.access.roles import Act
from comity.actions.handling import note_handling
from comity.errors import BadInput, Refused
from comity.node import cases, papers
from comity.record.payload import Handling
from comity.web.actor import case_of, needs, person_of
from comity.web.bundle_forms import HandlingForm
from comity.web.bundles import listing_page
from comity.web.standing import status_of


@require_POST
@needs(Act.SHARE)
def handling(request: HttpRequest, key: UUID) -> HttpResponse:
    """Note how the sharing of a report is limited, or that it is no more."""
    incident = case_of(request, key)
    form = HandlingForm(request.POST, reports=list(cases.reports_of(incident)))
    if not form.is_valid():
        return listing_page(request, incident, handling=form, status=422)
    said = form.cleaned_data
    try:
        with papers.desk_of(*person_of(request)) as desk:
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
    except (BadInput, Refused) as error:
        form.add_error(None, str(error))
        return listing_page(request, incident, handling=form, status=status_of(error))
    messages.success(request, _("Noted. The gate asks for it from now on."))
    return redirect("bundles", key)
