"""Accounts are made by invitation: a link that works once, for three days."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from datetime import date, datetime, timedelta

import msgspec
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.db import transaction

from comity.access.roles import Act, Actor, Role, may
from comity.actions.ledger import Acting, Ledger
from comity.actions.people import clear, grant
from comity.errors import BadInput, Refused
from comity.node.models import Account, Invitation
from comity.node.projections import Tables, roles_of
from comity.node.services import markings, now, open_record

LASTS = timedelta(days=3)


def invite(
    name: str, roles: Iterable[Role], reason: str, *, by: str, at: datetime, inviter: str = ""
) -> str:
    """Make an invitation and return its token, which is shown once and kept as a hash only."""
    token = secrets.token_urlsafe(32)
    Invitation.objects.create(
        token_sha256=_hash(token),
        roles=sorted(role.value for role in roles),
        name=name,
        invited_by=by,
        inviter=inviter,
        reason=reason,
        expires_at=at + LASTS,
    )
    return token


def find(token: str, at: datetime) -> Invitation | None:
    """The invitation that a token opens.

    None where it was used, has expired or never was, or where the one who invited is no
    administrator any more.
    """
    found = Invitation.objects.filter(
        token_sha256=_hash(token), used_at=None, expires_at__gt=at
    ).first()
    if found and found.inviter and Role.ADMINISTRATOR not in roles_of(found.inviter):
        return None
    return found


def accept(token: str, email: str, name: str, password: str) -> Account:
    """Make the account and give it the roles it was invited for. BadInput if the link is spent.

    The roles are entries of the record in the name of the one who invited. The link is spent in
    the same transaction as the account is made; should the roles fail after it, an
    administrator gives them by hand.
    """
    with transaction.atomic():
        invitation = find(token, now())
        if invitation is None:
            raise BadInput("This link was used before or has expired: ask for a new one.")
        if Account.objects.filter(email__iexact=email).exists():
            raise BadInput("There is an account with this e-mail address already: sign in with it.")
        # Whom the administrator meant, not what somebody calls themselves.
        account = Account.objects.make(email, invitation.name or name, password)
        invitation.used_at = now()
        invitation.save()
    with open_record() as record:
        for role in invitation.roles:
            grant(
                record,
                account=str(account.key),
                name=account.name,
                role=Role(role),
                granted=True,
                reason=invitation.reason,
                by=invitation.invited_by,
                at=now(),
            )
        Tables().catch_up(record)
    return account


def change_role(
    actor: Actor, by: str, account: Account, role: Role, *, granted: bool, reason: str
) -> None:
    """Give a role or take it away, as an administrator; nobody gives one to themselves."""
    if granted and str(account.key) == actor.account:
        raise BadInput("Nobody gives a role to themselves: another administrator has to.")
    with open_record() as record:
        ledger: Ledger = Acting(record, Tables(), actor, Act.MANAGE_ACCOUNTS)
        grant(
            ledger,
            account=str(account.key),
            name=account.name,
            role=role,
            granted=granted,
            reason=reason,
            by=by,
            at=now(),
        )


def change_clearance(
    actor: Actor,
    by: str,
    account: Account,
    *,
    scheme: str,
    level: str | None,
    until: date | None,
    reason: str,
) -> int:
    """Give a clearance or take it away, as an administrator; nobody gives one to themselves."""
    if level is not None and str(account.key) == actor.account:
        raise BadInput("Nobody clears themselves: another administrator has to.")
    with open_record() as record:
        return clear(
            Acting(record, Tables(), actor, Act.MANAGE_ACCOUNTS),
            markings().setting,
            account=str(account.key),
            name=account.name,
            scheme=scheme,
            level=level,
            until=until,
            reason=reason,
            by=by,
            at=now(),
        )


def close(actor: Actor, by: str, account: Account, reason: str) -> None:
    """Close an account for good: its roles are taken away on the record, and nobody signs in to it.

    Its address is free again, so that the person can be invited anew; its tokens are dead. Raises
    Refused, and BadInput for one's own.
    """
    if str(account.key) == actor.account:
        raise BadInput("Another administrator has to close yours.")
    asking = msgspec.structs.replace(actor, roles=roles_of(actor.account))
    decision = may(asking, Act.MANAGE_ACCOUNTS)  # there may be no role to take away
    if not decision.allowed:
        raise Refused(str(decision.reason))
    for role in sorted(roles_of(str(account.key))):
        change_role(actor, by, account, role, granted=False, reason=reason)
    with transaction.atomic():
        Authenticator.objects.filter(user=account).delete()
        SocialAccount.objects.filter(user=account).delete()
        account.is_active = False
        account.email = f"{account.key}@closed.invalid"
        account.set_unusable_password()
        account.save()


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
