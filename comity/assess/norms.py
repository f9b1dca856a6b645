"""Which norms of responsible state behaviour an incident engages.

A norm is engaged, never "violated": norms are voluntary, and whether one was
disregarded is for states to say.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from comity.assess.basis import Basis, weigh
from comity.assess.facts import FactSheet
from comity.knowledge.model import Norm
from comity.rules.predicate import Rules


class NormFinding(msgspec.Struct, frozen=True):
    """A norm and whether the incident engages it."""

    norm: Norm
    basis: Basis


def norm_findings(norms: Iterable[Norm], facts: FactSheet, rules: Rules) -> tuple[NormFinding, ...]:
    """Every norm with its answer, in the order of the pack."""
    return tuple(NormFinding(norm, weigh(rules.compile(norm.applies_if), facts)) for norm in norms)
