"""Technical resemblance: made on request, shown to those who read evidence, kept apart."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from comity.access.roles import Act, may
from comity.documents.attribution_html import resemblance
from comity.documents.language import language
from comity.node import jobs
from comity.node.cases import resemblance_of
from comity.node.services import open_record
from comity.web.actor import actor_of, case_of, needs, person_of
from comity.web.incidents import case_page


@require_safe
@needs(Act.READ_TECHNICAL)
def attribution(request: HttpRequest, key: UUID) -> HttpResponse:
    """The last file on technical resemblance, and how to have one made."""
    incident = case_of(request, key)
    with open_record() as record:
        found = resemblance_of(record, incident.key)
    more: dict[str, object] = {"may_ask": may(actor_of(request), Act.ATTRIBUTE).allowed}
    if found:
        entry, page = found
        older = incident.dossier_entry is not None and entry < incident.dossier_entry
        more |= {
            "page": page,
            "entry": entry,
            "older": older or incident.stale,
            "shown": resemblance(page, language()),
        }
    return case_page(request, incident, "attribution", more)


@require_POST
@needs(Act.ATTRIBUTE)
def attribute(request: HttpRequest, key: UUID) -> HttpResponse:
    """Have technical resemblance worked out from all that is filed under the incident."""
    incident = case_of(request, key)
    job = jobs.ask_for_resemblance(*person_of(request), incident)
    return redirect("job", job.key)
