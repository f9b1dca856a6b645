"""Who asks, and whether they may: every page goes through ``needs``."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast
from uuid import UUID

from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render

from comity.access.roles import Act, Actor, may
from comity.errors import BadInput, Refused, Unavailable
from comity.node.clearances import Withheld, refuse_withheld
from comity.node.models import Account, Incident
from comity.node.projections import roles_of

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]
SECOND_FACTORS = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]


def account_of(request: HttpRequest) -> Account:
    """The account of a request that has passed the gatekeeper."""
    assert isinstance(request.user, Account)  # noqa: S101  # the gatekeeper let nobody else in
    return request.user


def actor_of(request: HttpRequest) -> Actor | None:
    """The person behind a request, with the roles that the record gives them now.

    An account with a second factor cannot sign in without it (django-allauth's login stages), and
    a session from before it was set up has ended (``comity.node.factors``), so having one is having
    used it.
    """
    user = request.user
    if not isinstance(user, Account):
        return None
    kept: Actor | None = getattr(user, "_actor", None)  # one user object belongs to one request
    if kept is None:
        kept = Actor(
            account=str(user.key),
            name=user.name,
            roles=roles_of(str(user.key)),
            second_factor=is_mfa_enabled(user, SECOND_FACTORS),
        )
        user._actor = kept  # type: ignore[attr-defined]  # noqa: SLF001
    return kept


def person_of(request: HttpRequest) -> tuple[Actor, str]:
    """The person of a view behind ``needs``, and how the record names them."""
    actor = actor_of(request)
    assert actor is not None  # noqa: S101  # ``needs`` let nobody else in
    return actor, account_of(request).signature


def case_of(request: HttpRequest, key: UUID) -> Incident:
    """The incident that a page is about: every page of a case asks here. Raises Withheld, Http404.

    Whoever may open an incident may read all of it, as far as their roles let them.
    """
    incident = get_object_or_404(Incident, key=key)
    refuse_withheld(actor_of(request), incident.key)
    return incident


def needs(act: Act) -> Callable[[View[P]], View[P]]:
    """Let a view run for those who may do ``act``; to others say why not (403)."""

    def wrap(view: View[P]) -> View[P]:
        @wraps(view)
        def asked(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            decision = may(actor_of(request), act)
            if not decision.allowed:
                return refuse(request, str(decision.reason))
            try:
                return view(request, *args, **kwargs)
            except Withheld as error:
                return refuse(request, str(error))
            except Refused as error:  # the record knew better: a role was taken away just now
                return not_done(request, str(error), 403)
            except BadInput as error:
                return not_done(request, str(error), 422)
            except Unavailable as error:  # the disk, or somebody else is writing for very long
                return render(request, "web/unavailable.html", {"reason": str(error)}, status=503)

        return cast("View[P]", asked)

    return wrap


def not_done(request: HttpRequest, reason: str, status: int) -> HttpResponse:
    """The page that says that nothing was recorded, and why."""
    return render(request, "web/not_done.html", {"reason": reason}, status=status)


def refuse(request: HttpRequest, reason: str) -> HttpResponse:
    """The page that says why not."""
    return render(request, "web/refused.html", {"reason": reason}, status=403)
