"""The watch on the record: notes, the sheet that is handed over, and who took it."""

from __future__ import annotations

import datetime as dt

import msgspec

from comity.access.roles import Act, Actor, Decision
from comity.access.watch import Watch, may_hand_over, may_take
from comity.actions.desk import Desk
from comity.actions.ledger import Projections, payload_at
from comity.errors import BadInput
from comity.record.payload import Handover, Takeover, WatchNote, encode, sha256_hex
from comity.record.store import Record

LONGEST = 10_000  # characters of a note, or of the words of a handover


class OpenClock(msgspec.Struct, frozen=True):
    """A clock that runs: what is due, until when (UTC), on which incident."""

    due: dt.datetime
    what: str
    incident: str
    title: str
    sure: bool


class OpenItem(msgspec.Struct, frozen=True):
    """Something that waits for somebody: what it is, on which incident, a document if it is one."""

    what: str
    incident: str
    title: str
    document: str = ""


class Sheet(msgspec.Struct, frozen=True, kw_only=True):
    """What was open when a watch was handed over, and the words of who handed it over."""

    words: str
    clocks: tuple[OpenClock, ...]
    documents: tuple[OpenItem, ...]
    to_assess: tuple[OpenItem, ...]
    failed: tuple[OpenItem, ...]


def sheet_at(record: Record, handover: int) -> Sheet | None:
    """The sheet of a handover, None where it was erased."""
    made = payload_at(record, handover)
    if not isinstance(made, Handover):
        return None
    return msgspec.json.decode(record.blob(made.blobs[0]), type=Sheet)


def note(desk: Desk, text: str, incident: str | None) -> int:
    """Write a note of the watch; return its entry."""
    body = _words(text, "Write what happened, or what was said.").encode()
    name = sha256_hex(body)
    entry = WatchNote(
        at=desk.at, by=desk.by, account=desk.actor.account, incident=incident, blobs=(name,)
    )
    ledger = desk.ledger(Act.KEEP_WATCH, incident)
    return ledger.append([encode(entry)], {name: body}).first_index


def hand_over(desk: Desk, sheet: Sheet) -> int:
    """Hand the watch over with this sheet; return the entry. Raises Refused."""
    _words(sheet.words, "Say in a few words what the next watch should know first.")
    body = msgspec.json.format(msgspec.json.encode(sheet), indent=2)
    name = sha256_hex(body)
    entry = Handover(at=desk.at, by=desk.by, account=desk.actor.account, blobs=(name,))

    def also(person: Actor) -> Decision:
        return may_hand_over(person, current(desk.record, desk.projections))

    ledger = desk.ledger(Act.KEEP_WATCH, None, also)
    return ledger.append([encode(entry)], {name: body}).first_index


def take_over(desk: Desk, handover: int | None, reason: str) -> int:
    """Take the watch, having read the sheet of the entry ``handover``. Raises Refused."""
    entry = Takeover(
        at=desk.at,
        by=desk.by,
        account=desk.actor.account,
        name=desk.actor.name,
        handover=handover,
        reason=reason.strip(),
    )

    def also(person: Actor) -> Decision:
        return may_take(person, current(desk.record, desk.projections), handover, reason)

    ledger = desk.ledger(Act.KEEP_WATCH, None, also)
    return ledger.append([encode(entry)]).first_index


def current(record: Record, projections: Projections) -> Watch | None:
    """Who is on watch now."""
    takeover, handover = projections.last_of("takeover"), projections.last_of("handover")
    took = payload_at(record, takeover) if takeover is not None else None
    if takeover is None or not isinstance(took, Takeover):
        return None
    given = handover if handover is not None and handover > takeover else None
    return Watch(took.account, took.name, took.at, takeover, given)


def _words(text: str, ask: str) -> str:
    if not text.strip():
        raise BadInput(ask)
    if len(text) > LONGEST:
        raise BadInput(f"At most {LONGEST} characters: the rest belongs in a report.")
    return text
