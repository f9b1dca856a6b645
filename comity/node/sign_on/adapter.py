"""What the node decides for itself in django-allauth's sign-on."""

from __future__ import annotations

from typing import Any

from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialApp
from django.http import HttpRequest
from django.urls import reverse

from comity.node.provider import Organisation
from comity.node.sign_on import configured


class Adapter(DefaultSocialAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """Providers come from the operator's file alone, and none of them makes an account."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:  # noqa: ARG002
        return False

    def list_apps(
        self,
        request: HttpRequest,  # noqa: ARG002
        provider: str | None = None,
        client_id: str | None = None,
    ) -> list[SocialApp]:
        """The providers of the file. One is asked for by its id."""
        return [
            SocialApp(provider=Organisation.id, provider_id=ident, name=source.name)
            for ident, source in configured.offered().items()
            if provider in {None, ident} and client_id is None
        ]

    def can_authenticate_by_email(self, login: Any, email: str) -> bool:  # noqa: ARG002
        """Never: whoever runs a provider could say that somebody's address is theirs."""
        return False

    def get_connect_redirect_url(self, request: HttpRequest, socialaccount: Any) -> str:  # noqa: ARG002
        return reverse("identities")
