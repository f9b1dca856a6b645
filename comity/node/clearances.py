"""Who may read which incident: the clearances that people hold against what reports carry.

An incident is classified as the highest of what is filed under it, and as a whole. Pages and API
ask ``refuse_withheld`` for one and ``open_to`` for many. The marks are rows; which of them classify
is what the operator's file says now.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import date, datetime
from typing import TypeVar

from django.db.models import Exists, Model, OuterRef, Q, QuerySet

from comity.access.roles import Actor, Decision
from comity.errors import Refused, Unavailable
from comity.gate.classification import Classification, highest
from comity.node.models import ClearanceEntry, Entry, Incident, Mark
from comity.node.services import markings, now
from comity.wording import Sentence, say

Row = TypeVar("Row", bound=Model)


class Withheld(Refused):
    """The clearances of whoever asks do not reach an incident."""


def held_by(account: str, at: datetime) -> tuple[tuple[Classification, date | None], ...]:
    """What an account is cleared for at a moment, and until which day."""
    rows = ClearanceEntry.objects.filter(account=account).order_by("index")
    last = {row.scheme: row for row in rows}
    return tuple(
        (Classification(row.scheme, row.level), row.until)
        for row in sorted(last.values(), key=lambda row: row.scheme)
        if row.level and (row.until is None or at.date() <= row.until)
    )


def may_open(actor: Actor | None, incident: str) -> Decision:
    """Whether this person's clearances reach what is filed under an incident."""
    bars = _bars(actor)
    if bars is None or not Mark.objects.filter(bars, entry__incident=incident).exists():
        return Decision(allowed=True, reason=say("Nothing in it is above your clearances."))
    return Decision(
        allowed=False,
        reason=say(
            "{classified}. Your clearances do not reach it; an administrator records them.",
            classified=_title(levels_of([incident]).get(incident, ())),
        ),
    )


def refuse_withheld(actor: Actor | None, incident: str) -> None:
    """Raise Withheld where this person may not read an incident."""
    decision = may_open(actor, incident)
    if not decision.allowed:
        raise Withheld(str(decision.reason))


def open_to(actor: Actor | None, rows: QuerySet[Row], by: str) -> QuerySet[Row]:
    """Those rows that this person may read; ``by`` is the field with the UUID of the incident."""
    bars = _bars(actor)
    if bars is None:
        return rows
    return rows.exclude(Exists(Mark.objects.filter(bars, entry__incident=OuterRef(by))))


def withheld(actor: Actor | None, incidents: Iterable[str]) -> frozenset[str]:
    """Those of some incidents, by UUID, that this person may not read."""
    bars = _bars(actor)
    if bars is None:
        return frozenset()
    rows = Mark.objects.filter(bars, entry__incident__in=set(incidents))
    return frozenset(rows.values_list("entry__incident", flat=True).distinct())


def entries_withheld(actor: Actor | None, entries: Iterable[int]) -> frozenset[int]:
    """Those of some entries whose own marks keep this person from them: they may be under none."""
    bars = _bars(actor)
    if bars is None:
        return frozenset()
    rows = Mark.objects.filter(bars, entry__in=set(entries))
    return frozenset(rows.values_list("entry_id", flat=True).distinct())


def open_entries(actor: Actor | None, rows: QuerySet[Entry]) -> QuerySet[Entry]:
    """Those entries that neither quarantine nor clearances keep from this person."""
    shown = open_to(actor, rows.filter(held=False), "incident")
    bars = _bars(actor)
    if bars is None:
        return shown
    return shown.exclude(Exists(Mark.objects.filter(bars, entry=OuterRef("index"))))


def veiled(actor: Actor | None, incidents: Iterable[Incident]) -> list[Incident]:
    """Incidents for a list: of one that is withheld, how it is classified stands for its title."""
    rows = list(incidents)
    hidden = withheld(actor, (row.key for row in rows))
    levels = levels_of(hidden)
    for row in rows:
        if row.key in hidden:
            row.withheld, row.title = True, str(_title(levels.get(row.key, ())))
    return rows


def levels_of(incidents: Iterable[str]) -> Mapping[str, tuple[Classification, ...]]:
    """The highest level of each scheme that incidents carry; none where the file is wrong."""
    try:
        setting = markings().setting
    except Unavailable:
        return {}
    if not setting.words:
        return {}
    rows = Mark.objects.filter(entry__incident__in=set(incidents), said__in=list(setting.words))
    found: dict[str, set[Classification]] = {}
    for incident, said in rows.values_list("entry__incident", "said").distinct():
        found.setdefault(incident, set()).add(setting.words[said])
    return {key: highest(levels, setting.by_scheme) for key, levels in found.items()}


def words_on(incident: str) -> tuple[str, ...]:
    """What names a classification on an incident, for what is made from its reports.

    Where the operator's file is wrong, everything that might.
    """
    rows = Mark.objects.filter(entry__incident=incident)
    with suppress(Unavailable):
        rows = rows.filter(said__in=list(markings().setting.words))
    return tuple(rows.order_by("said").values_list("said", flat=True).distinct())


def _bars(actor: Actor | None) -> Q | None:
    """The marks that keep an incident from this person, None if none does.

    Where the operator's file is wrong, nobody knows what a mark means: then each of them does.
    """
    try:
        setting = markings().setting
    except Unavailable:
        return Q()
    if not setting.words:
        return None
    held = [level for level, _until in held_by(actor.account, now())] if actor else []
    words = [word for word, level in setting.words.items() if not setting.cleared(held, level)]
    return Q(said__in=words) if words else None


def _title(levels: Iterable[Classification]) -> Sentence:
    named = ", ".join(level.title for level in levels)
    if not named:
        return say("Classified, as far as the node can tell: its markings.toml cannot be read")
    return say("Classified: {levels}", levels=named)
