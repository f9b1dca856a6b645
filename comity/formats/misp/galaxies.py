"""The clusters that an element wears, as Galaxy parts or as tags alone (MISP core format 2.10)."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from comity.formats.misp.catalogue import tag_of
from comity.formats.misp.clusters import cluster_object
from comity.formats.misp.context import UNKNOWN, Context, numbered, sent_uuid
from comity.formats.misp.limits import Binding
from comity.formats.misp.scalars import flag, text
from comity.formats.misp.shapes import Cluster, Galaxy
from comity.formats.misp.sheet import Common
from comity.formats.misp.tags import Named, Tags
from comity.stix.base import Versioned
from comity.stix.convert import to_struct
from comity.stix.error import StixError


class Attached(NamedTuple):
    """A cluster at an element; ``relation`` is empty where MISP does not name one."""

    id: str
    relation: str


def attach(
    context: Context, galaxies: Iterable[tuple[str, object]], tags: Tags, binding: Binding
) -> list[Attached]:
    """Put the clusters of an element and return their ids.

    A cluster that the event itself wears is as visible as the event; one that only an
    attribute wears is bound as the attribute is.
    """
    attached: dict[str, Attached] = {}
    relations = {named.tag: named.relation for named in tags.clusters}
    for at, cluster in _described(context, galaxies):
        tag = tag_of(cluster)
        relation = text(cluster.relationship_type) or relations.get(tag, "")
        made = _made(context, cluster)
        attached[tag] = Attached(_put(context, made, at, binding), relation)
    for named in tags.clusters:
        if named.tag not in attached:
            made = _named(context, named)
            id_ = _put(context, made, named.position, binding)
            attached[named.tag] = Attached(id_, named.relation)
    return list(attached.values())


def _described(
    context: Context, galaxies: Iterable[tuple[str, object]]
) -> Iterator[tuple[str, Cluster]]:
    for at, sent in galaxies:
        try:
            parts = to_struct(sent, Galaxy).clusters  # type: ignore[arg-type]
        except StixError as error:
            context.sheet.lose(sent_uuid(sent), at, error.path, error.rule)
            continue
        for place, part in numbered(f"{at}/GalaxyCluster", parts):
            try:
                cluster = to_struct(part, Cluster)  # type: ignore[arg-type]
            except StixError as error:
                context.sheet.lose(sent_uuid(part), place, error.path, error.rule)
                continue
            if flag(cluster.local):
                rule = "is local to the sender and must not travel"
                context.sheet.lose(sent_uuid(part), place, "", rule)
                continue
            yield place, cluster


def _named(context: Context, named: Named) -> Versioned:
    """The cluster of a tag, made once however many elements wear the tag."""
    made = context.made.get(named.tag)
    if made is None:
        bare = Cluster(type=named.galaxy, value=named.value, tag_name=named.tag)
        made = _made(context, context.catalogue.by_tag.get(named.tag, bare))
        context.made[named.tag] = made
    return made


def _made(context: Context, cluster: Cluster) -> Versioned:
    common = Common(
        spec_version="2.1",
        created=UNKNOWN,
        modified=context.modified,
        created_by_ref=None,
        revoked=False,
        labels=(),
        confidence=None,
    )
    uuid = context.catalogue.uuid_of(cluster)
    return cluster_object(cluster, tag_of(cluster), uuid, common, context.report_id)


def _put(context: Context, value: Versioned, position: str, binding: Binding) -> str:
    if not context.sheet.bound_by(value.id, context.binding):
        context.sheet.put(value, position, binding)
    return value.id
