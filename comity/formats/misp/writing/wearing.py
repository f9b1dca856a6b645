"""Which clusters stand as tags at which element.

A tag is seen by everybody who sees what it is at, so a cluster that is for fewer is not put there.
"""

from typing import NamedTuple

from comity.formats.misp.writing.limits import Placed
from comity.formats.misp.writing.losses import Ledger, Sent
from comity.formats.misp.writing.marks import at_least, seen
from comity.formats.misp.writing.roles import Roles
from comity.formats.misp.writing.stock import Stock
from comity.stix.sro import Relationship

_FOR_FEWER = (
    "was left out: it would be a tag, which everybody sees who sees what it is at, and is for fewer"
)


class Worn(NamedTuple):
    """A cluster at an element, and the relationship that says so if there is one."""

    id: str
    relation: Relationship | None


class Wearing:
    """The clusters of an event and where they are put."""

    def __init__(self, roles: Roles, stock: Stock, ledger: Ledger, labels: tuple[str, ...]) -> None:
        """``labels`` are those of the event, which wears what nobody else does."""
        self._roles = roles
        self._stock = stock
        self._ledger = ledger
        self._described: set[str] = set()
        self._said: set[str] = set()
        self._worn = _wearers(roles)
        worn = {one.id for several in self._worn.values() for one in several}
        named = set(labels)
        for id_, cluster in roles.clusters.items():
            if id_ not in worn or cluster.tag in named:
                self._worn.setdefault(roles.event, []).append(Worn(id_, None))

    def tags(self, id_: str, placed: Placed) -> Sent:
        """The tags of an element, and the parts that describe its clusters, once in the event."""
        tags: dict[str, Sent] = {name: {"name": name} for name in placed.tags}
        galaxies: list[Sent] = []
        for ref, relation in self._worn.get(id_, ()):
            cluster = self._roles.clusters[ref]
            if not self._is_for(ref, relation, placed):
                if cluster.tag in tags:  # the element says so itself
                    self._said.add(ref)
                continue
            self._ledger.spend(cluster.tag)
            tag = tags.setdefault(cluster.tag, {"name": cluster.tag})
            if relation is not None:
                tag["relationship_type"] = relation.relationship_type
            self._said.add(ref)
            if ref not in self._described:
                self._described.add(ref)
                # MISP's own converter asks for all three.
                named = dict.fromkeys(("type", "name", "description"), cluster.galaxy)
                galaxies.append({**named, "GalaxyCluster": [cluster.sent]})
        said = {"Tag": list(tags.values()), "Galaxy": galaxies}
        return {key: parts for key, parts in said.items() if parts}

    def _is_for(self, ref: str, relation: Relationship | None, placed: Placed) -> bool:
        """Whether all who see the element may see the cluster, and that it is at the element."""
        got = seen(placed.binding)
        return at_least(got, self._stock.wanted[ref]) and (
            relation is None or at_least(got, self._stock.wanted[relation.id])
        )

    def say_left_out(self) -> None:
        """Make a loss of each cluster that stands nowhere."""
        for id_ in self._roles.clusters:
            if id_ not in self._said:
                self._ledger.leave_out(id_, _FOR_FEWER)


def _wearers(roles: Roles) -> dict[str, list[Worn]]:
    worn: dict[str, list[Worn]] = {}
    for value in roles.members:
        id_ = str(value.id)
        if isinstance(value, Relationship):
            source = value.source_ref
            if value.target_ref in roles.clusters and (
                source in roles.cores or source == roles.event
            ):
                worn.setdefault(source, []).append(Worn(value.target_ref, value))
        elif id_ in roles.cores or id_ in roles.objects:
            for ref in getattr(value, "object_refs", ()):
                if ref in roles.clusters:
                    worn.setdefault(id_, []).append(Worn(ref, None))
    return worn
