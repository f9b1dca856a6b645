"""Technical resemblance to known clusters, laid out: a file of its own that is made on request."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from comity.assess.assessment import Assessment
from comity.assess.attribution.hypotheses import Attribution, Candidate, Match
from comity.assess.observe import Observed
from comity.documents.fact_words import WORDS, FactWords
from comity.documents.language import Language
from comity.documents.model import Dossier, Moment
from comity.documents.plain import plain
from comity.knowledge.actors import ActorKnowledge
from comity.knowledge.base import Knowledge

SCHEMA = "comity-attribution/1"
_STATEMENT = "chk.attribution.statement"
_REFERENCES = 6  # shown of those that report one feature
_STRONG = 2.0  # a weight from which few clusters share what was seen


class Observation(msgspec.Struct, frozen=True, kw_only=True):
    """A technique or piece of software that was seen, and whether any profile has it."""

    id: str
    name: str
    matched: bool
    sources: tuple[str, ...]


class MatchRow(msgspec.Struct, frozen=True, kw_only=True):
    """An observation a cluster is known for. ``letter`` is CC (few share it) or C."""

    id: str
    name: str
    letter: str
    shared_by: int
    sources: tuple[str, ...]  #: the references that report it, as ATT&CK cites them


class AllegedRow(msgspec.Struct, frozen=True):
    """A state that somebody alleges to be behind a cluster, and who."""

    state: str
    by: str


class CandidateRow(msgspec.Struct, frozen=True, kw_only=True):
    """A cluster that what was seen resembles; places in two rankings, no probabilities."""

    id: str
    call: str  #: "resembles the cluster that MITRE ATT&CK call X"
    aliases: tuple[str, ...]
    rank: int
    rank_capped: int
    matched: int
    profile: int  #: features of its profile
    matches: tuple[MatchRow, ...]
    against: tuple[str, ...]
    alleged: tuple[AllegedRow, ...]
    sources: tuple[str, ...]


class OtherRow(msgspec.Struct, frozen=True, kw_only=True):
    """A hypothesis that no ranking can exclude."""

    title: str
    text: str


class AttributionPage(msgspec.Struct, frozen=True, kw_only=True):
    """Everything ``attribution.html`` shows and ``attribution.json`` holds."""

    schema: str = SCHEMA
    product: str
    title: str
    marking: str
    status: str
    replay: bool
    language: str
    moment: Moment
    abstain: tuple[str, ...]  #: reasons to attribute nothing; empty: none of the rules forbids it
    gate: tuple[str, ...]  #: what norm 13 (b) asks before any attribution
    statement: tuple[
        str, ...
    ]  #: what a public attribution contains, if a government decides on one
    observations: tuple[Observation, ...]
    candidates: tuple[CandidateRow, ...]
    others: tuple[OtherRow, ...]
    tipping: tuple[str, ...]
    single_sources: tuple[str, ...]
    would_tell: str | None
    left_out: tuple[str, ...]  #: campaigns that the material refers to, taken out of the profiles
    told: tuple[str, ...]  #: actors that the material itself names, and where
    sources: tuple[str, ...]


def attribution_page(
    attribution: Attribution,
    assessment: Assessment,
    observed: Observed,
    dossier: Dossier,
    actors: ActorKnowledge,
    knowledge: Knowledge,
    language: Language,
) -> AttributionPage:
    """Lay the resemblance out. The marking is the dossier's."""
    tr = language.tr
    words = FactWords(assessment.facts, knowledge, language, assessment.timezone)
    places = {
        named.id: (plain(named.source, WORDS),)
        for named in (*observed.techniques, *observed.software)
        if named.id
    }
    gate = next((norm for norm in assessment.norms if norm.norm.gate), None)
    return AttributionPage(
        product=dossier.product,
        title=dossier.title,
        marking=dossier.marking,
        status=dossier.status,
        replay=dossier.replay,
        language=dossier.language,
        moment=dossier.moment,
        abstain=tuple(map(language.say, attribution.abstain)),
        gate=tuple(map(tr, gate.norm.asks)) if gate else (),
        statement=tuple(tr(item.text) for item in knowledge.checklists[_STATEMENT].items),
        observations=tuple(
            _observation(ident, actors, matched=matched, sources=places.get(ident, ()))
            for idents, matched in ((attribution.observed, True), (attribution.unmatched, False))
            for ident in idents
        ),
        candidates=tuple(
            _candidate(candidate, actors, words, language) for candidate in attribution.candidates
        ),
        others=_others(language),
        tipping=tuple(_label(ident, actors) for ident in attribution.tipping),
        single_sources=_cited(attribution.sources, language),
        would_tell=_label(attribution.would_tell, actors) if attribution.would_tell else None,
        left_out=observed.campaigns,
        told=observed.actors,
        sources=actors.sources,
    )


