"""Tiles: how a Merkle tree is cut into static pieces (C2SP tlog-tiles v0.1.0).

A hash tile holds up to 256 consecutive hashes of one tile level; level ``l + 1`` holds the hashes
of the *full* tiles of level ``l``. An entry bundle holds up to 256 consecutive log entries.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from comity.errors import BadInput
from comity.record import merkle

WIDTH: Final = 256
HEIGHT: Final = 8
FULL: Final = WIDTH * merkle.HASH_SIZE
"""Bytes in a full hash tile."""
MAX_LEVEL: Final = 63
MAX_ENTRY: Final = 65_535
"""Bytes in one log entry: its length is a uint16 (tlog-tiles, "Log entries")."""

FetchTile = Callable[[int, int], bytes]
"""``fetch(level, n)``: the hashes of tile ``n`` of ``level``, full or partial, concatenated."""

_PATH = re.compile(
    r"tile/(?P<level>entries|0|[1-9][0-9]?)/(?P<n>(?:x[0-9]{3}/)*[0-9]{3})(?:\.p/(?P<width>[1-9][0-9]{0,2}))?"
)


@dataclass(frozen=True, slots=True)
class Tile:
    """One tile. ``level`` None is an entry bundle; ``width`` counts hashes or entries (1-256)."""

    level: int | None
    n: int
    width: int = WIDTH

    @property
    def path(self) -> str:
        """Return ``tile/<L>/<N>[.p/<W>]`` (tlog-tiles, "Merkle Tree" and "Log entries")."""
        level = "entries" if self.level is None else str(self.level)
        groups = [f"{self.n % 1000:03d}"]
        rest = self.n // 1000
        while rest:
            groups.insert(0, f"x{rest % 1000:03d}")
            rest //= 1000
        partial = "" if self.width == WIDTH else f".p/{self.width}"
        return f"tile/{level}/{'/'.join(groups)}{partial}"


def parse_path(text: str) -> Tile:
    """Return the tile that a path names; raise BadInput if it names none."""
    match = _PATH.fullmatch(text)
    if match is None:
        raise BadInput(f"“{text}” is not the path of a tile.")
    level = None if match["level"] == "entries" else int(match["level"])
    if level is not None and level > MAX_LEVEL:
        raise BadInput(f"“{text}” names a tile level above {MAX_LEVEL}.")
    groups = match["n"].replace("x", "").split("/")
    if len(groups) > 1 and groups[0] == "000":
        raise BadInput(f"“{text}” writes its tile number with needless zeroes.")
    width = int(match["width"]) if match["width"] else WIDTH
    if match["width"] and width >= WIDTH:
        raise BadInput(f"“{text}” names a partial tile that is not narrower than {WIDTH}.")
    return Tile(level, int("".join(groups)), width)


def tiles_of(size: int) -> Iterator[Tile]:
    """Yield every hash tile of a tree of ``size`` leaves, lowest level first."""
    level = 0
    while size:
        for n in range(size // WIDTH):
            yield Tile(level, n)
        if size % WIDTH:
            yield Tile(level, size // WIDTH, size % WIDTH)
        size //= WIDTH
        level += 1


def grow(size: int, leaves: Sequence[bytes], fetch: FetchTile) -> dict[tuple[int, int], bytes]:
    """Return the tiles that appending ``leaves`` to a tree of ``size`` leaves writes.

    Keys are (level, n), values the whole new content. ``fetch`` is asked only for the partial
    tiles at the right edge of the old tree.
    """
    written: dict[tuple[int, int], bytes] = {}
    level, new = 0, list(leaves)
    while new:
        n, used = divmod(size, WIDTH)
        row = fetch(level, n) if used else b""
        if len(row) != used * merkle.HASH_SIZE:
            raise BadInput(f"{Tile(level, n, used).path} does not hold {used} hashes.")
        row += b"".join(new)
        new = []
        for offset in range(0, len(row), FULL):
            part = row[offset : offset + FULL]
            written[level, n + offset // FULL] = part
            if len(part) == FULL:
                new.append(merkle.fold(part))
        level += 1
        size //= WIDTH
    return written


class TileHashes:
    """A ``merkle.HashReader`` over tiles that reads each tile at most once."""

    __slots__ = ("_fetch", "_seen")

    def __init__(self, fetch: FetchTile, known: Mapping[tuple[int, int], bytes] | None = None):
        self._fetch = fetch
        self._seen = dict(known or {})

    def __call__(self, level: int, n: int) -> bytes:
        tile_level, height = divmod(level, HEIGHT)
        tile, offset = divmod(n << height, WIDTH)
        key = (tile_level, tile)
        if key not in self._seen:
            self._seen[key] = self._fetch(*key)
        start, end = offset * merkle.HASH_SIZE, (offset + (1 << height)) * merkle.HASH_SIZE
        content = self._seen[key]
        if len(content) < end:
            raise BadInput(f"{Tile(tile_level, tile).path} lacks hashes that the tree needs.")
        return merkle.fold(content[start:end])


def encode_bundle(entries: Sequence[bytes]) -> bytes:
    """Return up to 256 entries as an entry bundle: each with its uint16 length before it."""
    if len(entries) > WIDTH:
        raise BadInput(f"An entry bundle holds at most {WIDTH} entries, not {len(entries)}.")
    for entry in entries:
        if len(entry) > MAX_ENTRY:
            raise BadInput(f"A log entry has at most {MAX_ENTRY} bytes, not {len(entry)}.")
    return b"".join(len(entry).to_bytes(2, "big") + entry for entry in entries)


def decode_bundle(bundle: bytes) -> tuple[bytes, ...]:
    """Return the entries of an entry bundle; raise BadInput if it is cut short or too long."""
    entries: list[bytes] = []
    at = 0
    while at < len(bundle):
        if len(bundle) - at < 2:
            raise BadInput("The entry bundle ends inside the length of an entry.")
        length = int.from_bytes(bundle[at : at + 2], "big")
        at += 2 + length
        if at > len(bundle):
            raise BadInput("The entry bundle ends inside an entry.")
        entries.append(bundle[at - length : at])
    if len(entries) > WIDTH:
        raise BadInput(f"An entry bundle holds at most {WIDTH} entries, not {len(entries)}.")
    return tuple(entries)
