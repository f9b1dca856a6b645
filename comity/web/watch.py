"""The watch log: who is on watch, what they noted, and how one watch hands over to the next."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from comity.access.roles import Act, may
from comity.access.watch import Watch, may_hand_over
from comity.actions import watch as actions
from comity.actions.desk import Desk
from comity.errors import BadInput, Refused
from comity.node import duties
from comity.node.clearances import open_to
from comity.node.models import Entry, Incident
from comity.node.papers import desk_of
from comity.web.actor import actor_of, needs, person_of
from comity.web.forms import HandOver, TakeOver, WatchNoteForm

PAGE = 50
KINDS = ("watch", "handover", "takeover")


@require_safe
@needs(Act.READ_WATCH)
def log(request: HttpRequest) -> HttpResponse:
    """The log, the last entry first, and what this person may do."""
    return _page(request)


@require_POST
@needs(Act.KEEP_WATCH)
def note(request: HttpRequest) -> HttpResponse:
    """Write a note."""
    form = WatchNoteForm(request.POST, incidents=duties.recent(actor_of(request)))
    if form.is_valid():
        said = form.cleaned_data
        with desk_of(*person_of(request)) as desk:
            actions.note(desk, said["text"], said["incident"] or None)
        messages.success(request, _("Noted."))
        return redirect("watch")
    return _page(request, note=form)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Act.KEEP_WATCH)
def hand_over(request: HttpRequest) -> HttpResponse:
    """Look at what is open, say what matters, hand over."""
    form = HandOver(request.POST or None)
    status = 200
    with desk_of(*person_of(request)) as desk:
        sheet = duties.sheet(desk.record, request.POST.get("words", ""))
        if request.method == "POST" and form.is_valid():
            try:
                actions.hand_over(desk, sheet)
            except (BadInput, Refused) as error:
                form.add_error(None, str(error))
            else:
                messages.success(
                    request, _("Handed over. You are on watch until somebody takes it.")
                )
                return redirect("watch")
        decision = may_hand_over(desk.actor, actions.current(desk.record, desk.projections))
        status = 422 if form.errors else 200
        shown = duties.readable(desk.actor, sheet)
        context = {"form": form, "sheet": shown, "decision": decision, **_reader(desk)}
    return render(request, "web/hand_over.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Act.KEEP_WATCH)
def take_over(request: HttpRequest) -> HttpResponse:
    """Read the sheet and take the watch."""
    with desk_of(*person_of(request)) as desk:
        watch = actions.current(desk.record, desk.projections)
        given = watch.handover if watch else None
        form = TakeOver(request.POST or None, initial={"handover": "" if given is None else given})
        if request.method == "POST" and form.is_valid():
            said = form.cleaned_data
            try:
                actions.take_over(desk, said["handover"], said["reason"])
            except (BadInput, Refused) as error:
                form.add_error(None, str(error))
            else:
                messages.success(request, _("You are on watch."))
                return redirect("watch")
        sheet = _sheet(desk, given) if given is not None else None
        context = {"form": form, "watch": watch, "sheet": sheet, **_reader(desk)}
    status = 422 if form.errors else 200
    return render(request, "web/take_over.html", context, status=status)


def _page(request: HttpRequest, *, note: WatchNoteForm | None = None) -> HttpResponse:
    rows = Entry.objects.filter(kind__in=KINDS, held=False).order_by("-index")
    pages = Paginator(open_to(actor_of(request), rows, "incident"), PAGE)
    page = pages.get_page(request.GET.get("page"))
    names = dict(
        Incident.objects.filter(key__in=[row.incident for row in page]).values_list("key", "title")
    )
    with desk_of(*person_of(request)) as desk:
        watch: Watch | None = actions.current(desk.record, desk.projections)
        shown = [(row, *_content(desk, row), names.get(row.incident)) for row in page]
        context = {
            "page": page,
            "rows": shown,
            "watch": watch,
            "own": watch is not None and watch.account == desk.actor.account,
            "note": (note or WatchNoteForm(incidents=duties.recent(desk.actor)))
            if may(desk.actor, Act.KEEP_WATCH).allowed
            else None,
            **_reader(desk),
        }
    return render(request, "web/watch.html", context, status=422 if note else 200)


def _content(desk: Desk, row: Entry) -> tuple[str, actions.Sheet | None]:
    """The text of a note, or the sheet of a handover."""
    if row.kind == "watch":
        return desk.record.blob(row.body).decode(), None
    if row.kind == "handover":
        return "", _sheet(desk, row.index)
    return row.about, None


def _sheet(desk: Desk, handover: int) -> actions.Sheet | None:
    sheet = actions.sheet_at(desk.record, handover)
    return None if sheet is None else duties.readable(desk.actor, sheet)


def _reader(desk: Desk) -> dict[str, bool]:
    return {"reads_documents": may(desk.actor, Act.READ_DIPLOMATIC).allowed}
