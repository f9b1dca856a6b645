"""The plain baseline: Okapi BM25 over reference counts.

A cluster is a document; a feature (a technique or a piece of software) is a
term; the number of references that report the feature is its frequency, so
that what several publishers saw weighs more than what one did. Ids are matched
exactly. Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25
and Beyond", 2009, with k1 = 1 and b = 0.3, chosen on published development
cases (see bench/attribution.py).
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

K1 = 1.0
B = 0.3

Profiles = Mapping[str, Mapping[str, Sequence[str]]]
"""Cluster -> feature -> the references that report it."""


class Ranker:
    """Profiles with their weights worked out once. Immutable; share it freely."""

    def __init__(self, profiles: Profiles) -> None:
        counts = {
            cluster: {feature: len(set(refs)) for feature, refs in features.items() if refs}
            for cluster, features in profiles.items()
        }
        lengths = {cluster: sum(features.values()) for cluster, features in counts.items()}
        mean = sum(lengths.values()) / len(lengths) if any(lengths.values()) else 1.0
        spread = Counter(feature for features in counts.values() for feature in features)
        self.clusters = tuple(sorted(counts))
        weights: dict[str, list[tuple[str, float]]] = {}
        for cluster in self.clusters:
            scale = K1 * (1 - B + B * lengths[cluster] / mean)
            for feature, count in counts[cluster].items():
                rarity = math.log1p((len(counts) - spread[feature] + 0.5) / (spread[feature] + 0.5))
                gain = rarity * count * (K1 + 1) / (count + scale)
                weights.setdefault(feature, []).append((cluster, gain))
        self._weights = weights

    def rank(
        self, observed: Iterable[str], *, at_most: float = math.inf
    ) -> list[tuple[str, float]]:
        """All clusters with their score, best first; equal scores in the order of their names.

        A feature counts once however often it was seen; one that no profile
        has counts nothing. Scores compare clusters for one set of
        observations and are no probabilities. ``at_most`` limits what a single
        feature can add: a few rare features planted by somebody else then
        cannot decide.
        """
        scores = dict.fromkeys(self.clusters, 0.0)
        for feature in dict.fromkeys(observed):
            for cluster, gain in self.gains(feature):
                scores[cluster] += min(gain, at_most)
        return sorted(scores.items(), key=lambda item: (-item[1], item[0]))

    def gains(self, feature: str) -> Sequence[tuple[str, float]]:
        """What a feature adds to each cluster that has it, in the order of their names."""
        return self._weights.get(feature, ())


def prepare(profiles: Profiles) -> Ranker:
    """Work the weights out once, for many rankings against the same profiles."""
    return Ranker(profiles)


def rank(observed: Sequence[str], profiles: Profiles) -> list[tuple[str, float]]:
    """``prepare(profiles).rank(observed)``, for a single ranking."""
    return prepare(profiles).rank(observed)
