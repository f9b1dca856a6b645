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
from comity.assess.release import VERIFIED
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

    Before all of them comes whether the report is what it seems: a forged one makes every other
    answer worthless.

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
    return tuple(sorted(found, key=lambda gap: (gap.feature.id != VERIFIED, -gap.weight)))


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
    instruments = tuple(instruments)
    _wait_for_instruments(waiting, instruments)
    improbable = {name for i in instruments if i.unlikely for name in i.matter.lacking}
    for duty in duties:
        if duty.clock != "not_triggered":
            excuses = set(duty.unless.lacking) - improbable if duty.unless is not None else ()
            for name in excuses:
                waiting[name][duty.obligation.id] = _EXCEPTION
            for name in duty.lacking:
                waiting[name][duty.obligation.id] = _DUTY
    return waiting


def _wait_for_instruments(
    waiting: dict[str, dict[str, int]], instruments: Iterable[InstrumentFinding]
) -> None:
    asked: set[str] = set()
    for found in instruments:
        if found.answer != "open" or found.unlikely or found.instrument.binding == "political":
            continue  # what binds nobody is no reason to ask
        for name in found.lacking:
            # Ten treaties that need the same fact make it worth no more than one does, or a long
            # register would push the clocks aside. What has clocks counts each time.
            ident, first = found.instrument.id, name not in asked
            weight = _INSTRUMENT if first or found.instrument.obligations else 0
            waiting[name][ident] = max(weight, waiting[name].get(ident, 0))
            if not found.instrument.obligations:
                asked.add(name)
