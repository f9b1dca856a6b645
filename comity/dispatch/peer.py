"""Another node, as this one knows it."""

from dataclasses import dataclass

from comity.identity.pair import PublicPair


@dataclass(frozen=True)
class Peer:
    """A node's name (the origin of its log) and the pair of keys pinned for it."""

    node: str
    keys: PublicPair
