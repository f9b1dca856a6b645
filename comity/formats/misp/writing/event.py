"""One report and what belongs to it as one MISP event (MISP core format section 2.2)."""

from collections.abc import Sequence
from typing import NamedTuple

from comity.formats.misp.limits import Binding
from comity.formats.misp.sheet import derived
from comity.formats.misp.writing.attributes import own_labels
from comity.formats.misp.writing.elements import Elements, seconds
from comity.formats.misp.writing.limits import place
from comity.formats.misp.writing.losses import Ledger, Sent
from comity.formats.misp.writing.marks import Wanted, at_least, seen
from comity.formats.misp.writing.roles import roles_of
from comity.formats.misp.writing.stock import Stock, Value
from comity.formats.misp.writing.wearing import Wearing
from comity.stix.sdo import Identity, Report
from comity.stix.timestamp import Timestamp

_EPOCH = Timestamp("1970-01-01T00:00:00.000Z")
_LABELS = frozenset(("threat_level_id", "analysis", "published", "extends_uuid"))
_WITHOUT = "Objects without a report"
_OWN = Wanted(level=0, groups=(), tlp=None, pap=None, stated=True)


class WrittenEvent(NamedTuple):
    """An event, what belongs to it, and how a reader will see it bound."""

    report: Report | None
    sent: Sent
    members: Sequence[Value]
    binding: Binding

    def says_nothing(self) -> bool:
        """Whether there is neither a report nor anything else in it."""
        parts = ("Tag", "Attribute", "Object", "EventReport")
        return self.report is None and not any(self.sent.get(part) for part in parts)


def write_event(
    report: Report | None, members: Sequence[Value], stock: Stock, ledger: Ledger, taken: set[str]
) -> WrittenEvent:
    """Write a report with its members, or members that are in none; ``taken`` are uuids in use."""
    id_ = report.id if report else f"report--{derived(f'event {_names(members)}')}"
    roles = roles_of(id_, members, taken, ledger)
    said, labels = own_labels(report.labels if report else (), _LABELS)
    modified = report.modified if report else _newest(members)
    placed = place(stock.wanted[id_] if report else _OWN, labels, (), ledger, id_)
    wearing = Wearing(roles, stock, ledger, placed.tags)
    sent: Sent = {
        "uuid": roles.uuids[id_],
        "info": report.name if report else _WITHOUT,
        "date": (report.created if report else modified)[:10],
        "timestamp": seconds(modified),
        "publish_timestamp": seconds(report.published if report else modified),
        # Whether to publish is decided by whoever takes the event in.
        "published": False,
        "threat_level_id": said.get("threat_level_id", "4"),
        "analysis": said.get("analysis", "0"),
        **({"extends_uuid": said["extends_uuid"]} if "extends_uuid" in said else {}),
        **placed.fields,
        **_author(report, placed.binding, stock, ledger),
        **wearing.tags(id_, placed),
        **Elements(roles, wearing, stock, ledger, placed.binding).all(),
    }
    if report and report.description:
        sent["EventReport"].append(_description(report, report.description))
    wearing.say_left_out()
    return WrittenEvent(report, sent, members, placed.binding)


def _author(report: Report | None, binding: Binding, stock: Stock, ledger: Ledger) -> Sent:
    author = stock.values.get((report and report.created_by_ref) or "")
    if not isinstance(author, Identity):
        return {}
    if not at_least(seen(binding), stock.wanted[author.id]):
        rule = "was left out: as author of the event it would be seen by more than it is for"
        ledger.leave_out(author.id, rule)
        return {}
    return {"Orgc": {"uuid": author.id.partition("--")[2], "name": author.name}}


def _description(report: Report, text: str) -> Sent:
    """The description of a report, for which an event has no place of its own."""
    return {
        "uuid": derived(f"{report.id} description"),
        "timestamp": seconds(report.modified),
        "name": "Description",
        "content": text,
        "distribution": "5",
    }


def _names(members: Sequence[Value]) -> str:
    return " ".join(sorted(str(value.id) for value in members))


def _newest(members: Sequence[Value]) -> Timestamp:
    found = (getattr(value, "modified", None) for value in members)
    return max((one for one in found if one is not None), default=_EPOCH)
