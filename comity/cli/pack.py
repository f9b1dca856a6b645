"""``comity pack``: the crisis pack, on paper for when the node is off."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from comity.cli import common
from comity.cli.files import write_whole


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare ``pack``."""
    pack = commands.add_parser(
        "pack",
        parents=[common.options()],
        help="print what the desk needs when the node is off",
        description="Write crisis-pack.html and crisis-pack.pdf: whom to call, what is due, "
        "channels, forms to fill in by hand. It holds no more of a case than titles and clocks, "
        "and is good for a day.",
    )
    pack.add_argument(
        "--out", type=Path, default=Path(), metavar="DIR", help="where to write (default: here)"
    )
    pack.add_argument(
        "--as", dest="own", metavar="EST", help="the state whose desk this is (COMITY_STATE)"
    )
    pack.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Gather, lay out, write both files."""
    from comity.knowledge.load.packs import shipped

    if own := common.state("--as", args.own, shipped()):
        os.environ["COMITY_STATE"] = own
    with common.open_record(args, there=True):
        pass  # a folder without a record is said to be one, and no node is made in it
    with common.working("gathering, laying out ..."):
        common.start_node(args)
        from comity.documents.drafts.files import FORMS
        from comity.node.crisis_pack import pack_of_now

        draft = pack_of_now()
        files = {form: args.out / f"{draft.id}.{form}" for form in ("html", "pdf")}
        for form, file in files.items():
            write_whole(file, FORMS[form](draft))
    if args.json:
        import msgspec

        print(msgspec.json.encode({form: str(file) for form, file in files.items()}).decode())
        return 0
    print(f"Pack:    {files['pdf']} and {files['html']}")
    print(f"Status:  {draft.status}, {draft.marking}")
    print("Print it, write in the telephones, and destroy the last one.")
    return 0
