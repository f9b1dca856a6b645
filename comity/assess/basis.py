"""What an answer rests on: the facts that were there, and those that were not."""

from __future__ import annotations

from typing import Literal

import msgspec

from comity.assess.facts import FactSheet
from comity.rules.predicate import Predicate, Truth, Unknown

Answer = Literal["yes", "no", "open", "fault"]
"""``open``: it depends on facts that are missing or disputed."""


class Basis(msgspec.Struct, frozen=True):
    """An answer with the features that were known, missing and disputed."""

    answer: Answer
    present: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    disputed: tuple[str, ...] = ()
    fault: str | None = None

    @property
    def lacking(self) -> tuple[str, ...]:
        """The features that have to be settled before this can be answered."""
        return self.missing + self.disputed


def weigh(predicate: Predicate, facts: FactSheet) -> Basis:
    """Put a predicate to the facts and say what the answer rests on."""
    verdict = predicate(facts.known())
    present = tuple(name for name in predicate.names if facts.value(name) is not None)
    if isinstance(verdict, Truth):
        return Basis("yes" if verdict.holds else "no", present=present)
    if isinstance(verdict, Unknown):
        return Basis(
            "open",
            present=present,
            missing=tuple(n for n in verdict.missing if facts.facts[n].state == "unknown"),
            disputed=tuple(n for n in verdict.missing if facts.facts[n].state == "disputed"),
        )
    return Basis("fault", present=present, fault=verdict.reason)
