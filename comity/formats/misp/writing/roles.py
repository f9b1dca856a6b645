"""What each object of an event becomes, and the uuid under which it is written."""

from collections.abc import Sequence

from msgspec import Struct

from comity.formats.misp.sheet import derived
from comity.formats.misp.writing.attributes import EVENT_REPORT, Core, core_of, own_labels
from comity.formats.misp.writing.clusters import Cluster, cluster_of
from comity.formats.misp.writing.losses import Ledger
from comity.formats.misp.writing.stock import Value
from comity.stix.sdo import Grouping, Note
from comity.stix.sro import Relationship

PLAIN_LABELS = ("template_uuid", "template_version", "first_seen", "last_seen")
OBJECT_LABELS = frozenset(("name", "meta_category", *PLAIN_LABELS))
_TYPE = frozenset(("type",))


class Roles(Struct, frozen=True):
    """By id: attributes, clusters, objects, reports in the event, and the uuids of elements.

    ``event`` is the id of the event's report.
    """

    event: str
    members: Sequence[Value]
    cores: dict[str, Core]
    clusters: dict[str, Cluster]
    objects: dict[str, Grouping]
    reports: dict[str, Note]
    uuids: dict[str, str]

    def links(self) -> dict[str, list[Relationship]]:
        """The relationships that an object can state, by their source."""
        links: dict[str, list[Relationship]] = {}
        for value in self.members:
            if (
                isinstance(value, Relationship)
                and value.source_ref in self.objects
                and (value.target_ref in self.objects or value.target_ref in self.cores)
            ):
                links.setdefault(value.source_ref, []).append(value)
        return links


def roles_of(event: str, members: Sequence[Value], taken: set[str], ledger: Ledger) -> Roles:
    """Say of each member of an event what it becomes; ``taken`` are uuids that are in use."""
    roles = Roles(event, members, {}, {}, {}, {}, {})
    _claim(roles, event, "report", taken, ledger)
    ids = {value.id for value in members}
    for value in members:
        id_ = str(value.id)
        if isinstance(value, Grouping) and own_labels(value.labels, OBJECT_LABELS)[0].get("name"):
            roles.objects[id_] = value
            _claim(roles, id_, "grouping", taken, ledger)
        elif isinstance(value, Note) and f'misp:type="{EVENT_REPORT}"' in value.labels:
            roles.reports[id_] = value
            _claim(roles, id_, "note", taken, ledger)
        elif cluster := _cluster(value):
            if getattr(value, "revoked", False):
                ledger.leave_out(id_, "was left out: it was withdrawn")
            else:
                roles.clusters[id_] = cluster
        elif not _is_composed(id_, ids) and (core := core_of(value)):
            if core.value.strip():
                roles.cores[id_] = core
                _claim(roles, id_, id_.partition("--")[0], taken, ledger)
            else:
                ledger.leave_out(id_, "was left out: it has no value")
    return roles


def _cluster(value: Value) -> Cluster | None:
    """A cluster, unless it came as an attribute of its own."""
    typed = own_labels(getattr(value, "labels", ()), _TYPE)[0]
    return None if typed and core_of(value) else cluster_of(value)


def _is_composed(id_: str, ids: set[str | None]) -> bool:
    """Whether the reader makes it anew of the attributes of an object (``composites``)."""
    kind, _, uuid = id_.partition("--")
    return kind == "vulnerability" and f"grouping--{uuid}" in ids


def _claim(roles: Roles, id_: str, kind: str, taken: set[str], ledger: Ledger) -> None:
    """Write it under its own uuid, unless another is written under that."""
    uuid = id_.partition("--")[2].lower()
    if uuid in taken:
        uuid = derived(f"{roles.event} {id_}")
    taken.add(uuid)
    roles.uuids[id_] = uuid
    ledger.written[id_] = f"{kind}--{uuid}"
