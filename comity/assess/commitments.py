"""Which confidence-building measures the states concerned share, and which of them fit."""

from __future__ import annotations

import datetime as dt

import msgspec

from comity.assess.basis import Basis, weigh
from comity.assess.facts import FactSheet
from comity.assess.parties import Parties
from comity.knowledge.base import Knowledge, Place
from comity.knowledge.model import Commitment
from comity.rules.predicate import Rules


class CommitmentFinding(msgspec.Struct, frozen=True):
    """A measure to which the state that asks is committed, or may be.

    ``own`` says whether it is in the group; ``shared_with`` are the other states
    concerned that are in it too, ``maybe`` those of which that is not known.
    """

    commitment: Commitment
    own: Place
    fits: Basis
    shared_with: tuple[str, ...]
    maybe: tuple[str, ...]


def commitment_findings(
    knowledge: Knowledge, facts: FactSheet, sides: Parties, rules: Rules
) -> tuple[CommitmentFinding, ...]:
    """The measures that fit or may fit, in the order of the pack.

    Left out are those agreed only later, those of groups to which the state that
    asks does not belong, and, where other states are concerned, those that none
    of them shares.
    """
    on = sides.now.astimezone(dt.UTC).date()
    found = []
    for commitment in knowledge.commitments.values():
        fits = weigh(rules.compile(commitment.fits_if), facts)
        later = commitment.agreed is not None and on < commitment.agreed
        if fits.answer == "no" or sides.own is None or later:
            continue
        own = knowledge.standing_in_group(commitment.group, sides.own, on).place
        others = {
            state: knowledge.standing_in_group(commitment.group, state, on).place
            for state in sides.counterparts
        }
        shared = tuple(state for state, place in others.items() if place == "in")
        maybe = tuple(state for state, place in others.items() if place == "unknown")
        if own != "out" and (shared or maybe or not others):
            found.append(CommitmentFinding(commitment, own, fits, shared, maybe))
    return tuple(found)
