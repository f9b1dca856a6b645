"""One received object: the bytes as sent beside a typed value.

What is sent on is always ``Received.raw``, so properties and extensions that no struct names
survive every round trip unchanged.
"""

from typing import Literal

import msgspec
from msgspec import inspect, structs

from comity.stix.base import Foreign, StixObject
from comity.stix.convert import to_struct
from comity.stix.error import StixError
from comity.stix.parse import inexact_number, parse_object, parse_plain, readable_id
from comity.stix.raise_2_0 import TYPES_2_0, raise_2_0
from comity.stix.registry import SCO_TYPES, TYPES
from comity.stix.selectors import check_selectors
from comity.stix.types import Opaque

SpecVersion = Literal["2.0", "2.1"]


class Received(msgspec.Struct, frozen=True, gc=False):
    """An object as it came.

    ``spec_version`` is the version it was written in; ``value`` is always the 2.1 form.
    ``custom`` holds the top-level properties that the struct does not name, as parsed: it is
    for reading, and changing it changes nothing that is sent.
    """

    raw: bytes
    value: StixObject | Foreign
    spec_version: SpecVersion
    custom: Opaque


class _Shape:
    """What decoding has to know of a struct: its properties, and those that nest."""

    __slots__ = ("cls", "extension", "named", "nested")

    def __init__(self, cls: type[StixObject | Foreign]) -> None:
        self.cls = cls
        self.extension: str | None = getattr(cls, "extension", None)
        self.named = frozenset((*cls.__struct_fields__, "type"))
        self.nested = tuple(
            field.encode_name
            for field in structs.fields(cls)
            if _nests(inspect.type_info(field.type))
        )


def _nests(kind: inspect.Type) -> bool:
    """Whether values of this type can hold something that no struct types."""
    match kind:
        case inspect.VarTupleType(item_type=item) | inspect.Metadata(type=item):
            return _nests(item)
        case inspect.UnionType(types=kinds):
            return any(_nests(item) for item in kinds)
        case inspect.StructType() | inspect.DictType() | inspect.AnyType():
            return True
        case _:
            return False


_SHAPES = {name: _Shape(cls) for name, cls in TYPES.items()}
_FOREIGN = _Shape(Foreign)


def decode(raw: bytes, *, bundle_version: str | None = None) -> Received:
    """Read one STIX 2.0 or 2.1 object out of its JSON bytes.

    ``bundle_version`` is the ``spec_version`` of a 2.0 bundle around it. Raises ``StixError``
    for the first rule that the object breaks.
    """
    plain = parse_plain(raw)
    sent = parse_object(raw) if plain is None else plain
    shape = _shape_of(sent)
    spec_version = _spec_version(sent, bundle_version)
    raised = spec_version == "2.0" and shape is not _FOREIGN
    value = raise_2_0(sent) if raised else sent
    custom = (
        {}
        if shape.named.issuperset(value)
        else {name: child for name, child in value.items() if name not in shape.named}
    )
    if plain is None:
        _refuse_nulls(value, shape)
        _refuse_inexact(value, (*shape.nested, *custom))
    struct = to_struct(value, shape.cls, of=sent.get("id"))
    if struct.granular_markings:
        check_selectors(struct, sent)
    return Received(raw, struct, spec_version, custom)


def _shape_of(sent: Opaque) -> _Shape:
    kind = sent.get("type")
    id_ = sent.get("id")
    if not isinstance(kind, str):
        rule = "is required" if kind is None else "must be text"
        raise StixError(readable_id(id_), "type", rule)
    if kind == "bundle":
        raise StixError(readable_id(id_), "", "must not be a bundle inside another container")
    shape = _SHAPES.get(kind)
    if shape is None:
        if isinstance(id_, str) and not id_.startswith(f"{kind}--"):
            raise StixError(readable_id(id_), "id", "must begin with the object's type")
        return _FOREIGN
    # Someone else's "event" or "task" is not the Incident Core's.
    if shape.extension is not None:
        given = sent.get("extensions")
        if not isinstance(given, dict) or shape.extension not in given:
            return _FOREIGN
    return shape


def _spec_version(sent: Opaque, bundle_version: str | None) -> SpecVersion:
    """STIX 2.1 §3.2: an object that does not say so is 2.0, save a cyber-observable."""
    said = sent.get("spec_version", bundle_version)
    if said == "2.1":
        return "2.1"
    if said is not None and said != "2.0":
        raise StixError(readable_id(sent.get("id")), "spec_version", "must be 2.0 or 2.1")
    if sent["type"] in TYPES_2_0 or said == "2.0":
        return "2.0"
    if sent["type"] in SCO_TYPES or sent["type"] not in TYPES:
        return "2.1"
    raise StixError(readable_id(sent.get("id")), "spec_version", "is required")


def _refuse_nulls(value: Opaque, shape: _Shape) -> None:
    """A named property without a value is left out; null is none of STIX's types."""
    for name in shape.named & value.keys():
        if value[name] is None:
            rule = "must be left out rather than null"
            raise StixError(readable_id(value.get("id")), name, rule)


def _refuse_inexact(value: Opaque, names: tuple[str, ...]) -> None:
    """Refuse numbers that no struct sees and that would not survive an exchange."""
    for name in names:
        child = value.get(name)
        if child is not None and type(child) is not str and (found := inexact_number(child)):
            raise StixError(readable_id(value.get("id")), name + found[0], found[1])
