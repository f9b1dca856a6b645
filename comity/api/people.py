"""People: accounts, their roles, invitations. An administrator sees no content of cases."""

from __future__ import annotations

from datetime import date, datetime
from http import HTTPStatus
from typing import Annotated
from urllib.parse import urljoin
from uuid import UUID

import msgspec
from django.conf import settings
from django.urls import reverse

from comity.access.roles import Act, Role
from comity.api.endpoint import Call, Request, endpoint
from comity.api.fields import Line, Name, Reason
from comity.api.problem import missing
from comity.node import guests, invitations
from comity.node.administration import Health, health
from comity.node.clearances import held_by
from comity.node.models import Account
from comity.node.projections import roles_of
from comity.node.services import now


class Cleared(msgspec.Struct, frozen=True):
    """What an account is cleared for now; it ends with the day ``until``, in UTC."""

    scheme: str
    level: str
    until: date | None


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """An account, its roles and its clearances; a closed one holds no role, for ever.

    ``reads_for`` is the organisation for which a guest reads.
    """

    account: str
    name: str
    email: str
    closed: bool
    roles: tuple[Role, ...]
    reads_for: str | None
    clearances: tuple[Cleared, ...]


class People(msgspec.Struct, frozen=True):
    """Everybody with an account, by name."""

    people: tuple[Person, ...]


class Invite(Request, frozen=True):
    """Whom to invite and as what; the reason stands in the record beside the roles."""

    name: Name
    roles: Annotated[tuple[Role, ...], msgspec.Meta(min_length=1, max_length=len(Role))]
    reason: Reason


class Invited(msgspec.Struct, frozen=True):
    """The link: whoever opens it first becomes this person. It is not shown again."""

    link: str
    expires_at: datetime


class ChangeRole(Request, frozen=True):
    """A role to give (``granted``) or to take away. Nobody gives one to themselves."""

    role: Role
    granted: bool
    reason: Reason


class GuestOf(Request, frozen=True):
    """For which organisation a guest reads: its name, or null for none."""

    organisation: Line | None
    reason: Reason


class ChangeClearance(Request, frozen=True):
    """A clearance to give, or to take away (``level`` null). Nobody clears themselves.

    ``until`` is its last day in UTC, such as 2026-12-31.
    """

    scheme: Line
    level: Line | None
    reason: Reason
    until: date | None = None


class CloseAccount(Request, frozen=True):
    """Why an account is closed."""

    reason: Reason


@endpoint("GET", "/administration", Act.MANAGE_ACCOUNTS)
def show_administration(_call: Call) -> Health:
    """How the node stands, for whoever keeps it running: no word of any case."""
    return health()


@endpoint("GET", "/people", Act.MANAGE_ACCOUNTS)
def list_people(_call: Call) -> People:
    """Everybody with an account, and the roles they hold."""
    return People(tuple(map(_person, Account.objects.order_by("name", "id"))))


@endpoint("POST", "/people/invitations", Act.MANAGE_ACCOUNTS, status=HTTPStatus.CREATED)
def invite_person(call: Call, body: Invite) -> Invited:
    """Make a link that makes one account, once, within three days."""
    at = now()
    token = invitations.invite(
        body.name, body.roles, body.reason, by=call.by, at=at, inviter=call.actor.account
    )
    link = urljoin(settings.URL.geturl(), reverse("join", args=[token]))
    return Invited(link, at + invitations.LASTS)


@endpoint("POST", "/people/{account}/roles", Act.MANAGE_ACCOUNTS)
def change_role(call: Call, account: UUID, body: ChangeRole) -> Person:
    """Give one person a role, or take it away."""
    found = _account(account)
    invitations.change_role(
        call.actor, call.by, found, body.role, granted=body.granted, reason=body.reason
    )
    return _person(found)


@endpoint("POST", "/people/{account}/organisation", Act.MANAGE_ACCOUNTS)
def change_organisation(call: Call, account: UUID, body: GuestOf) -> Person:
    """Say for which organisation a guest reads."""
    found = _account(account)
    guests.change_organisation(call.actor, call.by, found, body.organisation, body.reason)
    return _person(found)


@endpoint("POST", "/people/{account}/clearances", Act.MANAGE_ACCOUNTS)
def change_clearance(call: Call, account: UUID, body: ChangeClearance) -> Person:
    """Clear one person up to a level of a scheme, or take that away."""
    found = _account(account)
    invitations.change_clearance(
        call.actor,
        call.by,
        found,
        scheme=body.scheme,
        level=body.level,
        until=body.until,
        reason=body.reason,
    )
    return _person(found)


@endpoint("POST", "/people/{account}/close", Act.MANAGE_ACCOUNTS)
def close_account(call: Call, account: UUID, body: CloseAccount) -> Person:
    """Close an account for good: its roles are taken away, and nobody signs in to it any more."""
    found = _account(account)
    invitations.close(call.actor, call.by, found, body.reason)
    return _person(found)


def _account(key: UUID) -> Account:
    found = Account.objects.filter(key=key).first()
    if found is None:
        raise missing("account")
    return found


def _person(account: Account) -> Person:
    return Person(
        account=str(account.key),
        name=account.name,
        email=account.email,
        closed=not account.is_active,
        roles=tuple(sorted(roles_of(str(account.key)))),
        reads_for=guests.organisation_of(str(account.key)),
        clearances=tuple(
            Cleared(level.scheme, level.level, until)
            for level, until in held_by(str(account.key), now())
        ),
    )
