"""The person behind a token, and the token itself."""

from __future__ import annotations

from datetime import datetime

import msgspec

from comity.access.roles import Act, Role, may
from comity.api.endpoint import Call, endpoint
from comity.node import tokens
from comity.node.services import now


class Me(msgspec.Struct, frozen=True, kw_only=True):
    """Whose token it is. ``scopes`` is what it was made for, ``may`` what it can do now."""

    account: str
    name: str
    roles: tuple[Role, ...]
    token: str
    expires_at: datetime
    scopes: tuple[Act, ...]
    may: tuple[Act, ...]


class Revoked(msgspec.Struct, frozen=True, kw_only=True):
    """The token that ended with this request."""

    token: str
    revoked_at: datetime


@endpoint("GET", "/me", "a token")
def me(call: Call) -> Me:
    """Who the node takes you for, and what this token can do at this moment."""
    scopes = sorted(call.actor.scopes or ())
    return Me(
        account=call.actor.account,
        name=call.actor.name,
        roles=tuple(sorted(call.actor.roles)),
        token=call.token.name,
        expires_at=call.token.expires_at,
        scopes=tuple(scopes),
        may=tuple(act for act in scopes if may(call.actor, act).allowed),
    )


@endpoint("DELETE", "/me/token", "a token")
def revoke_token(call: Call) -> Revoked:
    """End the token that this request carries."""
    at = now()
    tokens.revoke(call.token.account, call.token.pk, at)
    return Revoked(token=call.token.name, revoked_at=at)
