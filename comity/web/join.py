"""The first visit: an account out of an invitation, then a second factor."""

from __future__ import annotations

from allauth.account.internal.flows.login import record_authentication
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from comity.errors import BadInput
from comity.node import invitations
from comity.node.services import now
from comity.web.people_forms import Join


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest, token: str) -> HttpResponse:
    """Make the account that a link was made for, and sign in with it."""
    invitation = invitations.find(token, now())
    if invitation is None:
        return render(request, "web/link_spent.html", status=404)
    form = Join(request.POST or None, initial={"name": invitation.name})
    if request.method == "POST" and form.is_valid():
        try:
            account = invitations.accept(token, **form.cleaned_data)
        except BadInput as error:
            form.add_error(None, str(error))
        else:
            login(request, account, "allauth.account.auth_backends.AuthenticationBackend")
            # The password was typed a moment ago: asking for it again would teach nothing.
            record_authentication(request, account, method="password", reauthenticated=True)
            return redirect("second_factor")
    return render(
        request, "web/join.html", {"form": form, "invitation": invitation},
        status=422 if form.errors else 200,
    )  # fmt: skip


@require_safe
def second_factor(request: HttpRequest) -> HttpResponse:
    """Why a second factor, and the two ways to set one up."""
    return render(request, "web/second_factor.html")
