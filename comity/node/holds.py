"""Holds on incidents, out of the tables: the last entry on each counts."""

from __future__ import annotations

from comity.node.models import Entry


def holds() -> list[Entry]:
    """The entry of each hold that stands, the last first."""
    last = {row.incident: row for row in Entry.objects.filter(kind="hold").order_by("index")}
    return sorted(filter(_stands, last.values()), key=lambda row: -row.index)


def hold_on(incident: str) -> Entry | None:
    """The entry by which an incident is on hold, None where it is not."""
    row = Entry.objects.filter(kind="hold", incident=incident).order_by("-index").first()
    return row if row is not None and _stands(row) else None


def _stands(row: Entry) -> bool:
    """Whether it put the hold, and did not lift it: ``projections`` writes the sign."""
    return row.about.startswith("+")
