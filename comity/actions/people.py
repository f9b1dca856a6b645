"""Roles and clearances are given and taken away on the record: nobody can deny who held which."""

from __future__ import annotations

from datetime import date, datetime

from comity.access.roles import Role
from comity.actions.ledger import Ledger
from comity.errors import BadInput
from comity.gate.setting import Setting
from comity.record.payload import Affiliation, Clearance, RoleGrant, encode


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


def clear(
    ledger: Ledger,
    setting: Setting,
    *,
    account: str,
    name: str,
    scheme: str,
    level: str | None,
    until: date | None,
    reason: str,
    by: str,
    at: datetime,
) -> int:
    """Clear an account up to a level of a scheme, or take that away (None); return the entry.

    It takes the place of an earlier clearance of the same scheme, and ends with the day ``until``.
    """
    if not reason.strip():
        raise BadInput("Say why: the record keeps the reason beside the clearance.")
    known = setting.by_scheme.get(scheme)
    if level is not None and (known is None or level not in known.levels):
        raise BadInput(f"No scheme {scheme} with a level {level} is set up in markings.toml.")
    if until is not None and (level is None or until < at.date()):
        raise BadInput("A clearance ends on a day to come; one that is taken away ends now.")
    entry = Clearance(
        at=at, by=by, account=account, name=name, scheme=scheme, level=level, until=until,
        reason=reason,
    )  # fmt: skip
    return ledger.append([encode(entry)]).first_index
