"""A spill: anybody who reads the record takes an entry out of sight; officers decide about it."""

from __future__ import annotations

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from comity.access.roles import Act, may
from comity.errors import BadInput, Refused
from comity.node import spills
from comity.node.models import Entry
from comity.node.papers import desk_of
from comity.web.actor import actor_of, needs, person_of
from comity.web.forms import Spill


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Act.QUARANTINE)
def quarantine(request: HttpRequest, index: int) -> HttpResponse:
    """One entry: say why nobody is to read it. Its content is not shown here."""
    form = Spill(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            with desk_of(*person_of(request)) as desk:
                spills.put(desk, index, form.cleaned_data["reason"])
        except (BadInput, Refused) as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("In quarantine: nobody reads it any more."))
            return redirect("quarantine", index)
    return _page(request, index, form)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Act.ERASE)
@reauthentication_required  # type: ignore[untyped-decorator]
def give_back(request: HttpRequest, index: int) -> HttpResponse:
    """Let an entry and what was made from it be read again."""
    form = Spill(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            with desk_of(*person_of(request)) as desk:
                spills.give_back(desk, index, form.cleaned_data["reason"])
        except (BadInput, Refused) as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Given back: it can be read again."))
            return redirect("quarantine", index)
    return _page(request, index, form)


def _page(request: HttpRequest, index: int, form: Spill) -> HttpResponse:
    row = Entry.objects.filter(index=index).first()
    if row is None:
        raise Http404
    said = spills.last_word(index)
    there = said is not None and said.held
    officer = may(actor_of(request), Act.ERASE).allowed
    context = {
        "row": row,
        "form": form,
        "said": said,
        "from_another": spills.because_of(row),
        "may_erase": officer,
        "asks": (officer if there else bool(row.kind) and not row.held),
    }
    status = 422 if form.errors else 200
    return render(request, "web/quarantine.html", context, status=status)
