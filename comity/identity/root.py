"""Root documents: making, signing one by one, reading, and following a node through its versions.

The rules are those of TUF (specification 1.0, §5.3 "Update the root role"): a version is valid
if the threshold of its own root keys signed it, and it follows another one if the threshold of
that one's keys signed it too.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256

from securesystemslib.signer import CryptoSigner

from comity.errors import BadInput
from comity.identity.document import Document, Root, key_ids, parse
from comity.identity.holders import Holder, majority
from comity.identity.node_fields import Node
from comity.identity.pair import PrivatePair, PublicPair
from comity.record.fingerprint import groups


def make_root(
    version: int, expires: datetime, holders: Sequence[Holder], online: PublicPair, node: Node
) -> bytes:
    """Return a root document that nobody has signed yet.

    Its threshold is more than half of all root keys. Raise BadInput where ``Root`` does.
    """
    root = Root(version, expires, tuple(holders), majority(holders), online, node)
    return bytes(Document(root, {}))


def sign_root(data: bytes, pair: PrivatePair) -> bytes:
    """Return the document with the two signatures of one pair added, or made anew.

    Raise BadInput if ``data`` is no root document, or if it is version 1 and the pair is none of
    its root keys. In later versions a pair of the version before may sign too.
    """
    document = parse(data)
    root = document.root
    if root.version == 1 and pair.public not in root.pairs:
        raise BadInput(
            "This pair of keys is none of the document's root keys: its signature would not count."
        )
    made = [CryptoSigner(key).sign(root.signed_bytes) for key in (pair.ed25519, pair.ml_dsa_65)]
    return bytes(Document(root, document.signatures | {one.keyid: one for one in made}))


def read_root(data: bytes, now: datetime | None = None) -> Root:
    """Return the root of a document that the threshold of its own keys signed.

    Signatures by other keys, and signatures that do not verify, do not count and do no harm
    (TUF). With ``now``, an expired document is refused; without, its age is not asked. Raise
    BadInput with one sentence. That the right people signed is proven by the version before
    (``succeed``) or by comparing the fingerprint of version 1, and by nothing in the document.
    """
    document = parse(data)
    _check_signed(document, document.root)
    if now is not None and document.root.expired(now):
        raise BadInput(
            f"Version {document.root.version} of the root document expired at "
            f"{document.root.expires:%Y-%m-%d %H:%M} UTC: ask its node for a newer one."
        )
    return document.root


def succeed(current: Root, data: bytes) -> Root:
    """Return the root that follows ``current``; raise BadInput if ``data`` does not.

    It is the next version, of the same log, signed by the thresholds of both versions.
    """
    document = parse(data)
    new = document.root
    if new.version != current.version + 1:
        raise BadInput(
            f"Version {new.version} of the root document does not follow version "
            f"{current.version}: versions are taken one by one."
        )
    if new.node.name != current.node.name:
        raise BadInput(
            f"The document is that of the node {new.node.name}, not of {current.node.name}."
        )
    if new.node.log != current.node.log:
        raise BadInput(
            "The document names other keys under the same log: a log with new keys is a new log, "
            "and its node a new node."
        )
    _check_signed(document, current)
    _check_signed(document, new)
    return new


def trusted_chain(roots: Sequence[bytes]) -> Root:
    """Return the last of a node's versions, each checked against the one before.

    ``roots`` begins with version 1, which the caller trusts because somebody compared its
    fingerprint. Raise BadInput if there is none, or where ``read_root`` and ``succeed`` do.
    """
    if not roots:
        raise BadInput("There is no root document to begin with.")
    current = read_root(roots[0])
    if current.version != 1:
        raise BadInput(f"The chain begins with version {current.version}, not with version 1.")
    for data in roots[1:]:
        current = succeed(current, data)
    return current


def fingerprint(data: bytes) -> str:
    """Return the fingerprint of a node: 128 bits of version 1 as eight groups of five digits.

    It is taken over the signed part as canonical JSON, the bytes that the signatures cover, and
    not over the file: signatures are added one by one and may come in any order, and the number
    that people read to each other must not change with them. Raise BadInput for a later
    version: a node keeps the fingerprint of its first one.
    """
    root = parse(data).root
    if root.version != 1:
        raise BadInput(
            f"A fingerprint is taken of version 1 of a root document, not of version "
            f"{root.version}."
        )
    return version_fingerprint(root)


def version_fingerprint(root: Root) -> str:
    """Return the same over any version: what a holder compares with the node before signing."""
    return groups(sha256(root.signed_bytes).digest())


def unsigned(document: Document, version: Root) -> tuple[str, ...]:
    """Return the holders of ``version`` of whose keys one at least has not validly signed."""
    signed = document.signed_by(version)
    return tuple(
        holder.name
        for holder in version.holders
        if not signed.issuperset(k for pair in holder.pairs for k in key_ids(pair))
    )


def _check_signed(document: Document, version: Root) -> None:
    signed = len(document.signed_by(version))
    if signed < version.threshold:
        raise BadInput(
            f"Version {document.root.version} of the root document is signed by {signed} of the "
            f"{version.threshold} keys of version {version.version} that it needs; without a "
            f"valid signature of: {', '.join(unsigned(document, version))}."
        )
