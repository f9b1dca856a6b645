"""Tile coordinates, growth and entry bundles (tlog-tiles)."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.errors import BadInput
from comity.record import merkle, tiles
from tests.record.support import naive_root


@pytest.mark.parametrize(
    ("tile", "path"),
    [
        (tiles.Tile(0, 1234, 5), "tile/0/x001/234.p/5"),
        (tiles.Tile(None, 0), "tile/entries/000"),
        (tiles.Tile(1, 1_234_067), "tile/1/x001/x234/067"),
        (tiles.Tile(63, 999, 255), "tile/63/999.p/255"),
        (tiles.Tile(None, 1000, 1), "tile/entries/x001/000.p/1"),
    ],
)
def test_paths(tile: tiles.Tile, path: str) -> None:
    assert tile.path == path
    assert tiles.parse_path(path) == tile


@pytest.mark.parametrize(
    ("path", "sentence"),
    [
        ("tile/0/1", "is not the path of a tile"),
        ("tile/00/001", "is not the path of a tile"),
        ("tile/0/001.p/0", "is not the path of a tile"),
        ("tile/0/001/../002", "is not the path of a tile"),
        ("tile/64/001", "names a tile level above 63"),
        ("tile/0/x000/001", "with needless zeroes"),
        ("tile/0/001.p/256", "not narrower than 256"),
    ],
)
def test_each_bad_path_has_its_sentence(path: str, sentence: str) -> None:
    with pytest.raises(BadInput, match=sentence):
        tiles.parse_path(path)


def test_the_example_of_the_specification() -> None:
    found = list(tiles.tiles_of(70_000))
    assert [tile for tile in found if tile.width < 256] == [
        tiles.Tile(0, 273, 112),
        tiles.Tile(1, 1, 17),
        tiles.Tile(2, 0, 1),
    ]
    assert len(found) == 273 + 1 + 1 + 1 + 1
    assert list(tiles.tiles_of(256)) == [tiles.Tile(0, 0), tiles.Tile(1, 0, 1)]


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(1, 400), min_size=1, max_size=6))
def test_any_split_into_batches_gives_the_same_tiles_and_root(batches: list[int]) -> None:
    entries = [str(number).encode() for number in range(sum(batches))]
    leaves = [merkle.leaf_hash(entry) for entry in entries]
    stored: dict[tuple[int, int], bytes] = {}

    def fetch(level: int, n: int) -> bytes:
        return stored[level, n]

    size = 0
    for batch in batches:
        stored |= tiles.grow(size, leaves[size : size + batch], fetch)
        size += batch
    at_once = tiles.grow(0, leaves, lambda *_: b"")
    assert stored == at_once
    assert {(tile.level, tile.n, tile.width) for tile in tiles.tiles_of(size)} == {
        (level, n, len(content) // 32) for (level, n), content in stored.items()
    }
    root = merkle.root(tiles.TileHashes(fetch), size)
    assert root == naive_root(entries)


def test_damaged_tiles_are_refused() -> None:
    with pytest.raises(BadInput, match=r"tile/0/000.p/2 does not hold 2 hashes"):
        tiles.grow(2, [b"x" * 32], lambda *_: b"y" * 32)
    with pytest.raises(BadInput, match="tile/0/000 lacks hashes"):
        merkle.root(tiles.TileHashes(lambda *_: b"y" * 32), 2)


@given(st.lists(st.binary(max_size=300), max_size=256))
def test_bundles_round_trip(entries: list[bytes]) -> None:
    assert tiles.decode_bundle(tiles.encode_bundle(entries)) == tuple(entries)


def test_each_bad_bundle_has_its_sentence() -> None:
    with pytest.raises(BadInput, match="ends inside the length"):
        tiles.decode_bundle(b"\x00")
    with pytest.raises(BadInput, match="ends inside an entry"):
        tiles.decode_bundle(b"\x00\x02a")
    with pytest.raises(BadInput, match="at most 256 entries, not 257"):
        tiles.decode_bundle(b"\x00\x00" * 257)
    with pytest.raises(BadInput, match="at most 256 entries, not 257"):
        tiles.encode_bundle([b""] * 257)
    with pytest.raises(BadInput, match="at most 65535 bytes, not 65536"):
        tiles.encode_bundle([b"x" * 65_536])
    assert len(tiles.encode_bundle([b"x" * 65_535])) == 65_537
