"""A spill: an entry that nobody is to read, until two officers erase it or one gives it back."""

from __future__ import annotations

from comity.access.roles import Act, Actor, Decision
from comity.actions.desk import Desk
from comity.errors import BadInput
from comity.record.payload import Quarantine, encode
from comity.wording import say


def put(desk: Desk, index: int, *, of: str, incident: str | None, reason: str) -> int:
    """Put an entry of the kind ``of`` in quarantine; return the entry that says so.

    Raises BadInput for an entry that cannot be erased, and for an officer's word on an erasure,
    which somebody waits for; and Refused.
    """
    desk.record.erasable(index)
    if of == "erasure-word":
        raise BadInput(
            f"Entry {index} asks for an erasure, which has to be seen: erase it instead."
        )

    def also(_person: Actor) -> Decision:
        there = desk.projections.in_quarantine(index)
        return Decision(allowed=not there, reason=say("It is in quarantine already."))

    ledger = desk.ledger(Act.QUARANTINE, None, also)
    said = _said(desk, index, of, incident, reason, held=True)
    return ledger.append([encode(said)]).first_index


def give_back(desk: Desk, index: int, *, of: str, incident: str | None, reason: str) -> int:
    """Let an entry, and what was made from it, be read again; return the entry that says so."""

    def also(_person: Actor) -> Decision:
        there = desk.projections.in_quarantine(index)
        return Decision(allowed=there, reason=say("It is not in quarantine any more."))

    ledger = desk.ledger(Act.ERASE, None, also)
    said = _said(desk, index, of, incident, reason, held=False)
    return ledger.append([encode(said)]).first_index


def _said(
    desk: Desk, index: int, of: str, incident: str | None, reason: str, *, held: bool
) -> Quarantine:
    if not reason.strip():
        raise BadInput("Say why, and quote nothing of it: the reason stays in the record.")
    return Quarantine(
        at=desk.at,
        by=desk.by,
        index=index,
        of=of,
        incident=incident,
        account=desk.actor.account,
        held=held,
        reason=reason,
    )
