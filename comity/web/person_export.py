"""What is held about a person, as a page to read or print and as a file."""

from __future__ import annotations

import msgspec
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from comity.access.roles import Act
from comity.documents.held import Held
from comity.errors import BadInput, Refused
from comity.node import person_export as node
from comity.record.payload import sha256_hex
from comity.web.actor import needs, person_of
from comity.web.forms import HeldAbout


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Act.TELL_PERSON)
def person_export(request: HttpRequest) -> HttpResponse:
    """Ask for whom; a POST answers with the list. What is typed stands in no address."""
    form = HeldAbout(request.POST or None)
    if request.method == "POST" and form.is_valid():
        actor, by = person_of(request)
        try:
            body, entry = node.export(actor, by, form.person(), form.cleaned_data["reason"])
        except (BadInput, Refused) as error:
            form.add_error(None, str(error))
        else:
            return _answer(request, body, entry)
    return render(
        request, "web/person_export.html", {"form": form}, status=422 if form.errors else 200
    )


def _answer(request: HttpRequest, body: bytes, entry: int) -> HttpResponse:
    if "file" in request.POST:
        response = HttpResponse(body, content_type="application/json")
        response["Content-Disposition"] = f'attachment; filename="held-{entry}.json"'
        return response
    held = msgspec.json.decode(body, type=Held)
    context = {
        "held": held,
        "entry": entry,
        "sha256": sha256_hex(body),
        "withheld": sum(1 for place in held.places if place.withheld),
        "for_others": sum(held.for_others.values()),
    }
    return render(request, "web/held.html", context)
