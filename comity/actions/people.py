"""Roles are given and taken away on the record, so that nobody can deny who held which one."""

from __future__ import annotations

from datetime import datetime

from comity.access.roles import Role
from comity.actions.ledger import Ledger
from comity.errors import BadInput
from comity.record.payload import RoleGrant, encode


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
) -> int:
    """Give a role to an account, or take it away; return the index of the entry."""
    if not reason.strip():
        raise BadInput("Say why: the record keeps the reason beside the role.")
    entry = RoleGrant(
        at=at, by=by, account=account, name=name, role=role.value, granted=granted, reason=reason
    )
    return ledger.append([encode(entry)]).first_index
