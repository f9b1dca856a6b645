"""Competing hypotheses about the cluster behind an incident, and when to name none of them.

Technical resemblance only. Richards Heuer, "Psychology of Intelligence Analysis", 1999, chapter 8,
for the method: hypotheses that can be told apart, evidence for and against each, the least
contradicted first; an unknown actor and a false flag are always among them. A cluster that lacks
what was seen is not contradicted by that: profiles are thin.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations

import msgspec

from comity.assess.attribution.bm25 import Ranker
from comity.knowledge.actors import ActorKnowledge, Alleged, Cluster
from comity.wording import Sentence, say

SHOWN = 5
CAP = 2.0  #: what one observation can add in the second ranking
FEWEST_OBSERVATIONS = 3
THINNEST_PROFILE = 10
# Of 14 published cases whose leading score was lower, one was right (bench/attribution.py).
LOWEST_SCORE = 10.0
# A known cluster and one that no profile holds look alike when the second is this close.
SMALLEST_LEAD = 5.0
# An incident that has something of everybody resembles nobody.
LEAST_EXPLAINED = 1 / 4
_LARGEST_SET = 3


class Match(msgspec.Struct, frozen=True):
    """An observation that a cluster is known for.

    ``weight`` compares observations for this cluster (no probability),
    ``references`` report it, and ``shared_by`` clusters have it too.
    """

    feature: str
    weight: float
    references: tuple[str, ...]
    shared_by: int


class Candidate(msgspec.Struct, frozen=True, kw_only=True):
    """A cluster that the observations resemble; ``rank`` and ``rank_capped`` begin with 1.

    ``against`` are contradictions, never mere absences.
    """

    cluster: Cluster
    rank: int
    rank_capped: int
    matches: tuple[Match, ...]
    against: tuple[Sentence, ...]


class Attribution(msgspec.Struct, frozen=True, kw_only=True):
    """What can be said about resemblance, and the reasons to attribute nothing.

    ``observed`` are the features that at least one profile has, ``unmatched``
    those that none has. ``tipping`` is a smallest set of observations without
    which the first cluster would no longer be first alone, empty where none of
    up to three does. ``sources`` are references without which another would be. ``would_tell``
    is the observation that would part the first two best.
    """

    observed: tuple[str, ...]
    unmatched: tuple[str, ...]
    candidates: tuple[Candidate, ...]
    abstain: tuple[Sentence, ...]
    tipping: tuple[str, ...]
    sources: tuple[str, ...]
    would_tell: str | None


def prepare_profiles(knowledge: ActorKnowledge) -> dict[str, Mapping[str, tuple[str, ...]]]:
    """Cluster -> feature -> references: what the ranking works on."""
    return {ident: cluster.features for ident, cluster in knowledge.clusters.items()}


def attribute(
    features: Sequence[str],
    knowledge: ActorKnowledge,
    ranker: Ranker,
    *,
    victim: str | None,
    doubt: Sentence | None = None,
) -> Attribution:
    """Weigh the observations (ATT&CK ids) against every cluster.

    ``ranker`` is ``prepare(prepare_profiles(knowledge))``; ``victim`` is the state that was
    hit, which no ranking reads: it can only contradict. ``doubt`` is why the material itself
    cannot be relied on: anybody can write a report that holds the traces of another.
    """
    seen = tuple(dict.fromkeys(features))
    observed = tuple(feature for feature in seen if ranker.gains(feature))
    plain = ranker.rank(observed)
    capped = ranker.rank(observed, at_most=CAP)
    places = {ident: place for place, (ident, _) in enumerate(capped, 1)}
    shown = [(ident, score) for ident, score in plain[:SHOWN] if score > 0]
    candidates = tuple(
        Candidate(
            cluster=knowledge.clusters[ident],
            rank=rank,
            rank_capped=places[ident],
            matches=_matches(knowledge.clusters[ident], observed, ranker),
            against=_against(knowledge.clusters[ident], victim),
        )
        for rank, (ident, _) in enumerate(shown, 1)
    )
    sources = _single_sources(observed, ranker, candidates)
    return Attribution(
        observed=observed,
        unmatched=tuple(feature for feature in seen if not ranker.gains(feature)),
        candidates=candidates,
        abstain=(
            *((doubt,) if doubt is not None else ()),
            *_reasons(observed, candidates, plain, capped, sources),
        ),
        tipping=_tipping(observed, ranker, candidates),
        sources=sources,
        would_tell=_would_tell(seen, ranker, candidates),
    )


def _matches(cluster: Cluster, observed: Sequence[str], ranker: Ranker) -> tuple[Match, ...]:
    found = []
    for feature in observed:
        gains = dict(ranker.gains(feature))
        if cluster.id in gains:
            refs = cluster.features[feature]
            found.append(Match(feature, gains[cluster.id], refs, len(gains)))
    return tuple(sorted(found, key=lambda match: (-match.weight, match.feature)))


def _against(cluster: Cluster, victim: str | None) -> tuple[Sentence, ...]:
    """The victim is the very state that is alleged to be behind the cluster."""
    said: list[Alleged] = [a for a in cluster.alleged if victim is not None and a.state == victim]
    return tuple(
        say(
            "the victim is in the state alleged to be behind this cluster ({by})",
            by=alleged.by,
        )
        for alleged in said
    )


def _reasons(
    observed: Sequence[str],
    candidates: Sequence[Candidate],
    plain: Sequence[tuple[str, float]],
    capped: Sequence[tuple[str, float]],
    sources: Sequence[str],
) -> list[Sentence]:
    if len(observed) < FEWEST_OBSERVATIONS:
        few = say(
            "observations known to any profile: {n}; at least {least} are needed",
            n=len(observed),
            least=FEWEST_OBSERVATIONS,
        )
        if not candidates:
            return [few]
        reasons = [few]
    else:
        reasons = []
    first = candidates[0]
    size = len(first.cluster.features)
    if size < THINNEST_PROFILE:
        reasons.append(
            say(
                "the profile of the first cluster is thin: {n} features, at least {least} are "
                "needed",
                n=size,
                least=THINNEST_PROFILE,
            )
        )
    if plain[0][1] < LOWEST_SCORE:
        reasons.append(
            say("what was seen fits no known cluster well: an unknown actor fits as well")
        )
    reasons += _too_close(plain)
    if len(first.matches) < LEAST_EXPLAINED * len(observed):
        reasons.append(
            say(
                "the first cluster is known for only {n} of {all} observations",
                n=len(first.matches),
                all=len(observed),
            )
        )
    if capped[0][0] != plain[0][0]:
        reasons.append(
            say(
                "another cluster comes first once no single observation may decide: a few planted "
                "traces would be enough"
            )
        )
    if first.against:
        reasons.append(say("something speaks against the first cluster"))
    if sources:
        reasons.append(say("one source carries the result: without it another cluster comes first"))
    return reasons


def _too_close(plain: Sequence[tuple[str, float]]) -> list[Sentence]:
    if len(plain) < 2:
        return []
    lead = plain[0][1] - plain[1][1]
    if lead == 0:
        return [say("two clusters come first together")]
    if lead < SMALLEST_LEAD:
        return [say("the second cluster is close behind the first: it could be either, or neither")]
    return []


def _tipping(
    observed: Sequence[str], ranker: Ranker, candidates: Sequence[Candidate]
) -> tuple[str, ...]:
    """A smallest set of the leader's own matches whose removal changes first place."""
    if len(candidates) < 2:
        return ()
    leader = candidates[0]
    helpful = [match.feature for match in leader.matches]
    for size in range(1, _LARGEST_SET + 1):
        for taken in combinations(helpful[:12], size):
            left = [feature for feature in observed if feature not in taken]
            first, second = ranker.rank(left)[:2]
            if first[0] != leader.cluster.id or first[1] == second[1]:
                return taken
    return ()


