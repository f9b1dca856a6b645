"""The elements of an event: attributes, objects, and reports inside it."""

from comity.formats.misp.limits import Binding, Limits
from comity.formats.misp.writing.attributes import own_labels, seen_since, sent_core
from comity.formats.misp.writing.limits import place
from comity.formats.misp.writing.losses import Ledger, Sent
from comity.formats.misp.writing.marks import at_least, seen
from comity.formats.misp.writing.roles import OBJECT_LABELS, PLAIN_LABELS, Roles
from comity.formats.misp.writing.stock import Stock, Value
from comity.formats.misp.writing.wearing import Wearing
from comity.stix.sdo import Grouping, Note, ObservedData
from comity.stix.timestamp import Timestamp

_EPOCH = Timestamp("1970-01-01T00:00:00.000Z")


class Elements:
    """Writes the elements of one event that is limited by ``binding``."""

    def __init__(
        self, roles: Roles, wearing: Wearing, stock: Stock, ledger: Ledger, binding: Binding
    ) -> None:
        self._roles = roles
        self._wearing = wearing
        self._stock = stock
        self._ledger = ledger
        self._binding = binding
        self._links = roles.links()
        self._inside: set[str] = set()

    def all(self) -> Sent:
        """Every element. What stands in an object stands in none and nowhere else again."""
        objects = [self._object(grouping) for grouping in self._roles.objects.values()]
        attributes = [
            self._attribute(id_, self._binding)
            for id_ in self._roles.cores
            if id_ not in self._inside
        ]
        reports = (self._event_report(note) for note in self._roles.reports.values())
        return {
            "Attribute": attributes,
            "Object": objects,
            "EventReport": [report for report in reports if report],
        }

    def _head(self, value: Value) -> Sent:
        modified: Timestamp = getattr(value, "modified", _EPOCH)
        deleted = {"deleted": True} if getattr(value, "revoked", False) else {}
        uuid = self._roles.uuids[str(value.id)]
        return {"uuid": uuid, "timestamp": seconds(modified), **deleted}

    def _attribute(self, id_: str, parent: Binding) -> Sent:
        value, core = self._stock.values[id_], self._roles.cores[id_]
        placed = place(self._stock.wanted[id_], core.labels, parent, self._ledger, id_)
        sent = {**self._head(value), **sent_core(core), **placed.fields}
        if since := seen_since(value, core):
            sent["first_seen"] = str(since)
        watched = self._stock.values.get(f"observed-data--{self._roles.uuids[id_]}")
        if isinstance(watched, ObservedData) and at_least(
            seen(placed.binding), self._stock.wanted[watched.id]
        ):
            sent |= times(watched)
        return {**sent, **self._wearing.tags(id_, placed)}

    def _object(self, grouping: Grouping) -> Sent:
        said, labels = own_labels(grouping.labels, OBJECT_LABELS)
        asked = self._stock.wanted[grouping.id]
        placed = place(asked, labels, self._binding, self._ledger, grouping.id)
        # MISP itself knows no tags of objects, so what is inside says TLP and PAP once more.
        untagged = (Limits(one.distribution, one.group) for one in placed.binding)
        parent = tuple(one for one in untagged if one != Limits())
        return {
            **self._head(grouping),
            "name": said["name"],
            "meta-category": said.get("meta_category", "misc"),
            **{name: said[name] for name in PLAIN_LABELS if name in said},
            "comment": grouping.description or "",
            **placed.fields,
            **self._wearing.tags(grouping.id, placed),
            "Attribute": [self._attribute(id_, parent) for id_ in self._in(grouping)],
            "ObjectReference": self._references(grouping.id, placed.binding),
        }

    def _in(self, grouping: Grouping) -> list[str]:
        """The attributes that came in the object."""
        found = [
            ref
            for ref in dict.fromkeys(grouping.object_refs)
            if ref in self._roles.cores
            and "type" in self._roles.cores[ref].said
            and ref not in self._inside
        ]
        self._inside.update(found)
        return found

    def _references(self, id_: str, binding: Binding) -> list[Sent]:
        return [
            {
                "uuid": link.id.partition("--")[2],
                "referenced_uuid": self._roles.uuids[link.target_ref],
                "relationship_type": link.relationship_type,
                "comment": link.description or "",
                "timestamp": seconds(link.modified),
                **({"deleted": True} if link.revoked else {}),
            }
            for link in self._links.get(id_, ())
            if at_least(seen(binding), self._stock.wanted[link.id])
        ]

    def _event_report(self, note: Note) -> Sent | None:
        placed = place(self._stock.wanted[note.id], (), self._binding, self._ledger, note.id)
        if placed.tags:
            rule = f"was left out: a report in an event cannot bear {' and '.join(placed.tags)}"
            self._ledger.leave_out(note.id, rule)
            return None
        words = {"name": note.abstract or "", "content": note.content}
        return {**self._head(note), **words, **placed.fields}


def times(watched: ObservedData) -> Sent:
    """When something was seen first and last."""
    return {
        "first_seen": str(watched.first_observed),
        "last_seen": str(watched.last_observed),
    }


def seconds(at: Timestamp) -> str:
    """Seconds since 1970; what was before has no number in MISP."""
    return str(max(0, int(at.as_datetime().timestamp())))
