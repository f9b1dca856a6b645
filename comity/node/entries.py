"""Entries of the record as tables have them: what it takes to read one."""

from __future__ import annotations

from comity.access.roles import Act, Actor, Decision, may
from comity.node.models import Entry

_READING = {
    "import": Act.READ_TECHNICAL,
    "document": Act.READ_DIPLOMATIC,
    "bundle": Act.READ_SHARED,
    "consent": Act.READ_TECHNICAL,
    "deconfliction": Act.READ_SHARED,
    "approval": Act.READ_DIPLOMATIC,
    "release": Act.READ_DIPLOMATIC,
    "carriage": Act.READ_DIPLOMATIC,
}
"""What it takes to read an entry of a kind; of the others, the right to read the record."""


def may_read(actor: Actor | None, kind: str) -> Decision:
    """Whether somebody may read what an entry of this kind holds."""
    return may(actor, _READING.get(kind, Act.READ_RECORD))


def kind_of(index: int) -> str:
    """The kind of an entry; empty where it was erased or never was."""
    return Entry.objects.filter(index=index).values_list("kind", flat=True).first() or ""
