"""An event's text cut into its parts, so that a bad part costs only itself."""

from collections.abc import Callable, Mapping
from typing import NamedTuple, TypeVar

import msgspec

from comity.formats.json_text import cut, skeleton
from comity.formats.misp.scalars import valid_uuid
from comity.formats.reading import Loss
from comity.stix.error import StixError
from comity.stix.parse import parse_object
from comity.stix.surrogates import masked
from comity.stix.types import Opaque

_T = TypeVar("_T")

# The keys of an event that hold parts. A part of any other key is read with the event itself:
# cutting out as many as a file can name would take time without bound.
_NESTED = (
    "Attribute", "CryptographicKey", "EventReport", "Galaxy", "Note", "Object", "Opinion", "Org",
    "Orgc", "RelatedEvent", "Relationship", "ShadowAttribute", "SharingGroup", "Sighting", "Tag",
)  # fmt: skip


class Placed(NamedTuple):
    """A part with its JSON pointer."""

    position: str
    sent: Opaque


class _Uuid(msgspec.Struct):
    uuid: object = None


class Pieces:
    """The parts of one event by key; each is parsed when it is asked for."""

    def __init__(self, raw: bytes, pointer: str, losses: list[Loss]) -> None:
        """Cut ``raw``, an event that stands at ``pointer``; bad parts go to ``losses``.

        Raises ``StixError`` if the event is no object or has a key of its own twice.
        """
        try:
            parts = cut(raw, dict[str, msgspec.Raw])
        except msgspec.ValidationError:
            raise StixError(None, "", "must be a JSON object") from None
        self._parts: Mapping[str, bytes] = {name: bytes(part) for name, part in parts.items()}
        self.pointer = pointer
        self._losses = losses
        nested = (self._parts.get(name, b"") for name in _NESTED)
        self.head = parse_object(
            skeleton(raw, (part for part in nested if part[:1] in (b"[", b"{")))
        )

    def raw(self, name: str) -> bytes:
        """A part as it was sent; empty where it is missing."""
        return self._parts.get(name, b"")

    def listed(self, name: str) -> list[Placed]:
        """The objects in a list; PHP writes an empty list as an empty object now and then."""
        raw = self._parts.get(name, b"null")
        if raw in (b"null", b"{}"):
            return []
        at = f"{self.pointer}/{name}"
        try:
            parts = cut(raw, list[msgspec.Raw])
        except msgspec.ValidationError:
            self._losses.append(Loss(None, at, "", "must be a list"))
            return []
        found = (self._parsed(bytes(part), f"{at}/{n}") for n, part in enumerate(parts))
        return [placed for placed in found if placed]

    def single(self, name: str) -> Placed | None:
        """The object under a key; PHP writes an empty object as an empty list."""
        raw = self._parts.get(name, b"null")
        if raw in (b"null", b"[]"):
            return None
        return self._parsed(raw, f"{self.pointer}/{name}")

    def tolerant(self, read: Callable[[], _T]) -> _T | None:
        """What ``read`` returns; a rule it breaks is a loss of that property alone."""
        try:
            return read()
        except StixError as error:
            own = valid_uuid(self.head.get("uuid"))
            self._losses.append(Loss(own, self.pointer, error.path, error.rule))
            return None

    def _parsed(self, raw: bytes, position: str) -> Placed | None:
        try:
            return Placed(position, parse_object(raw))
        except StixError as error:
            self._losses.append(Loss(_glimpsed(raw), position, error.path, error.rule))
            return None


def _glimpsed(raw: bytes) -> str | None:
    try:
        return valid_uuid(msgspec.json.decode(masked(raw) or raw, type=_Uuid).uuid)
    except (msgspec.MsgspecError, RecursionError):
        return None
