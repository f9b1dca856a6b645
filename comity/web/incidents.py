"""Incidents: the list, a new one, and the pages of each."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from markupsafe import Markup

from comity.access.roles import Act, may
from comity.actions.tickets import SYSTEMS
from comity.documents.html import part
from comity.documents.language import language
from comity.errors import BadInput
from comity.node import cases, jobs
from comity.node.clearances import levels_of, veiled
from comity.node.holds import hold_on
from comity.node.listing import Wanted, incidents
from comity.node.models import Entry, Incident
from comity.node.services import open_record
from comity.web.actor import actor_of, case_of, needs, person_of
from comity.web.facts import FactForm
from comity.web.forms import AddReports, FindIncidents, OpenIncident
from comity.web.misp_forms import FetchEvent, OpenFromMisp, fetch_form
from comity.web.ticket_forms import TicketForm

PAGE = 50
_SUMMARY = ("first", "severity", "clocks")
_DIPLOMATIC = ("norms", "cbm", "law", "concepts", "responses", "channels")
_TECHNICAL = ("evidence",)
_UNDER = {
    "document": "documents",
    "object": "objects",
    "bundle": "bundles",
    "put_together": "bundles",
    "sightings": "bundles",
    "tell_sightings": "bundles",
}


@require_safe
@needs(Act.READ_INCIDENTS)
def listing(request: HttpRequest) -> HttpResponse:
    """All incidents, the last changed first; by words of the title and by how they stand."""
    form = FindIncidents(request.GET)
    wanted = form.cleaned_data if form.is_valid() else {}
    actor, _by = person_of(request)
    found = incidents(actor, Wanted(**wanted))
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    status = 200 if form.is_valid() else 422
    page.object_list = veiled(actor, page.object_list)
    more = {"page": page, "form": form, "narrowed": any(wanted.values())}
    return render(request, "web/incidents.html", more, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Act.OPEN_INCIDENT)
def open_incident(request: HttpRequest) -> HttpResponse:
    """Have an incident opened with its first reports."""
    form = OpenIncident(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        job = jobs.ask_to_open(*person_of(request), said["title"], said["reports"])
        return redirect("job", job.key)
    return opening_page(request, form)


def opening_page(
    request: HttpRequest, form: OpenIncident | None = None, fetch: FetchEvent | None = None
) -> HttpResponse:
    """The page on which an incident is opened. A form with errors answers 422."""
    form, fetch = form or OpenIncident(), fetch or fetch_form(OpenFromMisp)
    status = 422 if form.errors or (fetch and fetch.errors) else 200
    context = {"form": form, "fetch": fetch}
    return render(request, "web/open_incident.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Act.IMPORT)
def add_reports(request: HttpRequest, key: UUID) -> HttpResponse:
    """Have more reports filed under an incident."""
    incident = case_of(request, key)
    form = AddReports(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        job = jobs.ask_to_file(*person_of(request), incident, form.cleaned_data["reports"])
        return redirect("job", job.key)
    return reports_page(request, incident, form)


def reports_page(
    request: HttpRequest,
    incident: Incident,
    form: AddReports | None = None,
    fetch: FetchEvent | None = None,
) -> HttpResponse:
    """The reports of an incident, and how more come in. A form with errors answers 422."""
    form, fetch = form or AddReports(), fetch or fetch_form(FetchEvent)
    status = 422 if form.errors or (fetch and fetch.errors) else 200
    more: dict[str, object] = {
        "form": form,
        "fetch": fetch,
        "filed": cases.reports_of(incident),
    }
    return case_page(request, incident, "add_reports", more, status)


@require_safe
@needs(Act.READ_INCIDENTS)
def summary(request: HttpRequest, key: UUID) -> HttpResponse:
    """What happened, what to decide, by when, whom to call, what is not known."""
    return summary_page(request, case_of(request, key))


def summary_page(
    request: HttpRequest, incident: Incident, form: TicketForm | None = None, status: int = 200
) -> HttpResponse:
    """The summary with the incident's numbers elsewhere; ``form`` is one that has a fault."""
    with open_record() as record:
        tickets = cases.tickets_of(record, incident)
    if form is None and may(actor_of(request), Act.STATE_FACTS).allowed:
        form = TicketForm()
    more = {
        **_shown(incident, _SUMMARY),
        "tickets": [(SYSTEMS[one.system], one) for one in tickets if one.system in SYSTEMS],
        "ticket": form,
    }
    return case_page(request, incident, "incident", more, status)


