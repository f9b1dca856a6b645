"""Numbers that an incident has in other systems."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from comity.access.roles import Act
from comity.actions import tickets as actions
from comity.errors import BadInput, Refused
from comity.node import papers
from comity.web import incidents
from comity.web.actor import case_of, needs, person_of
from comity.web.standing import status_of
from comity.web.ticket_forms import TicketForm


@require_POST
@needs(Act.STATE_FACTS)
def note(request: HttpRequest, key: UUID) -> HttpResponse:
    """Note a number."""
    incident = case_of(request, key)
    form = TicketForm(request.POST)
    status = 422
    if form.is_valid():
        said = form.cleaned_data | {"url": form.cleaned_data["url"] or None}
        try:
            with papers.desk_of(*person_of(request)) as desk:
                actions.note_ticket(desk, incident=incident.key, **said)
        except (BadInput, Refused) as error:
            form.add_error(None, str(error))
            status = status_of(error)
        else:
            messages.success(request, _("Noted."))
            return redirect("incident", key)
    return incidents.summary_page(request, incident, form, status)


@require_POST
@needs(Act.STATE_FACTS)
def take_off(request: HttpRequest, key: UUID) -> HttpResponse:
    """Take a number off again, with a reason."""
    incident = case_of(request, key)
    said = {name: request.POST.get(name, "")[:400] for name in ("system", "number", "reason")}
    try:
        with papers.desk_of(*person_of(request)) as desk:
            actions.take_off(desk, incident=incident.key, **said)
    except (BadInput, Refused) as error:
        messages.error(request, str(error))
        return incidents.summary_page(request, incident, None, status_of(error))
    messages.success(request, _("Taken off."))
    return redirect("incident", key)
