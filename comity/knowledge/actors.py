"""What is published about clusters of activity: what they use, and who says who is behind them.

A cluster is what a publisher calls a group. It is not a person, not an
organisation and not a state.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

import msgspec
from msgspec.structs import replace


class Alleged(msgspec.Struct, frozen=True):
    """A state (ISO 3166-1 alpha-3) that somebody alleges to be behind a cluster, and who."""

    state: str
    by: str


class Cluster(msgspec.Struct, frozen=True, kw_only=True):
    """A cluster: ``features`` are ids of techniques and software with the references for each."""

    id: str
    name: str
    aliases: tuple[str, ...]
    features: Mapping[str, tuple[str, ...]]
    alleged: tuple[Alleged, ...] = ()


class ActorKnowledge(msgspec.Struct, frozen=True, kw_only=True):
    """All clusters by id, the names of techniques and software by id, and where they come from.

    ``aliases`` are the names of every actor any of the sources knows, also of
    those that have no profile here. ``campaigns`` are references by campaign:
    what a profile knows from one incident is no evidence about that incident.
    ``made_of`` is a SHA-256 over what all of it was derived from.
    """

    clusters: Mapping[str, Cluster]
    names: Mapping[str, str]
    aliases: frozenset[str]
    campaigns: Mapping[str, tuple[str, ...]]
    sources: tuple[str, ...]
    made_of: str

    def without(self, campaigns: Collection[str]) -> ActorKnowledge:
        """The same without everything that only these campaigns' references report."""
        dropped = {ref for ident in campaigns for ref in self.campaigns.get(ident, ())}
        if not dropped:
            return self
        return replace(
            self,
            clusters={
                ident: replace(cluster, features=_left(cluster.features, dropped))
                for ident, cluster in self.clusters.items()
            },
        )


def _left(
    features: Mapping[str, tuple[str, ...]], dropped: Collection[str]
) -> dict[str, tuple[str, ...]]:
    left = {
        feature: tuple(ref for ref in refs if ref not in dropped)
        for feature, refs in features.items()
    }
    return {feature: refs for feature, refs in left.items() if refs}
