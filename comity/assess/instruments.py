"""Which instruments apply between exactly these parties at that time, and why others do not."""

from __future__ import annotations

import datetime as dt

import msgspec

from comity.agreements.clock import at_zone
from comity.agreements.instrument import Instrument
from comity.assess.basis import ANSWER_OF, Answer, Basis, Condition, combine, weigh
from comity.assess.facts import FactSheet
from comity.assess.parties import Parties
from comity.knowledge.base import Knowledge
from comity.rules.predicate import Rules
from comity.wording import say, term, terms


class InstrumentFinding(msgspec.Struct, frozen=True):
    """Whether an instrument applies. ``counterpart`` is the other state, where two are needed.

    ``binds`` leaves the matter aside: is it in force between these parties?
    ``unlikely``: open, but what is known makes it improbable, so nothing waits for it.
    """

    instrument: Instrument
    counterpart: str | None
    answer: Answer
    binds: Answer
    tests: tuple[Condition, ...]
    matter: Basis
    lacking: tuple[str, ...]  #: features that have to be settled before it is known
    unlikely: bool = False


def instrument_findings(
    knowledge: Knowledge, facts: FactSheet, sides: Parties, rules: Rules, *, timezone: str
) -> tuple[InstrumentFinding, ...]:
    """One finding per instrument and counterpart, in the order of the pack.

    ``timezone`` is that of the victim, whose days count for laws.
    """
    found: list[InstrumentFinding] = []
    for instrument in knowledge.instruments.values():
        matter = weigh(rules.compile(instrument.applies_if), facts)
        unlikely = matter.answer == "open" and _unlikely(instrument, facts, rules)
        counterparts: tuple[str | None, ...] = (None,)
        if instrument.between == "both" and sides.counterparts:
            counterparts = sides.counterparts
        stated = instrument.id in facts.strings(STATED)
        on, notes = _when(instrument, facts, sides, timezone, stated=stated)
        unsettled = any(note.answer == "open" for note in notes)
        in_force = _in_force(instrument, on, stated=stated)
        if unsettled:
            in_force = Condition("open", in_force.reason)
        lacking = matter.lacking
        if instrument.between == "debtor" and sides.victim is None:
            lacking = ("victim.state", *lacking)
        if unsettled and facts.value("incident.aware_at") is None:
            lacking = ("incident.aware_at", *lacking)
        for other in counterparts:
            bound = (*notes, in_force, *_bound(knowledge, instrument, sides, other, on))
            tests = (*bound, _fits(knowledge, matter, unlikely=unlikely))
            answer = combine(test.answer for test in tests)
            found.append(
                InstrumentFinding(
                    instrument=instrument,
                    counterpart=other,
                    answer=answer,
                    binds=combine(test.answer for test in bound),
                    tests=tests,
                    matter=matter,
                    lacking=lacking,
                    unlikely=unlikely and answer == "open",
                )
            )
    return tuple(found)


def _when(
    instrument: Instrument, facts: FactSheet, sides: Parties, timezone: str, *, stated: bool
) -> tuple[dt.date, tuple[Condition, ...]]:
    """The day to look at, and what has to be said about choosing it.

    A treaty on cooperation must be in force when the request is made. A law
    must be in force when its duty arises, which is when the victim becomes
    aware; where it was not when the incident began, or the other way round,
    that question is left to a lawyer. Days are those of the debtor's wall clock.
    """

    def day(instant: dt.datetime) -> dt.date:
        return at_zone(instant, timezone).local.date()

    def in_force(one: dt.date) -> Answer:
        return _in_force(instrument, one, stated=stated).answer

    today = day(sides.now)
    if instrument.between == "both":
        return today, ()
    began = facts.time("incident.occurred_at")
    days = [day(v) for v in facts.facts["incident.aware_at"].values if isinstance(v, dt.datetime)]
    notes = []
    if not days:
        taken = say("it is not known when the victim became aware: {day} is taken", day=today)
        notes.append(Condition("yes", taken))
        days = [min(today, day(began) if began else today - _LOOKED_BACK), today]
    on = max(days)
    if len({in_force(one) for one in days}) > 1:
        notes.append(
            Condition(
                "open",
                say(
                    "it is not known whether the victim became aware while {instrument} applied",
                    instrument=term(instrument.short),
                ),
            )
        )
    if began and in_force(day(began)) != in_force(on):
        notes.append(
            Condition(
                "open",
                say(
                    "{instrument} applied on only one of the two days: the incident began on "
                    "{began}, awareness on {aware}",
                    instrument=term(instrument.short),
                    began=day(began),
                    aware=on,
                ),
            )
        )
    return on, tuple(notes)


