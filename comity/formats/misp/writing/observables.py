"""Observables that no attribute says yet, and observations, as attributes that are not flagged."""

from collections.abc import Iterator, Sequence

from comity.errors import BadInput
from comity.formats.misp.limits import Binding
from comity.formats.misp.sheet import derived
from comity.formats.misp.writing.attributes import category_of
from comity.formats.misp.writing.elements import times
from comity.formats.misp.writing.limits import place
from comity.formats.misp.writing.losses import Ledger, Sent
from comity.formats.misp.writing.marks import Wanted, at_least, both
from comity.formats.misp.writing.stock import Stock, Value
from comity.formats.misp.writing.values import observed, of_observable
from comity.stix.base import Sco
from comity.stix.ids import computed_id
from comity.stix.sdo import ObservedData


class ObservableWriter:
    """Adds attributes to an event for what a reader does not find in it yet."""

    def __init__(self, stock: Stock, back: Stock, ledger: Ledger, uuids: set[str]) -> None:
        """``back`` is what a reader finds in the events as they are."""
        self._stock = stock
        self._back = back
        self._ledger = ledger
        self._uuids = uuids
        self.added: set[str] = set()

    def attributes(self, members: Sequence[Value], binding: Binding) -> Iterator[Sent]:
        """The attributes that an event with these members and limits still lacks."""
        for value in members:
            if isinstance(value, ObservedData) and not self._is_back(value, str(value.id)):
                yield from self._observation(value, binding)
        for value in members:
            if isinstance(value, Sco) and not self._is_back(value, _own_id(value)):
                yield from self._observable(value, self._stock.wanted[value.id], binding)

    def _is_back(self, value: Value, id_: str) -> bool:
        asked = self._stock.wanted[str(value.id)]
        for one in (str(value.id), id_):
            if one in self.added:
                return True
            if one in self._back.values and at_least(self._back.wanted[one], asked):
                self._ledger.written.setdefault(str(value.id), one)
                return True
        return False

    def _observation(self, value: ObservedData, binding: Binding) -> Iterator[Sent]:
        """One attribute for each thing that was observed, for as few as may see either."""
        for ref in value.object_refs:
            sco = self._stock.values.get(ref)
            if isinstance(sco, Sco):
                asked = both(self._stock.wanted[ref], self._stock.wanted[value.id])
                by = value if len(value.object_refs) == 1 else None
                for sent in self._observable(sco, asked, binding, by):
                    yield {**sent, **times(value)}
        if len(value.object_refs) == 1:
            return
        rule = "was written as one observation of each thing that was observed"
        if value.objects:
            rule = "was left out: it holds its observables in the form that STIX 2.1 took back"
        self._ledger.leave_out(value.id, rule)

    def _observable(
        self, sco: Sco, asked: Wanted, binding: Binding, by: ObservedData | None = None
    ) -> Iterator[Sent]:
        found = of_observable(sco, self._stock.values)
        for number, valued in enumerate(found):
            made = observed(*valued)
            if made is None or not made.scos:
                continue
            if number == 0:
                self.added.add(made.scos[0].id)
                self._ledger.written[sco.id] = made.scos[0].id
            name = sco.id if by is None or number else by.id
            uuid = name.partition("--")[2].lower()
            if number or uuid in self._uuids:
                uuid = derived(f"{name} {valued.kind} {valued.value}")
            self._uuids.add(uuid)
            if by is not None and number == 0:
                self._ledger.written[by.id] = f"observed-data--{uuid}"
            placed = place(asked, (), binding, self._ledger, sco.id)
            yield {
                "uuid": uuid,
                "type": valued.kind,
                "category": category_of(valued.kind),
                "value": valued.value,
                "to_ids": False,
                **placed.fields,
                **({"Tag": [{"name": name} for name in placed.tags]} if placed.tags else {}),
            }


def _own_id(sco: Sco) -> str:
    """The id that the properties give; the sent one where none of them does."""
    try:
        return computed_id(sco)
    except BadInput:
        return sco.id
