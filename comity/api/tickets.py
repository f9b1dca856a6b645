"""Numbers that an incident has in other systems."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated, Literal
from uuid import UUID

import msgspec

from comity.access.roles import Act
from comity.actions import tickets as actions
from comity.api.endpoint import Call, Request, endpoint
from comity.api.fields import Line, Reason, Remark
from comity.api.incidents import Recorded, incident_of
from comity.node import cases, papers
from comity.node.services import open_record
from comity.record.payload import Ticket

System = Literal["rtir", "thehive", "other"]
Address = Annotated[str, msgspec.Meta(max_length=actions.LONGEST_URL, pattern="^https://[!-~]+$")]


class TicketList(msgspec.Struct, frozen=True):
    """The numbers that stand, in the order in which they were noted."""

    tickets: tuple[Ticket, ...]


class NoteTicket(Request, frozen=True):
    """A number to note; ``url`` is an https address for people, or null."""

    system: System
    number: Line
    url: Address | None = None
    reason: Remark = ""


class TakeOffTicket(Request, frozen=True):
    """A number to take off, and why."""

    system: System
    number: Line
    reason: Reason


@endpoint("GET", "/incidents/{key}/tickets", Act.READ_INCIDENTS)
def list_tickets(call: Call, key: UUID) -> TicketList:
    """The numbers that an incident has in other systems."""
    incident = incident_of(call, key)
    with open_record() as record:
        return TicketList(cases.tickets_of(record, incident))


@endpoint("POST", "/incidents/{key}/tickets", Act.STATE_FACTS, status=HTTPStatus.CREATED)
def note_ticket(call: Call, key: UUID, body: NoteTicket) -> Recorded:
    """Note a number that RTIR, TheHive or another system gave. Search finds the incident by it."""
    incident = incident_of(call, key)
    with papers.desk_of(call.actor, call.by) as desk:
        said = msgspec.structs.asdict(body)
        return Recorded(actions.note_ticket(desk, incident=incident.key, **said))


@endpoint("POST", "/incidents/{key}/tickets/off", Act.STATE_FACTS, status=HTTPStatus.CREATED)
def take_off_ticket(call: Call, key: UUID, body: TakeOffTicket) -> Recorded:
    """Take a number off again."""
    incident = incident_of(call, key)
    with papers.desk_of(call.actor, call.by) as desk:
        said = msgspec.structs.asdict(body)
        return Recorded(actions.take_off(desk, incident=incident.key, **said))
