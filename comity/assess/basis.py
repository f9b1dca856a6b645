"""What an answer rests on: the facts that were there, and those that were not."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

import msgspec

from comity.assess.facts import FactSheet
from comity.knowledge.base import Place
from comity.rules.predicate import Predicate, Truth, Unknown
from comity.wording import Sentence

Answer = Literal["yes", "no", "open", "fault"]
"""``open``: it depends on facts that are missing or disputed."""


ANSWER_OF: dict[Place, Answer] = {"in": "yes", "out": "no", "unknown": "open"}


class Condition(msgspec.Struct, frozen=True):
    """One condition of application and how it came out."""

    answer: Answer
    reason: Sentence


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


def combine(answers: Iterable[Answer]) -> Answer:
    """All must hold: one "no" decides, then a fault, then what is open."""
    given = set(answers)
    for answer in ("no", "fault", "open"):
        if answer in given:
            return answer
    return "yes"
