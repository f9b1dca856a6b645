"""The record: how long it is, who signs it, what stands in it, whether it holds."""

from __future__ import annotations

from datetime import datetime
from http import HTTPStatus
from pathlib import Path

import msgspec
from django.conf import settings

from comity.access.roles import Act
from comity.api.endpoint import Call, File, Request, endpoint
from comity.api.fields import LAST, Index, Limit, Reason
from comity.api.incidents import Recorded
from comity.api.problem import Problem
from comity.errors import BadInput
from comity.node import spills
from comity.node.entries import entry_at, may_read, readable
from comity.node.models import Entry
from comity.node.papers import desk_of
from comity.node.services import open_record
from comity.record.cosigned import last_met

PROOF = "application/octet-stream"


class RecordState(msgspec.Struct, frozen=True, kw_only=True):
    """How many entries are signed, the origin of the log, its last checkpoint (a signed note)."""

    size: int
    origin: str | None
    checkpoint: str | None


class Before(Request, frozen=True):
    """Where the list goes on: with the entries before this one."""

    limit: Limit = 50
    before: Index = LAST


class EntryRow(msgspec.Struct, frozen=True, kw_only=True):
    """An entry. ``about`` and ``body`` are for those who may read it, else null.

    ``held``: it is in quarantine, or was made from what is; nobody reads it.

    Of an erased entry only index and leaf hash are left.
    """

    index: int
    kind: str
    at: datetime | None
    by: str
    incident: str
    document: str
    about: str | None
    body: str | None
    leaf: str
    held: bool


class Spill(Request, frozen=True):
    """Why nobody is to read an entry. The reason stays in the record: quote nothing of it."""

    reason: Reason


class EntryPage(msgspec.Struct, frozen=True):
    """Some entries, the last first; ``next`` is the ``before`` of the next page."""

    entries: tuple[EntryRow, ...]
    next: int | None


class Verified(msgspec.Struct, frozen=True, kw_only=True):
    """What checking everything on disk found; each problem is a sentence."""

    ok: bool
    size: int
    erased: int
    unsigned: int
    problems: tuple[str, ...]


@endpoint("GET", "/record", Act.READ_RECORD)
def show_record(_call: Call) -> RecordState:
    """Size, origin and last checkpoint of the record."""
    with open_record() as record:
        keys, checkpoint, size = record.keys(), record.checkpoint(), record.size()
    return RecordState(
        size=size,
        origin=keys.origin if keys else None,
        checkpoint=checkpoint.decode() if checkpoint else None,
    )


@endpoint("POST", "/record/verify", Act.READ_RECORD)
def verify_record(_call: Call) -> Verified:
    """Check everything on disk. It takes a while."""
    with open_record() as record:
        report = record.verify()
    return Verified(
        ok=report.ok,
        size=report.size,
        erased=report.erased,
        unsigned=report.unsigned,
        problems=report.problems,
    )


@endpoint("GET", "/record/entries", Act.READ_RECORD)
def list_entries(call: Call, query: Before) -> EntryPage:
    """The entries of the record, the last first."""
    rows = list(Entry.objects.filter(index__lt=query.before).order_by("-index")[: query.limit])
    more = bool(rows) and rows[-1].index > 0
    return EntryPage(
        tuple(_row(row, shown=shown) for row, shown in readable(call.actor, rows)),
        rows[-1].index if more else None,
    )


@endpoint(
    "POST",
    "/record/entries/{index}/quarantine",
    Act.QUARANTINE,
    status=HTTPStatus.CREATED,
)
def quarantine_entry(call: Call, index: Index, body: Spill) -> Recorded:
    """Take an entry out of sight at once, until two officers erase it or one gives it back.

    What was assessed and drafted from it is withheld with it.
    """
    with desk_of(call.actor, call.by) as desk:
        return Recorded(spills.put(desk, index, body.reason))


@endpoint("GET", "/record/entries/{index}/proof", Act.READ_RECORD, media=(PROOF,))
def prove_entry(call: Call, index: Index) -> File:
    """A file that proves to anybody that an entry stands in the record.

    It holds the content of the entry, so it takes the rights of its kind.
    """
    decision = may_read(call.actor, entry_at(index))
    if not decision.allowed:
        raise Problem(HTTPStatus.FORBIDDEN, str(decision.reason))
    with open_record() as record:
        try:
            body = record.prove(index, last_met(Path(settings.HOME)))
        except BadInput as error:
            raise Problem(HTTPStatus.NOT_FOUND, str(error)) from None
    return File(body, PROOF, f"entry-{index}.tlog-proof")


def _row(row: Entry, *, shown: bool) -> EntryRow:
    return EntryRow(
        index=row.index,
        kind=row.kind,
        at=row.at,
        by=row.by,
        incident=row.incident,
        document=row.document,
        about=row.about if shown else None,
        body=row.body if shown else None,
        leaf=row.leaf,
        held=row.held,
    )
