"""The knowledge that assessments rest on: packs, entries, and where states stand."""

from __future__ import annotations

import datetime as dt

import msgspec

from comity.access.roles import Act
from comity.agreements.instrument import Instrument
from comity.api.endpoint import Call, Request, endpoint
from comity.api.fields import Limit, Name, Note
from comity.api.problem import missing
from comity.documents.language import language
from comity.knowledge import catalogue
from comity.knowledge.model import Group
from comity.node.services import knowledge, now


class PackState(msgspec.Struct, frozen=True, kw_only=True):
    """A pack: how many entries, how many of them somebody verified, how old, its SHA-256."""

    name: str
    entries: int
    verified: int
    oldest: dt.date
    newest: dt.date
    sha256: str


class PackList(msgspec.Struct, frozen=True):
    """The packs of this version."""

    packs: tuple[PackState, ...]


class EntrySearch(Request, frozen=True):
    """Words that an entry holds, all of them."""

    q: Note = ""
    limit: Limit = 50


class EntryLine(msgspec.Struct, frozen=True, kw_only=True):
    """An entry in a list."""

    id: str
    pack: str
    title: str
    as_of: dt.date
    verified: bool


class EntryList(msgspec.Struct, frozen=True):
    """Some entries, and how many there are."""

    entries: tuple[EntryLine, ...]
    found: int


class EntryState(msgspec.Struct, frozen=True, kw_only=True):
    """An entry, whole; ``entry`` has the fields of its pack, ``source`` and ``verified`` in all."""

    id: str
    pack: str
    title: str
    entry: msgspec.Raw


class StandingRow(msgspec.Struct, frozen=True, kw_only=True):
    """Where a member state stands: ``in``, ``out`` or ``unknown``, which is never "out"."""

    state: str
    name: str
    place: str
    reason: str


class Standings(msgspec.Struct, frozen=True):
    """Where every member state of the United Nations stands on a day, by its code."""

    on: dt.date
    states: tuple[StandingRow, ...]


@endpoint("GET", "/knowledge", Act.READ_INCIDENTS)
def list_packs(_call: Call) -> PackList:
    """The packs of this version, with their age and how much of each was verified."""
    return PackList(tuple(PackState(**row._asdict()) for row in catalogue.pack_rows(knowledge())))


@endpoint("GET", "/knowledge/entries", Act.READ_INCIDENTS)
def list_knowledge(_call: Call, query: EntrySearch) -> EntryList:
    """Entries of all packs that hold all these words."""
    found = catalogue.search(catalogue.rows(knowledge()), query.q.split()[:10])
    return EntryList(
        tuple(
            EntryLine(
                id=row.entry.id,
                pack=row.pack,
                title=row.title,
                as_of=row.entry.as_of,
                verified=row.entry.verified,
            )
            for row in found[: query.limit]
        ),
        len(found),
    )


@endpoint("GET", "/knowledge/entries/{ident}", Act.READ_INCIDENTS)
def show_knowledge(_call: Call, ident: Name) -> EntryState:
    """One entry with its source, its day, and whether anybody verified it."""
    row = _found(ident)
    body = msgspec.Raw(msgspec.json.encode(row.entry))
    return EntryState(id=row.entry.id, pack=row.pack, title=row.title, entry=body)


@endpoint("GET", "/knowledge/entries/{ident}/states", Act.READ_INCIDENTS)
def list_standings(_call: Call, ident: Name) -> Standings:
    """Where every member state of the United Nations stands to an instrument or a group, today."""
    entry, day = _found(ident).entry, now().date()
    if not isinstance(entry, Instrument | Group):
        raise missing("entry that states stand to: that is an instrument or a group")
    return Standings(
        day,
        tuple(
            StandingRow(state=code, name=name, place=one.place, reason=language().say(one.reason))
            for code, name, one in catalogue.standings(knowledge(), entry, day)
        ),
    )


def _found(ident: str) -> catalogue.Row:
    row = catalogue.find(knowledge(), ident)
    if row is None:
        raise missing("entry")
    return row
