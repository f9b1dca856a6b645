"""Erasing the payload of an entry: who may order it, of what, and how it is carried out."""

from typing import Final

from comity.errors import BadInput
from comity.record import payload
from comity.record.stores import Stores

LASTING: Final = frozenset(
    {
        "role", "affiliation", "clearance", "approval", "release", "takeover", "consent",
        "handling", "deconfliction", "hold", "quarantine", "told",
    }
)  # fmt: skip
"""Kinds of entries that say who may do what, or what was decided: they cannot be erased."""
_VERSIONS: Final = frozenset({"document", "bundle", "sightings"})

WAIT_FOR_READERS: Final = 2.0
"""Seconds that an erasure waits for readers of older states."""


def check_order(officers: tuple[str, ...], rule: str | None) -> None:
    """Raise BadInput unless two different officers, or a retention rule, order an erasure."""
    if len({name.strip().casefold() for name in officers} - {""}) < 2 and not rule:
        raise BadInput("An erasure needs two different officers, or the retention rule's name.")


def check_erasable(stores: Stores, index: int, size: int) -> None:
    """Raise BadInput unless the entry is one of ``size``, still there, and no tombstone."""
    if not 0 <= index < size:
        raise BadInput(f"The record has no entry {index}: it has {size} entries.")
    if stores.log.is_buried(index):
        raise BadInput(f"Entry {index} has been erased already.")
    row = next(stores.log.rows(index, index + 1), None)
    if row and row.payload is not None and payload.kind_of(row.payload) == payload.ERASURE:
        raise BadInput(f"Entry {index} is a tombstone, which cannot be erased.")
    if row and row.payload is not None and payload.kind_of(row.payload) in LASTING:
        raise BadInput(
            f"Entry {index} says who may do what, or what was decided, and cannot be erased: "
            "without it the record would say that something else was decided."
        )


def outliving(stores: Stores, index: int) -> tuple[str | None, str | None]:
    """What a tombstone keeps of a version of a document: its UUID, and who wrote it."""
    row = next(stores.log.rows(index, index + 1), None)
    if row is None or row.payload is None or payload.kind_of(row.payload) not in _VERSIONS:
        return None, None
    version = payload.decode(row.payload)
    assert isinstance(version, payload.Document | payload.Bundle | payload.Sightings)  # noqa: S101  # its kind says so
    return version.document, version.account


def finish(stores: Stores, wait_seconds: float) -> bool:
    """Delete what signed tombstones cover; safe to repeat after a crash at any point.

    Needs the record's lock. Returns whether no byte of it is left in the database, which readers
    of older states can delay; it waits for them ``wait_seconds``.
    """
    clean = True
    for index in stores.log.unfinished():
        names = stores.log.only_held_by(index)
        # Files go first: once the rows are gone, nothing says which files belonged to the entry.
        stores.blobs.remove(names)
        stores.log.erase(index, names)
        clean &= stores.log.finish(index, wait_seconds)
    return clean
