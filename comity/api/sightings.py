"""What was seen of an event of MISP, told back once it is released."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated, Literal
from uuid import UUID

import msgspec

from comity.access.release import SIGHTINGS, Paper
from comity.access.roles import Act
from comity.actions.exits import sightings_at
from comity.actions.sightings import MOST, Attribute, Seen, propose
from comity.api.documents import DocumentRow, row_of
from comity.api.endpoint import Call, Request, endpoint
from comity.api.fields import Index, Name
from comity.api.incidents import incident_of
from comity.api.jobs import JobState, state_of
from comity.api.misp import set_up
from comity.api.problem import missing
from comity.errors import Refused
from comity.node import jobs, papers, sightings
from comity.node.services import open_record
from comity.record.payload import Told
from comity.record.store import Record


class EventRow(msgspec.Struct, frozen=True):
    """A fetched event: the entry of the report, and the attributes that can be told of."""

    report: int
    file: str
    attributes: tuple[Attribute, ...]


class EventList(msgspec.Struct, frozen=True):
    """The fetched events of an incident."""

    events: tuple[EventRow, ...]


class SightingsList(msgspec.Struct, frozen=True):
    """What is to be told, or was, the last changed first."""

    sightings: tuple[DocumentRow, ...]


class SeenOf(Request, frozen=True):
    """What was seen of one attribute."""

    attribute: UUID
    kind: Literal["seen", "false-positive", "expired"]


class TellSightings(Request, frozen=True):
    """What was seen of an event. ``source`` is the number of the case, or empty."""

    report: Index
    marking: Name
    seen: Annotated[tuple[SeenOf, ...], msgspec.Meta(min_length=1, max_length=MOST)]
    source: Annotated[str, msgspec.Meta(max_length=80, pattern=r"^[ -~]*$")] = ""


class SightingsMade(msgspec.Struct, frozen=True):
    """The UUID by which people decide, and the version that they decide on."""

    document: str
    body: str


class SightingsState(msgspec.Struct, frozen=True, kw_only=True):
    """What is told, to whom, what became of each (``told``), what is done before release."""

    row: DocumentRow
    to: str
    seen: tuple[Seen, ...]
    told: tuple[Told, ...]
    before_release: tuple[str, ...]


@endpoint("GET", "/incidents/{key}/misp", Act.READ_TECHNICAL)
def list_events(call: Call, key: UUID) -> EventList:
    """The events of MISP that were fetched for an incident, and what can be told of."""
    incident = incident_of(call, key)
    with open_record() as record:
        found = sightings.events_of(record, incident)
    return EventList(tuple(EventRow(row.index, row.about, rows) for row, rows in found.items()))


@endpoint("GET", "/incidents/{key}/sightings", Act.READ_SHARED)
def list_sightings(call: Call, key: UUID) -> SightingsList:
    """What is to be told of an incident's events, or was."""
    incident = incident_of(call, key)
    with open_record() as record:
        return SightingsList(tuple(map(row_of, sightings.in_work(record, incident.key))))


@endpoint("POST", "/incidents/{key}/sightings", Act.SHARE, status=HTTPStatus.CREATED)
def put_sightings_together(call: Call, key: UUID, body: TellSightings) -> SightingsMade:
    """Say what was seen. It goes to MISP once it is approved, released and sent."""
    incident, misp = incident_of(call, key), set_up()
    with papers.desk_of(call.actor, call.by) as desk:
        document = propose(
            desk, incident=incident.key, report=body.report, marking=body.marking,
            kinds={str(one.attribute): one.kind for one in body.seen}, source=body.source,
            to=misp.organisation,
        )  # fmt: skip
        return SightingsMade(document, _one(desk.record, incident.key, document).current.body)


@endpoint("GET", "/incidents/{key}/sightings/{document}", Act.READ_SHARED)
def show_sightings(call: Call, key: UUID, document: UUID) -> SightingsState:
    """What is told, and what became of it."""
    incident = incident_of(call, key)
    with papers.desk_of(call.actor, call.by) as desk:
        paper = _one(desk.record, incident.key, str(document))
        rows = sightings.rows_of(desk, paper)
        return SightingsState(
            row=row_of(paper),
            to=sightings_at(desk, paper).to,
            seen=tuple(seen for seen, _told in rows),
            told=tuple(told for _seen, told in rows if told),
            before_release=papers.before_release(desk.record, paper),
        )


@endpoint(
    "POST", "/incidents/{key}/sightings/{document}/send", Act.SHARE, status=HTTPStatus.ACCEPTED
)  # fmt: skip
def send_sightings(call: Call, key: UUID, document: UUID) -> JobState:
    """Have what was released sent to MISP. Each sighting is sent once, whoever asks again."""
    incident = incident_of(call, key)
    with open_record() as record:
        paper = _one(record, incident.key, str(document))
    if paper.released is None:
        raise Refused("It has not been released.")
    return state_of(jobs.ask_to_tell(call.actor, call.by, incident, paper.document), call.actor)


def _one(record: Record, incident: str, document: str) -> Paper:
    paper = papers.one(record, incident, document)
    if paper is None or paper.template != SIGHTINGS:
        raise missing("sightings of this incident")
    return paper