# The feature in which a person states that an instrument has entered into force, or been
# prolonged, since the packs were made.
STATED = "law.in_force"

# Where nobody says when the victim became aware, it may have been at any time in the last year.
_LOOKED_BACK = dt.timedelta(days=365)


def _in_force(instrument: Instrument, on: dt.date, *, stated: bool = False) -> Condition:
    answer, why = _force(instrument, on, stated=stated)
    return Condition(
        answer,
        say(
            why,
            instrument=instrument.short,
            as_of=instrument.as_of,
            start=instrument.in_force_from,
            end=instrument.in_force_until,
        ),
    )


def _force(instrument: Instrument, on: dt.date, *, stated: bool) -> tuple[Answer, str]:
    """Is it in force on that day, and the sentence that says why."""
    start, end = instrument.in_force_from, instrument.in_force_until
    if stated:
        return "yes", _SAID_TO_BE
    if start is not None and on < start:
        return "no", "{instrument} applies only from {start}"
    if end is not None and on >= end:
        return _OVER if instrument.status == "repealed" else _LAPSED
    if instrument.binding == "political" and instrument.status == "adopted":
        return "yes", "{instrument} is a political text (as of {as_of}): it binds nobody in law"
    if instrument.status == "in_force":
        since = "{instrument} applies since {start}" if start else _CURRENT
        return "yes", since
    if instrument.status == "repealed" and start is not None and end is not None:
        return "yes", "{instrument} applied until {end}"
    return "no", _PROPOSAL if instrument.status == "proposed" else _NOT_YET


_SAID_TO_BE = "{instrument} is in force, as the facts state"
_CURRENT = "{instrument} is in force (as of {as_of})"
_PROPOSAL = "{instrument} is a proposal (as of {as_of})"
_NOT_YET = "{instrument} was not in force (as of {as_of})"
_OVER: tuple[Answer, str] = ("no", "{instrument} applied only until {end}")
_LAPSED: tuple[Answer, str] = (
    "open",
    "{instrument} was to lapse on {end}; it is not known whether it was prolonged",
)


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
    return Condition(ANSWER_OF[standing.place], standing.reason)


def _unlikely(instrument: Instrument, facts: FactSheet, rules: Rules) -> bool:
    if instrument.unlikely_if is None:
        return False
    return weigh(rules.compile(instrument.unlikely_if), facts).answer == "yes"


def _fits(knowledge: Knowledge, matter: Basis, *, unlikely: bool) -> Condition:
    if matter.answer == "yes":
        return Condition("yes", say("the matter fits"))
    if matter.answer == "no":
        if not matter.present:
            return Condition("no", say("it is kept for reference; no incident calls for it"))
        return Condition("no", say("the matter does not fit"))
    if matter.answer == "fault":
        return Condition("fault", say("the rule failed: {fault}", fault=matter.fault))
    labels = terms(knowledge.features[name].label for name in matter.lacking)
    if unlikely:
        return Condition(
            "open",
            say(
                "unlikely from what is known; it depends on what is not known: {missing}",
                missing=labels,
            ),
        )
    return Condition("open", say("it depends on what is not known: {missing}", missing=labels))
