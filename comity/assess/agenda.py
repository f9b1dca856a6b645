"""What to do next: the duties with their clocks, then whom to reach, then what to ask."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Literal

import msgspec

from comity.agreements.clock import Due
from comity.assess.channels import ChannelFinding
from comity.assess.duties import DutyFinding
from comity.assess.gaps import Gap
from comity.knowledge.base import Knowledge
from comity.wording import Sentence, say, term, terms

_CHANNELS_SHOWN = 3
_QUESTIONS_SHOWN = 5


class Act(msgspec.Struct, frozen=True, kw_only=True):
    """One thing a person should decide or do.

    ``refs`` are the ids of the findings behind it. ``sure`` False means that
    it may turn out not to be needed once ``depends_on`` is settled.
    """

    kind: Literal["duty", "reach", "ask"]
    what: Sentence
    why: Sentence
    due: Due | None
    passed: bool
    sure: bool
    depends_on: tuple[str, ...]
    refs: tuple[str, ...]


def agenda(
    knowledge: Knowledge,
    duties: Iterable[DutyFinding],
    channels: Iterable[ChannelFinding],
    gaps: tuple[Gap, ...],
    now: dt.datetime,
) -> tuple[Act, ...]:
    """Acts in the order to take them: by due instant, then "without undue delay", then the rest."""
    owed = [_owed(duty, now) for duty in duties if duty.clock in _CLOCKS_TO_SHOW]
    owed.sort(key=lambda act: (act.due is None, act.due.utc if act.due else now, not act.sure))
    usable = [finding for finding in channels if finding.answer in {"yes", "open"}]
    reach = [_reach(knowledge, finding) for finding in usable[:_CHANNELS_SHOWN]]
    ask = [_ask(gap) for gap in gaps[:_QUESTIONS_SHOWN]]
    return (*owed, *reach, *ask)


_CLOCKS_TO_SHOW = {"running", "provisional", "no_number"}


def _owed(duty: DutyFinding, now: dt.datetime) -> Act:
    obligation = duty.obligation
    depends = dict.fromkeys(duty.applies_lacking + duty.trigger.lacking)
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
        depends_on=tuple(depends),
        refs=(obligation.id,),
    )


def _reach(knowledge: Knowledge, finding: ChannelFinding) -> Act:
    channel, purposes = term(finding.channel.title), terms(finding.serves)
    if finding.counterpart is None:
        what = say("Use the {channel} ({purposes})", channel=channel, purposes=purposes)
    else:
        what = say(
            "Reach {state} through the {channel} ({purposes})",
            state=knowledge.name_of(finding.counterpart),
            channel=channel,
            purposes=purposes,
        )
    return Act(
        kind="reach",
        what=what,
        why=term(finding.channel.how),
        due=None,
        passed=False,
        sure=finding.answer == "yes",
        depends_on=(),
        refs=(finding.channel.id,),
    )


def _ask(gap: Gap) -> Act:
    return Act(
        kind="ask",
        what=term(gap.feature.question),
        why=term(gap.feature.why),
        due=None,
        passed=False,
        sure=True,
        depends_on=(),
        refs=(gap.feature.id, *gap.waiting),
    )
