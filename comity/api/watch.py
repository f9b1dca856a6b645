"""The watch: who is on it, notes, handing over and taking."""

from __future__ import annotations

from datetime import datetime
from http import HTTPStatus
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import Meta

from comity.access.roles import Act
from comity.actions import watch as actions
from comity.api.endpoint import Call, Request, endpoint
from comity.api.fields import Index, Remark, Words
from comity.api.incidents import Recorded, incident_of
from comity.node import duties
from comity.node.papers import desk_of


class WatchState(msgspec.Struct, frozen=True, kw_only=True):
    """Who is on watch since when; ``handover`` is the entry of the sheet that waits to be read."""

    account: str | None
    name: str | None
    since: datetime | None
    handover: int | None
    sheet: actions.Sheet | None


class WatchNote(Request, frozen=True):
    """What happened, or what was said; ``incident`` if it is about one."""

    text: Annotated[Words, Meta(min_length=1)]
    incident: UUID | None = None


class HandOver(Request, frozen=True):
    """What the next watch should know first."""

    words: Annotated[Words, Meta(min_length=1)]


class TakeOver(Request, frozen=True):
    """The entry of the sheet that was read, or why the watch is taken without one."""

    handover: Index | None = None
    reason: Remark = ""


@endpoint("GET", "/watch", Act.READ_WATCH)
def show_watch(call: Call) -> WatchState:
    """Who is on watch, and the sheet that was handed over."""
    with desk_of(call.actor, call.by) as desk:
        watch = actions.current(desk.record, desk.projections)
        given = watch.handover if watch else None
        sheet = actions.sheet_at(desk.record, given) if given is not None else None
    return WatchState(
        account=watch.account if watch else None,
        name=watch.name if watch else None,
        since=watch.since if watch else None,
        handover=given,
        sheet=None if sheet is None else duties.readable(call.actor, sheet),
    )


@endpoint("POST", "/watch/notes", Act.KEEP_WATCH, status=HTTPStatus.CREATED)
def note_on_watch(call: Call, body: WatchNote) -> Recorded:
    """Write a note of the watch."""
    incident = incident_of(call, body.incident).key if body.incident else None
    with desk_of(call.actor, call.by) as desk:
        return Recorded(actions.note(desk, body.text, incident))


@endpoint("POST", "/watch/handover", Act.KEEP_WATCH, status=HTTPStatus.CREATED)
def hand_over_watch(call: Call, body: HandOver) -> Recorded:
    """Hand the watch over: the node puts what is open on the sheet."""
    with desk_of(call.actor, call.by) as desk:
        return Recorded(actions.hand_over(desk, duties.sheet(desk.record, body.words)))


@endpoint("POST", "/watch/takeover", Act.KEEP_WATCH, status=HTTPStatus.CREATED)
def take_over_watch(call: Call, body: TakeOver) -> Recorded:
    """Take the watch, having read the sheet."""
    with desk_of(call.actor, call.by) as desk:
        return Recorded(actions.take_over(desk, body.handover, body.reason))
