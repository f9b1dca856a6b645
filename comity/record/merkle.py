"""Merkle tree hashing, inclusion proofs and consistency proofs (RFC 9162 §2.1, RFC 6962 §2.1).

A subtree ``[start, end)`` is what one ML-DSA-44 cosignature line covers (C2SP tlog-cosignature);
``start = 0`` is the whole tree of ``end`` leaves, which is the case that RFC 9162 describes. All
hashes are 32 bytes of SHA-256.
"""

from collections.abc import Callable, Sequence
from hashlib import sha256

from comity.errors import BadInput

HASH_SIZE = 32
EMPTY_ROOT = sha256(b"").digest()

_LEAF = b"\x00"
_NODE = b"\x01"

HashReader = Callable[[int, int], bytes]
"""``read(level, n)``: the hash over the ``2**level`` leaves that start at ``n * 2**level``.

Only complete subtrees are asked for; ``level`` 0 is a leaf hash.
"""


def leaf_hash(entry: bytes) -> bytes:
    """Return HASH(0x00 || entry) (RFC 9162 §2.1.1)."""
    return sha256(_LEAF + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return HASH(0x01 || left || right) (RFC 9162 §2.1.1)."""
    return sha256(_NODE + left + right).digest()


def fold(hashes: bytes) -> bytes:
    """Return the root over ``2**n`` sibling hashes of one level, given concatenated."""
    while len(hashes) > HASH_SIZE:
        hashes = b"".join(
            [
                sha256(_NODE + hashes[at : at + 2 * HASH_SIZE]).digest()
                for at in range(0, len(hashes), 2 * HASH_SIZE)
            ]
        )
    return hashes


class RootHasher:
    """The root of a growing list of leaf hashes, in O(log n) memory."""

    __slots__ = ("_peaks", "size")

    def __init__(self) -> None:
        self.size = 0
        self._peaks: list[bytes] = []

    def add(self, leaf: bytes) -> None:
        """Take in the next leaf hash."""
        carry = self.size
        while carry & 1:
            leaf = node_hash(self._peaks.pop(), leaf)
            carry >>= 1
        self._peaks.append(leaf)
        self.size += 1

    def root(self) -> bytes:
        """Return the Merkle Tree Hash of everything added so far."""
        if not self._peaks:
            return EMPTY_ROOT
        result = self._peaks[-1]
        for peak in reversed(self._peaks[:-1]):
            result = node_hash(peak, result)
        return result


def root(read: HashReader, size: int) -> bytes:
    """Return the Merkle Tree Hash of the first ``size`` leaves (RFC 9162 §2.1.1)."""
    return subtree_hash(read, 0, size) if size else EMPTY_ROOT


def subtree_hash(read: HashReader, start: int, end: int) -> bytes:
    """Return MTH(D[start:end]) of a valid subtree, from complete subtrees only."""
    size = end - start
    split = _split(size)
    if size == 1 or split * 2 == size:
        level = (size - 1).bit_length()
        return read(level, start >> level)
    middle = start + split
    return node_hash(subtree_hash(read, start, middle), subtree_hash(read, middle, end))


def prove_inclusion(read: HashReader, index: int, end: int, start: int = 0) -> tuple[bytes, ...]:
    """Return PATH(index, D[start:end]) from the leaf's sibling upwards (RFC 9162 §2.1.3.1)."""
    _check_subtree(start, end)
    if not start <= index < end:
        raise BadInput(f"There is no leaf {index} among the leaves {start} to {end - 1}.")
    proof: list[bytes] = []
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            proof.append(subtree_hash(read, middle, end))
            end = middle
        else:
            proof.append(subtree_hash(read, start, middle))
            start = middle
    return tuple(reversed(proof))


def prove_consistency(read: HashReader, end: int, size: int, start: int = 0) -> tuple[bytes, ...]:
    """Return the proof that ``[start, end)`` is part of the tree of ``size`` leaves.

    With ``start = 0`` it is PROOF(end, D[size]) of RFC 9162 §2.1.4.1; otherwise the subtree
    consistency proof of draft-ietf-plants-merkle-tree-certs §4.4.
    """
    _check_subtree(start, end)
    if end > size:
        raise BadInput(f"A tree of {size} leaves cannot contain the leaves {start} to {end - 1}.")
    proof: list[bytes] = []
    low, high, known = 0, size, True
    while (start, end) != (low, high):
        middle = low + _split(high - low)
        if end <= middle:
            proof.append(subtree_hash(read, middle, high))
            high = middle
        else:
            proof.append(subtree_hash(read, low, middle))
            if start < middle:
                # The subtree reaches over the split, so the verifier cannot name its right part.
                start, known = middle, False
            low = middle
    if not known:
        proof.append(subtree_hash(read, low, high))
    return tuple(reversed(proof))


def verify_inclusion(
    leaf: bytes, index: int, end: int, proof: Sequence[bytes], expected: bytes, start: int = 0
) -> None:
    """Raise BadInput unless ``leaf`` is leaf ``index`` under root ``expected``.

    RFC 9162 §2.1.3.2. ``leaf`` is a leaf hash, ``expected`` the hash of ``[start, end)``.
    """
    _check_subtree(start, end)
    _check_hashes((leaf, expected, *proof))
    if not start <= index < end:
        raise BadInput(f"There is no leaf {index} among the leaves {start} to {end - 1}.")
    fn, sn = index - start, end - start - 1
    result = leaf
    for sibling in proof:
        if sn == 0:
            raise BadInput("The inclusion proof is longer than the tree is high.")
        if fn & 1 or fn == sn:
            result = node_hash(sibling, result)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            result = node_hash(result, sibling)
        fn, sn = fn >> 1, sn >> 1
    if sn:
        raise BadInput("The inclusion proof is shorter than the tree is high.")
    if result != expected:
        raise BadInput("The inclusion proof does not lead to the root of the checkpoint.")


def verify_consistency(
    old: bytes, end: int, new: bytes, size: int, proof: Sequence[bytes], start: int = 0
) -> None:
    """Raise BadInput unless the tree ``new`` of ``size`` leaves contains the subtree ``old``.

    RFC 9162 §2.1.4.2, stated for a subtree ``[start, end)`` as in
    draft-ietf-plants-merkle-tree-certs §4.4.3. An empty old tree is consistent with every tree
    and has no proof: callers treat a first checkpoint apart.
    """
    _check_subtree(start, end)
    _check_hashes((old, new, *proof))
    if end > size:
        raise BadInput(f"A tree of {size} leaves cannot contain the leaves {start} to {end - 1}.")
    fn, sn, tn = start, end - 1, size - 1
    # Skip the levels at which the subtree is complete: its own hash stands for them.
    while fn != sn and (sn == tn or sn & 1):
        fn, sn, tn = fn >> 1, sn >> 1, tn >> 1
    if fn == sn:
        seed, rest = old, proof
    elif proof:
        seed, rest = proof[0], proof[1:]
    else:
        raise BadInput("The consistency proof is empty although the trees differ in size.")
    first, second = _climb(seed, rest, (fn, sn, tn))
    if first != old:
        raise BadInput("The consistency proof does not lead to the older root.")
    if second != new:
        raise BadInput("The consistency proof does not lead to the newer root.")


def _climb(
    seed: bytes, proof: Sequence[bytes], position: tuple[int, int, int]
) -> tuple[bytes, bytes]:
    """Return the older and the newer root that a consistency proof leads to."""
    fn, sn, tn = position
    first = second = seed
    for sibling in proof:
        if tn == 0:
            raise BadInput("The consistency proof is longer than the tree is high.")
        if sn & 1 or sn == tn:
            if fn < sn:
                first = node_hash(sibling, first)
            second = node_hash(sibling, second)
            while not sn & 1 and sn:
                fn, sn, tn = fn >> 1, sn >> 1, tn >> 1
        else:
            second = node_hash(second, sibling)
        fn, sn, tn = fn >> 1, sn >> 1, tn >> 1
    if tn:
        raise BadInput("The consistency proof is shorter than the tree is high.")
    return first, second


def _split(size: int) -> int:
    """Return the largest power of two smaller than ``size`` (RFC 9162 §2.1.1)."""
    return 1 << ((size - 1).bit_length() - 1) if size > 1 else 0


def _check_subtree(start: int, end: int) -> None:
    if not 0 <= start < end:
        raise BadInput(f"The leaves {start} to {end} (exclusive) are no range that can be proven.")
    if start % (1 << (end - start - 1).bit_length()):
        raise BadInput(f"The leaves {start} to {end - 1} are not one subtree of a Merkle tree.")


def _check_hashes(hashes: Sequence[bytes]) -> None:
    if any(len(value) != HASH_SIZE for value in hashes):
        raise BadInput("A hash in the proof is not 32 bytes long.")
