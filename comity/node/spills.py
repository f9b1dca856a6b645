"""Spills on the node: entries that people put in quarantine, and gave back."""

from __future__ import annotations

from comity.actions import quarantine
from comity.actions.desk import Desk
from comity.errors import BadInput
from comity.node.models import Entry, QuarantineEntry
from comity.node.quarantine import in_quarantine


def put(desk: Desk, index: int, reason: str) -> int:
    """Put an entry in quarantine; return the entry that says so. Raises BadInput, Refused."""
    row = Entry.objects.filter(index=index).exclude(kind="").first()
    if row is None:
        raise BadInput(f"There is no entry {index} that could be read.")
    return quarantine.put(desk, index, of=row.kind, incident=row.incident or None, reason=reason)


def give_back(desk: Desk, index: int, reason: str) -> int:
    """Give an entry back, with what was made from it; return the entry that says so."""
    said = last_word(index)
    if said is None:
        raise BadInput(f"Entry {index} was never in quarantine.")
    return quarantine.give_back(
        desk, index, of=said.of, incident=said.incident or None, reason=reason
    )


def last_word(index: int) -> QuarantineEntry | None:
    """The last entry by which this one was put in quarantine or given back, if there is one."""
    return QuarantineEntry.objects.filter(about=index).order_by("-index").first()


def waiting() -> list[QuarantineEntry]:
    """What was put in quarantine and not given back, be it erased: something may be left of it."""
    rows = QuarantineEntry.objects.order_by("index")
    last = {row.about: row for row in rows}
    return [row for row in last.values() if row.held]


def because_of(row: Entry) -> list[int]:
    """The entries in quarantine for the sake of which this one is withheld, if it is."""
    if not row.held:
        return []
    return sorted(set(in_quarantine(row.incident, row.index)) - {row.index})
