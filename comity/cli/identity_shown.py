"""What ``comity identity`` shows of a root document, and how it writes its results."""

from __future__ import annotations

import argparse
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from comity.cli import common
from comity.errors import BadInput

if TYPE_CHECKING:
    from comity.identity.document import Document, Root
    from comity.identity.own_roots import RootFiles


def emit(args: argparse.Namespace, value: object, lines: list[str]) -> None:
    """Print a result: as JSON, or as lines for a person."""
    if args.json:
        import msgspec

        print(msgspec.json.encode(value).decode())
        return
    from comity.documents.plain import plain

    print("\n".join(plain(line) for line in lines))


def free(path: Path) -> None:
    """Raise BadInput where something would be written over."""
    if path.exists() or path.is_symlink():
        raise BadInput(f"{path} is there already: move it away, or name another with --out")


def own_roots(args: argparse.Namespace) -> RootFiles:
    """The versions of the node whose data folder this is."""
    from comity.identity.own_roots import DIRECTORY, RootFiles

    return RootFiles(common.home(args) / DIRECTORY)


def of(args: argparse.Namespace, data: bytes) -> tuple[dict[str, object], list[str]]:
    """A document as JSON and as lines, seen from the versions that are known here."""
    from comity.identity.document import parse
    from comity.identity.root import fingerprint

    document = parse(data)
    root = document.root
    chain = [parse(known) for known in own_roots(args).load()]
    own = bool(chain) and chain[0].root.node.name == root.node.name
    current = chain[root.version - 2].root if own and 1 < root.version <= len(chain) + 1 else None
    number = None
    if root.version == 1:
        number = fingerprint(data)
    elif own:
        number = fingerprint(bytes(chain[0]))
    value = facts(document, current, number, common.now())
    return value, lines(document, value, current)


def facts(
    document: Document, current: Root | None, fingerprint: str | None, now: datetime
) -> dict[str, object]:
    """A root document as JSON; ``current`` is the version before it, where it is known."""
    from comity.identity.document import key_ids
    from comity.identity.root import version_fingerprint

    root = document.root
    signed = document.signed_by(root)
    before = document.signed_by(current) if current else None
    node = root.node
    return {
        "node": node.name,
        "names": node.names,
        "kind": node.kind,
        "version": root.version,
        "expires": root.expires.isoformat(),
        "expired": root.expired(now),
        "threshold": root.threshold,
        "keys": 2 * len(root.pairs),
        "signed": len(signed),
        "reached": len(signed) >= root.threshold,
        "signed_by_version_before": None if before is None else len(before),
        "reached_of_version_before": (
            None if before is None or current is None else len(before) >= current.threshold
        ),
        "holders": [
            {
                "name": holder.name,
                "kids": [kid for pair in holder.pairs for kid in pair.kids],
                "signed": sum(k in signed for pair in holder.pairs for k in key_ids(pair)),
                "of": 2 * len(holder.pairs),
            }
            for holder in root.holders
        ],
        "online_kids": list(root.online.kids),
        "inbox": node.inbox,
        "recipient": node.recipient,
        "did_web": node.did_web,
        "log_keys_fingerprint": node.log_keys.fingerprint,
        "version_fingerprint": version_fingerprint(root),
        "fingerprint": fingerprint,
    }


def lines(document: Document, shown: dict[str, object], current: Root | None) -> list[str]:
    """The same for a person."""
    from comity.identity.document import key_ids

    root = document.root
    node = root.node
    signed = document.signed_by(root)
    needed = f"{len(signed)} of the {root.threshold} signatures that it needs"
    said = [
        *(f"Name ({language}):   {name}" for language, name in sorted(node.names.items())),
        f"Kind:        {node.kind}",
        f"Node:        {node.name}",
        f"Version:     {root.version}, expires {root.expires:%Y-%m-%d %H:%M} UTC"
        + (" - EXPIRED" if shown["expired"] else ""),
        f"Signed:      {needed}" + ("" if shown["reached"] else " - NOT valid yet"),
    ]
    if current is not None:
        before = len(document.signed_by(current))
        said.append(
            f"             {before} of the {current.threshold} of version {current.version}"
            + ("" if before >= current.threshold else " - does NOT follow it yet")
        )
    elif root.version > 1:
        said.append("             whether it follows the version before is not known here")
    for holder in root.holders:
        ids = [k for pair in holder.pairs for k in key_ids(pair)]
        said.append(f"Holder:      {holder.name}: {sum(k in signed for k in ids)} of {len(ids)}")
        said += [f"             {kid}" for pair in holder.pairs for kid in pair.kids]
    said += [
        f"Online keys: {root.online.kids[0]}",
        f"             {root.online.kids[1]}",
        f"Inbox:       {node.inbox or 'none: this node only fetches'}",
        f"Recipient:   {node.recipient[:24]}… ({len(node.recipient)} characters)",
        f"did:web:     {node.did_web or 'none'}",
        f"Log keys:    {node.log_keys.fingerprint}",
    ]
    if root.version > 1:
        said.append(f"Version {root.version}:   {shown['version_fingerprint']}")
    if shown["fingerprint"]:
        said += [
            f"Fingerprint: {shown['fingerprint']}",
            "Each node reads its own fingerprint aloud over another channel.",
            "Until then the names above are asserted, not proven.",
        ]
    else:
        said.append("The node's fingerprint is that of version 1: show that file.")
    return said
