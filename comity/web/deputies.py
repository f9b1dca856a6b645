"""Deputies: whoever approves names somebody who does so for a time."""

from __future__ import annotations

import datetime as dt

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from comity.access.roles import APPROVING, ROLE_NAMES, WORK, Act, Role
from comity.errors import BadInput, Refused
from comity.node import deputies as named
from comity.node.models import Account
from comity.node.projections import own_roles_of
from comity.web.actor import needs, person_of
from comity.web.people_forms import NameDeputy
from comity.web.standing import status_of


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Act.NAME_DEPUTY)
@reauthentication_required  # type: ignore[untyped-decorator]
def deputies(request: HttpRequest) -> HttpResponse:
    """Who stands in for whom; a form to name one, and a button to end it."""
    actor, by = person_of(request)
    own = [role for role in Role if role in APPROVING & own_roles_of(actor.account)]
    accounts = Account.objects.filter(is_active=True).exclude(key=actor.account).order_by("name")
    others = [one for one in accounts if own_roles_of(str(one.key)) & WORK]
    form = NameDeputy(request.POST or None, roles=own, accounts=others)
    status = 200
    if request.method == "POST" and request.POST.get("act") == "recall":
        asked = (request.POST.get("account"), request.POST.get("role"), actor.account)
        for one in named.named():
            if (one.account, one.role.value, one.deputy_of) == asked:
                account = get_object_or_404(Account, key=one.account)
                named.recall(actor, by, account, one.role, reason=_("recalled by who named them"))
                messages.success(request, _("Recalled. It ended at once."))
        return redirect("deputies")
    if request.method == "POST":
        status = 422
        if form.is_valid():
            said = form.cleaned_data
            account = get_object_or_404(Account, key=said["account"])
            # The day that was typed is the last one.
            until = dt.datetime.combine(said["until"] + dt.timedelta(days=1), dt.time.min, dt.UTC)
            try:
                named.name_deputy(
                    actor, by, account, Role(said["role"]), until=until, reason=said["reason"]
                )
            except (BadInput, Refused) as error:
                form.add_error(None, str(error))
                status = status_of(error)
            else:
                messages.success(request, _("Named. The record says for whom, and until when."))
                return redirect("deputies")
    names = {str(one.key): one.name for one in Account.objects.all()}
    rows = [
        (one, str(ROLE_NAMES[one.role]), names.get(one.deputy_of, one.deputy_of))
        for one in named.named()
    ]
    more = {"form": form, "rows": rows, "own": own, "me": actor.account}
    return render(request, "web/deputies.html", more, status=status)
