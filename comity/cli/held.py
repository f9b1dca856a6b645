"""``comity held``: what a node holds about a person, for the officer who answers them."""

from __future__ import annotations

import argparse
import hashlib
import os
import sys
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

from comity.cli import common
from comity.cli.files import write_whole
from comity.errors import BadInput

if TYPE_CHECKING:
    from comity.documents.held import Person

_LARGEST = 64 << 10  # bytes


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare ``held``."""
    held = commands.add_parser(
        "held",
        parents=[common.options()],
        help="list what a node holds about a person",
        description="Asks a running node for every place that holds something of one person, and "
        "writes the list as JSON. That it was made becomes an entry of the record, with the reason "
        "and without the name. Who it is stands in a file, because arguments can be read by "
        "everybody on this machine.",
    )
    held.add_argument(
        "person",
        metavar="FILE",
        help="TOML with lists: names, mails, users, telephones; - is standard input",
    )
    held.add_argument("--reason", required=True, help="why, such as the number of the letter")
    held.add_argument("--node", metavar="URL", help="which node, where there are several")
    held.add_argument(
        "--out", type=Path, metavar="FILE", help="where to write it (default: standard output)"
    )
    held.set_defaults(run=_held)


def _held(args: argparse.Namespace) -> int:
    import msgspec

    from comity.cli.kept_tokens import client

    if args.out and os.path.lexists(args.out):
        raise BadInput(f"{args.out} is there already: name a new file, or move that one away")
    person = msgspec.to_builtins(_person(args.person))
    listed = client(args).post("record/person", {**person, "reason": args.reason}, msgspec.Raw)
    data = bytes(listed)
    if args.out:
        write_whole(args.out, data)
    else:
        sys.stdout.flush()
        sys.stdout.buffer.write(data)
    count = len(msgspec.json.decode(data)["places"])
    print(f"{count} places; SHA-256 {hashlib.sha256(data).hexdigest()}", file=sys.stderr)
    return 0


def _person(path: str) -> Person:
    import msgspec

    from comity.documents.held import Person

    try:
        return msgspec.convert(tomllib.loads(common.read_file(path, _LARGEST).decode()), Person)
    except (ValueError, RecursionError) as error:  # tomllib's, msgspec's and the decoder's own
        raise BadInput(f"{path}: {error}") from error
