"""Holders of root keys, and the rule that no kind of key and no person reaches the threshold.

A holder is an office, not a name: the document outlives whoever holds it. The threshold counts
keys. Because each holder adds as many Ed25519 keys as ML-DSA-65 keys, more than half of all keys
always takes both kinds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from comity.errors import BadInput
from comity.identity.node_fields import check_name
from comity.identity.pair import PublicPair

MAX_PAIRS: Final = 8
"""Pairs of root keys in one document: it has to stay a file that people can carry and read."""


@dataclass(frozen=True)
class Holder:
    """One person's office (``name``) and the pairs of root keys that are in its hands."""

    name: str
    pairs: tuple[PublicPair, ...]

    def __post_init__(self) -> None:
        """Refuse a holder whose name cannot be read or who holds nothing."""
        check_name(self.name, "The name of a holder")
        if not 0 < len(self.pairs) <= MAX_PAIRS:
            raise BadInput(f"A holder has 1 to {MAX_PAIRS} pairs of keys.")


def majority(holders: Sequence[Holder]) -> int:
    """Return the least number of keys that is more than half: 4 of 6, 3 of 4."""
    return sum(len(holder.pairs) for holder in holders) + 1


def check_threshold(holders: Sequence[Holder], threshold: int) -> None:
    """Raise BadInput unless the threshold takes both kinds of key and, of several people, two.

    Of one person alone the second cannot be asked. A threshold of all keys is refused too: one
    key may be lost.
    """
    if not holders:
        raise BadInput("A root document has at least one holder of root keys.")
    if len({holder.name for holder in holders}) != len(holders):
        raise BadInput("Two holders of root keys have the same name.")
    pairs = sum(len(holder.pairs) for holder in holders)
    if pairs > MAX_PAIRS:
        raise BadInput(f"A root document has at most {MAX_PAIRS} pairs of root keys.")
    if threshold <= pairs:
        raise BadInput(
            f"The {pairs} keys of one kind would reach the threshold of {threshold}: whoever "
            "breaks that kind of key would be the node."
        )
    if threshold >= 2 * pairs:
        raise BadInput(
            f"The threshold of {threshold} takes all {2 * pairs} keys: once one is lost, nothing "
            "could be renewed or revoked; one person needs two pairs at least."
        )
    for holder in holders:
        if len(holders) > 1 and 2 * len(holder.pairs) >= threshold:
            raise BadInput(
                f"{holder.name} alone would reach the threshold of {threshold}: give the holders "
                "the same number of pairs."
            )
