"""``comity senders``: the keys by which DKIM and OpenPGP signatures of e-mails are checked."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from comity.cli import common
from comity.errors import BadInput, Unavailable

if TYPE_CHECKING:
    from comity.formats.sandbox.question import KeyFacts

_NEGATIVE = 1


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare ``senders list | add | remove``."""
    top = commands.add_parser("senders", help="keys by which senders of e-mails are checked")
    verbs = top.add_subparsers(dest="verb", required=True, metavar="VERB")
    shared = [common.options()]
    listing = verbs.add_parser("list", parents=shared, help="list the keys")
    listing.set_defaults(run=_list)
    add = verbs.add_parser(
        "add",
        parents=shared,
        help="add a key; compare what it shows with what its owner tells you",
        description="Adds an OpenPGP certificate (.asc, .pgp) or the record of a DKIM key, in a "
        "file called SELECTOR._domainkey.DOMAIN.txt. Compare the fingerprint with its owner over "
        "a channel you had before. Nothing is looked up on a network.",
    )
    add.add_argument("file", metavar="FILE")
    add.set_defaults(run=_add)
    remove = verbs.add_parser("remove", parents=shared, help="remove a key")
    remove.add_argument("name", metavar="NAME", help="as 'senders list' shows it")
    remove.add_argument("--yes", action="store_true", help="do not ask")
    remove.set_defaults(run=_remove)


def _list(args: argparse.Namespace) -> int:
    from comity.actions.sender_keys import load
    from comity.cli.sender_keys import folder

    rows = [_looked_at(key.name, key.data) for key in load(folder(args))]
    if args.json:
        import msgspec

        print(msgspec.json.encode(rows).decode())
        return 0
    for row in rows:
        _show(row)
    print(f"{len(rows)} keys in {folder(args)}")
    return 0


def _looked_at(name: str, data: bytes) -> KeyFacts:
    """A key that is on file; one that can no longer be used says why."""
    from comity.formats.sandbox.question import KeyFacts
    from comity.formats.sandbox.senders import look_at_key

    try:
        found = look_at_key(name, data, common.now())
    except (BadInput, Unavailable) as error:
        return KeyFacts(name, (), (f"NOT used: {error}",))
    return KeyFacts(name, found.facts, found.warnings)


def _add(args: argparse.Namespace) -> int:
    from comity.actions.sender_keys import LARGEST
    from comity.cli.sender_keys import folder, keep
    from comity.formats.sandbox.senders import look_at_key

    data = common.read_file(args.file, LARGEST)
    facts = look_at_key(Path(args.file).name, data, common.now())
    keep(folder(args), facts.name, data)
    if args.json:
        import msgspec

        print(msgspec.json.encode(facts).decode())
        return 0
    _show(facts)
    print("Added. Compare the above with its owner over a channel that you had before.")
    return 0


def _remove(args: argparse.Namespace) -> int:
    from comity.cli.sender_keys import find, folder

    file = find(folder(args), args.name)
    if not args.yes:
        print(
            f"From then on nothing is checked with {args.name}; the record keeps what was.\n"
            f"Type 'remove {args.name}' to go on:",
            file=sys.stderr,
        )
        if sys.stdin.readline().strip() != f"remove {args.name}":
            print("Nothing was removed.", file=sys.stderr)
            return _NEGATIVE
    try:
        file.unlink()
    except OSError as error:
        raise Unavailable(f"{file} could not be removed: {error.strerror}") from error
    if args.json:
        import msgspec

        print(msgspec.json.encode({"removed": args.name}).decode())
    else:
        print(f"{args.name} is removed.")
    return 0


def _show(key: KeyFacts) -> None:
    from comity.documents.plain import plain

    print(plain(key.name))
    for label, value in key.facts:
        print(f"  {label + ':':<13}{plain(value, 500)}")
    for warning in key.warnings:
        print(f"  WARNING: {plain(warning, 500)}")
