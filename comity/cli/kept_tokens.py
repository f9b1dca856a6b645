"""Tokens that this machine keeps, one for each node: a file that only its owner can read."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

import msgspec

from comity.cli import common
from comity.cli.files import write_whole
from comity.cli.node_client import NodeClient, address
from comity.errors import BadInput, Unavailable

_FILE = "tokens.json"
_OTHERS = 0o077


class Kept(msgspec.Struct, frozen=True):
    """A token, the node it is for, and what the node said of it."""

    url: str
    token: str
    name: str
    person: str
    expires_at: str


def load(args: argparse.Namespace) -> list[Kept]:
    """What is kept. Raises Unavailable for a file that others can read or that is damaged."""
    file = _file(args)
    try:
        with file.open("rb") as opened:
            if os.fstat(opened.fileno()).st_mode & _OTHERS:
                raise Unavailable(
                    f"{file} can be read by others: revoke its tokens at the node, and delete it"
                )
            return msgspec.json.decode(opened.read(), type=list[Kept])
    except FileNotFoundError:
        return []
    except (msgspec.MsgspecError, UnicodeDecodeError):
        raise Unavailable(f"{file} is damaged: delete it, and add the tokens again") from None


def save(args: argparse.Namespace, kept: list[Kept]) -> None:
    """Keep these and no others."""
    file = _file(args)
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_whole(file, msgspec.json.format(msgspec.json.encode(kept), indent=2))


def client(args: argparse.Namespace) -> NodeClient:
    """The node that ``--node`` names, or the only one there is a token for."""
    kept = load(args)
    wanted = address(args.node) if args.node else None
    found = [one for one in kept if wanted in (None, one.url)]
    if len(found) > 1:
        raise BadInput(f"--node: say which one: {', '.join(one.url for one in found)}")
    if not found:
        where = wanted or "URL"
        raise BadInput(
            f"there is no token for {wanted or 'any node'} yet: make one on the page Tokens of the "
            f"node, and run '{common.command()} token add {where}'"
        )
    return NodeClient(found[0].url, found[0].token)


def _file(args: argparse.Namespace) -> Path:
    return common.home(args) / _FILE
