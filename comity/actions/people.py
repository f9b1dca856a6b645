"""Roles are given and taken away on the record, so that nobody can deny who held which one."""

from __future__ import annotations

from datetime import datetime

from comity.access.roles import Role
from comity.actions.ledger import Ledger
from comity.errors import BadInput
from comity.record.payload import Affiliation, RoleGrant, encode


def grant(
    ledger: Ledger,
    *,
    account: str,
    name: str,
    role: Role,
    granted: bool,
    reason: str,
    by: str,
    at: datetime,
    deputy_of: str | None = None,
    until: datetime | None = None,
) -> int:
    """Give a role to an account, or take it away; return the index of the entry.

    A deputy holds it for the account ``deputy_of``, up to ``until``.
    """
    if not reason.strip():
        raise BadInput("Say why: the record keeps the reason beside the role.")
    entry = RoleGrant(
        at=at, by=by, account=account, name=name, role=role.value, granted=granted, reason=reason,
        deputy_of=deputy_of, until=until,
    )  # fmt: skip
    return ledger.append([encode(entry)]).first_index


def affiliate(ledger: Ledger, entry: Affiliation) -> int:
    """Say for which organisation a guest reads; return the index of the entry."""
    if not entry.reason.strip():
        raise BadInput("Say why: the record keeps the reason.")
    return ledger.append([encode(entry)]).first_index
