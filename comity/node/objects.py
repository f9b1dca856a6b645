"""The objects of an incident and how they are linked, out of the tables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence

import msgspec
from django.db.models import Count, QuerySet

from comity.node.models import Link, Object

MOST_NODES, MOST_LINKS = 300, 500
"""What a picture holds: beyond that nobody can read it."""
MOST_TYPES = 100
"""Types to choose from, those of the most objects: STIX has half as many, and anybody adds more."""


class Node(msgspec.Struct, frozen=True):
    """A thing in the picture. ``number`` is that of its last object; None where none came."""

    stix_id: str
    type: str
    name: str
    tlp: str
    number: tuple[int, int] | None


class Edge(msgspec.Struct, frozen=True):
    """That one node refers to another."""

    source: Node
    kind: str
    target: Node


class Graph(msgspec.Struct, frozen=True):
    """The most linked things of an incident. ``nodes`` and ``edges`` are how many there are.

    ``types`` are those that are linked most, ``wanted`` those that it is narrowed to, none for all.
    """

    shown: tuple[Node, ...]
    links: tuple[Edge, ...]
    nodes: int
    edges: int
    types: tuple[str, ...]
    wanted: frozenset[str]

    @property
    def alone(self) -> tuple[Node, ...]:
        """Nodes that are linked only to what is not shown."""
        linked = {end.stix_id for edge in self.links for end in (edge.source, edge.target)}
        return tuple(node for node in self.shown if node.stix_id not in linked)


def of_incident(key: str) -> QuerySet[Object]:
    """The objects of all reports of an incident, in the order in which they came."""
    return Object.objects.filter(entry__incident=key).select_related("entry").order_by("id")


def types_of(key: str) -> Mapping[str, int]:
    """How many objects there are of each type, the most first, of at most ``MOST_TYPES``."""
    rows = Object.objects.filter(entry__incident=key).values("type").annotate(n=Count("id"))
    return dict(rows.order_by("-n", "type").values_list("type", "n")[:MOST_TYPES])


def links_of(key: str, stix_id: str) -> QuerySet[Link]:
    """What an object refers to, and what refers to it, within an incident."""
    links = Link.objects.filter(entry__incident=key)
    return (links.filter(source=stix_id) | links.filter(target=stix_id)).order_by("id")


def named(key: str, stix_ids: Sequence[str]) -> Mapping[str, Node]:
    """Each of these ids as a node, whether or not an object of it came."""
    rows = of_incident(key).filter(stix_id__in=set(stix_ids))
    last = {row.stix_id: row for row in rows}  # a later version takes the place of an earlier one
    return {stix_id: _node(stix_id, last.get(stix_id)) for stix_id in stix_ids}


def graph(key: str, types: Collection[str]) -> Graph:
    """The most linked things of these types, of all where none is linked, and their links."""
    rows = Link.objects.filter(entry__incident=key).order_by("id")
    # A relationship is a line itself, and no end of one.
    every = [
        link
        for link in dict.fromkeys(rows.values_list("source", "kind", "target"))
        if "relationship" not in _types(link)
    ]
    known = Counter(kind for link in every for kind in _types(link))
    wanted = known.keys() & set(types)
    links = [link for link in every if not wanted or wanted.issuperset(_types(link))]
    degree = Counter(end for source, _kind, target in links for end in (source, target))
    chosen = sorted(degree, key=lambda stix_id: (-degree[stix_id], stix_id))[:MOST_NODES]
    nodes = named(key, chosen)
    among = [link for link in links if link[0] in nodes and link[2] in nodes]
    return Graph(
        shown=tuple(nodes[stix_id] for stix_id in chosen),
        links=tuple(Edge(nodes[a], kind, nodes[b]) for a, kind, b in among[:MOST_LINKS]),
        nodes=len(degree),
        edges=len(links),
        types=tuple(sorted(kind for kind, _n in known.most_common(MOST_TYPES))),
        wanted=frozenset(wanted),
    )


def _types(link: tuple[str, str, str]) -> tuple[str, str]:
    return _type(link[0]), _type(link[2])


def _type(stix_id: str) -> str:
    return stix_id.partition("--")[0]


def _node(stix_id: str, row: Object | None) -> Node:
    if row is None:
        return Node(stix_id, _type(stix_id), "", "", None)
    return Node(stix_id, row.type, row.name, row.tlp, (row.entry_id, row.place))
