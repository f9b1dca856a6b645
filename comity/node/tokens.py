"""Tokens: what a program sends instead of signing in, for some acts of one person, for a while."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta

from comity.access.roles import SCOPES, Act, Actor
from comity.errors import BadInput
from comity.node.models import Account, Token
from comity.node.projections import roles_of

PREFIX = "comity_"
"""So that whoever finds one in a file, or a scanner for leaked secrets, knows what it is."""
LASTS, LONGEST = timedelta(hours=8), timedelta(days=90)
_FORM = re.compile(rf"{PREFIX}[A-Za-z0-9_-]{{43}}")
_NAME = re.compile(r"[\w .-]{1,60}")  # it stands in the record, behind the name of the person
# Asked at every request, and written out: making the statements anew took a third of a short one.
_BY_HASH = "SELECT * FROM node_token WHERE sha256 = %s"
_OWNER = "SELECT * FROM node_account WHERE id = %s"
_SEEN = timedelta(minutes=1)


def make(
    account: Account, name: str, scopes: Iterable[Act], lasts: timedelta, *, at: datetime
) -> str:
    """Make a token and return it: it is shown once and kept as a hash only.

    The caller has asked the person for the password again. Raises BadInput for a name that cannot
    stand in the record, no scope, or more than 90 days.
    """
    name, acts = name.strip(), frozenset(scopes)
    if not _NAME.fullmatch(name):
        raise BadInput("Name the token with at most 60 letters, digits, blanks, dots and hyphens.")
    if not acts or not acts <= SCOPES:
        raise BadInput("Choose at least one thing that the token is for.")
    if not timedelta() < lasts <= LONGEST:
        raise BadInput(f"A token lasts at most {LONGEST.days} days.")
    token = PREFIX + secrets.token_urlsafe(32)
    Token.objects.create(
        sha256=_hash(token),
        account=account,
        name=name,
        scopes=sorted(acts),
        made_at=at,
        expires_at=at + lasts,
    )
    return token


def find(token: str, at: datetime) -> Token | None:
    """The live token of this text, with its account; None for whatever else it is.

    It is looked up by its hash, so how long that takes says nothing about the tokens there are.
    """
    if not _FORM.fullmatch(token):
        return None
    for found in Token.objects.raw(_BY_HASH, [_hash(token)]):
        (found.account,) = Account.objects.raw(_OWNER, [found.account_id])
        if found.revoked_at is None and found.expires_at > at and found.account.is_active:
            return found
    return None


def use(token: Token, at: datetime) -> None:
    """Note that a token was used, at most once a minute: reading should not mean writing."""
    if token.last_used_at is None or at - token.last_used_at >= _SEEN:
        Token.objects.filter(pk=token.pk).update(last_used_at=at)


def bearer(token: Token) -> tuple[Actor, str]:
    """Whoever sent a token, and how the record names them.

    The roles are those of this moment. A token stands for a second factor because it can only be
    made in a session that had one.
    """
    account = token.account
    key = str(account.key)
    held = frozenset(token.scopes)
    scopes = frozenset(act for act in SCOPES if act in held)
    actor = Actor(key, account.name, roles_of(key), second_factor=True, scopes=scopes)
    return actor, f"{account.signature} by token {token.name}"


def of(account: Account, at: datetime) -> tuple[list[Token], list[Token]]:
    """The tokens of an account: those that work, and the last that do not any more."""
    own = account.tokens.order_by("-made_at", "-id")
    live = own.filter(**_live(at))
    return list(live), list(own.exclude(pk__in=live.values("pk"))[:20])


def revoke(account: Account, key: int, at: datetime) -> bool:
    """End a token of one's own; return whether there was one that worked."""
    return account.tokens.filter(pk=key, **_live(at)).update(revoked_at=at) > 0


def _live(at: datetime) -> dict[str, object]:
    return {"revoked_at": None, "expires_at__gt": at}


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
