"""``comity serve``, ``comity work`` and ``comity rebuild``: the node that people log in to."""

from __future__ import annotations

import argparse
import os
import sys
from urllib.parse import urlsplit

from comity.cli import common
from comity.errors import BadInput, Unavailable

EXAMPLE = """
[schemes.Demoland]
levels = ["LOCAL", "GUARDED", "SEALED"]
ceiling = "GUARDED"
markings = { "Demoland guarded" = "GUARDED", "Demoland sealed" = "SEALED" }
"""
"""A file of marking schemes: a demonstration, no such scheme exists."""


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare ``serve``, ``work`` and ``rebuild``."""
    serve = commands.add_parser(
        "serve",
        parents=[common.options()],
        help="run the node that people log in to",
        description="Run the node: pages on one address, until Ctrl-C. While nobody is an "
        "administrator, each start prints a link that makes one.",
    )
    serve.add_argument(
        "--url",
        default=os.environ.get("COMITY_URL", common.DEFAULT_URL),
        metavar="URL",
        help="the address that people type (default: COMITY_URL, else %(default)s); an https "
        "address is served by a proxy in front",
    )
    serve.add_argument("--port", type=int, metavar="PORT", help="the port to listen on")
    serve.add_argument(
        "--as", dest="own", metavar="EST", help="the state whose desk this is (COMITY_STATE)"
    )
    serve.set_defaults(run=run_serve)
    work = commands.add_parser(
        "work",
        parents=[common.options()],
        help="do the node's jobs without serving pages",
        description="Read the reports that wait and assess, until Ctrl-C. 'comity serve' keeps "
        "such a worker itself; this one waits while another is at work on the same data folder.",
    )
    work.set_defaults(run=run_work)
    rebuild = commands.add_parser(
        "rebuild",
        parents=[common.options()],
        help="make the node's tables anew out of the record",
        description="Drop the tables that are made out of the record, and make them anew. "
        "Accounts, sessions and the record itself are not touched.",
    )
    rebuild.set_defaults(run=run_rebuild)


def run_serve(args: argparse.Namespace) -> int:
    """Bring the database up to date, say where the node is, serve."""
    from comity.knowledge.load.packs import shipped

    url = urlsplit(args.url)
    if url.scheme not in {"http", "https"} or not url.hostname or url.path.strip("/"):
        raise BadInput("--url takes an address such as https://comity.example.org")
    own = common.state("--as", args.own, shipped()) if args.own else None
    if own:
        os.environ["COMITY_STATE"] = own
    common.start_node(args, args.url.rstrip("/"))
    from comity.node import demonstration, misp
    from comity.node.server import first_link, serve
    from comity.node.sign_on import configured

    link = first_link(args.url.rstrip("/"))
    print(f"Comity: {args.url}", file=sys.stderr)
    warn_of_markings()
    if demonstration.here(common.home(args)):
        said = f"'{common.command()} demo --codes' prints how to sign in"
        print(f"A demonstration, nothing in it is real: {said}.", file=sys.stderr)
    for fault in configured.faults():
        print(f"{fault}. Passwords and passkeys work all the same.", file=sys.stderr)
    if misp_fault := misp.fault():
        print(f"{misp_fault}. Nothing is fetched from MISP until it is mended.", file=sys.stderr)
    if link:
        print(f"An administrator, once, within three days: {link}")
        sys.stdout.flush()
    serve(args.port or url.port or 8700)
    return 0


def warn_of_markings() -> None:
    """Say what is wrong with the operator's marking schemes; what is there is read all the same."""
    from comity.node.services import markings

    try:
        markings()
    except Unavailable as error:
        print(f"comity: {error} An example, of an invented country:", file=sys.stderr)
        print(EXAMPLE, file=sys.stderr)


def run_work(args: argparse.Namespace) -> int:
    """Do jobs until told to stop."""
    common.start_node(args)
    from comity.node.work import until_told, work

    work(until_told())
    return 0


def run_rebuild(args: argparse.Namespace) -> int:
    """Drop the projections and make them anew."""
    common.start_node(args)
    from comity.node.server import rebuild

    with common.working("making the tables anew ..."):
        entries = rebuild()
    if args.json:
        print(f'{{"entries": {entries}}}')
    else:
        print(f"The tables were made anew out of {entries} entries.")
    return 0
