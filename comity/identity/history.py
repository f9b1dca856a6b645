"""Which keys were a node's own at which entry of a log. Order in the log decides, no clock."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from comity.errors import BadInput
from comity.identity.document import Root
from comity.identity.pair import PublicPair

History = Sequence[tuple[int, Root]]
"""Each version of one node's root and the index of its entry in one log, oldest first."""


def root_at(history: History, index: int) -> Root:
    """Return the version that held at the entry ``index``: from its own entry to the next one's.

    Raise BadInput if no version stood in the log yet: what is not known then is not refused as
    revoked, and it is not accepted either.
    """
    _check_order(history)
    before = [root for at, root in history if at <= index]
    if not before:
        raise BadInput(
            f"No root document of the signer stands in the log at entry {index} or before: whose "
            "keys these are is not known there."
        )
    return before[-1]


def keys_at(history: History, index: int) -> PublicPair:
    """Return the pair that signed dispatches for the node at the entry ``index``."""
    return root_at(history, index).online


def check_signer(history: History, index: int, pair: PublicPair) -> Root:
    """Return the version under which ``pair`` signed for the node at the entry ``index``.

    Raise BadInput if the pair was replaced or revoked by then, is used before it was announced,
    or never was the node's. An expired version still vouches for what was signed under it.
    """
    held = root_at(history, index)
    if held.online == pair:
        return held
    for at, root in history:
        if root.online == pair:
            when = "replaced or revoked before" if at <= index else "not yet announced at"
            raise BadInput(
                f"The keys of version {root.version} of the root document were {when} entry "
                f"{index}, where version {held.version} holds."
            )
    raise BadInput("These keys are in no version of the signer's root document.")


def _check_order(history: History) -> None:
    for (at, root), (next_at, following) in pairwise(history):
        if next_at <= at or following.version != root.version + 1:
            raise BadInput("The versions of a root document stand in the log one after the other.")
