"""``comity knowledge``: look things up in the packs, and check that they are sound."""

from __future__ import annotations

import argparse
import re
from pathlib import Path
from typing import TYPE_CHECKING

from comity.cli import common
from comity.errors import BadInput

if TYPE_CHECKING:
    from comity.knowledge.catalogue import Row

_ACTORS = "actors"
_MOST_ATTACK = 256 << 20  # the enterprise bundle has about 50 MB
_NEGATIVE = 1


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare ``knowledge list | show | search | check | update``."""
    top = commands.add_parser(
        "knowledge", help="norms, treaties, laws, channels, severity, measures, states, templates"
    )
    verbs = top.add_subparsers(dest="verb", required=True, metavar="VERB")
    shared = [common.options()]
    listing = verbs.add_parser("list", parents=shared, help="list a pack, or all packs")
    listing.add_argument("pack", nargs="?", help="such as norms; without one all packs are listed")
    listing.set_defaults(run=_list)
    show = verbs.add_parser("show", parents=shared, help="show one entry with its source")
    show.add_argument("id")
    show.set_defaults(run=_show)
    search = verbs.add_parser("search", parents=shared, help="find entries that hold all words")
    search.add_argument("words", nargs="+")
    search.set_defaults(run=_search)
    check = verbs.add_parser(
        "check", parents=shared, help="do rules compile, references resolve, sources exist?"
    )
    check.set_defaults(run=_check)
    update = verbs.add_parser(
        "update", parents=shared, help="take the profiles of clusters from official ATT&CK bundles"
    )
    update.add_argument(
        "--attack",
        nargs="+",
        required=True,
        metavar="FILE",
        help="enterprise-attack.json, mobile-attack.json, ics-attack.json, an ATLAS bundle",
    )
    update.set_defaults(run=_update)


def _print_rows(args: argparse.Namespace, rows: list[tuple[str, str, str]]) -> None:
    if args.json:
        import msgspec

        keys = ("pack", "id", "title")
        print(msgspec.json.encode([dict(zip(keys, row, strict=True)) for row in rows]).decode())
        return
    for pack, ident, title in rows:
        print(f"{pack:<12} {ident:<28} {title}")


def _three(row: Row) -> tuple[str, str, str]:
    return row.pack, row.entry.id, row.title


def _list(args: argparse.Namespace) -> int:
    from comity.knowledge.catalogue import packs, rows
    from comity.knowledge.load.packs import shipped

    if args.pack == _ACTORS:
        clusters = common.actors(args, shipped()).clusters.values()
        _print_rows(args, [(_ACTORS, cluster.id, cluster.name) for cluster in clusters])
        return 0
    knowledge = shipped()
    if args.pack not in (None, *packs(knowledge)):
        names = ", ".join((*packs(knowledge), _ACTORS))
        raise BadInput(f"there is no pack {args.pack!r}: there are {names}")
    _print_rows(args, [_three(row) for row in rows(knowledge, args.pack)])
    return 0


def _show(args: argparse.Namespace) -> int:
    import msgspec

    from comity.knowledge.catalogue import find
    from comity.knowledge.load.packs import shipped

    knowledge = shipped()
    entry: object = None
    if re.fullmatch(r"G[0-9]{4}", args.id):
        entry = common.actors(args, knowledge).clusters.get(args.id)
    elif row := find(knowledge, args.id):
        entry = row.entry
    if entry is None:
        raise BadInput(f"there is no entry {args.id!r}: 'comity knowledge search WORD' finds ids")
    data = msgspec.json.encode(entry)
    print((data if args.json else msgspec.json.format(data, indent=2)).decode())
    return 0


def _search(args: argparse.Namespace) -> int:
    from comity.knowledge.catalogue import rows, search
    from comity.knowledge.load.packs import shipped

    _print_rows(args, [_three(row) for row in search(rows(shipped()), args.words)])
    return 0


def _update(args: argparse.Namespace) -> int:
    """Read the bundles, join them with MISP, keep the result in the data folder."""
    import hashlib

    import msgspec

    from comity.cli.files import write_whole
    from comity.knowledge.attack import read_bundle, together
    from comity.knowledge.load.actors import actors_of, operator_file
    from comity.knowledge.load.packs import shipped

    read = [(Path(file).name, common.read_file(file, _MOST_ATTACK)) for file in args.attack]
    attack = together(read_bundle(data, source=name) for name, data in read)
    made = actors_of(attack, [hashlib.sha256(data).hexdigest() for _, data in read], shipped())
    file = operator_file(common.home(args))
    write_whole(file, msgspec.json.encode(made))
    profiles = sum(bool(cluster.features) for cluster in made.clusters.values())
    if args.json:
        said = {"file": str(file), "clusters": len(made.clusters), "sources": made.sources}
        print(msgspec.json.encode(said).decode())
    else:
        print(f"{len(made.clusters)} clusters, {profiles} with a profile: {file}")
        print("From now on they stand in place of those of the installed package; remove the")
        print("file to go back.")
    return 0


def _check(args: argparse.Namespace) -> int:
    from comity.knowledge.check import check
    from comity.knowledge.load.packs import shipped

    findings = check(shipped(), common.now().date())
    grave = sum(finding.grave for finding in findings)
    if args.json:
        import msgspec

        print(msgspec.json.encode({"sound": not grave, "findings": findings}).decode())
    else:
        for finding in findings:
            print(f"{'mend' if finding.grave else 'look'}  {finding.entry}: {finding.problem}")
        print(f"{grave} to mend, {len(findings) - grave} to look at")
    return _NEGATIVE if grave else 0
