"""What is due to go by the operator's rules, out of the tables. Nothing here writes."""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec
from django.db.models import Exists, OuterRef, Q, QuerySet

from comity.access.erasure import Asked
from comity.access.retention import Rule
from comity.access.roles import Actor
from comity.actions.desk import Desk
from comity.actions.erasure import open_words
from comity.node.clearances import open_entries
from comity.node.entries import may_read_kind
from comity.node.holds import holds
from comity.node.models import Entry, Incident
from comity.node.services import retention


class Due(msgspec.Struct, frozen=True):
    """What a rule would take. ``asked`` are open words on these rows by that rule, by entry.

    ``readable``: whether this person may look at such entries, and so ask for them.
    """

    rule: Rule
    rows: tuple[Entry, ...]
    asked: dict[int, Asked]
    readable: bool

    @property
    def not_asked(self) -> tuple[int, ...]:
        """The entries that nobody has asked for yet."""
        return tuple(row.index for row in self.rows if row.index not in self.asked)

    def for_second(self, actor: Actor) -> tuple[Asked, ...]:
        """What this person may erase: due, and asked for by somebody else."""
        return tuple(one for one in self.asked.values() if one.account != actor.account)


def due(desk: Desk) -> list[Due]:
    """What each rule would take at this moment, the oldest first, with what was asked for."""
    words = open_words(desk.record, desk.projections.erasure_words())
    found = []
    for rule in retention().values():
        # What is above the clearances of this officer is for others who are cleared for it.
        rows = tuple(open_entries(desk.actor, _rows(rule, desk.at)).order_by("index"))
        by_rule = {
            row.index: words[row.index]
            for row in rows
            if row.index in words and words[row.index].reason == rule.name
        }
        readable = may_read_kind(desk.actor, rule.kind).allowed
        found.append(Due(rule, rows, by_rule, readable))
    return found


def count(at: datetime) -> int:
    """How many entries are due at this moment."""
    return sum(_rows(rule, at).count() for rule in retention().values())


def _rows(rule: Rule, at: datetime) -> QuerySet[Entry]:
    """The incident's last change counts, not the entry: a case that is worked on stays whole."""
    before = at - timedelta(days=rule.days)
    incident = Incident.objects.filter(key=OuterRef("incident"))
    return Entry.objects.filter(
        Q(at__lt=before) & ~Exists(incident) | Exists(incident.filter(changed_at__lt=before)),
        kind=rule.kind,
    ).exclude(incident__in=[row.incident for row in holds()])
