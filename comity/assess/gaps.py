"""Which missing facts would change most: the questions to ask first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

import msgspec

from comity.assess.duties import DutyFinding
from comity.assess.facts import FactSheet
from comity.assess.instruments import InstrumentFinding
from comity.assess.law import ConceptFinding
from comity.assess.norms import NormFinding
from comity.assess.severity import ScaleFinding
from comity.knowledge.model import Feature

# A clock that runs unseen costs more than a norm that goes unmentioned, a level of severity that
# stays open, or a question of law that nobody raises.
# An exception holds no clock back until somebody claims it.
_DUTY, _INSTRUMENT, _EXCEPTION, _NORM, _SCALE, _CONCEPT = 3, 2, 1, 1, 1, 1


class Gap(msgspec.Struct, frozen=True):
    """A fact that is missing or disputed, and the findings that wait for it (their ids)."""

    feature: Feature
    disputed: bool
    waiting: tuple[str, ...]
    weight: int


def gaps(
    facts: FactSheet,
    severity: Iterable[ScaleFinding],
    norms: Iterable[NormFinding],
    instruments: Iterable[InstrumentFinding],
    duties: Iterable[DutyFinding],
    concepts: Iterable[ConceptFinding],
    needed: Iterable[str],
) -> tuple[Gap, ...]:
    """All gaps, the one that most depends on first; ties keep the order of the vocabulary.

    ``needed`` are features that the parties, purposes and cautions read directly.
    """
    waiting = _waiting(norms, instruments, duties)
    for scale in severity:
        for name in scale.lacking:
            waiting[name][scale.scale.id] = _SCALE
    for concept in concepts:
        for name in concept.raised.lacking:
            waiting[name][concept.concept.id] = _CONCEPT
    for name in needed:
        if facts.value(name) is None:
            waiting[name]["parties and channels"] = _DUTY
    found = [
        Gap(
            feature=fact.feature,
            disputed=fact.state == "disputed",
            waiting=tuple(waiting[name]),
            weight=sum(waiting[name].values()),
        )
        for name, fact in facts.facts.items()
        if name in waiting and fact.value is None
    ]
    return tuple(sorted(found, key=lambda gap: -gap.weight))


def _waiting(
    norms: Iterable[NormFinding],
    instruments: Iterable[InstrumentFinding],
    duties: Iterable[DutyFinding],
) -> dict[str, dict[str, int]]:
    """For each feature the findings that wait for it, with their weight."""
    waiting: dict[str, dict[str, int]] = defaultdict(dict)
    for norm in norms:
        for name in norm.basis.lacking:
            waiting[name][norm.norm.id] = _NORM
    for instrument in instruments:
        if instrument.answer == "open" and not instrument.unlikely:
            for name in instrument.lacking:
                waiting[name][instrument.instrument.id] = _INSTRUMENT
    improbable = {name for i in instruments if i.unlikely for name in i.matter.lacking}
    for duty in duties:
        if duty.clock != "not_triggered":
            excuses = set(duty.unless.lacking) - improbable if duty.unless is not None else ()
            for name in excuses:
                waiting[name][duty.obligation.id] = _EXCEPTION
            for name in duty.lacking:
                waiting[name][duty.obligation.id] = _DUTY
    return waiting
