"""Do the facts agree with each other? A typing error must not pass for a deadline."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import msgspec

from comity.assess.facts import FactSheet
from comity.wording import Sentence, say, term

_LONG_AGO = dt.timedelta(days=365)
_BEGAN, _AWARE = "incident.occurred_at", "incident.aware_at"


class Doubt(msgspec.Struct, frozen=True):
    """Facts that cannot all be right, and the sentence that says so."""

    about: tuple[str, ...]
    text: Sentence


def doubts(facts: FactSheet, now: dt.datetime) -> tuple[Doubt, ...]:
    """Facts that contradict each other, or times the moment looked at."""
    return (*_times(facts, now), *_contradictions(facts))


def _times(facts: FactSheet, now: dt.datetime) -> Iterator[Doubt]:
    for name, fact in facts.facts.items():
        if isinstance(fact.value, dt.datetime) and fact.value > now:
            later = say(
                "{fact} is said to lie after the moment looked at.", fact=term(fact.feature.label)
            )
            yield Doubt((name,), later)
    began, aware = facts.time(_BEGAN), facts.time(_AWARE)
    if began is not None and aware is not None and aware < began:
        text = say("The victim is said to have become aware before the incident began.")
        yield Doubt((_BEGAN, _AWARE), text)
    if aware is not None and now - aware > _LONG_AGO:
        text = say("The victim became aware more than a year before the moment looked at.")
        yield Doubt((_AWARE,), text)
    classified = facts.time("incident.classified_at")
    if classified is not None and aware is not None and classified < aware:
        text = say("It is said to have been classified before the victim was aware of it.")
        yield Doubt(("incident.classified_at", _AWARE), text)


def _contradictions(facts: FactSheet) -> Iterator[Doubt]:
    victim = facts.text("victim.state")
    places = (*facts.strings("origin.territories"), *facts.strings("transit.territories"))
    if facts.value("cross_border") is False and victim and set(places) - {victim}:
        text = say("No other state is said to be involved, and activity from or through one is.")
        yield Doubt(("cross_border", "origin.territories", "transit.territories"), text)
    kinds = facts.strings("effect.kinds")
    harm = len(kinds) > 1 or any(
        facts.value(name) is True
        for name in ("effect.physical", "effect.casualties", "effect.loss_of_functionality")
    )
    if "none" in kinds and harm:
        text = say("It is said to have had no effect, and effects are named.")
        yield Doubt(("effect.kinds",), text)
    if facts.facts["victim.state"].state == "disputed":
        text = say(
            "Victims in several states are named. If all of them were hit, assess one at a time."
        )
        yield Doubt(("victim.state",), text)
