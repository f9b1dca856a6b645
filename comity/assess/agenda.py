"""What to do next: the duties with their clocks, then whom to reach, then what to ask."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from itertools import groupby
from typing import Literal

import msgspec

from comity.agreements.clock import Due
from comity.assess.channels import ChannelFinding
from comity.assess.duties import DutyFinding
from comity.assess.gaps import Gap
from comity.knowledge.base import Knowledge
from comity.knowledge.model import Channel
from comity.wording import Sentence, say, term, terms

_CHANNELS_SHOWN = 3
_QUESTIONS_SHOWN = 5


class Act(msgspec.Struct, frozen=True, kw_only=True):
    """One thing a person should decide or do.

    ``refs`` are the ids of the findings behind it. ``sure`` False means that
    it may turn out not to be needed once ``settle`` is answered.
    """

    kind: Literal["duty", "reach", "ask"]
    what: Sentence
    why: Sentence
    due: Due | None
    passed: bool
    sure: bool
    settle: tuple[Sentence, ...]
    refs: tuple[str, ...]


def agenda(
    knowledge: Knowledge,
    duties: Iterable[DutyFinding],
    channels: Iterable[ChannelFinding],
    gaps: tuple[Gap, ...],
    now: dt.datetime,
) -> tuple[Act, ...]:
    """Acts in the order to take them: by due instant, then "without undue delay", then the rest."""
    owed = [_owed(knowledge, duty, now) for duty in duties if duty.clock in _CLOCKS_TO_SHOW]
    owed.sort(key=lambda act: (act.due is None, act.due.utc if act.due else now, not act.sure))
    reach = [
        _reach(knowledge, channel, tuple(found))
        for channel, found in groupby(
            (f for f in channels if f.answer in {"yes", "open"}), key=lambda f: f.channel
        )
    ]
    ask = [_ask(gap) for gap in gaps[:_QUESTIONS_SHOWN]]
    return (*owed, *reach[:_CHANNELS_SHOWN], *ask)


_CLOCKS_TO_SHOW = {"running", "provisional", "no_number"}


def _owed(knowledge: Knowledge, duty: DutyFinding, now: dt.datetime) -> Act:
    obligation = duty.obligation
    return Act(
        kind="duty",
        what=term(obligation.title),
        why=say(
            "Owed by {debtor} to {creditor}. {basis}.",
            debtor=term(obligation.debtor),
            creditor=term(obligation.creditor),
            basis=obligation.basis,
        ),
        due=duty.due,
        passed=duty.overdue(now),
        sure=duty.sure,
        settle=duty.settle(knowledge.features),
        refs=(obligation.id,),
    )


def _reach(knowledge: Knowledge, channel: Channel, found: tuple[ChannelFinding, ...]) -> Act:
    """One act for a channel, whatever the number of states it leads to."""
    purposes = terms(dict.fromkeys(word for finding in found for word in finding.serves))
    states = tuple(finding.counterpart for finding in found if finding.counterpart)
    if states:
        what = say(
            "Reach {states} through the {channel} ({purposes})",
            states=terms(map(knowledge.name_of, states)),
            channel=term(channel.title),
            purposes=purposes,
        )
    else:
        what = say("Use the {channel} ({purposes})", channel=term(channel.title), purposes=purposes)
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
