"""The clusters that an event describes anywhere, known before its elements are read.

A tag alone names a cluster that another element may describe. And clusters occur that all
carry the uuid of their collection, which is seen only by looking at all of them.
"""

from collections.abc import Iterable

from msgspec import Struct

from comity.formats.misp.scalars import text, valid_uuid
from comity.formats.misp.shapes import Cluster, Galaxy
from comity.formats.misp.sheet import derived
from comity.stix.convert import to_struct
from comity.stix.error import StixError


class Catalogue(Struct, frozen=True):
    """Clusters by the tag that names them, and uuids that more than one of them claims."""

    by_tag: dict[str, Cluster]
    shared: frozenset[str]

    def uuid_of(self, cluster: Cluster) -> str:
        """The cluster's uuid; one that is missing or shared follows from the tag."""
        own = valid_uuid(cluster.uuid)
        return own if own and own not in self.shared else derived(tag_of(cluster))


def tag_of(cluster: Cluster) -> str:
    """The tag that names a cluster."""
    return text(cluster.tag_name) or f'misp-galaxy:{cluster.type}="{cluster.value}"'


def catalogue_of(galaxies: Iterable[object]) -> Catalogue:
    """Gather the clusters; what cannot be read is told where it is attached, not here."""
    by_tag: dict[str, Cluster] = {}
    owners: dict[str, set[str]] = {}
    for cluster in _clusters(galaxies):
        by_tag.setdefault(tag_of(cluster), cluster)
        if own := valid_uuid(cluster.uuid):
            owners.setdefault(own, set()).add(tag_of(cluster))
    return Catalogue(by_tag, frozenset(own for own, tags in owners.items() if len(tags) > 1))


def _clusters(galaxies: Iterable[object]) -> Iterable[Cluster]:
    for sent in galaxies:
        try:
            parts = to_struct(sent, Galaxy).clusters  # type: ignore[arg-type]
        except StixError:
            continue
        for part in parts:
            try:
                yield to_struct(part, Cluster)
            except StixError:
                continue
