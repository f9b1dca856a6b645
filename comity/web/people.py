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
from comity.gate.classification import Classification
from comity.node import guests, invitations
from comity.node.clearances import held_by
from comity.node.models import Account
from comity.node.projections import roles_of
from comity.node.services import markings, now
from comity.web.actor import account_of, needs, person_of
from comity.web.people_forms import ChangeClearance, ChangeRole, CloseAccount, GuestOf, Invite


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


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Act.MANAGE_ACCOUNTS)
@reauthentication_required  # type: ignore[untyped-decorator]
def clearances(request: HttpRequest, key: UUID) -> HttpResponse:
    """Up to where one person is cleared: give a clearance or take it away, with the reason."""
    account = get_object_or_404(Account, key=key)
    levels = [
        Classification(scheme.name, level)
        for scheme in markings().setting.schemes
        for level in scheme.levels
    ]
    form = ChangeClearance(request.POST or None, levels=levels)
    if request.method == "POST" and form.is_valid():
        said, given = form.cleaned_data, request.POST.get("act") != "take"
        try:
            invitations.change_clearance(
                *person_of(request),
                account,
                scheme=said["level"].scheme,
                level=said["level"].level if given else None,
                until=said["until"] if given else None,
                reason=said["reason"],
            )
        except BadInput as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Recorded."))
            return redirect("clearances", key)
    held = [(level.title, until) for level, until in held_by(str(account.key), now())]
    context = {"account": account, "held": held, "form": form if levels else None}
    status = 422 if form.errors else 200
    return render(request, "web/clearances.html", context, status=status)


@require_POST
@needs(Act.MANAGE_ACCOUNTS)
@reauthentication_required  # type: ignore[untyped-decorator]
def organisation(request: HttpRequest, key: UUID) -> HttpResponse:
    """Say for which organisation a guest reads."""
    account = get_object_or_404(Account, key=key)
    form = GuestOf(request.POST)
    if form.is_valid():
        name = " ".join(form.cleaned_data["organisation"].split()) or None
        reason = form.cleaned_data["reason"]
        guests.change_organisation(*person_of(request), account, name, reason)
        messages.success(request, _("Recorded."))
        return redirect("roles", key)
    return _person(request, account, ChangeRole(), CloseAccount(), form)


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
    request: HttpRequest,
    account: Account,
    form: ChangeRole,
    closing: CloseAccount,
    guest: GuestOf | None = None,
) -> HttpResponse:
    key = str(account.key)
    held = sorted(roles_of(key))
    reads_for = guests.organisation_of(key)
    if guest is None and Role.GUEST in held:
        guest = GuestOf(initial={"organisation": reads_for or ""})
    faulty = form.errors or closing.errors or (guest is not None and guest.errors)
    more = {
        "form": form,
        "closing": closing,
        "guest": guest,
        "account": account,
        "held": [str(ROLE_NAMES[role]) for role in held],
        "reads_for": reads_for,
    }
    return render(request, "web/roles.html", more, status=422 if faulty else 200)