@require_safe
@needs(Act.READ_DIPLOMATIC)
def diplomatic(request: HttpRequest, key: UUID) -> HttpResponse:
    """Norms, law, ways to respond and channels."""
    incident = case_of(request, key)
    return case_page(request, incident, "diplomatic", _shown(incident, _DIPLOMATIC))


@require_safe
@needs(Act.READ_TECHNICAL)
def technical(request: HttpRequest, key: UUID) -> HttpResponse:
    """What was received, what was read from it, what could not be."""
    incident = case_of(request, key)
    return case_page(request, incident, "technical", _shown(incident, _TECHNICAL))


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Act.STATE_FACTS)
def facts(request: HttpRequest, key: UUID) -> HttpResponse:
    """What is known and who said it; what the reader knows goes in here."""
    incident = case_of(request, key)
    actor, by = person_of(request)
    with open_record() as record:
        dossier = cases.dossier_of(record, incident)
        said = cases.said_so_far(record, incident.key)
    reports = cases.reports_of(incident)
    form = FactForm(
        request.POST or None,
        own=[claim for claim in said if claim.said_by == by],
        dossier=dossier,
        reports=list(dict.fromkeys(reports.values_list("about", flat=True))),
    )
    if request.method == "POST" and form.is_valid():
        try:
            claims = form.claims(by)
            cases.say_facts(actor, by, incident.key, claims)
        except BadInput as error:
            form.add_error(None, str(error))
        else:
            jobs.ask_to_assess(actor, by, incident)
            messages.success(request, _("Recorded. It is being assessed again."))
            return redirect("incident", key)
    shown = part("facts", dossier, language()) if dossier else None
    return case_page(request, incident, "facts", {"form": form, "dossier": dossier, "said": shown})


@require_POST
@needs(Act.ASSESS)
def assess(request: HttpRequest, key: UUID) -> HttpResponse:
    """Have an incident assessed again from all that is filed under it."""
    incident = case_of(request, key)
    jobs.ask_to_assess(*person_of(request), incident)
    return redirect("incident", key)


def _shown(incident: Incident, names: tuple[str, ...]) -> dict[str, object]:
    """Parts of the last dossier, for a page."""
    with open_record() as record:
        dossier = cases.dossier_of(record, incident)
    shown = Markup("").join(part(name, dossier, language()) for name in names) if dossier else None
    return {"parts": shown, "dossier": dossier}


def case_page(
    request: HttpRequest,
    incident: Incident,
    here: str,
    more: dict[str, object],
    status: int | None = None,
) -> HttpResponse:
    """A page of an incident, with its tabs. A form with errors answers 422."""
    form = more.get("form")
    if status is None:
        status = 422 if form is not None and getattr(form, "errors", None) else 200
    actor = actor_of(request)
    tabs = [
        {
            "url": name,
            "title": title,
            "here": name == _UNDER.get(here, here),
            "open": may(actor, act).allowed,
        }
        for name, act, title in (
            ("incident", Act.READ_INCIDENTS, _("Summary")),
            ("timeline", Act.READ_INCIDENTS, _("Time line")),
            ("facts", Act.STATE_FACTS, _("Facts")),
            ("diplomatic", Act.READ_DIPLOMATIC, _("Norms, law, channels")),
            ("technical", Act.READ_TECHNICAL, _("Evidence")),
            ("attribution", Act.READ_TECHNICAL, _("Resemblance")),
            ("objects", Act.READ_TECHNICAL, _("Objects")),
            ("graph", Act.READ_TECHNICAL, _("Graph")),
            ("documents", Act.READ_DIPLOMATIC, _("Documents")),
            ("bundles", Act.READ_SHARED, _("Sharing")),
            ("add_reports", Act.IMPORT, _("Reports")),
        )
    ]
    return render(
        request,
        f"web/{here}.html",
        {
            "incident": incident,
            "classified": [
                level.title for level in levels_of([incident.key]).get(incident.key, ())
            ],
            "held": Entry.objects.filter(incident=incident.key, held=True).order_by("index"),
            "tabs": tabs,
            "job": jobs.going_on(incident.key),
            "may_assess": may(actor, Act.ASSESS).allowed,
            "may_draft": may(actor, Act.DRAFT).allowed,
            "hold": hold_on(incident.key),
            "may_hold": may(actor, Act.HOLD).allowed,
            **more,
        },
        status=status,
    )
