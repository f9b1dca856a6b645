"""``comity backup`` and ``comity restore``: the data folder as one file, and back."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from comity.cli import common

if TYPE_CHECKING:
    from comity.node.backup import Saved


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare ``backup`` and ``restore``."""
    backup = commands.add_parser(
        "backup",
        parents=[common.options()],
        help="save the data folder as one file, while the node goes on",
        description="Write record, keys, accounts and everything else of the data folder to one "
        "file, and read it back. Whoever has the file can sign as this node: encrypt it.",
    )
    backup.add_argument("file", type=Path, metavar="FILE", help="a file that does not exist yet")
    backup.set_defaults(run=run_backup)
    restore = commands.add_parser(
        "restore",
        parents=[common.options()],
        help="put a backup into an empty data folder",
        description="Verify a backup, put it into a missing or empty data folder, and make the "
        "node's tables anew. Never let the old node and the restored one both write.",
    )
    restore.add_argument("file", type=Path, metavar="FILE", help="what 'comity backup' wrote")
    restore.set_defaults(run=run_restore)


def run_backup(args: argparse.Namespace) -> int:
    """Write, verify, say what is in it."""
    from comity.node.backup import back_up

    elsewhere = bool(os.environ.get("DATABASE_URL"))
    with common.working("backing up ...") as tell:
        saved = back_up(
            common.home(args), args.file, clock=common.now, elsewhere=elsewhere, tell=tell
        )
    for name in saved.passed_over:
        print(f"comity: {name} is no plain file and is not in the backup", file=sys.stderr)
    size = args.file.stat().st_size
    _tell(
        args,
        saved,
        {"file": str(args.file), "bytes": size},
        [
            f"Backup:  {args.file} ({size / 1e6:.1f} MB), read back and verified",
            *_of_record(saved),
            *_of_database(saved, "back it up with its own tool, such as pg_dump, after this one"),
            "Whoever has this file can sign as this node: encrypt it, and keep it elsewhere.",
        ],
    )
    return 0


def run_restore(args: argparse.Namespace) -> int:
    """Verify, put in place, make the tables anew."""
    from comity.node.backup import restore

    elsewhere = bool(os.environ.get("DATABASE_URL"))
    home = common.home(args)
    with common.working("restoring ...") as tell:
        saved = restore(args.file, home, clock=common.now, tell=tell)
        lines = [f"Restored: {home}, verified", *_of_record(saved)]
        if elsewhere or saved.manifest.database == "elsewhere":
            later = "restore it with its own tool, then call 'comity rebuild'"
            lines += _of_database(saved, later)
        else:
            tell("making the tables anew ...")
            common.start_node(args)
            from comity.node.server import rebuild

            lines.append(f"Tables:  made anew out of {rebuild()} entries; everybody signs in again")
    lines.append("Let the old node never write again: two that write are two logs.")
    _tell(args, saved, {"home": str(home)}, lines)
    return 0


def _of_record(saved: Saved) -> list[str]:
    made = saved.manifest
    return [f"Record:  {made.size} entries, as of {made.made_at}", f"Root:    {made.root}"]


def _of_database(saved: Saved, what: str) -> list[str]:
    if saved.manifest.database != "elsewhere":
        return []
    return [f"Accounts are NOT in this file: the database is elsewhere (DATABASE_URL); {what}."]


def _tell(
    args: argparse.Namespace, saved: Saved, more: dict[str, object], lines: list[str]
) -> None:
    if args.json:
        import msgspec

        told = msgspec.to_builtins(saved.manifest)
        told["members"] = len(saved.manifest.members)
        print(msgspec.json.encode({**told, **more}).decode())
    else:
        print("\n".join(lines))
