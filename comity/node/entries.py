"""Entries of the record as tables have them: what it takes to read one."""

from __future__ import annotations

from collections.abc import Iterable

from comity.access.roles import Act, Actor, Decision, may
from comity.node.clearances import entries_withheld, may_open, withheld
from comity.node.models import Entry
from comity.wording import say

_READING = {
    "import": Act.READ_TECHNICAL,
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
"""What it takes to read an entry of a kind; of the others, the right to read the record."""


def may_read(actor: Actor | None, row: Entry) -> Decision:
    """Whether somebody may read what an entry holds: their roles, quarantine, their clearances."""
    decision = may_read_kind(actor, row.kind)
    if decision.allowed and row.held:
        return Decision(allowed=False, reason=say("It is in quarantine: nobody reads it."))
    if decision.allowed and entries_withheld(actor, [row.index]):
        return Decision(allowed=False, reason=say("It is classified above your clearances."))
    if not decision.allowed or not row.incident:
        return decision
    return may_open(actor, row.incident)


def may_read_kind(actor: Actor | None, kind: str) -> Decision:
    """Whether somebody's roles let them read what an entry of this kind holds."""
    return may(actor, _READING.get(kind, Act.READ_RECORD))


def readable(actor: Actor | None, rows: Iterable[Entry]) -> list[tuple[Entry, bool]]:
    """Entries for a list, each with whether ``may_read`` allows to read what it holds."""
    found = list(rows)
    hidden = withheld(actor, (row.incident for row in found if row.incident))
    above = entries_withheld(actor, (row.index for row in found))
    shown = (not (row.held or row.incident in hidden or row.index in above) for row in found)
    return [
        (row, may_read_kind(actor, row.kind).allowed and open_)
        for row, open_ in zip(found, shown, strict=True)
    ]


def entry_at(index: int) -> Entry:
    """An entry as the tables have it; of one that was erased or never was, an empty row."""
    return Entry.objects.filter(index=index).first() or Entry(index=index)
