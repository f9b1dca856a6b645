"""Retention on pages: what is due by which rule, and holds that stand against it."""

from __future__ import annotations

import re
from uuid import UUID

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from comity.access.retention import KINDS
from comity.access.roles import Act
from comity.actions import retention as actions
from comity.actions.desk import Desk
from comity.errors import BadInput, Refused
from comity.node import retention
from comity.node.clearances import open_to
from comity.node.holds import hold_on, holds
from comity.node.models import Incident
from comity.node.papers import desk_of
from comity.node.retention import Due
from comity.web.actor import case_of, needs, person_of
from comity.web.forms import HoldForm
from comity.web.incidents import case_page

AT_ONCE = 25
"""Erasures for one press of the button: each is signed and overwritten by itself."""
SHOWN = 50


@require_safe
@needs(Act.ERASE)
@reauthentication_required  # type: ignore[untyped-decorator]
def listing(request: HttpRequest) -> HttpResponse:
    """What is due, by rule, and which incidents are on hold."""
    actor, _by = person_of(request)
    with desk_of(*person_of(request)) as desk:
        found = retention.due(desk)
    open_rows = open_to(actor, Incident.objects.all(), "key")
    titles = dict(open_rows.values_list("key", "title"))
    context = {
        "rules": [
            {
                "due": one,
                "shown": [(row, titles.get(row.incident, "")) for row in one.rows[:SHOWN]],
                "asked": len(one.asked),
                "second": len(one.for_second(actor)),
                "upto": max((said.word for said in one.for_second(actor)), default=0),
            }
            for one in found
        ],
        "shown": SHOWN,
        "at_once": AT_ONCE,
        "holds": [(row, titles[row.incident]) for row in holds() if row.incident in titles],
    }
    return render(request, "web/retention.html", context)


@require_http_methods(["POST"])
@needs(Act.ERASE)
@reauthentication_required  # type: ignore[untyped-decorator]
def by_rule(request: HttpRequest, kind: str) -> HttpResponse:
    """Ask for all that is due by a rule, or erase what another officer asked for by it."""
    if kind not in KINDS:
        raise Http404
    try:
        with desk_of(*person_of(request)) as desk:
            said = _done(desk, kind, request.POST.get("erase"))
    except (BadInput, Refused) as error:
        said = str(error)
    messages.success(request, said)
    return redirect("retention")


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Act.HOLD)
def hold(request: HttpRequest, key: UUID) -> HttpResponse:
    """Put a hold on an incident, or lift it."""
    incident = case_of(request, key)
    form = HoldForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        wanted = request.POST.get("held") == "yes"
        try:
            with desk_of(*person_of(request)) as desk:
                reason = form.cleaned_data["reason"]
                actions.hold(desk, incident.key, held=wanted, reason=reason)
        except (BadInput, Refused) as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Recorded."))
            return redirect("incident", key)
    return case_page(request, incident, "hold", {"form": form, "hold": hold_on(incident.key)})


def _done(desk: Desk, kind: str, upto: str | None) -> str:
    """Erase what was asked for by words up to this one, or ask; return what to tell."""
    one = next((one for one in retention.due(desk) if one.rule.kind == kind), None)
    if one is None:
        raise BadInput(_("There is no such rule any more."))
    if not one.readable:  # nobody erases what they may not look at
        raise Refused(_("Entries of this kind are for other roles."))
    if upto is not None:
        return _erase(desk, one, upto)
    actions.ask(desk, one.rule, one.not_asked)
    return _("Asked for. Another officer has to look, and erase it.")


def _erase(desk: Desk, one: Due, upto: str) -> str:
    """Erase some of what was asked for by words up to the one that this person saw."""
    seen = int(upto) if re.fullmatch(r"[0-9]{1,18}", upto) else -1
    waiting = [said for said in one.for_second(desk.actor) if said.word <= seen]
    if not waiting:
        raise BadInput(_("Nobody else asks for it any more, or since you looked. Look again."))
    for said in waiting[:AT_ONCE]:
        actions.erase(desk, one.rule, said)
    left = len(waiting[AT_ONCE:])
    if not left:
        return _("Erased. The tombstones stay in the record.")
    return ngettext("Erased. %(n)d more waits: go on.", "Erased. %(n)d more wait: go on.", left) % {
        "n": left
    }
