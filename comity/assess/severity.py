"""How grave an incident is on published scales: what is met, and what cannot be excluded yet."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from comity.assess.basis import Basis, weigh
from comity.assess.facts import FactSheet
from comity.knowledge.severity import Level, Scale
from comity.rules.predicate import Rules


class LevelFinding(msgspec.Struct, frozen=True):
    """One level of a scale and whether its condition is met on these facts."""

    level: Level
    basis: Basis


class ScaleFinding(msgspec.Struct, frozen=True):
    """A scale with all its levels, gravest first.

    ``met`` is the gravest level whose condition is met, None where none is.
    ``open`` are the graver ones that depend on facts nobody has settled.
    """

    scale: Scale
    levels: tuple[LevelFinding, ...]
    met: Level | None
    open: tuple[Level, ...]

    @property
    def lacking(self) -> tuple[str, ...]:
        """The features that decide between the level that is met and the graver open ones."""
        graver = {level.id for level in self.open}
        names = (n for f in self.levels if f.level.id in graver for n in f.basis.lacking)
        return tuple(dict.fromkeys(names))


def scale_findings(
    scales: Iterable[Scale], facts: FactSheet, rules: Rules
) -> tuple[ScaleFinding, ...]:
    """Every scale with conditions, in the order of the pack. A range where facts are missing."""
    return tuple(_finding(scale, facts, rules) for scale in scales if scale.can_be_read)


def _finding(scale: Scale, facts: FactSheet, rules: Rules) -> ScaleFinding:
    levels = tuple(
        LevelFinding(level, weigh(rules.compile(level.applies_if), facts))
        for level in scale.levels
        if level.applies_if
    )
    met, still_open = None, []
    for found in levels:
        if found.basis.answer == "yes":
            met = found.level
            break
        # A condition that failed excludes nothing: a person has to look.
        if found.basis.answer != "no":
            still_open.append(found.level)
    return ScaleFinding(scale, levels, met, tuple(still_open))
