"""One report and what belongs to it as one MISP event (MISP core format section 2)."""

from collections.abc import Sequence
from typing import NamedTuple

from comity.formats.misp.limits import Binding, Limits
from comity.formats.misp.sheet import derived
from comity.formats.misp.writing.attributes import (
    EVENT_REPORT,
    Core,
    core_of,
    own_labels,
    seen_since,
    sent_core,
)
from comity.formats.misp.writing.clusters import Cluster, cluster_of
from comity.formats.misp.writing.limits import Placed, Wanted, at_least, place, seen
from comity.formats.misp.writing.losses import Ledger, Sent
from comity.formats.misp.writing.stock import Stock, Value
from comity.stix.sdo import Grouping, Identity, Note, ObservedData, Report
from comity.stix.sro import Relationship
from comity.stix.timestamp import Timestamp

_EPOCH = Timestamp("1970-01-01T00:00:00.000Z")
_EVENT = frozenset(("threat_level_id", "analysis", "published", "extends_uuid"))
_OBJECT = frozenset(
    ("name", "meta_category", "template_uuid", "template_version", "first_seen", "last_seen")
)
_WITHOUT = "Objects without a report"
_FOR_FEWER = (
    "was left out: it would be a tag, which everybody sees who sees what it is at, and is for fewer"
)


class Worn(NamedTuple):
    """A cluster at an element, and the relationship that says so if there is one."""

    id: str
    relation: Relationship | None


