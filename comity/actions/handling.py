"""What whoever sent a report said of its sharing: not before, not after, among whom."""

from __future__ import annotations

from comity.access.roles import Act, Actor, Decision
from comity.actions.desk import Desk
from comity.actions.ledger import payload_at
from comity.assess.facts import odd_time
from comity.errors import BadInput
from comity.gate.setting import Terms
from comity.record.payload import Handling, encode
from comity.stix.timestamp import Timestamp
from comity.wording import say

CIRCLE = 50
"""Organisations that one report can be kept for."""


def note_handling(desk: Desk, entry: Handling) -> int:
    """Note how the sharing of a report is limited, or that it is no more; return the entry.

    The last word on a report counts, alone. Raises Refused where there is nothing to lift.
    """
    if not entry.said_by.strip():
        raise BadInput("Say who said so for the originator, and how.")
    for name, end in (("embargo", entry.embargo_until), ("time for sharing", entry.expires)):
        if end is not None and (odd := odd_time(end)):
            raise BadInput(f"The end of the {name} {odd}.")
    if entry.embargo_until and entry.expires and entry.expires <= entry.embargo_until:
        raise BadInput("The time for sharing ends before the embargo does: correct one of them.")
    if len(entry.circle) > CIRCLE:
        raise BadInput(f"A report is kept for at most {CIRCLE} organisations.")

    def also(_person: Actor) -> Decision:
        if entry.index not in desk.projections.reports_of(entry.incident):
            return Decision(allowed=False, reason=say("There is no such report in this incident."))
        if not entry.limits and entry.index not in handling_of(desk, entry.incident):
            return Decision(allowed=False, reason=say("No limit is noted of this report."))
        return Decision(allowed=True, reason=say("It is a report of this incident."))

    return desk.ledger(Act.SHARE, entry.incident, also).append([encode(entry)]).first_index


def handling_of(desk: Desk, incident: str) -> dict[int, Handling]:
    """The limits that hold, by the entry of the report."""
    said = (payload_at(desk.record, index) for index in desk.projections.handling_of(incident))
    last = {one.index: one for one in said if isinstance(one, Handling)}
    return {index: one for index, one in last.items() if one.limits}


def terms_of(entry: Handling, object_id: str) -> Terms:
    """The limits as the gate asks for them, for one object of the report."""
    return Terms(
        object=object_id,
        groups=entry.circle,
        embargo_until=None if entry.embargo_until is None else Timestamp.of(entry.embargo_until),
        expires=None if entry.expires is None else Timestamp.of(entry.expires),
    )
