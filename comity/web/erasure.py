"""Erasure on pages: an officer asks and says why, a second one looks and does it."""

from __future__ import annotations

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from comity.access.erasure import may_erase
from comity.access.roles import Act
from comity.actions import erasure as actions
from comity.errors import BadInput, Refused
from comity.node import spills
from comity.node.entries import may_read, may_read_kind
from comity.node.holds import hold_on
from comity.node.models import Entry
from comity.node.papers import desk_of
from comity.web.actor import needs, person_of, refuse
from comity.web.forms import Erase


@require_safe
@needs(Act.ERASE)
def listing(request: HttpRequest) -> HttpResponse:
    """What is asked for, and what has been erased."""
    with desk_of(*person_of(request)) as desk:
        waiting = actions.open_words(desk.record, desk.projections.erasure_words())
    done = Entry.objects.filter(kind="erasure").order_by("-index")[:50]
    context = {
        "waiting": sorted(waiting.values(), key=lambda one: one.word),
        "held": spills.waiting(),
        "done": done,
    }
    return render(request, "web/erasures.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Act.ERASE)
@reauthentication_required  # type: ignore[untyped-decorator]
def erase(request: HttpRequest, index: int) -> HttpResponse:
    """One entry: ask for its erasure, be against it, or erase it on another officer's word."""
    row = Entry.objects.filter(index=index).first()
    if row is None or not row.kind:
        raise Http404
    with desk_of(*person_of(request)) as desk:
        decision = may_read_kind(desk.actor, row.kind)
        if not decision.allowed:  # nobody erases what is for other roles
            return refuse(request, str(decision.reason))
        # What is above their clearances has to go all the same: without being shown.
        shown = may_read(desk.actor, row)
        asked = actions.asked(desk.record, desk.projections.erasure_words(), index)
        form = Erase(request.POST or None)
        if request.method == "POST" and form.is_valid():
            said = form.cleaned_data
            try:
                if said["word"] is not None:
                    actions.erase(desk, index, said["word"])
                    messages.success(request, _("Erased. Its tombstone stays in the record."))
                else:
                    asks = said["answer"] == "ask"
                    actions.speak(desk, index, asks=asks, reason=said["reason"])
                    messages.success(request, _("Recorded."))
            except (BadInput, Refused) as error:
                form.add_error(None, str(error))
            else:
                return redirect("erasures")
        second = asked is not None and may_erase(desk.actor, asked.word, asked).allowed
    return render(
        request,
        "web/erase.html",
        {
            "row": row,
            "shown": shown,
            "asked": asked,
            "form": form,
            "second": second,
            "hold": hold_on(row.incident) if row.incident else None,
        },
        status=422 if form.errors else 200,
    )
