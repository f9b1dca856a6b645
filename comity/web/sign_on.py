"""Sign-on through an identity provider, and which identities are tied to one's account.

The provider says who somebody is. Which account that is, the owner of the account has said before,
signed in with both factors; and the node's own second factor comes after (django-allauth's stages).

The session cookie is SameSite=Strict, so whoever comes back from another site comes without it. A
page of ours then has the browser ask once more, from here (ADR 0017).
"""

from __future__ import annotations

import logging
from typing import Any
from urllib.parse import urlsplit

import msgspec
from allauth.account.decorators import reauthentication_required
from allauth.account.utils import get_next_redirect_url
from allauth.core import ratelimit
from allauth.mfa.utils import is_mfa_enabled
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.helpers import complete_social_login
from allauth.socialaccount.internal import statekit
from allauth.socialaccount.providers.base.constants import AuthProcess
from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST, require_safe

from comity.access.sign_on_file import Oidc, Saml, Source
from comity.errors import BadInput, ComityError, Unavailable
from comity.node.models import Account
from comity.node.sign_on import configured, oidc, saml, ties
from comity.web.actor import SECOND_FACTORS, account_of, not_done

AGAIN = "again"
"""In the query of the second request, which the browser makes from a page of ours."""
_log = logging.getLogger(__name__)


@require_POST
def sign_on(request: HttpRequest, ident: str) -> HttpResponse:
    """Send somebody to a provider to say who they are."""
    limited: HttpResponse | None = ratelimit.consume_or_429(request, action="login")
    if limited:
        return limited
    kept = {"process": AuthProcess.LOGIN, "next": get_next_redirect_url(request)}
    return _leave(request, ident, kept)


@require_GET
def back(request: HttpRequest, ident: str) -> HttpResponse:
    """Somebody comes back from a provider by OIDC."""
    source = _source(ident)
    if not isinstance(source, Oidc):
        raise Http404
    kept = _kept(request, ident, request.GET.get("state", ""))
    if kept is None and "state" in request.GET and AGAIN not in request.GET:
        address = f"{request.get_full_path()}&{AGAIN}="
        return render(request, "web/come_in.html", {"address": address, "name": source.name})
    try:
        if kept is None:
            raise BadInput("nobody in this browser set out for it, or too long ago")
        secret, own = configured.secret(ident, source), _own("sign_on_back", ident)
        sent = msgspec.convert(kept["sent"], oidc.Sent)
        subject = oidc.finish(source, secret, sent, request.GET.dict(), own)
    except ComityError as error:
        return _failed(request, ident, source, error)
    return _complete(request, ident, configured.uid(source.issuer, subject), kept)


@csrf_exempt  # it comes from the provider's page, changes nothing, and is asked to come again
@require_POST
def answer(request: HttpRequest, ident: str) -> HttpResponse:
    """A provider's answer by SAML, as a form that its page sent: sent once more, from here."""
    source = _source(ident)
    if not isinstance(source, Saml):
        raise Http404
    sent = {name: request.POST.get(name, "") for name in ("SAMLResponse", "RelayState")}
    form = {"ident": ident, "name": source.name, "sent": sent}
    return render(request, "web/come_in.html", form)


@csrf_exempt  # what it answers is in the session, whose cookie no form from elsewhere brings
@require_POST
def finish(request: HttpRequest, ident: str) -> HttpResponse:
    """Somebody comes back from a provider by SAML."""
    source = _source(ident)
    if not isinstance(source, Saml):
        raise Http404
    kept = _kept(request, ident, request.POST.get("RelayState", ""))
    try:
        if kept is None:
            raise BadInput("nobody in this browser set out for it, or too long ago")
        metadata = configured.metadata(ident, source.metadata_file)
        body = request.POST.get("SAMLResponse", "")
        subject = saml.finish(ident, source, metadata, _here(ident), kept["sent"], body)
    except ComityError as error:
        return _failed(request, ident, source, error)
    return _complete(request, ident, configured.uid(source.entity_id, subject), kept)


@require_safe
def metadata(request: HttpRequest, ident: str) -> HttpResponse:
    """What an administrator of a provider by SAML sets up there."""
    source = _source(ident)
    if not isinstance(source, Saml):
        raise Http404
    try:
        theirs = configured.metadata(ident, source.metadata_file)
        body = saml.own_metadata(ident, source, theirs, _here(ident))
    except ComityError as error:
        return _failed(request, ident, source, error)
    return HttpResponse(body, content_type="application/samlmetadata+xml")


