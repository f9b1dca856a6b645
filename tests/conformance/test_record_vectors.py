"""Published vectors: transparency-dev/merkle, the plants draft, transparency-dev/tessera."""

import json
from base64 import b64decode
from collections.abc import Iterable, Iterator
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from comity.errors import BadInput
from comity.record import checkpoint, merkle, note, tiles

Vector = dict[str, Any]

REFUSED = {
    "sizes are equal (one) and proof is empty": "its roots are not 32 bytes long",
    "subtree is empty": "an empty subtree has no proof here; callers treat size 0 apart",
}
"""Vectors that hold upstream and are refused here on purpose, by the start of their name."""


def vectors(shared: Path, kind: str) -> list[tuple[str, Vector]]:
    folder = shared / "vectors" / "merkle" / "testdata" / kind
    return [(str(path), json.loads(path.read_bytes())) for path in sorted(folder.rglob("*.json"))]


def hashes(vector: Vector) -> list[bytes]:
    return [b64decode(value or "") for value in vector["proof"] or ()]


def raw(vector: Vector, name: str) -> bytes:
    return b64decode(vector[name] or "")


def check_inclusion(vector: Vector) -> None:
    merkle.verify_inclusion(
        raw(vector, "leafHash"),
        vector["leafIdx"],
        vector["treeSize"] if "treeSize" in vector else vector["end"],
        hashes(vector),
        raw(vector, "root"),
        vector.get("start", 0),
    )


def check_consistency(vector: Vector) -> None:
    merkle.verify_consistency(
        raw(vector, "root1"),
        vector["size1"] if "size1" in vector else vector["end"],
        raw(vector, "root2"),
        vector["size2"] if "size2" in vector else vector["size"],
        hashes(vector),
        vector.get("start", 0),
    )


@pytest.mark.parametrize(
    ("kind", "count"),
    [
        ("inclusion", 98),
        ("consistency", 98),
        ("subtreeinclusion", 204),
        ("subtreeconsistency", 118),
    ],
)
def test_merkle_proofs(shared: Path, kind: str, count: int) -> None:
    check = check_inclusion if kind.endswith("inclusion") else check_consistency
    wrong = []
    found = vectors(shared, kind)
    for path, vector in found:
        try:
            check(vector)
            accepted = True
        except BadInput:
            accepted = False
        on_purpose = not accepted and any(vector["desc"].startswith(name) for name in REFUSED)
        if accepted == vector["wantErr"] and not on_purpose:
            wrong.append((path, vector["desc"]))
    assert len(found) == count
    assert wrong == []


LEAVES = [merkle.leaf_hash(bytes([value])) for value in range(130)]


@cache
def read_leaves(level: int, n: int) -> bytes:
    return merkle.fold(b"".join(LEAVES[n << level : (n + 1) << level]))


def subtrees(size: int) -> Iterator[tuple[int, int]]:
    """Every valid subtree, in the order of the draft, the empty ones included."""
    for end in range(size + 1):
        for start in range(end + 1):
            if start == end or start % (1 << (end - start - 1).bit_length()) == 0:
                yield start, end


def line(prefix: str, hashes: Iterable[bytes]) -> bytes:
    return (" ".join((prefix, *(value.hex() for value in hashes))) + "\n").encode()


def test_accumulated_subtrees(shared: Path) -> None:
    path = shared / "vectors" / "ietf_plants_mtc" / "accumulated.json"
    want = json.loads(path.read_bytes())
    subtree, inclusion, consistency = sha256(), sha256(), sha256()
    for start, end in subtrees(len(LEAVES)):
        full = start < end
        value = merkle.subtree_hash(read_leaves, start, end) if full else merkle.EMPTY_ROOT
        subtree.update(line(f"[{start}, {end})", [value]))
        for index in range(start, end):
            proof = merkle.prove_inclusion(read_leaves, index, end, start)
            inclusion.update(line(f"{index} [{start}, {end})", proof))
            merkle.verify_inclusion(LEAVES[index], index, end, proof, value, start)
    for size in range(len(LEAVES) + 1):
        root = merkle.root(read_leaves, size)
        for start, end in subtrees(size):
            proof = ()
            if start < end:
                proof = merkle.prove_consistency(read_leaves, end, size, start)
                old = merkle.subtree_hash(read_leaves, start, end)
                merkle.verify_consistency(old, end, root, size, proof, start)
            consistency.update(line(f"[{start}, {end}) {size}", proof))
    assert subtree.hexdigest() == want["subtree_hash"]
    assert inclusion.hexdigest() == want["subtree_inclusion"]
    assert consistency.hexdigest() == want["subtree_consistency"]


TESSERA_KEY = "example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx"


def test_tessera_log_is_rebuilt_byte_for_byte(shared: Path) -> None:
    folder = shared / "vectors" / "tessera" / "testdata" / "log"
    entries = tiles.decode_bundle((folder / "tile/entries/000.p/15").read_bytes())
    leaves = [merkle.leaf_hash(entry) for entry in entries]
    key = note.parse_vkey(TESSERA_KEY)
    tile = b""
    for size in range(len(entries) + 1):
        if size:
            tile = tiles.grow(size - 1, leaves[size - 1 : size], lambda *_, old=tile: old)[0, 0]
            bundle = tiles.encode_bundle(entries[:size])
            assert (folder / tiles.Tile(0, 0, size).path).read_bytes() == tile
            assert (folder / tiles.Tile(None, 0, size).path).read_bytes() == bundle
        name = "checkpoint" if size == len(entries) else f"checkpoint.{size}"
        signed = note.parse((folder / name).read_bytes())
        assert note.verify(signed, [key], checkpoint.ALGORITHMS).keys() == {key}
        head = checkpoint.parse(signed.text)
        assert head.size == size
        root = merkle.root(tiles.TileHashes(lambda *_, now=tile: now), size)
        assert head.root == root
