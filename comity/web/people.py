"""People: accounts, their roles, invitations. An administrator sees no content of cases."""

from __future__ import annotations

from uuid import UUID

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from comity.access.roles import ROLE_NAMES, Act, Role
from comity.errors import BadInput
from comity.node import invitations
from comity.node.models import Account
from comity.node.projections import roles_of
from comity.node.services import now
from comity.web.actor import account_of, needs, person_of
from comity.web.forms import ChangeRole, CloseAccount, Invite


@require_safe
@needs(Act.MANAGE_ACCOUNTS)
def listing(request: HttpRequest) -> HttpResponse:
    """Everybody with an account, and what they may do."""
    rows = [
        (account, [str(ROLE_NAMES[role]) for role in sorted(roles_of(str(account.key)))])
        for account in Account.objects.order_by("name", "id")
    ]
    return render(request, "web/people.html", {"rows": rows})


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Act.MANAGE_ACCOUNTS)
@reauthentication_required  # type: ignore[untyped-decorator]
def invite(request: HttpRequest) -> HttpResponse:
    """Make a link that makes one account; it is shown once."""
    form = Invite(request.POST or None)
    link = None
    if request.method == "POST" and form.is_valid():
        token = invitations.invite(
            form.cleaned_data["name"],
            [Role(name) for name in form.cleaned_data["roles"]],
            form.cleaned_data["reason"],
            by=account_of(request).signature,
            at=now(),
            inviter=str(account_of(request).key),
        )
        link = request.build_absolute_uri(reverse("join", args=[token]))
    status = 422 if form.errors else 200
    return render(request, "web/invite.html", {"form": form, "link": link}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Act.MANAGE_ACCOUNTS)
@reauthentication_required  # type: ignore[untyped-decorator]
def roles(request: HttpRequest, key: UUID) -> HttpResponse:
    """Give one person a role or take it away, with the reason."""
    account = get_object_or_404(Account, key=key)
    form = ChangeRole(request.POST or None)
    if request.method == "POST" and form.is_valid():
        actor, by = person_of(request)
        role, granted = Role(form.cleaned_data["role"]), request.POST.get("act") != "take"
        try:
            reason = form.cleaned_data["reason"]
            invitations.change_role(actor, by, account, role, granted=granted, reason=reason)
        except BadInput as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Recorded."))
            return redirect("roles", key)
    return _person(request, account, form, CloseAccount())


@require_POST
@needs(Act.MANAGE_ACCOUNTS)
@reauthentication_required  # type: ignore[untyped-decorator]
def close(request: HttpRequest, key: UUID) -> HttpResponse:
    """Close an account: somebody left, or lost every second factor. Never one's own."""
    account = get_object_or_404(Account, key=key)
    form = CloseAccount(request.POST)
    if form.is_valid():
        actor, by = person_of(request)
        try:
            invitations.close(actor, by, account, form.cleaned_data["reason"])
        except BadInput as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Closed. The person can be invited again."))
            return redirect("people")
    return _person(request, account, ChangeRole(), form)


def _person(
    request: HttpRequest, account: Account, form: ChangeRole, closing: CloseAccount
) -> HttpResponse:
    held = [str(ROLE_NAMES[role]) for role in sorted(roles_of(str(account.key)))]
    return render(
        request,
        "web/roles.html",
        {"form": form, "closing": closing, "account": account, "held": held},
        status=422 if form.errors or closing.errors else 200,
    )
