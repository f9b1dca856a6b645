"""The assessment: a pure function of the facts, the knowledge, who asks, and when."""

from __future__ import annotations

import datetime as dt

import msgspec

from comity.assess.agenda import Agenda, agenda
from comity.assess.channels import (
    ChannelFinding,
    Purpose,
    cautions,
    channel_findings,
    purposes,
)
from comity.assess.commitments import CommitmentFinding, commitment_findings
from comity.assess.duties import DutyFinding, duty_findings
from comity.assess.facts import FactSheet
from comity.assess.gaps import Gap, gaps
from comity.assess.instruments import InstrumentFinding, instrument_findings
from comity.assess.law import ConceptFinding, concept_findings
from comity.assess.measures import MeasureFinding, measure_findings
from comity.assess.norms import NormFinding, norm_findings
from comity.assess.parties import Parties, parties
from comity.assess.plausible import Doubt, doubts
from comity.assess.release import why_nothing_goes_out
from comity.assess.severity import ScaleFinding, scale_findings
from comity.knowledge.base import Knowledge
from comity.knowledge.check import rules_for
from comity.wording import Sentence

# What the parties, the purposes and the cautions read, beside the predicates of the packs.
_NEEDED = (
    "victim.state",
    "origin.territories",
    "incident.status",
    "victim.is_ci",
    "crime.offence",
    "victim.consents_to_sharing",
    "response.sensitive_work",
)


class Assessment(msgspec.Struct, frozen=True):
    """Everything that was found about one incident, at one moment, for one state.

    ``cautions`` hold for every channel, ``doubts`` are facts that do not agree.
    ``kept_in`` is the reason why nothing may be drafted for others, None where it may.
    """

    sides: Parties
    timezone: str
    facts: FactSheet
    severity: tuple[ScaleFinding, ...]
    norms: tuple[NormFinding, ...]
    commitments: tuple[CommitmentFinding, ...]
    instruments: tuple[InstrumentFinding, ...]
    duties: tuple[DutyFinding, ...]
    concepts: tuple[ConceptFinding, ...]
    measures: tuple[MeasureFinding, ...]
    purposes: tuple[Purpose, ...]
    channels: tuple[ChannelFinding, ...]
    gaps: tuple[Gap, ...]
    agenda: Agenda
    cautions: tuple[Sentence, ...]
    doubts: tuple[Doubt, ...]
    kept_in: Sentence | None

    @property
    def doubtful(self) -> frozenset[str]:
        """The features that some doubt is about."""
        return frozenset(name for doubt in self.doubts for name in doubt.about)


def assess(
    knowledge: Knowledge, facts: FactSheet, *, own: str | None, now: dt.datetime
) -> Assessment:
    """Assess one incident. ``own`` is the ISO alpha-3 code of the state that asks.

    A code that the packs do not know is an entity of the operator's own: its
    memberships are unknown and its clocks run in UTC.
    """
    sides = parties(facts, own=own, now=now)
    rules = rules_for(knowledge)
    # Legal clocks run on the wall clock of the one who owes, which is the victim.
    timezone = knowledge.timezone_of(sides.victim or sides.own)
    severity = scale_findings(knowledge.scales.values(), facts, rules)
    norms = norm_findings(knowledge.norms.values(), facts, rules)
    instruments = instrument_findings(knowledge, facts, sides, rules, timezone=timezone)
    duties = duty_findings(instruments, facts, rules, timezone=timezone, now=now)
    wanted = purposes(facts, sides)
    before_use = cautions(facts)
    channels = channel_findings(knowledge, sides, wanted, before_use)
    concepts = concept_findings(knowledge.concepts.values(), facts, rules)
    open_questions = gaps(facts, severity, norms, instruments, duties, concepts, _NEEDED)
    return Assessment(
        sides=sides,
        timezone=timezone,
        facts=facts,
        severity=severity,
        norms=norms,
        commitments=commitment_findings(knowledge, facts, sides, rules),
        instruments=instruments,
        duties=duties,
        concepts=concepts,
        measures=measure_findings(knowledge, facts, sides, rules),
        purposes=wanted,
        channels=channels,
        gaps=open_questions,
        agenda=agenda(knowledge, duties, channels, open_questions, sides),
        cautions=before_use,
        doubts=doubts(facts, now),
        kept_in=why_nothing_goes_out(facts),
    )
