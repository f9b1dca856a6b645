"""What was seen of the events of an incident, out of the tables, and on its way to MISP."""

from __future__ import annotations

from collections.abc import Mapping

from comity.access.release import SIGHTINGS, Paper
from comity.access.roles import Actor
from comity.actions import telling
from comity.actions.desk import Desk
from comity.actions.papers import still_leaving
from comity.actions.sightings import Attribute, Seen, attributes_of, seen_in
from comity.errors import BadInput, Unavailable
from comity.node import cases, misp, papers
from comity.node.models import Entry, Incident
from comity.record.payload import Told
from comity.record.store import Record


def events_of(record: Record, incident: Incident) -> Mapping[Entry, tuple[Attribute, ...]]:
    """The fetched events of an incident, each with the attributes that can be told of."""
    found = {row: attributes_of(record, row.index) for row in cases.reports_of(incident)}
    return {row: attributes for row, attributes in found.items() if attributes}


def in_work(record: Record, incident: str) -> list[Paper]:
    """What is to be told, or was, the last changed first."""
    return [paper for paper in papers.in_work(record, incident) if paper.template == SIGHTINGS]


def rows_of(desk: Desk, paper: Paper) -> list[tuple[Seen, Told | None]]:
    """What it says of each attribute, and what became of that."""
    told = telling.told_of(desk, paper.document)
    seen = seen_in(desk.record.blob(paper.current.body))
    return [(one, told.get(one.attribute)) for one in seen]


def send(actor: Actor, by: str, incident: str, document: str) -> None:
    """Tell MISP what was released and was not begun before; what becomes of each is recorded.

    Raises Refused and BadInput where it may not go, Unavailable where nothing went yet.
    """
    with papers.desk_of(actor, by) as desk:
        paper = papers.one(desk.record, incident, document)
        if paper is None or paper.template != SIGHTINGS or paper.released is None:
            raise BadInput("It has not been released.")
        left = [one for one, told in rows_of(desk, paper) if told is None]
        if not left:
            return
        still_leaving(desk, paper, paper.released)
        instance = misp.Instance()
        for one in left:
            telling.begin(desk, paper, one.attribute)
            outcome: telling.Outcome = "sent"
            reason = ""
            try:
                instance.tell(one.attribute, one.kind, one.source, one.at)
            except BadInput as error:
                outcome, reason = "refused", str(error)
            except Unavailable as error:
                outcome, reason = "unknown", str(error)
            telling.end(desk, paper, one.attribute, outcome, reason)
