"""What is owed, from when and until when: obligations of the instruments that apply."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Literal

import msgspec

from comity.agreements.clock import Due, due
from comity.agreements.instrument import Instrument
from comity.agreements.obligation import Obligation
from comity.assess.basis import Answer, Basis, weigh
from comity.assess.facts import FactSheet
from comity.assess.instruments import InstrumentFinding
from comity.assess.release import VERIFIED
from comity.knowledge.model import Feature
from comity.rules.predicate import Rules
from comity.wording import Sentence, say, term, terms

Clock = Literal["running", "provisional", "no_number", "waiting", "not_triggered", "fault"]
"""
``running``: triggered, with a due instant.
``provisional``: it would be due then if what is still missing or disputed is confirmed.
``no_number``: triggered (or possibly), and the instrument says "without undue delay".
``waiting``: the event that starts the clock has not happened or is not known.
``not_triggered``: the facts say that the duty does not arise.
"""


class DutyFinding(msgspec.Struct, frozen=True):
    """An obligation, how its clock stands, and what that rests on.

    ``sure`` is False while the trigger or the application of the instrument is
    still open, or the report has not been verified; ``lacking`` are the features
    that would settle it, and ``binds`` says whether the instrument is in force for
    the debtor, the matter aside. ``due`` is set for running and provisional clocks. Where the
    start is disputed it is the next instant that has not passed, and ``already`` are those
    that have: none of them may hide the one that can still be kept.
    """

    instrument: Instrument
    obligation: Obligation
    clock: Clock
    sure: bool
    trigger: Basis
    unless: Basis | None
    binds: Answer
    lacking: tuple[str, ...]
    start: dt.datetime | None
    due: Due | None
    already: tuple[Due, ...] = ()

    def settle(self, features: Mapping[str, Feature]) -> tuple[Sentence, ...]:
        """What has to be settled before it is known whether this is owed."""
        questions = (
            *terms(features[name].question for name in self.lacking),
            *(
                say(
                    "By an earlier time that is claimed too it was due already on {when}.",
                    when=f"{due.utc:%Y-%m-%d %H:%M} UTC",
                )
                for due in self.already
            ),
        )
        if self.sure or questions:
            return questions
        return (say("Does {instrument} apply?", instrument=term(self.instrument.short)),)

    def overdue(self, now: dt.datetime) -> bool:
        """The due instant has passed. Whether the duty was met is not known here."""
        return self.due is not None and self.due.utc < now


def duty_findings(
    findings: Iterable[InstrumentFinding],
    facts: FactSheet,
    rules: Rules,
    *,
    timezone: str,
    now: dt.datetime,
) -> tuple[DutyFinding, ...]:
    """Every duty of an instrument that applies or may well apply.

    A start that lies after ``now`` cannot be right and makes no clock certain, and
    neither does a report that nobody has verified: anybody can write one.
    """
    found: dict[str, DutyFinding] = {}
    for finding in sorted(findings, key=lambda f: f.answer != "yes"):
        if finding.answer in {"yes", "open"} and not finding.unlikely:
            for obligation in finding.instrument.obligations:
                duty = _duty(finding, obligation, facts, rules, (timezone, now))
                found.setdefault(obligation.id, duty)
    return tuple(found.values())


def _duty(
    finding: InstrumentFinding,
    obligation: Obligation,
    facts: FactSheet,
    rules: Rules,
    clock_of: tuple[str, dt.datetime],
) -> DutyFinding:
    timezone, now = clock_of
    trigger = weigh(rules.compile(obligation.trigger), facts)
    unless = weigh(rules.compile(obligation.unless), facts) if obligation.unless else None
    starts, start_lacks = _starts(obligation, facts)
    dues = [due(one, obligation.within, timezone) for one in starts if obligation.within]
    leading = next((at for at, one in enumerate(dues) if one.utc > now), len(dues) - 1)
    start = starts[max(leading, 0)] if starts else None
    if start is not None and start > now:
        start_lacks = (obligation.start_event,)
    excused = unless is not None and unless.answer == "yes"
    unverified = () if facts.value(VERIFIED) is True else (VERIFIED,)
    # An exception that nobody has claimed does not hold the clock back.
    sure = finding.answer == "yes" and trigger.answer == "yes" and not unverified
    clock: Clock
    instant: Due | None = None
    if trigger.answer == "fault" or (unless is not None and unless.answer == "fault"):
        clock = "fault"
    elif trigger.answer == "no" or excused:
        clock = "not_triggered"
    elif obligation.within is None:
        clock = "no_number"
    elif start is None:
        clock = "waiting"
    else:
        clock = "running" if sure and not start_lacks else "provisional"
        instant = dues[leading]
    return DutyFinding(
        instrument=finding.instrument,
        obligation=obligation,
        clock=clock,
        sure=sure and not (start_lacks and instant),
        trigger=trigger,
        unless=unless,
        binds=finding.binds,
        lacking=tuple(dict.fromkeys(finding.lacking + trigger.lacking + start_lacks + unverified)),
        start=start,
        due=instant,
        already=tuple(dues[:leading]) if instant is not None else (),
    )


def _starts(
    obligation: Obligation, facts: FactSheet
) -> tuple[tuple[dt.datetime, ...], tuple[str, ...]]:
    """The times claimed for the start of the clock, the earliest first, and what is lacking."""
    event = obligation.start_event
    if event.startswith("fulfilled:"):
        return (), ()
    times = [value for value in facts.facts[event].values if isinstance(value, dt.datetime)]
    known = facts.facts[event].state == "known"
    return tuple(sorted(times)), () if known else (event,)
