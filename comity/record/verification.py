"""The whole record re-checked: entries, openings, bodies, tiles, root, signatures, tombstones."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from comity.errors import BadInput, Unavailable
from comity.record import checkpoint, merkle, payload, tiles
from comity.record.log import Row
from comity.record.stores import Stores

MAX_PROBLEMS: Final = 1_000
"""Problems listed; a record damaged all over would name each entry."""


@dataclass(frozen=True, slots=True)
class VerifyReport:
    """What the verification found. ``size`` counts signed entries, ``erased`` those erased.

    ``unsigned`` counts entries that an interrupted append left beyond the checkpoint: they are
    checked too, were never acknowledged, and the next append signs them.
    """

    ok: bool
    size: int
    origin: str
    problems: tuple[str, ...]
    erased: int
    unsigned: int


EMPTY: Final = VerifyReport(ok=True, size=0, origin="", problems=(), erased=0, unsigned=0)

Progress = Callable[[int, int], None]


def verify(
    stores: Stores, keys: checkpoint.LogKeys | None, progress: Progress | None = None
) -> VerifyReport:
    """Re-check everything against the pinned keys; a problem is a sentence, not an exception.

    Others may append meanwhile: the log is read as it was at the start. An erasure meanwhile may
    show as a missing body, and has to wait until this ends to be complete.
    """
    audit = _Audit(stores)
    origin, head = "", None
    try:
        body = stores.checkpoints.read()
        if keys is not None:
            origin = keys.origin
            head = checkpoint.verify(body, keys).checkpoint if body else None
        elif body:
            audit.problem("The keys of the record are missing: its signatures cannot be checked.")
        with stores.log.snapshot():
            audit.run(head, progress)
    except (BadInput, Unavailable) as error:
        audit.problem(str(error))
    size = head.size if head else 0
    problems = tuple(audit.problems)
    return VerifyReport(
        ok=not problems,
        size=size,
        origin=origin,
        problems=problems,
        erased=len(audit.missing & audit.buried.keys()),
        unsigned=max(0, audit.hasher.size - size),
    )


class _Audit:
    """One pass over the log, a tile's width at a time."""

    def __init__(self, stores: Stores) -> None:
        self.stores = stores
        self.problems: list[str] = []
        self.hasher = merkle.RootHasher()
        self.missing: set[int] = set()
        self.buried: dict[int, int] = {}
        self.held: set[str] = set()

    def problem(self, sentence: str) -> None:
        if len(self.problems) < MAX_PROBLEMS:
            self.problems.append(sentence)

    def run(self, head: checkpoint.Checkpoint | None, progress: Progress | None) -> None:
        size = self.stores.log.size()
        signed = head.size if head else 0
        if size < signed:
            self.problem(f"The log ends at {size} entries, but {signed} have been signed.")
        levels: list[bytearray] = []
        for start in range(0, size, tiles.WIDTH):
            end = min(start + tiles.WIDTH, size)
            leaves = []
            for index, row in self._rows(start, end):
                leaf = self._entry(index, row)
                leaves.append(leaf)
                self.hasher.add(leaf)
                if head and self.hasher.size == signed and self.hasher.root() != head.root:
                    self.problem("The entries do not lead to the signed root.")
            self._tile(levels, leaves, start // tiles.WIDTH)
            if progress:
                progress(end, size)
        self._upper_tiles(levels, size)
        self._tombstones()
        self._bodies()

    def _rows(self, start: int, end: int) -> Iterator[tuple[int, Row | None]]:
        found = {row.index: row for row in self.stores.log.rows(start, end)}
        return ((index, found.get(index)) for index in range(start, end))

    def _entry(self, index: int, row: Row | None) -> bytes:
        """Check one entry and return its leaf hash."""
        if row is None:
            self.problem(f"Entry {index} is missing.")
            return merkle.EMPTY_ROOT
        try:
            opening = row.opening()
            if opening is None:
                self.missing.add(index)
            else:
                self._payload(index, opening.payload)
        except (BadInput, Unavailable) as error:
            self.problem(f"Entry {index}: {error}")
        return merkle.leaf_hash(row.entry)

    def _payload(self, index: int, raw: bytes) -> None:
        if payload.kind_of(raw) == payload.ERASURE:
            tombstone = payload.decode(raw)
            if isinstance(tombstone, payload.Erasure):
                if tombstone.index >= index:
                    self.problem(f"The tombstone in entry {index} is for a later entry.")
                self.buried[tombstone.index] = index
        names = payload.bodies(raw, self.stores.body)
        if names != self.stores.log.held(index):
            self.problem(f"The list of the bodies that entry {index} holds is wrong.")
        fresh = names - self.held
        self.held |= names
        for name in sorted(fresh):
            self.stores.body(name)

    def _tile(self, levels: list[bytearray], leaves: list[bytes], n: int) -> None:
        """Check one level 0 tile and carry its hash upwards if it is full."""
        carry = b"".join(leaves)
        if self.stores.log.tile(0, n) != carry:
            path = tiles.Tile(0, n, len(leaves)).path
            self.problem(f"The tile {path} is not what its entries hash to.")
        level = 1
        while len(carry) == tiles.FULL:
            if len(levels) < level:
                levels.append(bytearray())
            row = levels[level - 1]
            row += merkle.fold(carry)
            carry = b"" if len(row) % tiles.FULL else bytes(row[-tiles.FULL :])
            level += 1

    def _upper_tiles(self, levels: list[bytearray], size: int) -> None:
        """Check every tile above level 0, and that there are no others."""
        expected = {(tile.level, tile.n): tile for tile in tiles.tiles_of(size)}
        for (level, n), tile in expected.items():
            if not level:
                continue
            row = levels[level - 1][n * tiles.FULL : (n + 1) * tiles.FULL]
            if self.stores.log.tile(level, n) != row:
                self.problem(f"The tile {tile.path} is not what its entries hash to.")
        for level, n in self.stores.log.tile_keys():
            if (level, n) not in expected:
                self.problem(f"The tile {tiles.Tile(level, n).path} is not part of the tree.")

    def _tombstones(self) -> None:
        for index in sorted(self.missing - self.buried.keys()):
            self.problem(f"The payload of entry {index} is missing, and no tombstone says why.")
        for index in sorted(self.buried.keys() - self.missing):
            self.problem(f"Entry {index} has a tombstone, but its payload is still there.")
        if self.stores.log.tombstones() != self.buried:
            self.problem("The list of tombstones is not what the entries say.")

    def _bodies(self) -> None:
        """Check the bodies that no entry holds yet; the others have been checked with theirs."""
        for names in (self.stores.log.body_names(), self.stores.blobs.names()):
            for name in names:
                if name not in self.held:
                    try:
                        self.stores.body(name)
                    except (BadInput, Unavailable) as error:
                        self.problem(str(error))
