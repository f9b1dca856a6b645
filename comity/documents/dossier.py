"""An assessment as a dossier: every finding in words, every figure with its source."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from comity import __version__
from comity.agreements.clock import Due, parse_period
from comity.assess.agenda import Act
from comity.assess.assessment import Assessment
from comity.assess.basis import Basis
from comity.assess.channels import ChannelFinding
from comity.assess.duties import DutyFinding
from comity.assess.facts import Fact
from comity.assess.gaps import Gap
from comity.assess.instruments import InstrumentFinding
from comity.assess.norms import NormFinding
from comity.assess.observe import Named, Observed, Received
from comity.documents.language import Language
from comity.documents.model import (
    ActRow,
    ChannelRow,
    ClaimRow,
    ClockRow,
    CountRow,
    Dossier,
    FactRow,
    GapRow,
    InputRow,
    InstrumentRow,
    Moment,
    NormRow,
    PackRow,
    ReasonRow,
    SideRow,
    TechniqueRow,
)
from comity.knowledge.base import Knowledge
from comity.knowledge.model import Feature
from comity.rules.predicate import Value
from comity.stix.markings import Tlp

# An assessment is the node's own product, whatever the marking of what it was made from: nobody
# has released it, so it is for the organisation only.
OWN = Tlp.AMBER_STRICT

_EFFECTS = (
    "incident.status",
    "effect.kinds",
    "effect.loss_of_functionality",
    "effect.physical",
    "effect.casualties",
    "data.personal",
    "victim.is_ci",
)


def build(
    assessment: Assessment,
    observed: Observed,
    received: Sequence[tuple[Received, int | None]],
    knowledge: Knowledge,
    language: Language,
    *,
    origin: str | None,
    replay: bool,
) -> Dossier:
    """Lay the findings out for a reader.

    ``received`` pairs each file with the index of its entry in the record, and
    ``origin`` names that record; None where nothing was recorded. ``replay``
    says that the moment was chosen, not read from the clock.
    """
    return _Builder(assessment, observed, knowledge, language).dossier(received, origin, replay)


_F = TypeVar("_F", InstrumentFinding, ChannelFinding)


class _Builder:
    def __init__(
        self,
        assessment: Assessment,
        observed: Observed,
        knowledge: Knowledge,
        language: Language,
    ) -> None:
        self.found = assessment
        self.observed = observed
        self.knowledge = knowledge
        self.language = language
        self.tr = language.tr
        self.now = assessment.sides.now

    def dossier(
        self,
        received: Sequence[tuple[Received, int | None]],
        origin: str | None,
        replay: bool,  # noqa: FBT001
    ) -> Dossier:
        found, sides = self.found, self.found.sides
        level, why = self._marking()
        files = tuple(file.file for file, _ in received)
        return Dossier(
            product=f"Comity {__version__}",
            title=self.observed.title or self.tr("Untitled incident"),
            marking=level.label,
            marking_reason=why,
            status=self.tr("DRAFT, NOT RELEASED"),
            replay=replay,
            language=self.language.code,
            asked_by=self._state(sides.own),
            victim=self._victim(),
            counterparts=tuple(self.knowledge.name_of(state) for state in sides.counterparts),
            moment=self.language.moment(self.now, found.timezone),
            happened=self.observed.description
            or self.tr("The material received describes no incident in words."),
            happened_sources=(self.observed.told_by,) if self.observed.told_by else files,
            effects=tuple(self._fact(found.facts.facts[name]) for name in _EFFECTS),
            acts=tuple(self._act(act) for act in found.acts),
            gaps=tuple(self._gap(gap) for gap in found.gaps),
            norms=tuple(self._norm(norm) for norm in found.norms),
            instruments=tuple(
                self._instrument(rows) for rows in _together(found.instruments, _instrument_id)
            ),
            clocks=tuple(self._clock(duty) for duty in found.duties),
            channels=tuple(self._channel(rows) for rows in _together(found.channels, _channel_id)),
            facts=tuple(self._fact(fact) for fact in found.facts.facts.values()),
            counts=tuple(
                CountRow(type=kind, count=count, sources=files)
                for kind, count in self.observed.counts
            ),
            techniques=_named(self.observed.techniques),
            software=_named(self.observed.software),
            actors_named=len(self.observed.actors),
            actors_sources=self.observed.actors,
            inputs=tuple(_input(file, entry) for file, entry in received),
            origin=origin,
            packs=tuple(PackRow(stamp.name, stamp.sha256) for stamp in self.knowledge.stamps),
            not_covered=(
                self.tr("Severity on a published scale."),
                self.tr("Who may be behind it: this dossier ranks no hypotheses about actors."),
                self.tr("International-law concepts, response options and draft documents."),
                self.tr("Instruments, laws and channels that the knowledge packs do not hold yet."),
            ),
        )

    def _marking(self) -> tuple[Tlp, str]:
        marked = self.observed.tlp
        if marked is not None and marked > OWN:
            return marked, self.tr("the strictest marking of what was received")
        return OWN, self.tr("what this node makes itself stays in the organisation until released")

    def _state(self, code: str | None) -> str | None:
        return self.knowledge.name_of(code) if code else None

    def _victim(self) -> str | None:
        fact = self.found.facts.facts["victim.state"]
        if fact.state != "disputed":
            return self._value(fact.value, fact.feature)
        said = " / ".join(self._value(value, fact.feature) or "" for value in fact.values)
        return self.tr("disputed: {values}").format(values=said)

    def _value(self, value: Value | None, feature: Feature) -> str | None:
        if value is None:
            return None
        if isinstance(value, bool):
            return self.tr("yes") if value else self.tr("no")
        if isinstance(value, dt.datetime):
            moment = self.language.moment(value, self.found.timezone)
            return f"{moment.local} ({moment.timezone})"
        if isinstance(value, tuple):
            words = map(self.knowledge.name_of, value) if feature.states else map(self.tr, value)
            return ", ".join(words) or self.tr("none")
        if feature.states:
            return self.knowledge.name_of(str(value))
        return self.tr(str(value))

    def _fact(self, fact: Fact) -> FactRow:
        claims = tuple(
            ClaimRow(
                value=self._value(claim.value, fact.feature) or self.tr("not known"),
                said_by=claim.said_by,
                said_at=claim.said_at.isoformat() if claim.said_at else None,
                sources=(claim.source,),
            )
            for claim in fact.claims
        )
        return FactRow(
            id=fact.feature.id,
            label=self.tr(fact.feature.label),
            question=self.tr(fact.feature.question),
            state=fact.state,
            value=self._value(fact.value, fact.feature),
            claims=claims,
            sources=tuple(claim.source for claim in fact.claims),
        )

    def _gap(self, gap: Gap) -> GapRow:
        return GapRow(
            id=gap.feature.id,
            question=self.tr(gap.feature.question),
            why=self.tr(gap.feature.why),
            disputed=gap.disputed,
            waiting=gap.waiting,
            sources=gap.feature.source,
        )

    def _questions(self, names: Iterable[str]) -> tuple[str, ...]:
        return tuple(self.tr(self.knowledge.features[name].question) for name in names)

    def _due(self, due: Due | None) -> tuple[Moment | None, str | None, bool]:
        if due is None:
            return None, None, False
        moment = self.language.moment(due.utc, due.timezone)
        return moment, self.language.left(due.utc, self.now), due.utc < self.now

    def _act(self, act: Act) -> ActRow:
        moment, left, _ = self._due(act.due)
        return ActRow(
            kind=act.kind,
            what=self.language.say(act.what),
            why=self.language.say(act.why),
            due=moment,
            left=left,
            passed=act.passed,
            sure=act.sure,
            settle=tuple(map(self.language.say, act.settle)),
            sources=act.refs,
        )

    def _norm(self, finding: NormFinding) -> NormRow:
        norm, basis = finding.norm, finding.basis
        return NormRow(
            id=norm.id,
            title=self.tr(norm.title),
            paragraph=norm.paragraph,
            summary=self.tr(norm.summary),
            answer=basis.answer,
            gate=norm.gate,
            present=self._present(basis),
            missing=self._questions(basis.missing),
            disputed=self._questions(basis.disputed),
            asks=tuple(map(self.tr, norm.asks)),
            as_of=norm.as_of.isoformat(),
            verified=norm.verified,
            note=self.tr(norm.note) if norm.note else None,
            sources=norm.source,
        )

    def _present(self, basis: Basis) -> tuple[str, ...]:
        rows = (self._fact(self.found.facts.facts[name]) for name in basis.present)
        return tuple(f"{row.label}: {row.value}" for row in rows)

    def _side(self, finding: InstrumentFinding | ChannelFinding) -> SideRow:
        reasons = tuple(
            ReasonRow(test.answer, self.language.say(test.reason)) for test in finding.tests
        )
        return SideRow(self._state(finding.counterpart), finding.answer, reasons)

    def _instrument(self, found: Sequence[InstrumentFinding]) -> InstrumentRow:
        instrument = found[0].instrument
        return InstrumentRow(
            id=instrument.id,
            title=self.tr(instrument.title),
            binding=instrument.binding,
            summary=self.tr(instrument.summary),
            sides=tuple(map(self._side, found)),
            as_of=instrument.as_of.isoformat(),
            verified=instrument.verified,
            note=self.tr(instrument.note) if instrument.note else None,
            sources=instrument.source,
        )

    def _clock(self, duty: DutyFinding) -> ClockRow:
        obligation = duty.obligation
        moment, left, passed = self._due(duty.due)
        start = self.language.moment(duty.start, self.found.timezone) if duty.start else None
        kind, _, earlier = obligation.start_event.partition(":")
        if kind == "fulfilled":
            first = next(d.obligation for d in self.found.duties if d.obligation.id == earlier)
            event = self.tr("Once done: {duty}").format(duty=self.tr(first.title))
        else:
            event = self.tr(self.knowledge.features[obligation.start_event].label)
        rule = self.tr("without undue delay; the text names no number")
        if obligation.within:
            rule = self.language.period(parse_period(obligation.within))
        said = self.found.facts.facts.get(obligation.start_event)
        return ClockRow(
            id=obligation.id,
            title=self.tr(obligation.title),
            duty=self.tr(obligation.duty),
            debtor=self.tr(obligation.debtor),
            creditor=self.tr(obligation.creditor),
            basis=obligation.basis,
            state=duty.clock,
            start_event=event,
            start=start,
            rule=rule,
            due=moment,
            left=left,
            passed=passed,
            sure=duty.sure,
            settle=tuple(map(self.language.say, duty.settle(self.knowledge.features))),
            content=tuple(map(self.tr, obligation.content)),
            sources=(
                *duty.instrument.source,
                *(claim.source for claim in (said.claims if said else ())),
            ),
        )

    def _channel(self, found: Sequence[ChannelFinding]) -> ChannelRow:
        channel = found[0].channel
        return ChannelRow(
            id=channel.id,
            title=self.tr(channel.title),
            operator=self.tr(channel.operator),
            how=self.tr(channel.how),
            serves=tuple(map(self.tr, found[0].serves)),
            sides=tuple(map(self._side, found)),
            cautions=tuple(map(self.language.say, found[0].cautions)),
            as_of=channel.as_of.isoformat(),
            verified=channel.verified,
            note=self.tr(channel.note) if channel.note else None,
            sources=channel.source,
        )


def _instrument_id(finding: InstrumentFinding) -> str:
    return finding.instrument.id


def _channel_id(finding: ChannelFinding) -> str:
    return finding.channel.id


def _together(found: Iterable[_F], ident: Callable[[_F], str]) -> Iterable[list[_F]]:
    """The findings of one instrument or channel in one list, in the order of the first of each."""
    lists: dict[str, list[_F]] = {}
    for finding in found:
        lists.setdefault(ident(finding), []).append(finding)
    return lists.values()


def _named(found: Iterable[Named]) -> tuple[TechniqueRow, ...]:
    return tuple(TechniqueRow(id=item.id, name=item.name, sources=(item.source,)) for item in found)


def _input(file: Received, entry: int | None) -> InputRow:
    reading = file.reading
    return InputRow(
        file=file.file,
        sha256=file.sha256,
        format=reading.format,
        reader=reading.reader,
        objects=len(reading.objects),
        losses=tuple(map(str, reading.losses)),
        conflicts=tuple(map(str, reading.conflicts)),
        entry=entry,
        sources=(file.file,),
    )
