"""How grave it is, what was agreed, which law comes up, what can be done: findings as rows."""

from __future__ import annotations

from comity.assess.commitments import CommitmentFinding
from comity.assess.law import ConceptFinding, ElementFinding
from comity.assess.measures import MeasureFinding
from comity.assess.severity import ScaleFinding
from comity.documents.fact_words import FactWords
from comity.documents.model import (
    CommitmentRow,
    ConceptRow,
    ElementRow,
    LevelRow,
    MeasureRow,
    ReasonRow,
    ScaleRow,
    ViewRow,
)


def commitment_row(finding: CommitmentFinding, words: FactWords) -> CommitmentRow:
    """A confidence-building measure, with the states that share it."""
    tr, commitment = words.language.tr, finding.commitment
    return CommitmentRow(
        id=commitment.id,
        title=tr(commitment.title),
        group=tr(words.knowledge.groups[commitment.group].short),
        summary=tr(commitment.summary),
        does=tr(commitment.does),
        answer=finding.fits.answer if finding.own == "in" else "open",
        shared_with=tuple(words.state(state) or state for state in finding.shared_with),
        maybe=tuple(words.state(state) or state for state in finding.maybe),
        missing=words.questions(finding.fits.lacking),
        as_of=commitment.as_of.isoformat(),
        verified=commitment.verified,
        note=tr(commitment.note) if commitment.note else None,
        sources=commitment.source,
    )


def scale_row(finding: ScaleFinding, words: FactWords) -> ScaleRow:
    """A scale with what is met and what cannot be excluded, gravest level first."""
    tr, scale = words.language.tr, finding.scale
    levels = tuple(
        LevelRow(
            id=found.level.id,
            name=tr(found.level.name),
            criterion=tr(found.level.criterion),
            answer=found.basis.answer,
            known=words.known(found.basis.present),
            missing=words.questions(found.basis.lacking),
        )
        for found in finding.levels
    )
    return ScaleRow(
        id=scale.id,
        title=tr(scale.title),
        short=tr(scale.short),
        gravest=tr(scale.levels[0].name),
        publisher=tr(scale.publisher),
        met=tr(finding.met.name) if finding.met else None,
        open=tuple(tr(level.name) for level in finding.open),
        missing=words.questions(finding.lacking),
        levels=levels,
        as_of=scale.as_of.isoformat(),
        verified=scale.verified,
        note=tr(scale.note) if scale.note else None,
        sources=scale.source,
    )


def concept_row(finding: ConceptFinding, words: FactWords) -> ConceptRow:
    """A concept of law with its checklist. It says what is known, never what follows."""
    tr, concept = words.language.tr, finding.concept
    return ConceptRow(
        id=concept.id,
        title=tr(concept.title),
        summary=tr(concept.summary),
        answer=finding.raised.answer,
        known=words.known(finding.raised.present),
        missing=words.questions(finding.raised.lacking),
        elements=tuple(_element(element, words) for element in finding.elements),
        views=tuple(ViewRow(tr(view.text), tr(view.held_by)) for view in concept.views),
        as_of=concept.as_of.isoformat(),
        verified=concept.verified,
        note=tr(concept.note) if concept.note else None,
        sources=concept.source,
    )


def _element(finding: ElementFinding, words: FactWords) -> ElementRow:
    tr = words.language.tr
    return ElementRow(
        text=tr(finding.element.text),
        present=words.known(finding.present),
        missing=words.questions(finding.missing),
        disputed=words.questions(finding.disputed),
        needs=tuple(map(tr, finding.element.needs)),
    )


def measure_row(finding: MeasureFinding, words: FactWords) -> MeasureRow:
    """A measure, whether it is worth a look, and what has to come first."""
    tr, measure = words.language.tr, finding.measure
    concept = words.knowledge.concepts[measure.concept] if measure.concept else None
    return MeasureRow(
        id=measure.id,
        title=tr(measure.title),
        group=measure.group,
        summary=tr(measure.summary),
        attribution=measure.attribution,
        answer=finding.answer,
        standing=tuple(
            ReasonRow(condition.answer, words.language.say(condition.reason))
            for condition in finding.standing
        ),
        known=words.known(finding.fits.present),
        missing=words.questions(finding.fits.lacking),
        decided_by=tr(measure.decided_by),
        needs=tuple(map(tr, measure.needs)),
        checklist=tr(concept.title) if concept else None,
        as_of=measure.as_of.isoformat(),
        verified=measure.verified,
        note=tr(measure.note) if measure.note else None,
        sources=measure.source,
    )
