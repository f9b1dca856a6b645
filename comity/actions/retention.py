"""Holds, and erasure by a rule of retention: still on the word of one officer, by another one."""

from __future__ import annotations

from collections.abc import Sequence

from comity.access.erasure import Asked
from comity.access.retention import Rule, may_fall_due, may_hold
from comity.access.roles import Act, Actor, Decision
from comity.actions import erasure
from comity.actions.desk import Desk
from comity.actions.ledger import payload_at
from comity.errors import BadInput
from comity.record.payload import ErasureWord, Hold, encode


def hold(desk: Desk, incident: str, *, held: bool, reason: str) -> int:
    """Put a hold on an incident, or lift it; return the entry. Raises Refused where it is so."""
    if not reason.strip():
        raise BadInput("Say why: the reason stays in the record.")

    def also(_person: Actor) -> Decision:
        return may_hold(held=desk.projections.on_hold(incident), wanted=held)

    entry = Hold(
        at=desk.at,
        by=desk.by,
        incident=incident,
        account=desk.actor.account,
        held=held,
        reason=reason,
    )
    return desk.ledger(Act.HOLD, incident, also).append([encode(entry)]).first_index


def ask(desk: Desk, rule: Rule, entries: Sequence[int]) -> None:
    """Ask for the erasure of each entry that is due at once: a word each, the rule its reason."""
    if not entries:
        raise BadInput("Nothing is due by this rule that was not asked for already.")
    for index in entries:
        desk.record.erasable(index)
    words = [
        encode(
            ErasureWord(
                at=desk.at,
                by=desk.by,
                index=index,
                account=desk.actor.account,
                asks=True,
                reason=rule.name,
            )
        )
        for index in entries
    ]
    desk.ledger(Act.ERASE).append(words)


def erase(desk: Desk, rule: Rule, asked: Asked) -> int:
    """Erase what another officer asked for by this rule; return the tombstone's entry.

    Refused where a hold was put on its incident meanwhile.
    """
    said = payload_at(desk.record, asked.index)
    incident = getattr(said, "incident", None) or ""

    def also(_person: Actor) -> Decision:
        return may_fall_due(held=desk.projections.on_hold(incident))

    return erasure.erase(desk, asked.index, asked.word, rule=rule.name, also=also)