class EventWriter:
    """The event of one report, or of all that is in none."""

    def __init__(
        self,
        stock: Stock,
        ledger: Ledger,
        uuids: set[str],
        report: Report | None,
        members: Sequence[Value],
    ) -> None:
        """Take what belongs to the event; ``uuids`` are those that are taken already."""
        self._stock = stock
        self._ledger = ledger
        self._uuids = uuids
        self._report = report
        self._members = members
        self._id = report.id if report else f"report--{derived(f'event {_names(members)}')}"
        self._cores: dict[str, Core] = {}
        self._clusters: dict[str, Cluster] = {}
        self._objects: dict[str, Grouping] = {}
        self._own: dict[str, str] = {}
        self._described: set[str] = set()
        self._said: set[str] = set()
        self.binding: Binding = ()
        self.sent: Sent = {}
        uuid = self._claim(self._id, "report")
        self._sort()
        self._worn = self._wearers()
        self._links = self._references_by()
        self._write(uuid)

    def _sort(self) -> None:
        """Say of each object what it will be, and under which uuid."""
        for value in self._members:
            id_ = str(value.id)
            said, _ = own_labels(getattr(value, "labels", ()), _OBJECT)
            if isinstance(value, Grouping) and said.get("name"):
                self._objects[id_] = value
                self._claim(id_, "grouping")
            elif _is_event_report(value):
                self._claim(id_, "note")
            elif cluster := self._cluster(value):
                self._clusters[id_] = cluster
            elif self._composed(id_):
                continue
            elif core := core_of(value):
                if not core.value.strip():
                    self._ledger.leave_out(id_, "was left out: it has no value")
                    continue
                self._cores[id_] = core
                self._claim(id_, id_.partition("--")[0])

    def _composed(self, id_: str) -> bool:
        """Whether the reader makes it anew of the attributes of an object (``composites``)."""
        kind, _, uuid = id_.partition("--")
        return kind == "vulnerability" and f"grouping--{uuid}" in self._stock.values

    def _cluster(self, value: Value) -> Cluster | None:
        if core_of(value) and own_labels(getattr(value, "labels", ()), frozenset(("type",)))[0]:
            return None
        cluster = cluster_of(value)
        if cluster and getattr(value, "revoked", False):
            self._ledger.leave_out(str(value.id), "was left out: it was withdrawn")
            return None
        return cluster

    def _claim(self, id_: str, kind: str) -> str:
        """The uuid under which an object is written: its own, unless another has it."""
        uuid = id_.partition("--")[2].lower()
        if uuid in self._uuids:
            uuid = derived(f"{self._id} {id_}")
        self._uuids.add(uuid)
        self._own[id_] = uuid
        self._ledger.written[id_] = f"{kind}--{uuid}"
        return uuid

    def _wearers(self) -> dict[str, list[Worn]]:
        """By id of an element the clusters that it wears; the event has those of nobody else."""
        worn: dict[str, list[Worn]] = {}
        for value in self._members:
            if isinstance(value, Relationship) and value.target_ref in self._clusters:
                if value.source_ref in self._cores or value.source_ref == self._id:
                    worn.setdefault(value.source_ref, []).append(Worn(value.target_ref, value))
            elif isinstance(value, Grouping | Note) and str(value.id) in self._own:
                for ref in value.object_refs:
                    if ref in self._clusters:
                        worn.setdefault(str(value.id), []).append(Worn(ref, None))
        taken = {one.id for several in worn.values() for one in several}
        labels = set(self._report.labels) if self._report else set()
        for id_, cluster in self._clusters.items():
            if id_ not in taken or cluster.tag in labels:
                worn.setdefault(self._id, []).append(Worn(id_, None))
        return worn

    def _write(self, uuid: str) -> None:
        report, stock = self._report, self._stock
        asked = stock.wanted[report.id] if report else Wanted(0, (), None, None, stated=True)
        said, labels = own_labels(report.labels if report else (), _EVENT)
        modified = report.modified if report else _newest(self._members)
        placed = place(asked, labels, (), self._ledger, self._id)
        self.binding = placed.binding
        if report is None:
            rule = "No report says who may see the whole, so the event is for the own organisation"
            self._ledger.lose(None, rule)
        self.sent = {
            "uuid": uuid,
            "info": report.name if report else _WITHOUT,
            "date": (report.created if report else modified)[:10],
            "timestamp": _seconds(modified),
            "publish_timestamp": _seconds(report.published if report else modified),
            # Whether to publish is decided by whoever takes the event in.
            "published": False,
            "threat_level_id": said.get("threat_level_id", "4"),
            "analysis": said.get("analysis", "0"),
            **({"extends_uuid": said["extends_uuid"]} if "extends_uuid" in said else {}),
            **placed.fields,
            **self._author(),
            **self._worn_by(self._id, placed),
            "Attribute": [],
            "Object": [],
            "EventReport": [],
        }
        inside: set[str] = set()
        for grouping in self._objects.values():
            self.sent["Object"].append(self._object(grouping, inside))
        for value in self._members:
            id_ = str(value.id)
            if id_ in self._cores and id_ not in inside:
                self.sent["Attribute"].append(self._attribute(value, self.binding))
            elif isinstance(value, Note) and _is_event_report(value):
                self._event_report(value)
        self._describe()
        self._say_left_out()

    def _author(self) -> Sent:
        author = self._stock.values.get((self._report and self._report.created_by_ref) or "")
        if not isinstance(author, Identity) or author.id is None:
            return {}
        if not at_least(seen(self.binding), self._stock.wanted[author.id]):
            rule = "was left out: as author of the event it would be seen by more than it is for"
            self._ledger.leave_out(author.id, rule)
            return {}
        return {"Orgc": {"uuid": author.id.partition("--")[2], "name": author.name}}

    def _worn_by(self, id_: str, placed: Placed) -> Sent:
        """The tags of an element and what describes its clusters, each once in the event."""
        tags: dict[str, Sent] = {name: {"name": name} for name in placed.tags}
        galaxies: list[Sent] = []
        holds = seen(placed.binding)
        for ref, relation in self._worn.get(id_, ()):
            cluster = self._clusters[ref]
            limits = [self._stock.wanted[ref]]
            if relation is not None:
                limits.append(self._stock.wanted[relation.id])
            if not all(at_least(holds, limit) for limit in limits):
                if cluster.tag in tags:  # the element says so itself
                    self._said.add(ref)
                continue
            tag = tags.setdefault(cluster.tag, {"name": cluster.tag})
            if relation is not None:
                tag["relationship_type"] = relation.relationship_type
            self._said.add(ref)
            self._ledger.spend(cluster.tag)
            if ref not in self._described:
                self._described.add(ref)
                galaxy = {"type": cluster.galaxy, "name": cluster.galaxy}
                galaxies.append({**galaxy, "GalaxyCluster": [cluster.sent]})
        return {
            **({"Tag": list(tags.values())} if tags else {}),
            **({"Galaxy": galaxies} if galaxies else {}),
        }

    def _attribute(self, value: Value, parent: Binding) -> Sent:
        id_ = str(value.id)
        core = self._cores[id_]
        placed = place(self._stock.wanted[id_], core.labels, parent, self._ledger, id_)
        sent = sent_core(core)
        if since := seen_since(value, core):
            sent["first_seen"] = str(since)
        watched = self._stock.values.get(f"observed-data--{self._own[id_]}")
        if isinstance(watched, ObservedData) and at_least(
            seen(placed.binding), self._stock.wanted[watched.id]
        ):
            sent |= _times(watched)
        return {**self._head(value), **sent, **placed.fields, **self._worn_by(id_, placed)}

    def _head(self, value: Value) -> Sent:
        deleted = {"deleted": True} if getattr(value, "revoked", False) else {}
        modified: Timestamp = getattr(value, "modified", _EPOCH)
        return {"uuid": self._own[str(value.id)], "timestamp": _seconds(modified), **deleted}

    def _object(self, grouping: Grouping, inside: set[str]) -> Sent:
        said, labels = own_labels(grouping.labels, _OBJECT)
        asked = self._stock.wanted[grouping.id]
        placed = place(asked, labels, self.binding, self._ledger, grouping.id)
        # MISP itself knows no tags of objects, so what is inside says TLP and PAP once more.
        own = placed.binding[len(self.binding) :]
        bare = tuple(Limits(one.distribution, one.group) for one in own)
        parent = tuple(dict.fromkeys((*self.binding, *(one for one in bare if one != Limits()))))
        attributes = []
        for ref in grouping.object_refs:
            core = self._cores.get(ref)
            if core and "type" in core.said and ref not in inside:
                inside.add(ref)
                attributes.append(self._attribute(self._stock.values[ref], parent))
        return {
            **self._head(grouping),
            "name": said["name"],
            "meta-category": said.get("meta_category", "misc"),
            **{
                name: said[name]
                for name in ("template_uuid", "template_version", "first_seen", "last_seen")
                if name in said
            },
            "comment": grouping.description or "",
            **placed.fields,
            **self._worn_by(grouping.id, placed),
            "Attribute": attributes,
            "ObjectReference": self._references(grouping.id, placed.binding),
        }

    def _references(self, id_: str, binding: Binding) -> list[Sent]:
        return [
            {
                "uuid": link.id.partition("--")[2],
                "referenced_uuid": self._own[link.target_ref],
                "relationship_type": link.relationship_type,
                "comment": link.description or "",
                "timestamp": _seconds(link.modified),
                **({"deleted": True} if link.revoked else {}),
            }
            for link in self._links.get(id_, ())
            if at_least(seen(binding), self._stock.wanted[link.id])
        ]

    def _references_by(self) -> dict[str, list[Relationship]]:
        """Relationships that an object can state, by their source."""
        links: dict[str, list[Relationship]] = {}
        for value in self._members:
            if isinstance(value, Relationship) and value.source_ref in self._objects:
                if value.target_ref in self._objects or value.target_ref in self._cores:
                    links.setdefault(value.source_ref, []).append(value)
        return links

    def _event_report(self, note: Note) -> None:
        placed = place(self._stock.wanted[note.id], (), self.binding, self._ledger, note.id)
        if placed.tags:
            rule = f"was left out: a report in an event cannot bear {' and '.join(placed.tags)}"
            self._ledger.leave_out(note.id, rule)
            return
        words = {"name": note.abstract or "", "content": note.content}
        self.sent["EventReport"].append({**self._head(note), **words, **placed.fields})

    def _describe(self) -> None:
        """The description of a report, for which an event has no place of its own."""
        if self._report and self._report.description:
            self.sent["EventReport"].append(
                {
                    "uuid": derived(f"{self._id} description"),
                    "timestamp": _seconds(self._report.modified),
                    "name": "Description",
                    "content": self._report.description,
                    "distribution": "5",
                }
            )

    def _say_left_out(self) -> None:
        for id_ in self._clusters:
            if id_ not in self._said:
                self._ledger.leave_out(id_, _FOR_FEWER)


def _is_event_report(value: Value) -> bool:
    return isinstance(value, Note) and f'misp:type="{EVENT_REPORT}"' in value.labels


def _names(members: Sequence[Value]) -> str:
    return " ".join(sorted(str(value.id) for value in members))


def _newest(members: Sequence[Value]) -> Timestamp:
    found = (getattr(value, "modified", None) for value in members)
    return max((one for one in found if one is not None), default=_EPOCH)


def _times(watched: ObservedData) -> Sent:
    return {"first_seen": str(watched.first_observed), "last_seen": str(watched.last_observed)}


def _seconds(at: Timestamp) -> str:
    """Seconds since 1970; what was before has no number in MISP."""
    return str(max(0, int(at.as_datetime().timestamp())))
