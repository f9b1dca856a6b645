"""Ways to respond, those first that need nobody to be named."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import get_args

import msgspec

from comity.assess.basis import ANSWER_OF, Answer, Basis, Condition, combine, weigh
from comity.assess.facts import FactSheet
from comity.assess.parties import Parties
from comity.knowledge.base import Knowledge, Place
from comity.knowledge.law import Attribution, Measure
from comity.rules.predicate import Rules
from comity.wording import say

# "Not needed" first, as the type lists them: whatever works without naming anybody is tried first.
_ORDER = {word: place for place, word in enumerate(get_args(Attribution))}
_RANK: dict[Answer, int] = {"yes": 0, "open": 1, "fault": 2, "no": 3}
_OUTSIDE: dict[Place, int] = {"in": 0, "unknown": 1, "out": 2}
_MEANT_FOR: dict[Place, Answer] = {"in": "no", "unknown": "open", "out": "yes"}


class MeasureFinding(msgspec.Struct, frozen=True):
    """A measure and whether it is worth a look.

    ``standing`` says whether the one who asks may use it, and whether it is made
    for the states concerned; empty where every state may use it towards every other.
    """

    measure: Measure
    answer: Answer
    standing: tuple[Condition, ...]
    fits: Basis


def measure_findings(
    knowledge: Knowledge, facts: FactSheet, sides: Parties, rules: Rules
) -> tuple[MeasureFinding, ...]:
    """Every measure: by whether attribution has to come first, then by answer, then as in the pack.

    Attribution comes before the answer, so that the shorter road is always read first.
    """
    on = sides.now.astimezone(dt.UTC).date()
    found = []
    for measure in knowledge.measures.values():
        fits = weigh(rules.compile(measure.fits_if), facts)
        standing = tuple(_standing(knowledge, measure, sides, on))
        answer = combine((fits.answer, *(condition.answer for condition in standing)))
        found.append(MeasureFinding(measure, answer, standing, fits))
    return tuple(sorted(found, key=_place))


def _place(finding: MeasureFinding) -> tuple[int, int]:
    return _ORDER[finding.measure.attribution], _RANK[finding.answer]


def _standing(
    knowledge: Knowledge, measure: Measure, sides: Parties, on: dt.date
) -> Iterator[Condition]:
    if measure.open_to is None:
        return
    if sides.own is None:
        yield Condition("open", say("it is not known which state asks"))
    else:
        own = knowledge.standing_in_group(measure.open_to, sides.own, on)
        yield Condition(ANSWER_OF[own.place], own.reason)
    if measure.outside and sides.territories:
        others = [knowledge.standing_in_group(measure.open_to, s, on) for s in sides.territories]
        # One state outside is enough, so the answer is that of the one that fits best.
        best = max(others, key=lambda other: _OUTSIDE[other.place])
        yield Condition(_MEANT_FOR[best.place], best.reason)
