"""Do the times agree with each other? A typing error must not pass for a deadline."""

from __future__ import annotations

import datetime as dt

from comity.assess.facts import FactSheet
from comity.wording import Sentence, say

_LONG_AGO = dt.timedelta(days=365)


def doubts(facts: FactSheet, now: dt.datetime) -> tuple[Sentence, ...]:
    """Sentences about times that contradict each other or the moment looked at."""
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
    return tuple(found)
