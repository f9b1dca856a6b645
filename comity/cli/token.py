"""``comity token``: tokens for nodes that this machine works with."""

from __future__ import annotations

import argparse
import getpass
import sys

from comity.cli import common
from comity.errors import BadInput, Refused, Unavailable

_LONGEST = 200  # characters of a line that may be a token


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare ``token add | list | forget``."""
    top = commands.add_parser("token", help="tokens for nodes that you work with from here")
    verbs = top.add_subparsers(dest="verb", required=True, metavar="VERB")
    shared = [common.options()]
    add = verbs.add_parser(
        "add",
        parents=shared,
        help="keep a token for a node",
        description="Asks for a token that you made on the page Tokens of the node, or reads it "
        "from standard input; tries it; and keeps it where only you can read it.",
    )
    add.add_argument("url", metavar="URL", help="the address of the node")
    add.set_defaults(run=_add)
    listing = verbs.add_parser("list", parents=shared, help="list the nodes with a token")
    listing.set_defaults(run=_list)
    forget = verbs.add_parser(
        "forget",
        parents=shared,
        help="revoke a token at its node, and delete it here",
    )
    forget.add_argument("url", metavar="URL", help="as 'token list' shows it")
    forget.set_defaults(run=_forget)


def _add(args: argparse.Namespace) -> int:
    from comity.cli.kept_tokens import Kept, load, save
    from comity.cli.node_client import Me, NodeClient, address

    url = address(args.url)
    token = _asked(url)
    try:
        me = NodeClient(url, token).get("me", Me)
    except BadInput as error:
        raise BadInput(f"{url} does not take this token: copy it again, or make one") from error
    others = [one for one in load(args) if one.url != url]
    save(args, [*others, Kept(url, token, me.token, me.name, me.expires_at)])
    if args.json:
        import msgspec

        print(msgspec.json.encode(me).decode())
        return 0
    from comity.documents.plain import plain

    print(plain(f"Kept. At {url} you are {me.name} ({', '.join(me.roles) or 'no role'})"))
    print(plain(f"until {me.expires_at}, and may: {', '.join(me.may) or 'nothing'}."))
    return 0


def _asked(url: str) -> str:
    if sys.stdin.isatty():
        token = getpass.getpass(f"Token for {url} (it is not shown): ")
    else:
        token = sys.stdin.readline(_LONGEST)
    token = token.strip()
    if not token.isascii() or not token.isprintable() or not token or " " in token:
        raise BadInput("that is no token: copy it from the page Tokens of the node")
    return token


def _list(args: argparse.Namespace) -> int:
    from comity.cli.kept_tokens import load
    from comity.documents.plain import plain

    rows = [
        {"url": one.url, "token": one.name, "person": one.person, "expires_at": one.expires_at}
        for one in load(args)
    ]
    if args.json:
        import msgspec

        print(msgspec.json.encode(rows).decode())
        return 0
    for row in rows:
        print(plain(f"{row['url']}  {row['token']}, of {row['person']}, until {row['expires_at']}"))
    print(f"{len(rows)} tokens")
    return 0


def _forget(args: argparse.Namespace) -> int:
    from comity.cli.kept_tokens import load, save
    from comity.cli.node_client import NodeClient, address

    url = address(args.url)
    kept = load(args)
    found = next((one for one in kept if one.url == url), None)
    if found is None:
        raise BadInput(f"there is no token for {url}: 'token list' shows those there are")
    save(args, [one for one in kept if one is not found])
    try:
        NodeClient(url, found.token).revoke()
    except (BadInput, Refused):
        said = "It did not work any more."
    except Unavailable as error:
        said = f"It could not be revoked ({error}): revoke it on the page Tokens of the node."
    else:
        said = "It is revoked."
    print(f"Deleted here. {said}")
    return 0
