"""Which instruments apply between exactly these parties at that time, and why others do not."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

import msgspec

from comity.agreements.instrument import Instrument
from comity.assess.basis import Answer, Basis, weigh
from comity.assess.facts import FactSheet
from comity.assess.parties import Parties
from comity.knowledge.base import Knowledge, Place
from comity.rules.predicate import Rules
from comity.wording import Sentence, say, terms

_ANSWER: dict[Place, Answer] = {"in": "yes", "out": "no", "unknown": "open"}


class Condition(msgspec.Struct, frozen=True):
    """One condition of application and how it came out."""

    answer: Answer
    reason: Sentence


class InstrumentFinding(msgspec.Struct, frozen=True):
    """Whether an instrument applies. ``counterpart`` is the other state, where two are needed."""

    instrument: Instrument
    counterpart: str | None
    answer: Answer
    tests: tuple[Condition, ...]
    matter: Basis
    lacking: tuple[str, ...]  #: features that have to be settled before it is known


def instrument_findings(
    knowledge: Knowledge, facts: FactSheet, sides: Parties, rules: Rules
) -> tuple[InstrumentFinding, ...]:
    """One finding per instrument and counterpart, in the order of the pack."""
    found: list[InstrumentFinding] = []
    for instrument in knowledge.instruments.values():
        matter = weigh(rules.compile(instrument.applies_if), facts)
        counterparts: tuple[str | None, ...] = (None,)
        if instrument.between == "both" and sides.counterparts:
            counterparts = sides.counterparts
        for other in counterparts:
            on, taken = _day(facts, sides, instrument)
            tests = (
                *taken,
                _in_force(instrument, on),
                *_bound(knowledge, instrument, sides, other, on),
                _fits(knowledge, matter),
            )
            answer = combine(test.answer for test in tests)
            lacking = matter.lacking
            if instrument.between == "debtor" and sides.victim is None:
                lacking = ("victim.state", *lacking)
            found.append(InstrumentFinding(instrument, other, answer, tests, matter, lacking))
    return tuple(found)


def combine(answers: Iterable[Answer]) -> Answer:
    """All must hold: one "no" decides, then a fault, then what is open."""
    given = set(answers)
    for answer in ("no", "fault", "open"):
        if answer in given:
            return answer
    return "yes"


def _day(
    facts: FactSheet, sides: Parties, instrument: Instrument
) -> tuple[dt.date, tuple[Condition, ...]]:
    """The day to look at, and a condition that says so where it had to be assumed.

    A law must have been in force when the incident began; a treaty on
    cooperation must be in force when the request is made.
    """
    today = sides.now.astimezone(dt.UTC).date()
    if instrument.between == "both":
        return today, ()
    occurred = facts.time("incident.occurred_at")
    if occurred is not None:
        return occurred.astimezone(dt.UTC).date(), ()
    taken = say("it is not known when the incident began: {day} is taken", day=today)
    return today, (Condition("yes", taken),)


def _in_force(instrument: Instrument, on: dt.date) -> Condition:
    said = {"instrument": instrument.short, "as_of": instrument.as_of}
    start, end = instrument.in_force_from, instrument.in_force_until
    if start is not None and on < start:
        return Condition("no", say("{instrument} applies only from {start}", start=start, **said))
    if end is not None and on >= end:
        return Condition("no", say("{instrument} applied only until {end}", end=end, **said))
    if instrument.status == "in_force":
        if start is None:
            return Condition("yes", say("{instrument} is in force (as of {as_of})", **said))
        return Condition("yes", say("{instrument} applies since {start}", start=start, **said))
    if instrument.status == "repealed" and start is not None and end is not None:
        return Condition("yes", say("{instrument} applied until {end}", end=end, **said))
    if instrument.status == "proposed":
        return Condition("no", say("{instrument} is a proposal (as of {as_of})", **said))
    return Condition("no", say("{instrument} was not in force (as of {as_of})", **said))


def _bound(
    knowledge: Knowledge,
    instrument: Instrument,
    sides: Parties,
    other: str | None,
    on: dt.date,
) -> tuple[Condition, ...]:
    if instrument.between == "debtor":
        if sides.victim is None:
            return (Condition("open", say("it is not known in which state the victim is")),)
        return (_standing(knowledge, instrument, sides.victim, on),)
    tests = []
    if sides.own is None:
        tests.append(Condition("open", say("it is not known which state asks")))
    else:
        tests.append(_standing(knowledge, instrument, sides.own, on))
    if other is None:
        tests.append(Condition("open", say("no other state is known to be concerned yet")))
    else:
        tests.append(_standing(knowledge, instrument, other, on))
    return tuple(tests)


def _standing(knowledge: Knowledge, instrument: Instrument, state: str, on: dt.date) -> Condition:
    standing = knowledge.standing_to_instrument(instrument, state, on)
    return Condition(_ANSWER[standing.place], standing.reason)


def _fits(knowledge: Knowledge, matter: Basis) -> Condition:
    if matter.answer == "yes":
        return Condition("yes", say("the matter fits"))
    if matter.answer == "no":
        return Condition("no", say("the matter does not fit"))
    if matter.answer == "fault":
        return Condition("fault", say("the rule failed: {fault}", fault=matter.fault))
    labels = terms(knowledge.features[name].label for name in matter.lacking)
    return Condition("open", say("it depends on what is not known: {missing}", missing=labels))
