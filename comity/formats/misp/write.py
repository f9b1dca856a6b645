"""STIX objects as MISP events (draft-dulaunoy-misp-core-format section 2).

One report gives one event, several give the response of a search; what is in no report stands
in the event of the only one, else in an event of its own. What is written is read again at
once, so that each object and property that does not come back is named as a loss.
"""

import hashlib
from collections.abc import Iterable, Sequence

import msgspec
from msgspec import Struct

from comity.errors import BadInput
from comity.formats.misp.event import MOST_ATTRIBUTES
from comity.formats.misp.reader import read
from comity.formats.misp.writing.compare import compare
from comity.formats.misp.writing.event import WrittenEvent, write_event
from comity.formats.misp.writing.losses import Ledger, Unwritten
from comity.formats.misp.writing.observables import ObservableWriter
from comity.formats.misp.writing.stock import Stock, Value
from comity.formats.reading import ReadObject
from comity.stix.sdo import Report
from comity.stix.sro import Relationship

_NO_REPORT = "No report says who may see the whole, so the event is for the own organisation only"


class Written(Struct, frozen=True):
    """A MISP event as JSON in UTF-8, and what does not stand in it."""

    data: bytes
    losses: tuple[Unwritten, ...]


def write(objects: Iterable[ReadObject]) -> Written:
    """Write the objects of a reading; the same objects give the same bytes.

    Nobody may see more than the markings let them; what MISP cannot limit so is left out, with
    a loss. Raises ``BadInput`` where nothing can be written, or too much for one event.
    """
    ledger = Ledger()
    stock = Stock(objects, ledger)
    uuids: set[str] = set()
    parts = _parted(stock, ledger)
    written = [write_event(report, members, stock, ledger, uuids) for report, members in parts]
    back = _back(_encoded(written)) if written else stock
    observables = ObservableWriter(stock, back, ledger, uuids)
    for event in written:
        event.sent["Attribute"] += observables.attributes(event.members, event.binding)
    written = [event for event in written if not event.says_nothing()]
    if not written:
        raise BadInput("The file holds nothing that a MISP event could be made of.")
    if any(event.report is None for event in written):
        ledger.lose(None, _NO_REPORT)
    data = _encoded(written)
    compare(stock, _back(data) if observables.added else back, ledger)
    return Written(data, tuple(ledger.losses))


def _back(data: bytes) -> Stock:
    """What a reader finds in the events."""
    source = hashlib.sha256(data).hexdigest()
    return Stock(read(data, source=source).objects, Ledger())


def _parted(stock: Stock, ledger: Ledger) -> list[tuple[Report | None, list[Value]]]:
    """Each report with what belongs to it; an object of several belongs to the first."""
    reports = [value for value in stock.values.values() if isinstance(value, Report)]
    standing = [report for report in reports if not report.revoked]
    for report in reports:
        if report.revoked:
            ledger.leave_out(report.id, "was left out: it was withdrawn")
    owner: dict[str, int] = {}
    for number, report in enumerate(standing):
        for ref in report.object_refs:
            owner.setdefault(ref, number)
    last = 0 if len(standing) == 1 else len(standing)
    parts: list[list[Value]] = [[] for _ in range(last + 1)]
    for id_, value in stock.values.items():
        if isinstance(value, Report):
            continue
        at = owner.get(id_)
        if at is None and isinstance(value, Relationship):
            at = owner.get(value.source_ref)
        parts[last if at is None else at].append(value)
    if last == len(standing) and not parts[last]:
        parts.pop()
    return [(standing[n] if n < len(standing) else None, part) for n, part in enumerate(parts)]


def _encoded(written: Sequence[WrittenEvent]) -> bytes:
    events = [event.sent for event in written]
    for event in events:
        held = sum(len(one["Attribute"]) for one in (event, *event["Object"]))
        if held > MOST_ATTRIBUTES:
            raise BadInput(
                f"The event would have {held} attributes and at most {MOST_ATTRIBUTES} are read;"
                " split the file."
            )
    wrapped = [{"Event": event} for event in events]
    whole = wrapped[0] if len(wrapped) == 1 else {"response": wrapped}
    return msgspec.json.format(msgspec.json.encode(whole), indent=1) + b"\n"
