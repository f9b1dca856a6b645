"""Do the facts agree with each other? A typing error must not pass for a deadline."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from comity.assess.facts import FactSheet
from comity.wording import Sentence, say

_LONG_AGO = dt.timedelta(days=365)


def doubts(facts: FactSheet, now: dt.datetime) -> tuple[Sentence, ...]:
    """Sentences about facts that contradict each other, or times the moment looked at."""
    began, aware = facts.time("incident.occurred_at"), facts.time("incident.aware_at")
    found = []
    if aware is not None and aware > now:
        found.append(say("The victim is said to become aware only after the moment looked at."))
    if began is not None and began > now:
        found.append(say("The incident is said to begin only after the moment looked at."))
    if began is not None and aware is not None and aware < began:
        found.append(say("The victim is said to have become aware before the incident began."))
    if aware is not None and now - aware > _LONG_AGO:
        found.append(say("The victim became aware more than a year before the moment looked at."))
    return (*found, *_contradictions(facts))


def _contradictions(facts: FactSheet) -> Iterator[Sentence]:
    victim = facts.text("victim.state")
    places = (*facts.strings("origin.territories"), *facts.strings("transit.territories"))
    if facts.value("cross_border") is False and victim and set(places) - {victim}:
        yield say("No other state is said to be involved, and activity from or through one is.")
    kinds = facts.strings("effect.kinds")
    harm = len(kinds) > 1 or any(
        facts.value(name) is True
        for name in ("effect.physical", "effect.casualties", "effect.loss_of_functionality")
    )
    if "none" in kinds and harm:
        yield say("It is said to have had no effect, and effects are named.")
