"""Hashing and proofs against a naive RFC 9162."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.errors import BadInput
from comity.record import merkle
from tests.record.support import naive_path, naive_root

ENTRIES = [str(number).encode() for number in range(70)]
LEAVES = [merkle.leaf_hash(entry) for entry in ENTRIES]
A, B = b"a" * 32, b"b" * 32


def read(level: int, n: int) -> bytes:
    return merkle.fold(b"".join(LEAVES[n << level : (n + 1) << level]))


def test_root_and_inclusion_agree_with_the_naive_tree() -> None:
    hasher = merkle.RootHasher()
    for size in range(len(ENTRIES)):
        root = naive_root(ENTRIES[:size])
        assert merkle.root(read, size) == root == hasher.root()
        hasher.add(LEAVES[size])
        for index in range(0, size, 7):
            proof = merkle.prove_inclusion(read, index, size)
            assert list(proof) == naive_path(index, ENTRIES[:size])
            merkle.verify_inclusion(LEAVES[index], index, size, proof, root)


def test_consistency_holds_between_all_sizes() -> None:
    for size in range(1, len(ENTRIES), 3):
        new = naive_root(ENTRIES[:size])
        for end in range(1, size + 1):
            proof = merkle.prove_consistency(read, end, size)
            merkle.verify_consistency(naive_root(ENTRIES[:end]), end, new, size, proof)


@settings(deadline=None)
@given(st.integers(2, 69), st.data())
def test_a_changed_proof_is_refused(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    proof = list(merkle.prove_inclusion(read, index, size))
    at = data.draw(st.integers(0, len(proof) - 1))
    proof[at] = bytes([proof[at][0] ^ 1]) + proof[at][1:]
    with pytest.raises(BadInput, match="does not lead to the root"):
        merkle.verify_inclusion(LEAVES[index], index, size, proof, naive_root(ENTRIES[:size]))


@pytest.mark.parametrize(
    ("index", "end", "proof", "sentence"),
    [
        (2, 2, (), "There is no leaf 2 among the leaves 0 to 1."),
        (0, 0, (), "The leaves 0 to 0 (exclusive) are no range that can be proven."),
        (0, 2, (), "The inclusion proof is shorter than the tree is high."),
        (0, 1, (B,), "The inclusion proof is longer than the tree is high."),
        (0, 2, (b"short",), "A hash in the proof is not 32 bytes long."),
        (0, 2, (B,), "The inclusion proof does not lead to the root of the checkpoint."),
    ],
)
def test_each_bad_inclusion_proof_has_its_sentence(
    index: int, end: int, proof: tuple[bytes, ...], sentence: str
) -> None:
    with pytest.raises(BadInput) as caught:
        merkle.verify_inclusion(A, index, end, proof, B)
    assert str(caught.value) == sentence


@pytest.mark.parametrize(
    ("sizes", "proof", "sentence"),
    [
        ((3, 2), (), "A tree of 2 leaves cannot contain the leaves 0 to 2."),
        ((3, 4), (), "The consistency proof is empty although the trees differ in size."),
        ((2, 2), (A,), "The consistency proof is longer than the tree is high."),
        ((2, 4), (), "The consistency proof is shorter than the tree is high."),
        ((3, 4), (A, B, A), "The consistency proof does not lead to the older root."),
        ((2, 4), (A,), "The consistency proof does not lead to the newer root."),
    ],
)
def test_each_bad_consistency_proof_has_its_sentence(
    sizes: tuple[int, int], proof: tuple[bytes, ...], sentence: str
) -> None:
    with pytest.raises(BadInput) as caught:
        merkle.verify_consistency(A, sizes[0], B, sizes[1], proof)
    assert str(caught.value) == sentence


def test_proving_refuses_what_is_not_there() -> None:
    with pytest.raises(BadInput, match="There is no leaf 5"):
        merkle.prove_inclusion(read, 5, 5)
    with pytest.raises(BadInput, match="cannot contain"):
        merkle.prove_consistency(read, 6, 5)
    with pytest.raises(BadInput, match="not one subtree"):
        merkle.prove_consistency(read, 3, 5, 1)