def _label(ident: str, actors: ActorKnowledge) -> str:
    return f"{ident} {actors.names.get(ident, '')}".strip()


def _observation(
    ident: str, actors: ActorKnowledge, *, matched: bool, sources: tuple[str, ...]
) -> Observation:
    return Observation(
        id=plain(ident, WORDS),
        name=actors.names.get(ident, ""),
        matched=matched,
        sources=sources,
    )


def _candidate(
    candidate: Candidate, actors: ActorKnowledge, words: FactWords, language: Language
) -> CandidateRow:
    cluster = candidate.cluster
    return CandidateRow(
        id=cluster.id,
        call=language.tr("resembles the cluster that MITRE ATT&CK call {name}").format(
            name=cluster.name
        ),
        aliases=cluster.aliases,
        rank=candidate.rank,
        rank_capped=candidate.rank_capped,
        matched=len(candidate.matches),
        profile=len(cluster.features),
        matches=tuple(_match(match, actors, language) for match in candidate.matches),
        against=tuple(map(language.say, candidate.against)),
        alleged=tuple(
            AllegedRow(words.state(alleged.state) or alleged.state, alleged.by)
            for alleged in cluster.alleged
        ),
        sources=(f"https://attack.mitre.org/groups/{cluster.id}",),
    )


def _match(match: Match, actors: ActorKnowledge, language: Language) -> MatchRow:
    return MatchRow(
        id=match.feature,
        name=actors.names.get(match.feature, ""),
        letter="CC" if match.weight >= _STRONG else "C",
        shared_by=match.shared_by,
        sources=_cited(match.references, language),
    )


def _cited(refs: Sequence[str], language: Language) -> tuple[str, ...]:
    """References as ATT&CK cites them; those that the data cut off are counted."""
    cited = [ref for ref in refs if not ref.startswith("(")]
    unnamed, more = len(refs) - len(cited), len(cited) - _REFERENCES
    shown = cited[:_REFERENCES]
    if more > 0:
        shown.append(language.tr("and {n} more").format(n=more))
    if unnamed:
        said = language.tr("{n} statements whose citation is not in the data").format(n=unnamed)
        shown.append(said)
    return tuple(shown)


def _others(language: Language) -> tuple[OtherRow, ...]:
    tr = language.tr
    return (
        OtherRow(
            title=tr("An actor that nobody has published"),
            text=tr(
                "Everything that was seen is consistent with it. Known clusters share most "
                "techniques; a ranking cannot exclude it."
            ),
        ),
        OtherRow(
            title=tr("A false flag: another actor laid these traces"),
            text=tr(
                "Tools and techniques are public and can be copied. Look at what is hard to copy: "
                "infrastructure, hours of work, mistakes, what was not done."
            ),
        ),
        OtherRow(
            title=tr("Criminals, without a state"),
            text=tr(
                "Extortion, sale of access and theft for gain use the same tools. A cluster is "
                "not a state, and an alleged sponsor is what somebody says."
            ),
        ),
    )
