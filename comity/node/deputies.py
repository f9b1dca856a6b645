"""Deputies: who approves names another person to do so for a time, and the record says for whom."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from comity.access.roles import APPROVING, WORK, Act, Actor, Decision, Role
from comity.actions.ledger import Acting
from comity.actions.people import grant
from comity.errors import BadInput
from comity.node.models import Account, RoleEntry
from comity.node.projections import Tables, own_roles_of, stands_in
from comity.node.services import now, open_record
from comity.wording import say

LONGEST = timedelta(days=60)


class Deputy(NamedTuple):
    """That an account holds a role for another one, until when."""

    account: str
    name: str
    role: Role
    deputy_of: str
    until: datetime


def name_deputy(
    actor: Actor, by: str, account: Account, role: Role, *, until: datetime, reason: str
) -> int:
    """Let another person hold one's own role for a time; return the entry.

    BadInput for oneself, a closed account, or a time that has passed or is too far. Refused where
    one holds the role only as a deputy, or the other one has it already.
    """
    at = now()
    if str(account.key) == actor.account:
        raise BadInput("A deputy is somebody else.")
    if not account.is_active:
        raise BadInput("This account is closed.")
    if not own_roles_of(str(account.key)) & WORK:
        raise BadInput("A deputy works on cases: this person has no role that does.")
    if not at < until <= at + LONGEST:
        raise BadInput(f"Choose an end within the next {LONGEST.days} days.")
    return _write(actor, by, account, role, granted=True, until=until, reason=reason)


def recall(actor: Actor, by: str, account: Account, role: Role, *, reason: str) -> int:
    """End what a deputy of one's own holds; return the entry."""
    return _write(actor, by, account, role, granted=False, until=None, reason=reason)


def named() -> list[Deputy]:
    """Every deputy who holds a role now, by the end of it."""
    last: dict[tuple[str, str, str], RoleEntry] = {}
    for row in RoleEntry.objects.exclude(deputy_of="").order_by("index"):
        last[row.account, row.role, row.deputy_of] = row
    found = [
        Deputy(
            row.account,
            row.name,
            Role(row.role),
            row.deputy_of,
            datetime.fromtimestamp(row.until, UTC),
        )
        for row in last.values()
        if row.until is not None and (row.role, row.deputy_of) in stands_in(row.account)
    ]
    return sorted(found, key=lambda one: one.until)


def _write(
    actor: Actor,
    by: str,
    account: Account,
    role: Role,
    *,
    granted: bool,
    until: datetime | None,
    reason: str,
) -> int:
    def also(person: Actor) -> Decision:
        if role not in APPROVING & own_roles_of(person.account):
            return Decision(allowed=False, reason=say("You do not hold this role yourself."))
        if granted and role in own_roles_of(str(account.key)):
            return Decision(allowed=False, reason=say("This person holds the role already."))
        return Decision(allowed=True, reason=say("It is your own role."))

    with open_record() as record:
        return grant(
            Acting(record, Tables(), actor, Act.NAME_DEPUTY, None, also),
            account=str(account.key),
            name=account.name,
            role=role,
            granted=granted,
            reason=reason,
            by=by,
            at=now(),
            deputy_of=actor.account,
            until=until,
        )
