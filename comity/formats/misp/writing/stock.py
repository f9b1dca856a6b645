"""The objects to write by id: the newest content of each, and who may see it."""

from collections.abc import Iterable

from comity.formats.misp.writing.losses import Ledger
from comity.formats.misp.writing.marks import Marked, Unsayable, Wanted, marked, wanted
from comity.formats.reading import ReadObject
from comity.stix.base import Foreign, StixObject
from comity.stix.meta import ExtensionDefinition, MarkingDefinition
from comity.stix.timestamp import Timestamp

Value = StixObject | Foreign


class Stock:
    """The objects that may be written, by id and in the order in which they came."""

    def __init__(self, objects: Iterable[ReadObject], ledger: Ledger) -> None:
        contents: dict[str, list[Value]] = {}
        # Names of properties that no struct has.
        self.custom: dict[str, dict[str, None]] = {}
        marks: dict[str, Marked | None] = {}
        for item in objects:
            value = item.received.value
            if value.id is None:
                ledger.lose(None, f"The object at {item.origin.position} has no id to go by")
            elif isinstance(value, MarkingDefinition):
                # Of two that claim one id neither can be believed.
                read = marked(value)
                marks[value.id] = read if marks.get(value.id, read) == read else None
            elif not isinstance(value, ExtensionDefinition):
                contents.setdefault(value.id, []).append(value)
                self.custom.setdefault(value.id, {}).update(dict.fromkeys(item.received.custom))
        self.values: dict[str, Value] = {}
        self.wanted: dict[str, Wanted] = {}
        for id_, several in contents.items():
            refs = dict.fromkeys(ref for value in several for ref in value.object_marking_refs)
            try:
                self.wanted[id_] = wanted(refs, several, marks)
            except Unsayable as error:
                ledger.leave_out(id_, str(error))
                continue
            self.values[id_] = _newest(several)
            if any(_unlike(value, self.values[id_]) for value in several):
                ledger.lose(id_, "came with several contents, of which the newest was written")


def _newest(several: list[Value]) -> Value:
    newest = several[0]
    for value in several[1:]:
        at, best = _modified(value), _modified(newest)
        if at is not None and best is not None and at > best:
            newest = value
    return newest


def _modified(value: Value) -> Timestamp | None:
    at: Timestamp | None = getattr(value, "modified", None)
    return at


def _unlike(one: Value, other: Value) -> bool:
    """Whether two contents differ in more than the time and the limits of their writing."""
    return type(one) is not type(other) or any(
        getattr(one, name) != getattr(other, name)
        for name in one.__struct_fields__
        if name not in ("modified", "object_marking_refs")
    )
