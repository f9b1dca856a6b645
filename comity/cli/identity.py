"""``comity identity``: the key ceremony, from a holder's keys to the documents that go out."""

from __future__ import annotations

import argparse
from pathlib import Path

from comity.cli import common, identity_holder, identity_node


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare ``identity holder | init | sign | adopt | show | rotate | revoke | export``."""
    top = commands.add_parser("identity", help="who this node is: root document and keys")
    verbs = top.add_subparsers(dest="verb", required=True, metavar="VERB")
    shared = common.options()

    holder = verbs.add_parser(
        "holder",
        parents=[shared, _key_command()],
        help="make a holder's root keys, on the holder's own machine",
        description="Makes pairs of keys (Ed25519, ML-DSA-65), locks each with a passphrase, and "
        "writes a file with the public keys for the node. Needs no network and no data folder.",
    )
    holder.add_argument("--name", metavar="OFFICE", help="the office that holds the keys")
    holder.add_argument(
        "--pairs",
        type=int,
        choices=(1, 2, 3),
        default=1,
        help="for the only holder of a small node: 2, or 3 so that one file may be lost",
    )
    holder.add_argument("--out", type=Path, default=Path(), metavar="DIR", help="where to write")
    holder.set_defaults(run=identity_holder.holder)

    init = verbs.add_parser(
        "init",
        parents=[shared, _key_command(), _fields(), _draft()],
        help="make the node's online keys, and a draft of version 1 to be signed",
        description="Asks for what is not given. One holder with two pairs, or several with one "
        "pair each: three is a good number.",
    )
    init.set_defaults(run=identity_node.init)

    sign = verbs.add_parser(
        "sign",
        parents=[shared, _key_command()],
        help="add a holder's signatures to a draft",
        description="Shows the draft, asks, and adds the signatures to the file.",
    )
    sign.add_argument("file", type=Path, metavar="ROOT.json")
    sign.add_argument(
        "--key", action="append", required=True, metavar="HOLDER.pem", help="may be given twice"
    )
    sign.add_argument("--yes", action="store_true", help="do not ask")
    sign.set_defaults(run=identity_holder.sign)

    adopt = verbs.add_parser(
        "adopt",
        parents=[shared],
        help="make a signed draft the node's root document",
        description="Puts the signatures of all copies of one draft together, checks them, and "
        "makes it the next version. It cannot be taken back: a version is followed by another.",
    )
    adopt.add_argument("files", nargs="+", metavar="ROOT.json")
    adopt.set_defaults(run=identity_node.adopt)

    show = verbs.add_parser(
        "show", parents=[shared], help="show the node's root document, or one in a file"
    )
    show.add_argument("file", nargs="?", metavar="ROOT.json")
    show.set_defaults(run=identity_node.show)

    rotate = verbs.add_parser(
        "rotate",
        parents=[shared, _key_command(), _fields(), _draft()],
        help="draft the next version: new online keys, another holder, other fields",
        description="What is not given stays, and the draft holds for another thirteen months. "
        "With no option at all, the online keys are replaced.",
    )
    rotate.add_argument("--online", action="store_true", help="new keys that sign dispatches")
    rotate.add_argument(
        "--new-recipient", action="store_true", help="a new key that dispatches are sealed to"
    )
    rotate.set_defaults(run=identity_node.rotate)

    revoke = verbs.add_parser(
        "revoke",
        parents=[shared, _key_command(), _draft()],
        help="draft the next version without keys that are lost or known to others",
    )
    what = revoke.add_mutually_exclusive_group(required=True)
    what.add_argument("--holder", metavar="OFFICE", help="the keys of this holder")
    what.add_argument("--online", action="store_true", help="the keys that sign dispatches")
    revoke.set_defaults(run=identity_node.revoke)

    export = verbs.add_parser(
        "export",
        parents=[shared],
        help="write all versions, and did.json, for partners",
    )
    export.add_argument("--out", type=Path, default=Path("identity"), metavar="DIR")
    export.set_defaults(run=identity_node.export)


def _key_command() -> argparse.ArgumentParser:
    options = argparse.ArgumentParser(add_help=False)
    options.add_argument(
        "--key-command",
        metavar="COMMAND",
        help="a command whose standard output is the passphrase, run without a shell",
    )
    return options


def _fields() -> argparse.ArgumentParser:
    options = argparse.ArgumentParser(add_help=False)
    options.add_argument(
        "--name",
        action="append",
        metavar="LANGUAGE=NAME",
        help="the organisation's name, as in 'fr=Ministère des Affaires étrangères'; once for each "
        "language",
    )
    options.add_argument(
        "--kind", help="state, regional-organisation, csirt, company or civil-society"
    )
    options.add_argument("--inbox", metavar="URL", help="where dispatches are put; 'none' for none")
    options.add_argument("--did-web", metavar="DID", help="did:web name; 'none' for none")
    options.add_argument(
        "--recipient",
        metavar="AGE1PQ1",
        help="an age recipient whose key is kept elsewhere (default: a key made here)",
    )
    options.add_argument(
        "--holder",
        action="append",
        metavar="FILE",
        help="public keys as 'identity holder' wrote them; once for each holder",
    )
    return options


def _draft() -> argparse.ArgumentParser:
    options = argparse.ArgumentParser(add_help=False)
    options.add_argument(
        "--out", type=Path, default=Path("root.json"), metavar="FILE", help="default: root.json"
    )
    return options
