"""Between whom the assessment is made, and when."""

from __future__ import annotations

import datetime as dt

import msgspec

from comity.assess.facts import FactSheet


class Parties(msgspec.Struct, frozen=True):
    """The state that asks, the state of the victim, and the other states concerned.

    ``counterparts`` are the states of victims, and those from or through which the activity
    appears to come: those one would talk to. That says nothing about responsibility.
    """

    own: str | None
    victim: str | None
    counterparts: tuple[str, ...]
    now: dt.datetime

    @property
    def territories(self) -> tuple[str, ...]:
        """The counterparts where the activity comes from or passes through, the victim left out."""
        return tuple(state for state in self.counterparts if state != self.victim)


def parties(facts: FactSheet, *, own: str | None, now: dt.datetime) -> Parties:
    """Read the parties off the facts; without ``own`` the victim's state asks."""
    victim = facts.text("victim.state")
    asking = own or victim
    # Those who were hit come first: where there are many, they are not the ones left out.
    hit = (value for value in facts.facts["victim.state"].values if isinstance(value, str))
    territories = (*facts.strings("origin.territories"), *facts.strings("transit.territories"))
    others = dict.fromkeys((*hit, *territories))
    return Parties(
        own=asking,
        victim=victim,
        counterparts=tuple(state for state in others if state != asking),
        now=now,
    )
