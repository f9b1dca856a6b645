"""What happens before a signature: the log is read back from disk and checked.

A log that signs a root over bytes that it does not hold can never serve them again (the Yeti 2022
log of 2021 lost its life to one flipped bit), so nothing is signed from memory.
"""

from collections.abc import Sequence

from comity.errors import BadInput, Unavailable
from comity.record import merkle, tiles
from comity.record.checkpoint import Checkpoint
from comity.record.stores import Stores


def check_prefix(stores: Stores, head: Checkpoint) -> int:
    """Return the size of the log if it still holds the signed tree ``head``; else Unavailable.

    Recomputes the signed root from the tiles at the right edge, and rehashes the entries of the
    last, partial tile against that tile and their openings. Damage further back cannot change
    what is signed next; finding it is the verification's work.
    """
    size = stores.log.size()
    if size < head.size:
        raise Unavailable(
            f"The log on disk ends at {size} entries, but {head.size} have already been signed: "
            "it was restored from an older copy, and writing to it would make a second history; "
            "restore a newer copy."
        )
    try:
        root = merkle.root(tiles.TileHashes(stores.log.tile), head.size)
    except BadInput as error:
        raise _refusal(str(error)) from None
    if root != head.root:
        raise _refusal("The tiles on disk do not lead to the signed root")
    start = head.size - head.size % tiles.WIDTH
    leaves = _leaves(stores, start, head.size)
    n = start // tiles.WIDTH
    if b"".join(leaves) != stores.tile_prefix(head.size, 0, n):
        path = tiles.Tile(0, n).path
        raise _refusal(f"An entry from {start} to {head.size - 1} is not what {path} says")
    return size


def extend(stores: Stores, head: Checkpoint, size: int) -> Checkpoint:
    """Return the head for ``size`` entries, rebuilt from the entries read back from disk.

    ``head`` has passed ``check_prefix``. Every tile that the new entries touch is recomputed
    from ``head`` and the entries, and compared with the one on disk.
    """
    leaves = _leaves(stores, head.size, size)
    expected = grow(stores, head, leaves)
    for (level, n), content in expected.items():
        if stores.log.tile(level, n) != content:
            path = tiles.Tile(level, n).path
            raise _refusal(f"The tile {path} is not what the entries hash to")
    root = merkle.root(tiles.TileHashes(stores.log.tile, expected), size)
    return Checkpoint(head.origin, size, root)


def grow(stores: Stores, head: Checkpoint, leaves: Sequence[bytes]) -> dict[tuple[int, int], bytes]:
    """Return the tiles that ``leaves`` after ``head`` write (``tiles.grow``), or Unavailable."""

    def prefix(level: int, n: int) -> bytes:
        return stores.tile_prefix(head.size, level, n)

    try:
        return tiles.grow(head.size, leaves, prefix)
    except BadInput as error:
        raise _refusal(str(error)) from None


def _leaves(stores: Stores, start: int, end: int) -> list[bytes]:
    """Read entries back, check each against its opening, and return their leaf hashes."""
    leaves = []
    buried = stores.log.tombstones() if start < end else {}
    for index, row in zip(range(start, end), stores.log.rows(start, end), strict=False):
        if row.index != index:
            break
        try:
            opening = row.opening()
        except BadInput as error:
            raise _refusal(f"Entry {index}: {error}") from None
        if opening is None and index not in buried:
            raise _refusal(f"The payload of entry {index} is missing")
        leaves.append(merkle.leaf_hash(row.entry))
    if len(leaves) != end - start:
        raise _refusal(f"Entry {start + len(leaves)} is missing on disk")
    return leaves


def _refusal(cause: str) -> Unavailable:
    return Unavailable(
        f"{cause.removesuffix('.')}: nothing more is signed; run the verification, and restore "
        "the record from a copy."
    )
