"""The key ceremony as values: who holds root keys, the draft of each version, its signatures.

A version is drafted at the node, carried to the holders, signed by each on their own machine, and
carried back: in turn, or as copies that are put together.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Final

import msgspec

from comity.errors import BadInput
from comity.identity.document import Document, Root, keys_of, parse
from comity.identity.holders import Holder
from comity.identity.node_fields import Node
from comity.identity.pair import PublicPair
from comity.identity.root import make_root
from comity.record.fingerprint import groups

VALID: Final = timedelta(days=396)
"""How long a version holds: thirteen months, so that a yearly ceremony has a month to spare."""
MAX_HOLDER: Final = 1 << 16
"""Bytes of the file by which a holder makes public keys known."""

_LABEL = b"comity-holder/v1\x00"


class _Pair(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    ed25519: bytes
    ml_dsa_65: bytes


class _HolderFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    name: str
    pairs: tuple[_Pair, ...]


def holder_file(holder: Holder) -> bytes:
    """Return the file that a holder hands to the node: name and public keys (base64)."""
    pairs = tuple(_Pair(*keys_of(pair)) for pair in holder.pairs)
    encoded = msgspec.json.encode(_HolderFile(holder.name, pairs))
    return msgspec.json.format(encoded, indent=2) + b"\n"


def read_holder(data: bytes) -> Holder:
    """Return the holder of such a file; raise BadInput with one sentence if it is none."""
    if len(data) > MAX_HOLDER:
        raise BadInput(f"The file of a holder is longer than {MAX_HOLDER} bytes.")
    try:
        file = msgspec.json.decode(data, type=_HolderFile)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        raise BadInput(
            "This is no file with a holder's public keys, as 'comity identity holder' makes it."
        ) from None
    return Holder(file.name, tuple(PublicPair(one.ed25519, one.ml_dsa_65) for one in file.pairs))


def holder_fingerprint(holder: Holder) -> str:
    """Return what holder and node read to each other before the keys go into a draft."""
    keys = b"".join(key for pair in holder.pairs for key in keys_of(pair))
    return groups(sha256(_LABEL + keys).digest())


def begin(now: datetime, holders: Sequence[Holder], online: PublicPair, node: Node) -> bytes:
    """Return the draft of version 1."""
    return make_root(1, _expiry(now), holders, online, node)


def renew(
    current: Root,
    now: datetime,
    *,
    holders: Sequence[Holder] | None = None,
    online: PublicPair | None = None,
    node: Node | None = None,
) -> bytes:
    """Return the draft of the version after ``current``: what is not given stays."""
    return make_root(
        current.version + 1,
        _expiry(now),
        current.holders if holders is None else holders,
        current.online if online is None else online,
        current.node if node is None else node,
    )


def with_holder(holders: Sequence[Holder], new: Holder) -> tuple[Holder, ...]:
    """Return the holders with ``new`` in the place of the one of that name, or at the end."""
    if new.name in {holder.name for holder in holders}:
        return tuple(new if holder.name == new.name else holder for holder in holders)
    return (*holders, new)


def without_holder(holders: Sequence[Holder], name: str) -> tuple[Holder, ...]:
    """Return the holders without the one of that name; BadInput if there is none, or none left."""
    left = tuple(holder for holder in holders if holder.name != name)
    if len(left) == len(holders):
        named = ", ".join(holder.name for holder in holders)
        raise BadInput(f"No holder is named {name}; the holders are: {named}.")
    if not left:
        raise BadInput(
            f"{name} is the only holder: rotate to new keys of that holder instead of revoking."
        )
    return left


def gather(copies: Sequence[bytes], current: Root | None) -> bytes:
    """Return one document with the valid signatures of all copies of one draft.

    Kept are signatures by root keys of the draft itself and of ``current``, the version before;
    others count nowhere. Raise BadInput if the copies are not all of the same draft.
    """
    if not copies:
        raise BadInput("There is no root document to put together.")
    documents = [parse(data) for data in copies]
    root = documents[0].root
    if any(one.root != root for one in documents):
        raise BadInput(
            "The copies are of different drafts: sign copies of one draft, or adopt one of them."
        )
    versions = [root] if current is None else [root, current]
    kept = {
        keyid: document.signatures[keyid]
        for document in documents
        for version in versions
        for keyid in sorted(document.signed_by(version))
    }
    return bytes(Document(root, kept))


def _expiry(now: datetime) -> datetime:
    return (now.astimezone(UTC) + VALID).replace(microsecond=0)
