"""Is the knowledge sound? Every predicate compiles, every reference resolves, sources are named."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator

import msgspec

from comity.agreements.clock import parse_period
from comity.errors import BadInput
from comity.knowledge.base import Knowledge
from comity.knowledge.check_templates import template_problems
from comity.rules.predicate import Rules

STALE_AFTER = dt.timedelta(days=365)


class Finding(msgspec.Struct, frozen=True):
    """One thing to mend (``grave``) or to look at."""

    entry: str
    problem: str
    grave: bool


def rules_for(knowledge: Knowledge) -> Rules:
    """The rule compiler whose variables are the features of the vocabulary pack."""
    return Rules({feature.id: feature.type for feature in knowledge.features.values()})


def check(knowledge: Knowledge, today: dt.date) -> tuple[Finding, ...]:
    """All findings, in the order of the packs."""
    return (
        *_predicates(knowledge),
        *_periods(knowledge),
        *_references(knowledge),
        *(Finding(entry, said, grave=True) for entry, said in template_problems(knowledge)),
        *_sources(knowledge, today),
    )


def _predicates(knowledge: Knowledge) -> Iterator[Finding]:
    rules = rules_for(knowledge)
    sources: list[tuple[str, str]] = []
    sources += [(norm.id, norm.applies_if) for norm in knowledge.norms.values()]
    sources += [
        (level.id, level.applies_if)
        for scale in knowledge.scales.values()
        for level in scale.levels
        if level.applies_if
    ]
    sources += [(concept.id, concept.raised_if) for concept in knowledge.concepts.values()]
    sources += [(measure.id, measure.fits_if) for measure in knowledge.measures.values()]
    sources += [(entry.id, entry.fits_if) for entry in knowledge.commitments.values()]
    for instrument in knowledge.instruments.values():
        sources.append((instrument.id, instrument.applies_if))
        if instrument.unlikely_if:
            sources.append((instrument.id, instrument.unlikely_if))
        for duty in instrument.obligations:
            sources.append((duty.id, duty.trigger))
            if duty.unless:
                sources.append((duty.id, duty.unless))
    for template in knowledge.templates.values():
        sources.append((template.id, template.applies_if))
        sources += [(template.id, part.only_if) for part in template.body if part.only_if]
    for scale in knowledge.scales.values():
        if not scale.can_be_read and any(level.applies_if for level in scale.levels):
            yield Finding(scale.id, "has conditions for some of its levels only", grave=True)
    for entry, source in sources:
        try:
            rules.compile(source)
        except BadInput as error:
            yield Finding(entry, str(error), grave=True)


def _periods(knowledge: Knowledge) -> Iterator[Finding]:
    periods: list[tuple[str, str | None]] = []
    for one in knowledge.undertakings():
        periods += ((one.id, text) for text in (one.within, one.at_least, one.every))
    duties = (duty for i in knowledge.instruments.values() for duty in i.obligations)
    periods += ((duty.id, duty.within) for duty in duties)
    for entry, period in periods:
        try:
            if period:
                parse_period(period)
        except BadInput as error:
            yield Finding(entry, str(error), grave=True)


def _references(knowledge: Knowledge) -> Iterator[Finding]:
    yield from _start_events(knowledge)
    for entry, kind, name, known in _links(knowledge):
        if name not in known:
            yield Finding(entry, f"no {kind} {name}", grave=True)


_Link = tuple[str, str, str, Collection[str]]


def _links(knowledge: Knowledge) -> Iterator[_Link]:
    """Which entry names what, by kind, and among which ids it has to be."""
    groups, states = knowledge.groups, knowledge.states
    for instrument in knowledge.instruments.values():
        if instrument.bound_group:
            yield instrument.id, "group", instrument.bound_group, groups
        named = (*(party.state for party in instrument.parties), *instrument.circle)
        yield from ((instrument.id, "state", state, states) for state in named)
    for channel in knowledge.channels.values():
        circles = {*groups, *knowledge.instruments}
        yield channel.id, "group or instrument", channel.open_to, circles
    yield from ((c.id, "group", c.group, groups) for c in knowledge.commitments.values())
    for group in groups.values():
        named = (*(member.state for member in group.members), *group.disputed)
        yield from ((group.id, "state", state, states) for state in named)
    yield from _links_of_law(knowledge)


def _links_of_law(knowledge: Knowledge) -> Iterator[_Link]:
    for concept in knowledge.concepts.values():
        for element in concept.elements:
            for name in element.features:
                yield concept.id, "feature", name, knowledge.features
    for measure in knowledge.measures.values():
        if measure.open_to:
            yield measure.id, "group", measure.open_to, knowledge.groups
        if measure.concept:
            yield measure.id, "concept", measure.concept, knowledge.concepts


def _start_events(knowledge: Knowledge) -> Iterator[Finding]:
    duties = [duty for i in knowledge.instruments.values() for duty in i.obligations]
    events = {f.id for f in knowledge.features.values() if f.type == "time"}
    events |= {f"fulfilled:{duty.id}" for duty in duties}
    for duty in duties:
        if duty.start_event not in events:
            yield Finding(duty.id, f"no start event {duty.start_event}", grave=True)


def _sources(knowledge: Knowledge, today: dt.date) -> Iterator[Finding]:
    for pack in (
        knowledge.features,
        knowledge.norms,
        knowledge.commitments,
        knowledge.instruments,
        knowledge.channels,
        knowledge.scales,
        knowledge.concepts,
        knowledge.measures,
        knowledge.terms,
        knowledge.confidence,
        knowledge.maturity,
        knowledge.checklists,
        knowledge.groups,
        knowledge.states,
        knowledge.templates,
    ):
        for entry in pack.values():
            if not any(source.strip() for source in entry.source):
                yield Finding(entry.id, "names no source", grave=True)
            if entry.as_of + STALE_AFTER < today:
                yield Finding(entry.id, f"was last looked at on {entry.as_of}", grave=False)
            if not entry.verified:
                yield Finding(entry.id, "has not been verified against its source", grave=False)
    for state in knowledge.states.values():
        if languages := ", ".join(state.names.not_verified):
            yield Finding(state.id, f"has names not verified in: {languages}", grave=False)
