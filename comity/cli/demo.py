"""``comity demo``: the shipped case as a dossier, then a small living node to look at."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from comity.cli import assess, common
from comity.errors import BadInput

if TYPE_CHECKING:
    from comity.node.demonstration import Demonstration


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare ``demo``."""
    demo = commands.add_parser(
        "demo",
        parents=[common.options()],
        help="assess the shipped case, and make a demonstration node in a fresh data folder",
        description="Assess the shipped ransomware case, which names no state actor. In a fresh "
        "data folder a demonstration node is made too: an account for each role, three incidents, "
        "documents in every state. A folder that holds anything else gets none.",
    )
    demo.add_argument("--out", type=Path, metavar="DIR", help="where to write the dossier")
    demo.add_argument(
        "--codes",
        action="store_true",
        help="print how to sign in to the demonstration node, with the codes of this moment",
    )
    demo.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Assess the default example; make the world, or say why not."""
    if args.codes:
        return _codes(args)
    fresh = _fresh(args)
    folder = assess.examples() / assess.DEMO
    args.files, args.facts = [str(folder / "bundle.json")], str(folder / "facts.toml")
    args.own = args.victim = args.occurred = args.aware = args.now = None
    args.verified = args.grade = None
    args.attribution = False
    code = assess.run(args)
    sys.stdout.flush()  # the dossier is there: nobody has to wait for the rest to read it
    for line in _world(args, fresh=fresh):
        print(line, file=sys.stderr if args.json else sys.stdout)
    return code


_OF_EMPTY_NODES = frozenset({"keys", "node", "record"})


def _fresh(args: argparse.Namespace) -> bool:
    """Whether the data folder holds nothing but what a node makes before anybody works on it."""
    home = common.home(args)
    if home.is_dir() and any(path.name not in _OF_EMPTY_NODES for path in home.iterdir()):
        return False
    with common.open_record(args) as record:
        return record.size() == 0


def _world(args: argparse.Namespace, *, fresh: bool) -> list[str]:
    """Make the demonstration node; return what to say about it."""
    from comity.node import demonstration

    home = common.home(args)
    there = demonstration.read(home)
    if there is not None and not there.made:
        said = (
            f"the demonstration in {home} was not finished: remove that folder, unless you put "
            "something of your own there, and call this again."
        )
        return [f"\nNode:    {said}"]
    if there is not None:
        return ["\nNode:    the demonstration is there and was left as it is.", *_how(there)]
    said = (
        f"{home} was in use, so no demonstration node was made in it. "
        f"'{common.command()} demo --home DIR' makes one in a fresh folder."
    )
    in_use = [f"\nNode:    {said}"]
    if not fresh:
        return in_use
    os.environ.setdefault("COMITY_STATE", demonstration.OWN)
    with common.working("making the demonstration node ...") as tell:
        common.start_node(args)
        from comity.node import world

        made = world.make(assess.examples(), tell)
    return [f"\nNode:    a demonstration was made in {home}", *_how(made)] if made else in_use


def _how(made: Demonstration) -> list[str]:
    first = made.accounts[0]
    typed = common.command()
    return [
        f"         {typed} serve, open {common.DEFAULT_URL} and sign in",
        f"         as {first.name}: {first.email}, password {first.password}",
        f"         {typed} demo --codes prints the six digits, and all other accounts",
    ]


def _codes(args: argparse.Namespace) -> int:
    from comity.node import demonstration

    home = common.home(args)
    there = demonstration.read(home)
    if there is None or not there.made:
        raise BadInput(
            f"there is no demonstration in {home}: '{common.command()} demo' makes one in a "
            "fresh data folder"
        )
    common.start_node(args)
    from comity.node.world import code_now

    rows = [(one.name, one.email, one.password, code_now(one.secret)) for one in there.accounts]
    if args.json:
        import msgspec

        keys = ("name", "email", "password", "code")
        print(msgspec.json.encode([dict(zip(keys, row, strict=True)) for row in rows]).decode())
        return 0
    for name, email, password, code in rows:
        print(f"{name:<26} {email:<34} {password:<20} {code}")
    print("Each code works once, and for about half a minute.", file=sys.stderr)
    return 0
