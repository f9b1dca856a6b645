"""What reports brought: the objects of an incident, their links, the time line, and the search."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import Meta

from comity.access.roles import Act
from comity.api.endpoint import Call, Request, endpoint
from comity.api.fields import LAST, Index, Limit, Note
from comity.api.incidents import incident_of
from comity.api.problem import missing
from comity.node import objects, search
from comity.node.cases import dossier_of
from comity.node.models import PLACES, Entry, Object, number_of
from comity.node.services import open_record
from comity.node.timeline import Lane, Row, line_of

MOST_LINKS = 500
Place = Annotated[int, Meta(ge=1, lt=1 << PLACES)]
"""Where an object stands in its report, from 1."""
Offset = Annotated[int, Meta(ge=0, le=1_000_000)]


class ObjectSearch(Request, frozen=True):
    """Narrows the list: a STIX type, words; ``after`` is the ``next`` of the page before."""

    type: Note = ""
    q: Note = ""
    limit: Limit = 50
    after: Index = 0


class ObjectRow(msgspec.Struct, frozen=True, kw_only=True):
    """An object: its report by ``entry``, its ``place`` in it; ``at_of`` says which time ``at`` is.

    ``tlp`` is empty where nothing marks it, which does not mean that it is free to share.
    """

    entry: int
    place: int
    stix_id: str
    type: str
    name: str
    at: datetime | None
    at_of: str
    tlp: str
    sha256: str


class ObjectPage(msgspec.Struct, frozen=True):
    """Some objects, in the order in which they came."""

    objects: tuple[ObjectRow, ...]
    next: int | None


class LinkRow(msgspec.Struct, frozen=True):
    """That one object refers to another."""

    source: str
    kind: str
    target: str


class ObjectState(msgspec.Struct, frozen=True):
    """An object, the bytes as received, and at most 500 of the links that it is an end of."""

    object: ObjectRow
    raw: bytes
    links: tuple[LinkRow, ...]


class Window(Request, frozen=True):
    """Which rows of a list."""

    limit: Limit = 50
    offset: Offset = 0


class Moment(msgspec.Struct, frozen=True, kw_only=True):
    """A row of the time line: an object, an entry of the record, or a clock by its id."""

    lane: Lane
    at: datetime
    what: str
    kind: str
    entry: int | None


class TimeLine(msgspec.Struct, frozen=True):
    """Some rows, the latest first, and how many there are."""

    rows: tuple[Moment, ...]
    of: int


class Everywhere(Request, frozen=True):
    """Words that have to stand in it, all of them."""

    q: Note
    limit: Limit = 10


class FoundRow(msgspec.Struct, frozen=True, kw_only=True):
    """Something that holds the words, and the incident that it is filed under."""

    kind: str
    incident: str
    title: str
    entry: int | None
    place: int | None
    document: str


class Found(msgspec.Struct, frozen=True):
    """Some of each kind that you may read, the last first."""

    rows: tuple[FoundRow, ...]


@endpoint("GET", "/incidents/{key}/objects", Act.READ_TECHNICAL)
def list_objects(call: Call, key: UUID, query: ObjectSearch) -> ObjectPage:
    """The objects that reports brought, in the order in which they came."""
    found = objects.of_incident(incident_of(call, key).key).filter(id__gt=query.after)
    if query.type:
        found = found.filter(type=query.type)
    if query.q.strip():
        found = search.among(found, query.q)
    rows = list(found[: query.limit + 1])
    more = len(rows) > query.limit
    rows = rows[: query.limit]
    return ObjectPage(tuple(map(_row, rows)), rows[-1].pk if more else None)


@endpoint("GET", "/incidents/{key}/objects/{entry}/{place}", Act.READ_TECHNICAL)
def show_object(call: Call, key: UUID, entry: Index, place: Place) -> ObjectState:
    """One object with its bytes as received, in base64, and its links."""
    incident = incident_of(call, key)
    number = number_of(entry, place)
    row = objects.of_incident(incident.key).filter(id=number).first() if number <= LAST else None
    if row is None:
        raise missing("object")
    with open_record() as record:
        raw = record.blob(row.sha256)
    links = objects.links_of(incident.key, row.stix_id)[:MOST_LINKS]
    return ObjectState(
        _row(row), raw, tuple(LinkRow(one.source, one.kind, one.target) for one in links)
    )


@endpoint("GET", "/incidents/{key}/timeline", Act.READ_INCIDENTS)
def show_timeline(call: Call, key: UUID, query: Window) -> TimeLine:
    """What happened, what was done and what is due, as far as you may read it."""
    incident = incident_of(call, key)
    with open_record() as record:
        dossier = dossier_of(record, incident)
    line = line_of(incident.key, dossier, call.actor)
    rows = line[query.offset : query.offset + query.limit]
    return TimeLine(tuple(map(_moment, rows)), len(line))


@endpoint("GET", "/search", Act.READ_INCIDENTS)
def find_everywhere(call: Call, query: Everywhere) -> Found:
    """What holds all these words, of each kind that you may read."""
    rows = [
        _found(kind, row)
        for kind, found in search.everything(query.q, call.actor).items()
        for row in found[: query.limit]
    ]
    return Found(tuple(rows))


def _row(row: Object) -> ObjectRow:
    return ObjectRow(
        entry=row.entry_id,
        place=row.place,
        stix_id=row.stix_id,
        type=row.type,
        name=row.name,
        at=row.at,
        at_of=row.at_of,
        tlp=row.tlp,
        sha256=row.sha256,
    )


def _moment(row: Row) -> Moment:
    if row.object is not None:
        one = row.object
        return Moment(
            lane=row.lane, at=row.at, what=one.name or one.stix_id, kind=one.type,
            entry=one.entry_id,
        )  # fmt: skip
    if row.entry is not None:
        made = row.entry
        return Moment(lane=row.lane, at=row.at, what=made.about, kind=made.kind, entry=made.index)
    assert row.clock is not None  # noqa: S101  # one of the three is there
    return Moment(lane=row.lane, at=row.at, what=row.clock.title, kind="clock", entry=None)


def _found(kind: str, row: object) -> FoundRow:
    if isinstance(row, Object):
        return FoundRow(
            kind=kind, incident=row.entry.incident, title=row.name or row.stix_id,
            entry=row.entry_id, place=row.place, document="",
        )  # fmt: skip
    if isinstance(row, Entry):
        return FoundRow(
            kind=kind, incident=row.incident, title=row.about, entry=row.index, place=None,
            document=row.document,
        )  # fmt: skip
    key, title = getattr(row, "key", ""), getattr(row, "title", "")
    return FoundRow(kind=kind, incident=key, title=title, entry=None, place=None, document="")
