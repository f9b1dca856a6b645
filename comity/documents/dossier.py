"""An assessment as a dossier: every finding in words, every figure with its source."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from comity import __version__
from comity.agreements.clock import Due, parse_period
from comity.assess.agenda import Act
from comity.assess.assessment import Assessment
from comity.assess.basis import Answer
from comity.assess.benign_context import BenignContext
from comity.assess.channels import ChannelFinding
from comity.assess.duties import DutyFinding
from comity.assess.gaps import Gap
from comity.assess.instruments import InstrumentFinding
from comity.assess.norms import NormFinding
from comity.assess.observe import Named, Observed, Received
from comity.documents.context import context_of
from comity.documents.fact_words import WORDS, FactWords, claim_sources
from comity.documents.language import Language
from comity.documents.model import (
    ActRow,
    ChannelRow,
    ClockRow,
    Context,
    CountRow,
    Dossier,
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
from comity.documents.options import commitment_row, concept_row, measure_row, scale_row
from comity.documents.plain import plain
from comity.documents.senders import sender_row
from comity.formats.email_message import claimed_authentication
from comity.formats.reading import unread
from comity.formats.sender import SenderCheck
from comity.knowledge.base import Knowledge
from comity.stix.markings import Tlp
from comity.wording import Translate

# What one page, one line and one list can hold; the record has the whole.
_TITLE, _STORY, _LISTED = 160, 20_000, 100
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
    inputs: tuple[InputRow, ...],
    knowledge: Knowledge,
    language: Language,
    *,
    origin: str | None,
    replay: bool,
    context: BenignContext | None = None,
) -> Dossier:
    """Lay the findings out for a reader.

    ``inputs`` are the files (``input_row``), ``origin`` names the record that
    holds them, None where nothing was recorded. ``replay`` says that the moment
    was chosen, not read from the clock. ``context`` is where received values
    stand on lists of benign ones.
    """
    builder = _Builder(assessment, observed, knowledge, language)
    about = context_of(context or BenignContext(), language)
    return builder.dossier(inputs, origin, about, replay=replay)


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
        self.words = FactWords(assessment.facts, knowledge, language, assessment.timezone)

    def dossier(
        self, inputs: tuple[InputRow, ...], origin: str | None, context: Context, *, replay: bool
    ) -> Dossier:
        found, sides = self.found, self.found.sides
        level, why = self._marking()
        files = tuple(row.file for row in inputs)
        return Dossier(
            product=f"Comity {__version__}",
            title=plain(self.observed.title or self.tr("Untitled incident"), _TITLE),
            marking=level.label,
            marking_reason=why,
            status=self.tr("DRAFT, NOT RELEASED"),
            replay=replay,
            language=self.language.code,
            asked_by=self.words.state(sides.own),
            victim=self._victim(),
            counterparts=tuple(self.words.state(state) or state for state in sides.counterparts),
            moment=self.language.moment(self.now, found.timezone),
            happened=plain(
                self.observed.description
                or self.tr("The material received describes no incident in words."),
                _STORY,
                lines=True,
            ),
            happened_sources=(
                (plain(self.observed.told_by, WORDS),) if self.observed.told_by else files
            ),
            effects=tuple(self.words.fact(found.facts.facts[name]) for name in _EFFECTS),
            next=self._act(found.agenda.next) if found.agenda.next else None,
            duties=tuple(map(self._act, found.agenda.duties)),
            reach=tuple(map(self._act, found.agenda.reach)),
            cautions=tuple(map(self.language.say, found.cautions)),
            doubts=self._doubts(),
            gaps=tuple(self._gap(gap) for gap in found.gaps),
            severity=tuple(scale_row(scale, self.words) for scale in found.severity),
            norms=tuple(self._norm(norm) for norm in found.norms),
            commitments=tuple(commitment_row(c, self.words) for c in found.commitments),
            instruments=tuple(
                self._instrument(rows) for rows in _together(found.instruments, _instrument_id)
            ),
            clocks=tuple(self._clock(duty) for duty in found.duties),
            concepts=tuple(concept_row(concept, self.words) for concept in found.concepts),
            measures=tuple(measure_row(measure, self.words) for measure in found.measures),
            channels=tuple(self._channel(rows) for rows in _together(found.channels, _channel_id)),
            facts=tuple(self.words.fact(fact) for fact in found.facts.facts.values()),
            counts=tuple(
                CountRow(type=kind, count=count, sources=files)
                for kind, count in self.observed.counts
            ),
            techniques=_named(self.observed.techniques),
            software=_named(self.observed.software),
            unusable=_first(self.observed.unusable, self.tr),
            set_aside=_first(self.observed.set_aside, self.tr),
            context=context,
            purposes=tuple(
                ReasonRow(self.tr(purpose.word), self.language.say(purpose.why))
                for purpose in found.purposes
            ),
            actors_named=len(self.observed.actors),
            actors_sources=tuple(plain(place, WORDS) for place in self.observed.actors),
            inputs=inputs,
            origin=origin,
            packs=tuple(PackRow(stamp.name, stamp.sha256) for stamp in self.knowledge.stamps),
            not_covered=(
                self.tr(
                    "Who may be behind it. On request (--attribution) a file of its own says which "
                    "known clusters it resembles."
                ),
                self.tr("Instruments, laws and channels that the knowledge packs do not hold yet."),
            ),
        )

    def _marking(self) -> tuple[Tlp, str]:
        marked = self.observed.tlp
        if marked is not None and marked > OWN:
            return marked, self.tr("the strictest marking of what was received")
        return OWN, self.tr("what this node makes itself stays in the organisation until released")

    def _doubts(self) -> tuple[str, ...]:
        kept_in = (self.found.kept_in,) if self.found.kept_in else ()
        doubts = (doubt.text for doubt in self.found.doubts)
        found = [self.language.say(text) for text in (*kept_in, *doubts)]
        if self.observed.incidents > 1:
            found.append(
                self.tr(
                    "The material holds {count} incidents: title and text are those of the first."
                ).format(count=self.observed.incidents)
            )
        found += [f"{plain(text, WORDS)}." for text in self.observed.replaced[:3]]
        found += self._said_by_material_alone()
        if self.observed.unusable:
            found.append(
                self.tr("{count} facts in the material could not be used: see Evidence.").format(
                    count=len(self.observed.unusable)
                )
            )
        if self.observed.unread_markings:
            found.append(
                self.tr(
                    "The material carries {count} markings that are not TLP: read them."
                ).format(count=len(self.observed.unread_markings))
            )
        return tuple(found)

    def _said_by_material_alone(self) -> list[str]:
        """Duties that fall away only because the received material says so."""
        material = {id(claim) for claim in self.observed.claims}
        found = []
        for duty in self.found.duties:
            if duty.clock != "not_triggered" or duty.binds != "yes":
                continue
            names = (*duty.trigger.present, *(duty.unless.present if duty.unless else ()))
            alone = [
                self.tr(self.knowledge.features[name].label)
                for name in names
                if all(id(c) in material for c in self.found.facts.facts[name].claims)
            ]
            if alone:
                found.append(
                    self.tr(
                        "{duty}: not owed only because the received material says so ({facts})."
                    ).format(duty=self.tr(duty.obligation.title), facts=", ".join(alone))
                )
        return found

    def _victim(self) -> str | None:
        fact = self.found.facts.facts["victim.state"]
        if fact.state != "disputed":
            return self.words.value(fact.value, fact.feature)
        said = " / ".join(self.words.value(value, fact.feature) or "" for value in fact.values)
        return self.tr("disputed: {values}").format(values=said)

    def _gap(self, gap: Gap) -> GapRow:
        return GapRow(
            id=gap.feature.id,
            question=self.tr(gap.feature.question),
            why=self.tr(gap.feature.why),
            disputed=gap.disputed,
            waiting=gap.waiting,
            sources=gap.feature.source,
        )

    def _due(self, due: Due | None) -> tuple[Moment | None, str | None]:
        if due is None:
            return None, None
        moment = self.language.moment(due.utc, due.timezone)
        return moment, self.language.left(due.utc, self.now)

    def _act(self, act: Act) -> ActRow:
        moment, left = self._due(act.due)
        clock = self._clock(act.duty) if act.duty else None
        when = None
        if clock and moment is None:
            when = clock.rule
            if clock.state == "waiting":
                when = self.tr(
                    "{rule} from: {event}. When that was is not known: it may be running already"
                ).format(rule=clock.rule, event=clock.start_event)
            elif clock.state == "fault":
                when = self.tr("the rule failed: a person has to decide")
        return ActRow(
            kind=act.kind,
            what=self.language.say(act.what),
            why=self.language.say(act.why),
            due=moment,
            when=when,
            starts=self.tr("At the latest {rule} from: {event} ({when})").format(
                rule=clock.rule,
                event=clock.start_event,
                when=f"{clock.start.local} {clock.start.offset}",
            )
            if clock and clock.start and moment
            else None,
            left=left,
            passed=act.passed,
            sure=act.sure,
            settle=tuple(map(self.language.say, act.settle)),
            sources=clock.sources if clock else act.refs,
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
            present=self.words.known(basis.present),
            missing=self.words.questions(basis.missing),
            disputed=self.words.questions(basis.disputed),
            asks=tuple(map(self.tr, norm.asks)),
            as_of=norm.as_of.isoformat(),
            verified=norm.verified,
            note=self.tr(norm.note) if norm.note else None,
            sources=norm.source,
        )

    def _side(self, finding: InstrumentFinding | ChannelFinding) -> SideRow:
        reasons = tuple(
            ReasonRow(test.answer, self.language.say(test.reason)) for test in finding.tests
        )
        return SideRow(self.words.state(finding.counterpart), finding.answer, reasons)

    def _instrument(self, found: Sequence[InstrumentFinding]) -> InstrumentRow:
        instrument = found[0].instrument
        return InstrumentRow(
            id=instrument.id,
            title=self.tr(instrument.title),
            binding=instrument.binding,
            summary=self.tr(instrument.summary),
            answer=min((finding.answer for finding in found), key=_BEST.index),
            why_not=_why_not(found),
            sides=tuple(map(self._side, found)),
            as_of=instrument.as_of.isoformat(),
            verified=instrument.verified,
            note=self.tr(instrument.note) if instrument.note else None,
            sources=instrument.source,
        )

    def _clock(self, duty: DutyFinding) -> ClockRow:
        obligation = duty.obligation
        moment, left = self._due(duty.due)
        start = self.language.moment(duty.start, self.found.timezone) if duty.start else None
        kind, _, earlier = obligation.start_event.partition(":")
        if kind == "fulfilled":
            first = next(d.obligation for d in self.found.duties if d.obligation.id == earlier)
            event = self.tr("Once done: {duty}").format(duty=self.tr(first.title))
        else:
            event = self.tr(self.knowledge.features[obligation.start_event].label)
        rule = self.tr("without undue delay; the law sets no fixed time")
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
            passed=duty.overdue(self.now),
            sure=duty.sure,
            settle=tuple(map(self.language.say, duty.settle(self.knowledge.features))),
            content=tuple(map(self.tr, obligation.content)),
            otherwise=self.tr(obligation.otherwise) if obligation.otherwise else None,
            known=self.words.known(duty.trigger.present)
            + (self.words.known(duty.unless.present) if duty.unless else ()),
            sources=(
                *duty.instrument.source,
                *(source for c in (said.claims if said else ()) for source in claim_sources(c)),
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


_BEST: tuple[Answer, ...] = ("yes", "fault", "open", "no")


def _why_not(found: Sequence[InstrumentFinding]) -> str | None:
    """What the answer "no" rests on, where it is "no" towards every side."""
    if any(finding.answer != "no" for finding in found):
        return None
    matter = found[0].matter
    if matter.answer == "no" and not matter.present:
        return "reference"
    return "bound" if all(finding.binds == "no" for finding in found) else "matter"


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
    return tuple(
        TechniqueRow(
            id=plain(item.id, WORDS) if item.id else None,
            name=plain(item.name, WORDS),
            sources=(plain(item.source, WORDS),),
        )
        for item in found
    )


def _first(sentences: Sequence[str], tr: Translate) -> tuple[str, ...]:
    """As many as a person reads; the record has them all."""
    shown = tuple(plain(text, WORDS) for text in sentences[:_LISTED])
    if len(sentences) > _LISTED:
        shown += (tr("and {n} more, all in the record").format(n=len(sentences) - _LISTED),)
    return shown


def input_row(
    file: Received, entry: int | None, language: Language, checks: Iterable[SenderCheck] = ()
) -> InputRow:
    """A received file with what was and was not read; ``entry`` is its place in the record.

    ``checks`` are of the signatures of an e-mail.
    """
    reading = file.reading
    return InputRow(
        file=plain(file.file, WORDS),
        sha256=file.sha256,
        format=reading.format,
        reader=reading.reader,
        objects=len(reading.objects),
        lost=len(reading.losses),
        losses=_first(unread(reading), language.tr),
        conflicts=_first(tuple(map(str, reading.conflicts)), language.tr),
        authentication=claimed_authentication(reading),
        senders=tuple(sender_row(check, language.tr) for check in checks),
        entry=entry,
        sources=(plain(file.file, WORDS),),
    )