@require_safe
def identities(request: HttpRequest) -> HttpResponse:
    """The identities that open one's account, and the providers that there are."""
    offered = configured.offered()
    rows = [
        (one, offered[one.provider].name if one.provider in offered else one.provider)
        for one in ties.of(account_of(request))
    ]
    return render(request, "web/identities.html", {"rows": rows})


@require_POST
@reauthentication_required  # type: ignore[untyped-decorator]
def tie(request: HttpRequest, ident: str) -> HttpResponse:
    """Send the owner of an account to a provider, to tie the identity there to the account."""
    kept = {"process": AuthProcess.CONNECT, "account": str(account_of(request).key)}
    return _leave(request, ident, kept)


@require_POST
@reauthentication_required  # type: ignore[untyped-decorator]
def untie(request: HttpRequest, key: int) -> HttpResponse:
    """Let an identity open one's account no more."""
    try:
        if ties.untie(request, account_of(request), key):
            messages.success(request, _("Untied. It opens your account no more."))
    except BadInput as error:
        return not_done(request, str(error), 422)
    return redirect("identities")


def _leave(request: HttpRequest, ident: str, kept: dict[str, Any]) -> HttpResponse:
    """A page that sends the browser on: a redirect of a form would need a wider policy for it."""
    source, state = _source(ident), get_random_string(32)
    try:
        if isinstance(source, Oidc):
            configured.secret(ident, source)  # nobody sets out who could not come back
            address, sent = oidc.begin(source, state, _own("sign_on_back", ident))
            kept["sent"] = msgspec.to_builtins(sent)
        else:
            theirs = configured.metadata(ident, source.metadata_file)
            address, kept["sent"] = saml.begin(ident, source, theirs, _here(ident), state)
    except ComityError as error:
        return _failed(request, ident, source, error)
    statekit.stash_state(request, provider_id=ident, state=kept, state_id=state)
    where = {"address": address, "host": urlsplit(address).hostname, "name": source.name}
    return render(request, "web/leave.html", where)


def _complete(request: HttpRequest, ident: str, uid: str, kept: dict[str, Any]) -> HttpResponse:
    """Sign in to the account that is tied to this identity, or tie it to the one that asked."""
    if kept["process"] == AuthProcess.CONNECT:
        user = request.user
        mine = isinstance(user, Account) and str(user.key) == kept["account"]
        if not mine or not is_mfa_enabled(user, SECOND_FACTORS):
            return redirect("account_login")
    elif ties.account_of(ident, uid) is None:
        _log.warning("sign-on by %s: no account is tied to the identity", ident)
        return render(request, "web/not_tied.html", status=403)
    provider = get_adapter().get_provider(request, provider=ident)
    login = provider.sociallogin_from_response(request, uid)
    login.state = {"process": kept["process"], "next": kept.get("next")}
    with transaction.atomic():  # a tie and the end of the other sessions go together
        done: HttpResponse = complete_social_login(request, login)
    return done


def _failed(request: HttpRequest, ident: str, source: Source, error: ComityError) -> HttpResponse:
    """Say that it did not work. Why, the log says: the page may stand before a stranger."""
    _log.warning("sign-on by %s: %s", ident, ascii(str(error))[:500])
    status = 503 if isinstance(error, Unavailable) else 403
    return render(request, "web/sign_on_failed.html", {"name": source.name}, status=status)


def _source(ident: str) -> Source:
    source = configured.offered().get(ident)
    if source is None:
        raise Http404
    return source


def _kept(request: HttpRequest, ident: str, state: str) -> dict[str, Any] | None:
    """What the session kept of the way out: for this provider, once, for ten minutes."""
    kept: dict[str, Any] | None = statekit.unstash_state(request, provider_id=ident, state_id=state)
    return kept


def _own(name: str, ident: str) -> str:
    """An address of this node as the outside writes it, whatever the request says."""
    return f"{settings.URL.scheme}://{settings.URL.netloc}{reverse(name, args=[ident])}"


def _here(ident: str) -> saml.Here:
    return saml.Here(_own("sign_on_metadata", ident), _own("sign_on_answer", ident))
