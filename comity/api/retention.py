"""What is due to go by rules of retention, and holds. Erasing takes two persons at pages."""

from __future__ import annotations

from http import HTTPStatus
from uuid import UUID

import msgspec

from comity.access.roles import Act
from comity.actions import retention as actions
from comity.api.endpoint import Call, Request, endpoint
from comity.api.fields import Reason
from comity.api.incidents import Recorded, incident_of
from comity.node import retention
from comity.node.holds import holds
from comity.node.papers import desk_of


class DueRow(msgspec.Struct, frozen=True):
    """What is due by a rule: so many days after the last change of the incident.

    Counted from the entry's own time where it belongs to no incident. ``asked`` are those of
    ``entries`` whose erasure an officer has asked for by this rule.
    """

    kind: str
    days: int
    entries: tuple[int, ...]
    asked: tuple[int, ...]


class Retention(msgspec.Struct, frozen=True):
    """What is due by each rule of the operator, and the incidents that are on hold."""

    rules: tuple[DueRow, ...]
    on_hold: tuple[str, ...]


class HoldOn(Request, frozen=True):
    """Whether a hold is put on the incident or lifted from it, and why."""

    held: bool
    reason: Reason


@endpoint("GET", "/record/retention", Act.READ_RECORD)
def show_retention(call: Call) -> Retention:
    """What is due to be erased by rules of retention, by entry. Nothing goes by itself."""
    with desk_of(call.actor, call.by) as desk:
        found = retention.due(desk)
    return Retention(
        tuple(
            DueRow(
                one.rule.kind,
                one.rule.days,
                tuple(row.index for row in one.rows),
                tuple(sorted(one.asked)),
            )
            for one in found
        ),
        tuple(row.incident for row in holds()),
    )


@endpoint("POST", "/incidents/{key}/hold", Act.HOLD, status=HTTPStatus.CREATED)
def hold_incident(call: Call, key: UUID, body: HoldOn) -> Recorded:
    """Keep all of an incident against the rules of retention, or let them count again."""
    incident = incident_of(call, key)
    with desk_of(call.actor, call.by) as desk:
        return Recorded(actions.hold(desk, incident.key, held=body.held, reason=body.reason))
