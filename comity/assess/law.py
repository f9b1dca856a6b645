"""Concepts of international law as checklists: facts present, missing and disputed. No verdicts."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from comity.assess.basis import Basis, weigh
from comity.assess.facts import FactSheet
from comity.knowledge.law import Concept, Element
from comity.rules.predicate import Rules


class ElementFinding(msgspec.Struct, frozen=True):
    """What there is to say about one element: the features that bear on it, by their state."""

    element: Element
    present: tuple[str, ...]
    missing: tuple[str, ...]
    disputed: tuple[str, ...]


class ConceptFinding(msgspec.Struct, frozen=True):
    """A concept and whether these facts raise it. "yes" means: have a lawyer look."""

    concept: Concept
    raised: Basis
    elements: tuple[ElementFinding, ...]


def concept_findings(
    concepts: Iterable[Concept], facts: FactSheet, rules: Rules
) -> tuple[ConceptFinding, ...]:
    """Every concept, in the order of the pack."""
    return tuple(
        ConceptFinding(
            concept,
            weigh(rules.compile(concept.raised_if), facts),
            tuple(_element(element, facts) for element in concept.elements),
        )
        for concept in concepts
    )


def _element(element: Element, facts: FactSheet) -> ElementFinding:
    states = {name: facts.facts[name].state for name in element.features}
    return ElementFinding(
        element,
        present=tuple(name for name, state in states.items() if state == "known"),
        missing=tuple(name for name, state in states.items() if state == "unknown"),
        disputed=tuple(name for name, state in states.items() if state == "disputed"),
    )
