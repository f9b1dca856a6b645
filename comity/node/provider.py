"""An organisation's identity provider as django-allauth knows it; it finds this module by its name.

Whatever the protocol, all that comes in is a subject. No address and no name of the provider's is
taken over, so there is nothing by which it could lay claim to somebody's account.
"""

from __future__ import annotations

from typing import Any

from allauth.socialaccount.providers.base import Provider, ProviderAccount


class Organisation(Provider):  # type: ignore[misc]  # allauth has no types
    """One provider of ``sign-on.toml``. The identity it gives is (issuer, subject), as a hash."""

    id = "Organisation"  # none of the file has capitals
    account_class = ProviderAccount

    def __init__(self, request: Any, app: Any) -> None:
        super().__init__(request, app)
        self.name = app.name

    def extract_uid(self, uid: str) -> str:
        return uid

    def extract_extra_data(self, uid: str) -> dict[str, Any]:  # noqa: ARG002
        return {}

    def serialize(self) -> dict[str, Any]:
        # Its id finds it again; allauth would write that of its class.
        return {"id": self.app.provider_id}


provider_classes = [Organisation]
