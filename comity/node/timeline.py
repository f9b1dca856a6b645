"""What happened, what was done and what is due in an incident, in one order.

Objects and entries may be ten thousand, so that only the rows of one page are read; clocks are a
handful, and come from the dossier.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple

import msgspec
from django.db.models import CharField, Count, F, QuerySet, TextField, Value
from django.db.models.functions import Cast, Substr

from comity.access.roles import Act, Actor, may
from comity.assess.glance import WRITTEN
from comity.documents.model import ClockRow, Dossier
from comity.node.models import Entry, Object

_READING: Mapping[str, Act] = {
    "incident": Act.READ_INCIDENTS,
    "import": Act.READ_INCIDENTS,
    "statement": Act.READ_INCIDENTS,
    "assessment": Act.READ_INCIDENTS,
    "ticket": Act.READ_INCIDENTS,
    "watch": Act.READ_WATCH,
    "document": Act.READ_DIPLOMATIC,
    "bundle": Act.READ_SHARED,
    "sightings": Act.READ_SHARED,
    "told": Act.READ_SHARED,
    "consent": Act.READ_TECHNICAL,
    "handling": Act.READ_TECHNICAL,
    "deconfliction": Act.READ_SHARED,
    "approval": Act.READ_DIPLOMATIC,
    "release": Act.READ_DIPLOMATIC,
    "carriage": Act.READ_DIPLOMATIC,
}
"""What it takes to see that an entry of a kind was made. Other kinds are not shown."""


class Lane(StrEnum):
    """Where a row belongs: in the world, on the desk, or still to come."""

    HAPPENED = "happened"
    DONE = "done"
    DUE = "due"


class Row(NamedTuple):
    """One row: of ``object``, ``entry`` and ``clock`` one is there."""

    lane: Lane
    at: datetime
    object: Object | None = None
    entry: Entry | None = None
    clock: ClockRow | None = None


class Line(msgspec.Struct, frozen=True):
    """The time line of one incident as one person may see it. ``len`` and slices, for paging.

    ``days`` are how many rows each lane has on each day ("2026-03-02", UTC).
    """

    objects: QuerySet[Object] | None
    entries: QuerySet[Entry] | None
    clocks: tuple[tuple[datetime, ClockRow], ...]
    days: Mapping[Lane, Mapping[str, int]]

    def __len__(self) -> int:
        return sum(sum(days.values()) for days in self.days.values())

    def __getitem__(self, wanted: slice) -> list[Row]:
        """Rows from the latest to the earliest."""
        start, stop = wanted.start or 0, min(wanted.stop or len(self), len(self))
        first = max(0, start - len(self.clocks))
        keys = self._keys(first, stop)
        places = merged([at for _, _, at in keys], [at for at, _ in self.clocks], first)
        objects = _by_pk(self.objects, [ref for kind, ref, _ in keys if kind == "object"])
        entries = _by_pk(self.entries, [ref for kind, ref, _ in keys if kind == "entry"])
        found: list[tuple[int, Row]] = []
        for place, (kind, ref, at) in zip(places.rows, keys, strict=True):
            if kind == "object":
                found.append((place, Row(Lane.HAPPENED, at, object=objects[ref])))
            else:
                found.append((place, Row(Lane.DONE, at, entry=entries[ref])))
        for place, (at, clock) in zip(places.clocks, self.clocks, strict=True):
            found.append((place, Row(Lane.DUE, at, clock=clock)))
        return [row for place, row in sorted(found, key=_place) if start <= place < stop]

    def _keys(self, first: int, stop: int) -> list[tuple[str, int, datetime]]:
        sides: list[QuerySet[Any, Any]] = []
        if self.objects is not None:
            sides.append(_key(self.objects, "object", "id"))
        if self.entries is not None:
            sides.append(_key(self.entries, "entry", "index"))
        if not sides:
            return []
        rows = sides[0].union(*sides[1:], all=True) if sides[1:] else sides[0]
        return list(rows.order_by("-at", "table", "-ref")[first:stop])


class Places(NamedTuple):
    """Where rows and clocks stand in the order of both."""

    rows: list[int]
    clocks: list[int]


def merged(rows: Sequence[datetime], clocks: Sequence[datetime], first: int) -> Places:
    """The places of a window of rows, which begins at the row ``first``, and of all clocks.

    Both come the latest first; of equal times a clock is first. The places of clocks that lie
    outside of the window are not theirs, but they lie outside of it too, as long as it begins by
    the number of clocks before what is shown.
    """
    return Places(
        [first + n + sum(clock >= at for clock in clocks) for n, at in enumerate(rows)],
        [n + first + sum(at > clock for at in rows) for n, clock in enumerate(clocks)],
    )


def line_of(
    key: str, dossier: Dossier | None, actor: Actor | None, lanes: Collection[Lane] = tuple(Lane)
) -> Line:
    """The time line of an incident, as far as this person may read it.

    Objects that only say when they were written are not in it: nothing happened then.
    """
    objects = entries = None
    clocks: list[tuple[datetime, ClockRow]] = []
    if Lane.HAPPENED in lanes and may(actor, Act.READ_TECHNICAL).allowed:
        objects = Object.objects.filter(entry__incident=key, at__isnull=False)
        objects = objects.exclude(at_of=WRITTEN)
    if Lane.DONE in lanes:
        kinds = [kind for kind, act in _READING.items() if may(actor, act).allowed]
        entries = Entry.objects.filter(incident=key, kind__in=kinds, held=False)
    if Lane.DUE in lanes and dossier is not None and may(actor, Act.READ_INCIDENTS).allowed:
        due = ((clock, clock.due) for clock in dossier.clocks)
        clocks = [(datetime.fromisoformat(at.utc), clock) for clock, at in due if at]
        clocks.sort(key=lambda one: one[0], reverse=True)
    days = {
        Lane.HAPPENED: _days(objects),
        Lane.DONE: _days(entries),
        Lane.DUE: _counted([at for at, _ in clocks]),
    }
    return Line(objects, entries, tuple(clocks), days)


def _key(rows: QuerySet[Any, Any], kind: str, ref: str) -> QuerySet[Any, Any]:
    told = rows.order_by().annotate(table=Value(kind, output_field=CharField()), ref=F(ref))
    keys: QuerySet[Any, Any] = told.values_list("table", "ref", "at")
    return keys


def _days(rows: QuerySet[Any] | None) -> Mapping[str, int]:
    if rows is None:
        return {}
    days = rows.annotate(day=Substr(Cast("at", TextField()), 1, 10)).values("day")
    return dict(days.annotate(n=Count("pk")).order_by("day").values_list("day", "n"))


def _counted(moments: Sequence[datetime]) -> Mapping[str, int]:
    days = [f"{at:%Y-%m-%d}" for at in moments]
    return {day: days.count(day) for day in sorted(set(days))}


def _by_pk(rows: QuerySet[Any] | None, keys: Sequence[int]) -> Mapping[int, Any]:
    if rows is None or not keys:
        return {}
    return {row.pk: row for row in rows.filter(pk__in=keys)}


def _place(one: tuple[int, Row]) -> int:
    return one[0]
