"""What is put together for others: the list, a new one, how it stands, its file, who agreed."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from comity.access.release import BUNDLE, Paper
from comity.access.roles import Act, may
from comity.actions import bundles as actions
from comity.actions.bundles import Fate
from comity.actions.desk import Desk
from comity.actions.exits import bundle_at
from comity.actions.handling import handling_of
from comity.errors import BadInput
from comity.node import bundles, cases, objects, papers, sightings
from comity.node.misp import offered
from comity.node.models import Incident
from comity.record.payload import Consent
from comity.web.actor import actor_of, case_of, needs, person_of
from comity.web.bundle_forms import (
    ConsentForm,
    HandlingForm,
    PutTogether,
    WordForm,
    purpose_in_words,
)
from comity.web.incidents import case_page
from comity.web.standing import NONE, Decisions, standing, tried, word_form

PAGE = 100


@require_safe
@needs(Act.READ_SHARED)
def listing(request: HttpRequest, key: UUID) -> HttpResponse:
    """Bundles in work, what originators agreed to, and what waits for the word of a service."""
    incident = case_of(request, key)
    return listing_page(request, incident)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Act.SHARE)
def put_together(request: HttpRequest, key: UUID) -> HttpResponse:
    """Choose what for whom, see what the gate would let go, and put it together."""
    incident = case_of(request, key)
    types = objects.types_of(incident.key)
    said = request.POST if request.method == "POST" else request.GET
    form = PutTogether(said or None, types=types)
    more: dict[str, object] = {"form": form, "types": types}
    if form.is_bound and form.is_valid():
        to = form.to()
        try:
            with papers.desk_of(*person_of(request)) as desk:
                parcel = bundles.preview(desk, incident, form.cleaned_data["types"], to)
                if request.method == "POST":
                    title = _("Objects for {name}").format(name=to.name or _("everybody"))
                    document = actions.put_together(
                        desk, incident=incident.key, title=title, to=to, parcel=parcel
                    )
                    messages.success(request, _("Put together. Somebody else approves it."))
                    return redirect("bundle", key, document)
        except BadInput as error:
            form.add_error(None, str(error))
        else:
            asked = [(name, value) for name, values in said.lists() for value in values]
            more |= shown(request, incident, parcel.fates) | {"parcel": parcel, "asked": asked}
    return case_page(request, incident, "put_together", more)


@require_safe
@needs(Act.READ_SHARED)
def bundle(request: HttpRequest, key: UUID, document: UUID) -> HttpResponse:
    """One bundle: what goes, what stays and why, who has to approve it."""
    incident = case_of(request, key)
    with papers.desk_of(*person_of(request)) as desk:
        paper = _found(desk, incident, document)
    return page(request, incident, paper)


@require_safe
@needs(Act.READ_SHARED)
def file(request: HttpRequest, key: UUID, document: UUID) -> HttpResponse:
    """A released bundle as it was approved."""
    incident = case_of(request, key)
    with papers.desk_of(*person_of(request)) as desk:
        paper = _found(desk, incident, document)
        if paper.released is None:
            raise Http404
        body = bundles.file_of(desk, paper)
    response = HttpResponse(body, content_type=bundles.KIND)
    name = papers.file_name(paper, "json")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@require_POST
@needs(Act.SHARE)
def consent(request: HttpRequest, key: UUID) -> HttpResponse:
    """Note what an originator agreed to."""
    incident = case_of(request, key)
    form = ConsentForm(request.POST, reports=list(cases.reports_of(incident)))

    def record(desk: Desk, said: dict[str, Any]) -> None:
        until: dt.date | None = said["until"]
        actions.note_consent(
            desk,
            Consent(
                at=desk.at,
                by=desk.by,
                incident=incident.key,
                index=said["report"],
                account=desk.actor.account,
                to=None if said["whom"] == "public" else " ".join(said["name"].split()),
                given=said["answer"] == "yes",
                until=None if until is None else _end_of(until),
                said_by=said["said_by"],
                reason=said["reason"],
            ),
        )

    if fault := tried(request, form, record):
        return listing_page(request, incident, form, status=fault)
    messages.success(request, _("Noted."))
    return redirect("bundles", key)


def listing_page(
    request: HttpRequest,
    incident: Incident,
    consent: ConsentForm | None = None,
    word: tuple[str, WordForm] | None = None,
    handling: HandlingForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """The list with its forms; ``word`` is one that has a fault, with the document it is about."""
    actor, by = person_of(request)
    with papers.desk_of(actor, by) as desk:
        in_work = bundles.in_work(desk.record, incident.key)
        waiting = bundles.to_clear(desk.record, incident.key)
        agreed = bundles.consents(desk.record, incident.key)
        limits = handling_of(desk, incident.key)
        seen = sightings.in_work(desk.record, incident.key)
        events = list(sightings.events_of(desk.record, incident)) if offered() else []
    may_share = may(actor, Act.SHARE).allowed
    reports = list(cases.reports_of(incident))
    faulty, form = word or ("", None)
    context = {
        "bundles": in_work,
        "sightings": seen,
        "events": events if may_share else [],
        "to_clear": [
            (
                paper,
                indicators,
                form if paper.document == faulty else word_form(actor, paper),
            )
            for paper, indicators in waiting
        ],
        "consents": agreed,
        "may_share": may_share,
        "consent": (consent or ConsentForm(reports=reports)) if may_share and reports else None,
        "limits": list(limits.values()),
        "handling": (handling or HandlingForm(reports=reports)) if may_share and reports else None,
        "names": {row.index: row.about for row in reports},
    }
    return case_page(request, incident, "bundles", context, status=status)


def page(
    request: HttpRequest, incident: Incident, paper: Paper, forms: Decisions = NONE
) -> HttpResponse:
    """The page of a bundle, with the forms of those who decide."""
    actor, by = person_of(request)
    with papers.desk_of(actor, by) as desk:
        made, fates = bundle_at(desk, paper)
        context = standing(desk, actor, paper, forms)
        gate = context["gate"]()
    more = {"to": made.to, "purpose": purpose_in_words(made.to.purpose), "gate": gate}
    context |= more | shown(request, incident, fates)
    return case_page(request, incident, "bundle", context, status=forms.status)


def shown(request: HttpRequest, incident: Incident, fates: Sequence[Fate]) -> dict[str, Any]:
    """What becomes of the objects: how many of each fate, and one page of them."""
    order = {"in part": 0, "stays": 1, "whole": 2}  # what needs a look comes first
    ordered = sorted(fates, key=lambda fate: order[fate.fate])
    found = Paginator(ordered, PAGE).get_page(request.GET.get("page"))
    rows = bundles.rows_of(list(found))
    sums = Counter(fate.fate for fate in fates)
    words = bundles.in_words(incident.key, {why for fate in fates for why in fate.why})
    reasons = Counter(words[why] for fate in fates if fate.fate == "stays" for why in fate.why)
    return {
        "counts": {
            "whole": sums["whole"],
            "part": sums["in part"],
            "stays": sums["stays"],
        },
        "may_objects": may(actor_of(request), Act.READ_TECHNICAL).allowed,
        "page": found,
        "rows": [
            (fate, rows.get((fate.entry, fate.place)), [words[why] for why in fate.why])
            for fate in found
        ],
        "reasons": reasons.most_common(20),
    }


def _found(desk: Desk, incident: Incident, document: UUID) -> Paper:
    paper = papers.one(desk.record, incident.key, str(document))
    if paper is None or paper.template != BUNDLE:
        raise Http404
    return paper


def _end_of(day: dt.date) -> dt.datetime:
    """The end of a day, as the moment from which a consent is no more."""
    return dt.datetime.combine(day + dt.timedelta(days=1), dt.time.min, dt.UTC)