def _single_sources(
    observed: Sequence[str], ranker: Ranker, candidates: Sequence[Candidate]
) -> tuple[str, ...]:
    """References of the leader without which another cluster comes first.

    A feature that only this reference reports is then no evidence for the leader.
    """
    if not candidates:
        return ()
    leader = candidates[0]
    scores = dict(ranker.rank(observed))
    best_other = max(
        (score for ident, score in scores.items() if ident != leader.cluster.id), default=0.0
    )
    found = []
    for reference in sorted({ref for match in leader.matches for ref in match.references}):
        lost = sum(m.weight for m in leader.matches if set(m.references) == {reference})
        if lost and scores[leader.cluster.id] - lost <= best_other:
            found.append(reference)
    return tuple(found)


def _would_tell(seen: Sequence[str], ranker: Ranker, candidates: Sequence[Candidate]) -> str | None:
    """The feature not yet seen whose presence would part the first two most."""
    if len(candidates) < 2:
        return None
    first, second = candidates[0].cluster.id, candidates[1].cluster.id
    unseen = (set(candidates[0].cluster.features) | set(candidates[1].cluster.features)) - set(seen)

    def parts(feature: str) -> float:
        gains = dict(ranker.gains(feature))
        return abs(gains.get(first, 0.0) - gains.get(second, 0.0))

    return max(sorted(unseen), key=parts, default=None)
