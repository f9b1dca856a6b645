"""What reading a file gives: the objects, and all that could not be read as sent."""

from collections.abc import Iterable

from msgspec import Struct

from comity.stix.canonical import content_hash
from comity.stix.decode import Received
from comity.stix.timestamp import Timestamp


class Origin(Struct, frozen=True, gc=False):
    """Where an object was found.

    ``source`` is the SHA-256, in hex, of the received file; ``position`` is a JSON pointer
    (RFC 6901) or ``line 12``.
    """

    source: str
    position: str


class ReadObject(Struct, frozen=True, gc=False):
    """One object with the place it came from."""

    received: Received
    origin: Origin


class Loss(Struct, frozen=True):
    """One object that was refused; ``str()`` is one sentence."""

    id: str | None
    position: str
    path: str
    rule: str

    def __str__(self) -> str:
        name = f", {self.id}," if self.id else ""
        at = self.position or "the top"
        return f"The object at {at}{name} was not read: {self.path or 'it'} {self.rule}."


class Conflict(Struct, frozen=True):
    """One id and version with several contents, all of which stay in ``Reading.objects``.

    ``modified`` is that of the first; it is ``None`` for objects that have no versions.
    ``hashes`` and ``positions`` name the contents in the order of the file.
    """

    id: str
    modified: Timestamp | None
    hashes: tuple[str, ...]
    positions: tuple[str, ...]

    def __str__(self) -> str:
        version = f" of {self.modified}" if self.modified else ""
        return (
            f"{self.id}{version} came with {len(self.hashes)} different contents, at "
            f"{', '.join(self.positions)}."
        )


class Reading(Struct, frozen=True):
    """The outcome of reading one file.

    ``reader`` names the code and its version, so that a later reader can be told apart.
    Every object of the file is in ``objects`` or in ``losses``, save that an exact duplicate
    (same id, same version, same canonical content) is kept once. ``notes`` say in sentences
    what else a person has to know of how the file was read. ``prose`` is the text that was read,
    each stretch with what leads its places (``page 3, ``); files of objects have none.
    """

    format: str
    reader: str
    objects: tuple[ReadObject, ...]
    losses: tuple[Loss, ...]
    conflicts: tuple[Conflict, ...]
    notes: tuple[str, ...] = ()
    prose: tuple[tuple[str, str], ...] = ()


def unread(reading: Reading) -> tuple[str, ...]:
    """What a person should know was not read, or not read as sent, in sentences."""
    return (*map(str, reading.losses), *reading.notes)


def reading_of(
    format: str,  # noqa: A002
    reader: str,
    objects: Iterable[ReadObject],
    losses: Iterable[Loss],
    notes: tuple[str, ...] = (),
    prose: tuple[tuple[str, str], ...] = (),
) -> Reading:
    """Assemble a ``Reading``: exact duplicates go, contents that differ become conflicts."""
    read = tuple(objects)
    first: dict[tuple[str, str | None], ReadObject] = {}
    groups: dict[tuple[str, str | None], list[ReadObject]] = {}
    for item in read:
        version = _version(item)
        known = first.setdefault(version, item)
        if known is not item:
            groups.setdefault(version, [known]).append(item)
    repeated: set[Origin] = set()
    conflicts: list[Conflict] = []
    for group in groups.values():
        contents: dict[str, ReadObject] = {}
        for item in group:
            if contents.setdefault(content_hash(item.received.raw), item) is not item:
                repeated.add(item.origin)
        if len(contents) > 1:
            conflicts.append(_conflict(contents))
    kept = tuple(item for item in read if item.origin not in repeated) if repeated else read
    return Reading(format, reader, kept, tuple(losses), tuple(conflicts), notes, prose)


def _version(item: ReadObject) -> tuple[str, str | None]:
    value = item.received.value
    modified: Timestamp | None = getattr(value, "modified", None)
    # Without an id nothing can be the same object, so the place stands in for it.
    return value.id or item.origin.position, None if modified is None else modified.instant


def _conflict(contents: dict[str, ReadObject]) -> Conflict:
    items = tuple(contents.values())
    value = items[0].received.value
    return Conflict(
        id=str(value.id),
        modified=getattr(value, "modified", None),
        hashes=tuple(contents),
        positions=tuple(item.origin.position for item in items),
    )
