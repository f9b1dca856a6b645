"""What was received, as rows: made out of the record's own bytes."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain

import msgspec

from comity.assess.glance import Glance, glance, stated_levels
from comity.errors import BadInput
from comity.gate.carried import marking_texts
from comity.gate.content import texts
from comity.gate.markings_file import LONGEST
from comity.gate.marks import worded
from comity.node import bulk, search
from comity.node.bulk import storable
from comity.node.models import Link, Mark, Object, number_of
from comity.record.payload import ObjectRef
from comity.record.store import Record
from comity.stix.decode import Received, decode
from comity.stix.markings import Tlp

_OBJECT = ("id", "entry_id", "stix_id", "type", "name", "at", "at_of", "tlp", "position", "sha256")
_LINK = ("entry_id", "stated_by", "source", "kind", "target")
_LONGEST_ID = 300


class _Row(msgspec.Struct, frozen=True):
    """An object with its number; ``seen`` is None where its bytes cannot be read any more."""

    number: int
    ref: ObjectRef
    seen: Glance | None


def write_objects(entry: int, refs: Sequence[ObjectRef], record: Record) -> int:
    """Write the objects of an import, their links and their terms; return how many objects.

    Of one that cannot be read now, by whatever reader took it in, the row says id and type.
    """
    received = [_decoded(ref, record) for ref in refs]
    write_marks(entry, chain.from_iterable(_marks(one) for one in received if one is not None))
    levels = stated_levels(one for one in received if one is not None)
    rows = [
        _Row(number_of(entry, place), ref, _seen(one, levels))
        for place, (ref, one) in enumerate(zip(refs, received, strict=True), 1)
    ]
    bulk.write("node_object", _OBJECT, (_object(entry, row) for row in rows))
    bulk.write(
        "node_link",
        _LINK,
        (
            (entry, row.number, link.source, link.kind, link.target)
            for row in rows
            for link in (row.seen.links if row.seen else ())
        ),
    )
    search.index((row.number, (row.ref.id, *(row.seen.texts if row.seen else ()))) for row in rows)
    return len(rows)


def write_marks(entry: int, said: Iterable[str]) -> None:
    """Write what can name a classification on what an entry holds; nothing is too often."""
    kept = sorted({storable(text) for text in said if len(text) <= LONGEST})
    known = set(Mark.objects.filter(entry=entry).values_list("said", flat=True))
    bulk.write(
        "node_mark", ("entry_id", "said"), ((entry, one) for one in kept if one not in known)
    )


def bury_marks(entry: int) -> None:
    """Take what can name a classification on an entry out of the tables."""
    Mark.objects.filter(entry=entry).delete()


def bury_objects(entry: int) -> None:
    """Take the objects of an entry and their links out of the tables."""
    Object.objects.filter(entry=entry).delete()
    Link.objects.filter(entry=entry).delete()


def statement_texts(body: str, record: Record) -> tuple[str, ...]:
    """What a statement says and where it is from, without the form that it is kept in."""
    try:
        return tuple(texts(tomllib.loads(record.blob(body).decode())))
    except (BadInput, ValueError, RecursionError):
        return ()


def _decoded(ref: ObjectRef, record: Record) -> Received | None:
    try:
        return decode(record.blob(ref.content_hash))
    except BadInput:  # broken, or erased a moment ago: its tombstone follows
        return None


def _marks(one: Received) -> frozenset[str]:
    try:
        return marking_texts(one)
    except BadInput:  # what it carries inside cannot be read: its own markings can
        return frozenset(map(worded, one.value.object_marking_refs))


def _seen(one: Received | None, levels: Mapping[str, Tlp]) -> Glance | None:
    try:
        return None if one is None else glance(one, levels)
    except BadInput:
        return None


def _object(entry: int, row: _Row) -> tuple[object, ...]:
    ref, seen = row.ref, row.seen
    return (
        row.number,
        entry,
        ref.id[:_LONGEST_ID],
        seen.type if seen else ref.id.partition("--")[0][:_LONGEST_ID],
        seen.name if seen else "",
        seen.at.as_datetime() if seen and seen.at else None,
        seen.at_of if seen else "",
        seen.marking if seen else "",
        ref.position,
        ref.content_hash,
    )
