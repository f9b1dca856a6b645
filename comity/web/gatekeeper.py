"""Nobody sees a page before sign-in, and nobody works before a second factor is set up."""

from __future__ import annotations

from collections.abc import Callable

from allauth.mfa.utils import is_mfa_enabled
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import resolve
from django.utils.http import urlencode

from comity.node.models import Account
from comity.web.actor import SECOND_FACTORS

MOST, MOST_SIGNED_IN = 1 << 20, 128 << 20
"""Bytes of a body: the readers take 64 MiB of one file."""

OPEN = frozenset(
    {
        "account_login",
        "account_logout",
        "mfa_authenticate",
        "mfa_login_webauthn",
        "sign_on",
        "sign_on_back",
        "sign_on_answer",
        "sign_on_finish",
        "sign_on_metadata",
        "join",
        "alive",
        "dossier_css",
    }
)
"""What can be opened without signing in."""
SETTING_UP = OPEN | {
    "mfa_index",
    "mfa_activate_totp",
    "mfa_add_webauthn",
    "mfa_view_recovery_codes",
    "mfa_generate_recovery_codes",
    "mfa_download_recovery_codes",
    "account_reauthenticate",
    "mfa_reauthenticate",
    "mfa_reauthenticate_webauthn",
    "second_factor",
}
"""What can be opened without a second factor: what it takes to set one up."""


class BodyLimitMiddleware:
    """Refuses a body that is larger than it can need to be, before a byte of it is kept."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._next = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        length = request.META.get("CONTENT_LENGTH") or "0"
        most = MOST_SIGNED_IN if request.user.is_authenticated else MOST
        if not length.isdecimal() or int(length) > most:
            text = f"At most {most >> 20} MiB can be handed in at once: hand in fewer files."
            return HttpResponse(text, status=413, content_type="text/plain; charset=utf-8")
        return self._next(request)


class GatekeeperMiddleware:
    """Default deny: a route that is named in neither list needs both factors."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._next = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self._next(request)
        # A page of a case must not be found in the cache of a shared machine.
        response.headers.setdefault("Cache-Control", "no-store")
        return response

    def process_view(self, request: HttpRequest, *_view: object) -> HttpResponseBase | None:
        name = resolve(request.path_info).view_name
        if name in OPEN:
            return None
        if not isinstance(request.user, Account):
            back = urlencode({"next": request.get_full_path()})
            return redirect(f"/accounts/login/?{back}")
        if name not in SETTING_UP and not is_mfa_enabled(request.user, SECOND_FACTORS):
            return redirect("second_factor")
        return None
