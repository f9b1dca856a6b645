"""Tokens of one's own: what programs send instead of signing in."""

from __future__ import annotations

from datetime import timedelta

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from comity.access.roles import SCOPES, Act, may
from comity.errors import BadInput
from comity.node import tokens
from comity.node.services import now
from comity.web.actor import account_of, needs, person_of
from comity.web.people_forms import MakeToken


@require_safe
@needs(Act.MAKE_TOKENS)
def listing(request: HttpRequest) -> HttpResponse:
    """The tokens that work, and those that do not any more."""
    live, ended = tokens.of(account_of(request), now())
    rows = [(token, [_(scope) for scope in token.scopes]) for token in live]
    return render(request, "web/tokens.html", {"live": rows, "ended": ended})


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Act.MAKE_TOKENS)
@reauthentication_required  # type: ignore[untyped-decorator]
def make(request: HttpRequest) -> HttpResponse:
    """Make a token; it is shown once, on a page that no cache keeps."""
    actor, _by = person_of(request)
    form = MakeToken(
        request.POST or None, acts=[act for act in Act if act in SCOPES and may(actor, act).allowed]
    )
    token = None
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        lasts = timedelta(hours=int(said["hours"]))
        scopes = [Act(name) for name in said["scopes"]]
        try:
            token = tokens.make(account_of(request), said["name"], scopes, lasts, at=now())
        except BadInput as error:
            form.add_error(None, str(error))
    status = 422 if form.errors else 200
    return render(request, "web/make_token.html", {"form": form, "token": token}, status=status)


@require_POST
@needs(Act.MAKE_TOKENS)
def revoke(request: HttpRequest, key: int) -> HttpResponse:
    """End a token of one's own."""
    if tokens.revoke(account_of(request), key, now()):
        messages.success(request, _("Revoked. Programs that send it are refused from now on."))
    return redirect("tokens")
