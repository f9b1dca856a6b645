"""``comity approve`` and ``comity release``: decisions on a document, at the node that holds it."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING
from uuid import UUID

from comity.cli import common
from comity.errors import BadInput, Refused

if TYPE_CHECKING:
    from comity.cli.node_client import Document, NodeClient, Recorded

_NEGATIVE = 1
_APPROVING = ("releasing-officer", "legal-adviser")


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare ``approve`` and ``release``."""
    approve = _verb(commands, "approve", "say yes or no to a document of a node")
    approve.add_argument("--reason", required=True, help="why; it stands in the record")
    approve.add_argument("--no", action="store_true", help="do not approve it")
    approve.add_argument(
        "--role", choices=_APPROVING, help="in which role (default: the one that you hold)"
    )
    approve.set_defaults(run=_approve)
    release = _verb(commands, "release", "release a document of a node")
    release.add_argument("--reason", default="", help="a note for the record")
    release.add_argument(
        "--alone",
        action="store_true",
        help="in an emergency, without a second person; --reason says which",
    )
    release.set_defaults(run=_release)


def _verb(
    commands: argparse._SubParsersAction[argparse.ArgumentParser], name: str, what: str
) -> argparse.ArgumentParser:
    verb = commands.add_parser(
        name,
        parents=[common.options()],
        help=what,
        description=f"{what.capitalize()}. Shows title, marking and version, and asks. The node "
        "decides whether you may; 'comity token add' gives it a token to know you by.",
    )
    verb.add_argument("incident", type=_uuid, metavar="INCIDENT", help="its UUID")
    verb.add_argument("document", type=_uuid, metavar="DOCUMENT", help="its UUID")
    verb.add_argument("--node", metavar="URL", help="which node, where there are several")
    verb.add_argument(
        "--version", metavar="SHA256", help="only this version; --yes cannot do without it"
    )
    verb.add_argument(
        "--personal-data",
        metavar="SHA256",
        help="the list of personal data that you read; --yes needs it where there is one",
    )
    verb.add_argument(
        "--yes", action="store_true", help="do not ask; what is to be done before is done"
    )
    return verb


def _approve(args: argparse.Namespace) -> int:
    from comity.cli.kept_tokens import client
    from comity.cli.node_client import Recorded

    node = client(args)
    role = args.role or _own_role(node)
    shown = _shown(args, node)
    question = "Do not approve it?" if args.no else f"Approve this version{_with(shown)}?"
    if not _sure(args, question):
        return _NEGATIVE
    value = {
        "body": shown.row.body,
        "role": role,
        "approved": not args.no,
        "reason": args.reason,
        "done": [] if args.no else shown.before_release,
        "personal_data": "" if args.no else shown.personal_data_sha256,
    }
    said = "Not approved" if args.no else "Approved"
    return _told(args, said, node.post(f"{_path(args)}/approve", value, Recorded))


def _release(args: argparse.Namespace) -> int:
    from comity.cli.kept_tokens import client
    from comity.cli.node_client import Recorded

    node = client(args)
    shown = _shown(args, node)
    alone = " ALONE" if args.alone else ""
    if not _sure(args, f"Release this version{alone}{_with(shown)}?"):
        return _NEGATIVE
    value = {
        "body": shown.row.body,
        "alone": args.alone,
        "reason": args.reason,
        "personal_data": shown.personal_data_sha256,
    }
    return _told(args, "Released", node.post(f"{_path(args)}/release", value, Recorded))


def _own_role(node: NodeClient) -> str:
    from comity.cli.node_client import Me

    held = [role for role in node.get("me", Me).roles if role in _APPROVING]
    if not held:
        raise Refused(f"at {node.url} you hold no role that approves documents")
    if len(held) > 1:
        raise BadInput(f"--role: say which one: {', '.join(held)}")
    return held[0]


def _shown(args: argparse.Namespace, node: NodeClient) -> Document:
    """The document as it stands, shown to the person.

    BadInput where it is not ``--version``, or its personal data not that of ``--personal-data``.
    """
    from comity.cli.node_client import Document
    from comity.documents.plain import plain

    if args.yes and not args.version:
        raise BadInput("--yes takes --version: say which version you read")
    found = node.get(_path(args), Document)
    changed = "" if found.marking == found.marking_before else f", before {found.marking_before}"
    lines = [
        found.row.title,
        f"marking:  {found.marking}{changed}",
        *(f"the incident is classified higher: {level}" for level in found.not_reached),
        f"audience: {found.row.audience}",
        f"version:  {found.row.body}",
        f"to read:  {node.url}/{_path(args)}/",
        *(f"still to be filled in: {blank}" for blank in found.blanks),
        *(f"before it leaves: {line}" for line in found.before_release),
        *(
            f"personal data: {one.text} ({'; '.join(one.where)}): {one.why}"
            for one in found.personal_data
        ),
        *([f"list of it: {found.personal_data_sha256}"] if found.personal_data else []),
    ]
    print("\n".join(map(plain, lines)), file=sys.stderr)
    if args.version and args.version != found.row.body:
        raise BadInput("the document was changed after that version: read it again")
    if args.personal_data and args.personal_data != found.personal_data_sha256:
        raise BadInput("the list of personal data is not that one any more: read it again")
    if args.yes and found.personal_data and not (args.personal_data or _says_no(args)):
        raise BadInput(
            "there is personal data in it: say with --personal-data which list you read, and with "
            "--reason why it stays"
        )
    return found


def _with(shown: Document) -> str:
    return ", with the personal data in it" if shown.personal_data else ""


def _says_no(args: argparse.Namespace) -> bool:
    return getattr(args, "no", False)


def _sure(args: argparse.Namespace, question: str) -> bool:
    if args.yes:
        return True
    print(f"{question} Type yes, once what is to be done before is done: ", end="", file=sys.stderr)
    sys.stderr.flush()
    if sys.stdin.readline().strip() == "yes":
        return True
    print("Nothing was recorded.", file=sys.stderr)
    return False


def _told(args: argparse.Namespace, said: str, made: Recorded) -> int:
    print(f'{{"entry": {made.entry}}}' if args.json else f"{said}: entry {made.entry}.")
    return 0


def _path(args: argparse.Namespace) -> str:
    return f"incidents/{args.incident}/documents/{args.document}"


def _uuid(text: str) -> str:
    try:
        return str(UUID(text))
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no UUID") from None
