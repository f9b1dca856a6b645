"""Where the objects of one event are gathered before they are written.

Two elements of an event can name one thing: the same address twice, one cluster at ten
attributes. It becomes one object, bound by the limits of all of them.
"""

import uuid
from itertools import chain
from typing import Any, Literal, TypedDict, TypeVar

from msgspec import structs

from comity.formats.misp.limits import Binding, markings
from comity.formats.reading import Loss, Origin, ReadObject
from comity.stix.base import Sco, StixObject
from comity.stix.canonical import canonical
from comity.stix.decode import decode
from comity.stix.error import StixError
from comity.stix.ids import computed_id
from comity.stix.meta import MarkingDefinition
from comity.stix.timestamp import Timestamp

# Drawn once as a random UUIDv4; not the namespace of the cyber-observables. Below it stand, by
# name: a cluster without a usable uuid (its tag), a relationship (its kind and ends), an
# element without a usable uuid (its own JCS).
MISP_NAMESPACE = uuid.UUID("c2ea1e7f-f909-48b7-a00d-577ef122b7cf")

_S = TypeVar("_S", bound=Sco)
_EMPTY: tuple[object, ...] = ((), {})


class Common(TypedDict):
    """The properties that every versioned object of an event is given."""

    spec_version: Literal["2.1"]
    created: Timestamp
    modified: Timestamp
    created_by_ref: str | None
    revoked: bool
    labels: tuple[str, ...]
    confidence: int | None


class _Draft:
    """An object with the limits that were gathered for it so far."""

    __slots__ = ("limits", "position", "value")

    def __init__(self, value: StixObject, position: str, binding: Binding) -> None:
        self.value = value
        self.position = position
        self.limits = dict.fromkeys(binding)


def derived(name: str) -> str:
    """The uuid of a thing that has a name but no uuid of its own."""
    return str(uuid.uuid5(MISP_NAMESPACE, name))


def identified(sco: _S) -> _S:
    """The observable under the id that its own properties give it."""
    return structs.replace(sco, id=computed_id(sco))


class Sheet:
    """The growing result of one event: drafts of objects by id, and losses."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._drafts: dict[str, list[_Draft]] = {}
        self._marked: set[str] = set()
        self.losses: list[Loss] = []

    def put(self, value: StixObject, position: str, binding: Binding) -> str:
        """Add an object and return its id; what is there already is joined with it.

        Only the first object of an id is joined with others. A file can hold any number that
        contradict each other, and comparing all of them would take time without bound.
        """
        drafts = self._drafts.setdefault(value.id, [])
        joined = _joined(drafts[0].value, value) if drafts else None
        if joined is None:
            drafts.append(_Draft(value, position, binding))
        else:
            drafts[0].value = joined
            drafts[0].limits.update(dict.fromkeys(binding))
        return value.id

    def lose(self, id_: str | None, position: str, path: str, rule: str) -> None:
        """Note something that was not taken as sent."""
        self.losses.append(Loss(id_, position, path, rule))

    def bound_by(self, id_: str, binding: Binding) -> bool:
        """Whether there is an object of this id that exactly these limits bind."""
        drafts = self._drafts.get(id_)
        return drafts is not None and drafts[0].limits.keys() == set(binding)

    def written(self) -> list[ReadObject]:
        """Take the objects off the sheet, each after the markings that it is first to need.

        What breaks a rule of STIX after all becomes a loss here.
        """
        objects: list[ReadObject] = []
        marks: dict[Binding, tuple[MarkingDefinition, ...]] = {}
        for draft in chain.from_iterable(self._drafts.values()):
            binding = tuple(draft.limits)
            if binding not in marks:
                marks[binding] = markings(binding)
            for marking in marks[binding]:
                if marking.id not in self._marked:
                    self._marked.add(marking.id)
                    self._write(marking, draft.position, objects)
            refs = tuple(marking.id for marking in marks[binding])
            value = structs.replace(draft.value, object_marking_refs=refs)
            self._write(value, draft.position, objects)
        self._drafts.clear()
        return objects

    def _write(self, value: StixObject, position: str, objects: list[ReadObject]) -> None:
        try:
            received = decode(canonical(value))
        except StixError as error:
            self.lose(value.id, position, error.path, error.rule)
        else:
            objects.append(ReadObject(received, Origin(self._source, position)))


def _joined(old: StixObject, new: StixObject) -> StixObject | None:
    """Both in one; ``None`` if they contradict each other, for then both are kept."""
    if old == new:
        return old
    if type(old) is not type(new) or not isinstance(old, Sco):
        return None
    changes: dict[str, Any] = {}
    for name in old.__struct_fields__:
        one, other = getattr(old, name), getattr(new, name)
        if one == other or other is None or other in _EMPTY:
            continue
        if one is None or one in _EMPTY:
            changes[name] = other
        elif isinstance(one, tuple):
            changes[name] = tuple(dict.fromkeys((*one, *other)))
        elif isinstance(one, dict) and all(one.get(key, it) == it for key, it in other.items()):
            changes[name] = {**one, **other}
        else:
            return None
    return structs.replace(old, **changes)
