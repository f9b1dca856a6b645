"""What the record holds about a person, entry by entry; that somebody looked is an entry too."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import msgspec

from comity.access.roles import Act
from comity.actions.desk import Desk
from comity.documents.held import Finder, Held, Person, Place, strings
from comity.errors import BadInput
from comity.gate.recipient import Recipient
from comity.gate.release import release
from comity.record.payload import (
    Assessment,
    Import,
    ObjectRef,
    Opaque,
    Payload,
    PersonExport,
    encode,
    sha256_hex,
    unpack,
)
from comity.stix.decode import decode
from comity.stix.timestamp import Timestamp
from comity.wording import say

UNMARKED = say("no marking says how far it may go: an officer decides")
"""Why what the node wrote, or what people said, stays until somebody decides on it."""


class Beside(msgspec.Struct, frozen=True):
    """A text that the node keeps beside the record: of which table, in which field."""

    kind: str
    where: str
    text: str


def export(
    desk: Desk,
    finder: Finder,
    person: Person,
    *,
    beside: Iterable[Beside],
    readable: Callable[[int, str], bool],
    reason: str,
) -> tuple[bytes, int]:
    """Look through everything that this person may read; return the list as JSON, and its entry.

    ``readable`` says of an entry and its kind whether they may. The list is made before its own
    entry, which holds the reason, how many places there are and the SHA-256 of the list, no name.
    """
    if not reason.strip():
        raise BadInput("Say why, such as the number of the letter: the record keeps it.")
    held = _look(desk, finder, person, beside, readable)
    body = msgspec.json.format(msgspec.json.encode(held), indent=2)
    entry = PersonExport(
        at=desk.at,
        by=desk.by,
        account=desk.actor.account,
        reason=reason,
        count=len(held.places),
        result=sha256_hex(body),
    )
    return body, desk.ledger(Act.TELL_PERSON).append([encode(entry)]).first_index


def _look(
    desk: Desk,
    finder: Finder,
    person: Person,
    beside: Iterable[Beside],
    readable: Callable[[int, str], bool],
) -> Held:
    places = [
        Place(
            entry=None, kind=one.kind, at=None, incident="", where=one.where, asked=asked,
            around=around, withheld=(str(UNMARKED),),
        )
        for one in beside
        for asked, around in finder.in_text(one.text)
    ]  # fmt: skip
    for_others: Counter[str] = Counter()
    not_text: list[str] = []
    erased = size = 0
    for row in desk.record.entries():
        size += 1
        if row.payload is None:
            erased += 1
            continue
        payload = unpack(row.payload, desk.record.blob)
        kind = _kind(payload)
        if not readable(row.index, kind):
            for_others[kind] += 1
            continue
        looking = _Entry(desk, finder, person, row.index, kind, payload)
        places += looking.places()
        not_text += looking.not_text
    return Held(
        person=person,
        at=desk.at,
        by=desk.by,
        entries=size,
        erased=erased,
        places=tuple(places),
        for_others=dict(sorted(for_others.items())),
        not_text=tuple(not_text),
    )


class _Entry:
    """One entry that is looked through. ``not_text`` are the files of it that cannot be."""

    def __init__(
        self, desk: Desk, finder: Finder, person: Person, index: int, kind: str,
        payload: Payload | Opaque,
    ) -> None:  # fmt: skip
        self._desk, self._finder, self._person = desk, finder, person
        self._index, self._kind, self._payload = index, kind, payload
        self.not_text: list[str] = []

    def places(self) -> Iterator[Place]:
        said = self._payload
        own = msgspec.json.decode(said.raw) if isinstance(said, Opaque) else _own(said)
        yield from self._in_json(own, "")
        match said:
            case Import(source=source, file_name=name, objects=objects):
                where = f"the file {name} as received"
                yield from self._in_file(self._blob(source, where), where)
                for ref in objects:
                    yield from self._in_object(ref)
            case Assessment(result=result, documents=documents):
                for name, body in {"the dossier": result, **documents}.items():
                    yield from self._in_blob(body, name)
            case _:
                for body in own.get("blobs", ()):
                    yield from self._in_blob(body, "the text")

    def _in_blob(self, name: str, where: str) -> Iterator[Place]:
        raw = self._blob(name, where)
        value = _json(raw)
        if value is None:
            yield from self._in_file(raw, where)
        else:
            yield from self._in_json(value, f"{where}: ")

    def _blob(self, name: str, where: str) -> bytes:
        """Its bytes; none where they were erased a moment ago or are damaged."""
        try:
            return self._desk.record.blob(name)
        except BadInput:
            self.not_text.append(f"entry {self._index}, {where}")
            return b""

    def _in_file(self, raw: bytes, where: str) -> Iterator[Place]:
        try:
            text = raw.decode()
        except UnicodeDecodeError:
            self.not_text.append(f"entry {self._index}, {where}")
            return
        for asked, around, count in self._finder.in_file(text):
            times = f", {count} parts of it" if count > 1 else ""
            yield self._place(f"{where}{times}", asked, around)

    def _in_object(self, ref: ObjectRef) -> Iterator[Place]:
        raw = self._blob(ref.content_hash, f"the object {ref.id}")
        value = _json(raw)
        if value is None:
            yield from self._in_file(raw, f"the object {ref.id}")
        elif found := list(self._in_json(value, f"{ref.id}: ")):
            withheld = _withheld(raw, self._person, self._desk)
            yield from (msgspec.structs.replace(one, withheld=withheld) for one in found)

    def _in_json(self, value: Any, before: str) -> Iterator[Place]:
        for path, text in strings(value):
            for asked, around in self._finder.in_text(text):
                yield self._place(f"{before}{path}", asked, around)

    def _place(self, where: str, asked: str, around: str) -> Place:
        said = self._payload
        known = None if isinstance(said, Opaque) else said
        return Place(
            entry=self._index,
            kind=self._kind,
            at=known.at if known else None,
            incident=getattr(known, "incident", None) or "",
            where=where,
            asked=asked,
            around=around,
            withheld=(str(UNMARKED),),
        )


def _withheld(raw: bytes, person: Person, desk: Desk) -> tuple[str, ...]:
    """Why the gate would not let this object go to the person; none where it would."""
    asking = Recipient(kind="person", id="the person who asks", name=person.every()[0])
    now = Timestamp.of(desk.at)
    try:
        received = decode(raw)
        decision = release(
            received, (asking,), "inform", now, desk.setting(), by=desk.actor.account
        )
    except BadInput as error:  # what nobody can read, nobody can judge
        return (str(error),)
    against = [reason for reason in decision.reasons if not reason.allows]
    parts = [part.reason for part in decision.redactions]
    return tuple(f"{reason.rule}: {reason.text}" for reason in (*against, *parts))


def _own(payload: Payload) -> dict[str, Any]:
    """What an entry says itself, without the list of the objects that are looked through alone."""
    said: dict[str, Any] = msgspec.to_builtins(payload)
    said.pop("objects", None)
    return said


def _json(raw: bytes) -> Any:
    """An object or a list in JSON; None for any other text: a note may be one number."""
    try:
        value = msgspec.json.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
    return value if isinstance(value, dict | list) else None


def _kind(payload: Payload | Opaque) -> str:
    if isinstance(payload, Opaque):
        return payload.kind
    return str(type(payload).__struct_config__.tag)
