"""Entries that nobody reads: those in quarantine, and what was made from them (projection)."""

from __future__ import annotations

from comity.node import search
from comity.node.models import Entry, Job, QuarantineEntry
from comity.node.received import bury_objects

UNTITLED = "(in quarantine)"
"""What stands for the title of an incident that nobody is to read."""
_READ_BY_ASSESSMENTS = ("import", "statement")
_MADE_OF_DRAFTS = ("document", "bundle", "sightings")
_READ_BY_DRAFTS = (*_READ_BY_ASSESSMENTS, "assessment")


def in_quarantine(incident: str, index: int) -> dict[int, QuarantineEntry]:
    """The last word on each entry of an incident, or on one entry that is under none, if held."""
    rows = QuarantineEntry.objects.filter(incident=incident).order_by("index")
    last = {row.about: row for row in (rows if incident else rows.filter(about=index))}
    return {about: row for about, row in last.items() if row.held}


def withheld(incident: str, index: int) -> set[int]:
    """The entries of an incident that nobody reads now, or one entry that is under none.

    What was assessed or drafted between an entry and its quarantine was made from it.
    """
    found: set[int] = set()
    for about, row in in_quarantine(incident, index).items():
        found.add(about)
        between = Entry.objects.filter(
            incident=incident, index__gt=about, index__lt=row.index
        ).exclude(incident="")
        if row.of in _READ_BY_ASSESSMENTS:
            made = between.filter(kind="assessment")
            found.update(made.values_list("index", flat=True))
        drafted = between.filter(kind__in=_MADE_OF_DRAFTS) if row.of in _READ_BY_DRAFTS else None
        if row.of in _MADE_OF_DRAFTS:
            drafted = Entry.objects.filter(index=about)
        if drafted is not None:
            # All versions: without the last one, an approval of an earlier one would count again.
            documents = drafted.exclude(document="").values("document")
            versions = Entry.objects.filter(kind__in=_MADE_OF_DRAFTS, document__in=documents)
            found.update(versions.values_list("index", flat=True))
    # Of what was erased there is nothing left to read.
    there = Entry.objects.filter(index__in=found).exclude(kind="")
    return set(there.values_list("index", flat=True))


def hide(index: int) -> None:
    """Take what an entry holds out of the tables; its marks still say how it is classified."""
    search.bury(index)
    bury_objects(index)
    row = Entry.objects.filter(index=index)
    row.update(held=True, about="")
    if key := row.filter(kind="incident").values_list("incident", flat=True).first():
        # Jobs are no projection, and say the title too.
        Job.objects.filter(incident=key).update(title=UNTITLED)
