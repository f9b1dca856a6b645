"""What to do next: the duties with their clocks, then whom to reach, then what to ask."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Iterable
from itertools import groupby
from typing import Literal

import msgspec

from comity.agreements.clock import Due, parse_period
from comity.assess.channels import SPEED, ChannelFinding
from comity.assess.duties import DutyFinding
from comity.assess.gaps import Gap
from comity.assess.parties import Parties
from comity.knowledge.base import Knowledge
from comity.wording import Sentence, say, term, terms

_CHANNELS_SHOWN = 3
_QUESTIONS_SHOWN = 5
_STATES_SHOWN = 6


class Act(msgspec.Struct, frozen=True, kw_only=True):
    """One thing a person should decide or do.

    ``sure`` False means that it may turn out not to be needed once ``settle``
    is answered. ``duty`` is the finding behind a duty, ``refs`` the ids of all
    findings and features behind the act.
    """

    kind: Literal["duty", "reach", "ask"]
    what: Sentence
    why: Sentence
    due: Due | None
    passed: bool
    sure: bool
    settle: tuple[Sentence, ...]
    refs: tuple[str, ...]
    duty: DutyFinding | None = None


class Agenda(msgspec.Struct, frozen=True):
    """``next`` is the one act to begin with; the others follow in order, without it."""

    next: Act | None
    duties: tuple[Act, ...]
    reach: tuple[Act, ...]
    ask: tuple[Act, ...]


def agenda(
    knowledge: Knowledge,
    duties: Iterable[DutyFinding],
    channels: Iterable[ChannelFinding],
    gaps: tuple[Gap, ...],
    sides: Parties,
) -> Agenda:
    """Put what was found in the order of acting.

    Duties first that are certain or have a time that has not passed; then
    those that are certain without a time; then the rest. What may not bind at
    all, and what is owed in a state other than the one that asks, never leads.
    """
    abroad = sides.own is not None and sides.victim is not None and sides.own != sides.victim
    owed = sorted(
        (_owed(knowledge, duty, sides.now) for duty in duties if _to_show(duty)),
        key=lambda act: (
            _rank(act, abroad=abroad),
            act.due.utc if act.due else _NO_TIME,
            not act.sure,
            _length(act),
        ),
    )
    usable = groupby((f for f in channels if _usable(f)), key=lambda f: f.channel)
    reach = _covering_first(_quickest_first([tuple(found) for _, found in usable]))
    ask = [_ask(gap) for gap in gaps[:_QUESTIONS_SHOWN]]
    leads = [act for act in owed if _rank(act, abroad=abroad) <= _LEADS]
    first = next(iter((*leads, *ask, *owed)), None)
    return Agenda(
        next=first,
        duties=tuple(act for act in owed if act is not first),
        reach=tuple(_reach(knowledge, found) for found in reach[:_CHANNELS_SHOWN]),
        ask=tuple(ask),
    )


_LEADS = 1
_NO_TIME = dt.datetime.max.replace(tzinfo=dt.UTC)


def _length(act: Act) -> int:
    """The time a duty gives, in seconds or nearly: of two without a start the shorter is first."""
    within = act.duty.obligation.within if act.duty else None
    if within is None:
        return sys.maxsize
    period = parse_period(within)
    return ((period.years * 12 + period.months) * 30 + period.days) * 86_400 + period.seconds


def _to_show(duty: DutyFinding) -> bool:
    """Everything that is or may be owed, but what waits for an earlier duty to be done."""
    waits = duty.clock == "waiting" and duty.obligation.start_event.startswith("fulfilled:")
    return duty.clock != "not_triggered" and not waits


def _usable(finding: ChannelFinding) -> bool:
    """Both sides are in it, or no other side is known yet."""
    unknown_side = finding.counterpart is None and finding.belongs == "open"
    return finding.answer in {"yes", "open"} and (finding.belongs == "yes" or unknown_side)


def _rank(act: Act, *, abroad: bool) -> int:
    duty = act.duty
    if abroad or duty is None or duty.binds != "yes":
        return 2 if act.due is not None and not act.passed and not abroad else 3
    if act.due is not None and (act.sure or not act.passed):
        return 0
    return 1 if act.sure else 3


def _owed(knowledge: Knowledge, duty: DutyFinding, now: dt.datetime) -> Act:
    obligation = duty.obligation
    return Act(
        kind="duty",
        what=term(obligation.title),
        why=_by_whom(duty),
        due=duty.due,
        passed=duty.overdue(now),
        sure=duty.sure,
        settle=duty.settle(knowledge.features),
        refs=(obligation.id,),
        duty=duty,
    )


def _by_whom(duty: DutyFinding) -> Sentence:
    obligation = duty.obligation
    places = {
        "debtor": term(obligation.debtor),
        "creditor": term(obligation.creditor),
        "basis": obligation.basis,
    }
    if duty.binds == "yes":
        return say("By {debtor}, to {creditor} ({basis}).", **places)
    return say("By {debtor}, to {creditor} ({basis}), if this law binds the victim.", **places)


def _quickest_first(
    channels: list[tuple[ChannelFinding, ...]],
) -> list[tuple[ChannelFinding, ...]]:
    """Of channels for the same purposes the one made to answer soonest comes first.

    That its contact has to be looked up costs minutes, a slower channel costs hours.
    """
    place: dict[frozenset[str], int] = {}
    for found in channels:
        place.setdefault(_purposes(found), len(place))
    return sorted(
        channels, key=lambda found: (place[_purposes(found)], SPEED[found[0].channel.speed])
    )


def _covering_first(
    channels: list[tuple[ChannelFinding, ...]],
) -> list[tuple[ChannelFinding, ...]]:
    """Channels that serve what none before them does come first: together they serve everything."""
    covered: set[str] = set()
    first: list[tuple[ChannelFinding, ...]] = []
    rest: list[tuple[ChannelFinding, ...]] = []
    for found in channels:
        serves = _purposes(found)
        (first if serves - covered else rest).append(found)
        covered |= serves
    return first + rest


def _purposes(found: tuple[ChannelFinding, ...]) -> frozenset[str]:
    return frozenset(word for finding in found for word in finding.serves)


def _reach(knowledge: Knowledge, found: tuple[ChannelFinding, ...]) -> Act:
    """One act for a channel, whatever the number of states it leads to."""
    channel = found[0].channel
    purposes = terms(dict.fromkeys(word for finding in found for word in finding.serves))
    states = [finding.counterpart for finding in found if finding.counterpart]
    names = terms(map(knowledge.name_of, states[:_STATES_SHOWN]))
    if len(states) > _STATES_SHOWN:
        names = (*names, say("{n} more", n=len(states) - _STATES_SHOWN))
    if states:
        what = say(
            "{states}, through: {channel} ({purposes})",
            states=names,
            channel=term(channel.title),
            purposes=purposes,
        )
    else:
        what = say("{channel} ({purposes})", channel=term(channel.title), purposes=purposes)
    return Act(
        kind="reach",
        what=what,
        why=term(channel.how),
        due=None,
        passed=False,
        sure=all(finding.answer == "yes" for finding in found),
        settle=(),
        refs=(channel.id,),
    )


def _ask(gap: Gap) -> Act:
    return Act(
        kind="ask",
        what=term(gap.feature.question),
        why=term(gap.feature.why),
        due=None,
        passed=False,
        sure=True,
        settle=(),
        refs=(gap.feature.id, *gap.waiting),
    )
