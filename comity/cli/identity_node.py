"""``comity identity`` at the node: drafts, adopting what was signed, and what goes out."""

from __future__ import annotations

import argparse
import secrets
import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING

from comity.cli import common, identity_asking, identity_shown
from comity.cli.files import write_whole
from comity.cli.identity_shown import emit, free, own_roots
from comity.errors import BadInput, Unavailable

if TYPE_CHECKING:
    from comity.identity.document import Root
    from comity.identity.holders import Holder
    from comity.identity.node_fields import Node
    from comity.identity.pair import PublicPair
    from comity.identity.store import FileKeys

_NONE = "none"


def init(args: argparse.Namespace) -> int:
    """Make and lock the node's keys first, then write the draft that names them."""
    from comity.identity import ceremony
    from comity.identity.holders import check_threshold, majority

    free(args.out)
    if own_roots(args).load():
        raise BadInput("this node has a root document already: 'identity rotate' makes the next")
    _ask_missing(args)
    holders = tuple(_holders(args.holder))
    check_threshold(holders, majority(holders))
    log = _log(args)
    # Whatever can be wrong with the fields is said before anybody thinks of a passphrase.
    _node(args, None, log, args.recipient or "age1pq1q")
    keys = _keys(args, new=True)
    online = _new_online(keys)
    recipient = args.recipient or _new_recipient(keys)
    node = _node(args, None, log, recipient)
    return _drafted(args, ceremony.begin(common.now(), holders, online, node))


def adopt(args: argparse.Namespace) -> int:
    """Make a draft that enough holders signed the next version."""
    from comity.identity.ceremony import gather
    from comity.identity.document import MAX_ROOT, parse
    from comity.identity.root import fingerprint, trusted_chain
    from comity.identity.store import online_name, recipient_name

    roots = own_roots(args)
    chain = roots.load()
    copies = [common.read_file(file, MAX_ROOT) for file in args.files]
    data = gather(copies, trusted_chain(chain) if chain else None)
    draft = parse(data).root
    kept = _keys(args, new=False).names()
    if online_name(draft.online) not in kept:
        raise BadInput(
            "the private keys that sign dispatches under this draft are not in this data folder: "
            "adopt it where it was drafted"
        )
    if draft.node.log != _log(args):
        raise BadInput("the draft names the log of another node: adopt it where it was drafted")
    root = roots.add(data)
    if recipient_name(root.node.recipient) not in kept:
        print(
            "comity: what opens dispatches to this node is not in this data folder: be sure that "
            "it is kept elsewhere",
            file=sys.stderr,
        )
    number = fingerprint((*chain, data)[0])
    emit(
        args,
        {"version": root.version, "fingerprint": number},
        [
            f"Version {root.version} is this node's root document.",
            f"Holders: {', '.join(holder.name for holder in root.holders)}",
            f"Fingerprint: {number}",
            f"Next: {common.command()} identity export, and hand it to your partners",
        ],
    )
    return 0


def show(args: argparse.Namespace) -> int:
    """Show the last version, or the document in a file."""
    from comity.identity.document import MAX_ROOT

    chain = own_roots(args).load()
    if args.file:
        data = common.read_file(args.file, MAX_ROOT)
    elif chain:
        data = chain[-1]
    else:
        raise BadInput("this node has no root document yet: 'identity init' begins one")
    value, lines = identity_shown.of(args, data)
    emit(args, value, lines)
    return 0


def rotate(args: argparse.Namespace) -> int:
    """Draft the next version with what is given."""
    from comity.identity import ceremony

    free(args.out)
    if args.recipient and args.new_recipient:
        raise BadInput("--recipient and --new-recipient: give one of them")
    current, keys = _current(args)
    holders: tuple[Holder, ...] = current.holders
    for new in _holders(args.holder or ()):
        holders = ceremony.with_holder(holders, new)
    fields = ("name", "kind", "inbox", "did_web", "recipient", "holder", "new_recipient")
    anew = args.online or not any(getattr(args, field) for field in fields)
    online = _new_online(keys) if anew else None
    recipient = args.recipient or current.node.recipient
    if args.new_recipient:
        recipient = _new_recipient(keys)
    node = _node(args, current.node, current.node.log, recipient)
    draft = ceremony.renew(current, common.now(), holders=holders, online=online, node=node)
    return _drafted(args, draft)


def revoke(args: argparse.Namespace) -> int:
    """Draft the next version without a holder, or with new online keys."""
    from comity.identity import ceremony

    free(args.out)
    current, keys = _current(args)
    holders = current.holders
    online = None
    if args.online:
        online = _new_online(keys)
    else:
        holders = ceremony.without_holder(holders, args.holder)
    draft = ceremony.renew(current, common.now(), holders=holders, online=online)
    return _drafted(args, draft)


def export(args: argparse.Namespace) -> int:
    """Write what partners are handed."""
    from comity.identity.did_web import did_document, document_url
    from comity.identity.root import fingerprint, trusted_chain

    chain = own_roots(args).load()
    root = trusted_chain(chain)
    written = [args.out / f"{number}.root.json" for number in range(1, len(chain) + 1)]
    for path, data in zip(written, chain, strict=True):
        write_whole(path, data)
    lines = [f"Written: {args.out}, versions 1 to {root.version}"]
    if root.node.did_web is not None:
        written.append(args.out / "did.json")
        write_whole(written[-1], did_document(chain))
        lines.append(f"For discovery only: serve the folder as {document_url(root.node.did_web)}")
    lines.append(f"Read aloud over another channel: {fingerprint(chain[0])}")
    emit(
        args,
        {"files": [str(path) for path in written], "fingerprint": fingerprint(chain[0])},
        lines,
    )
    return 0


# -- what the verbs share ------------------------------------------------------------------


def _keys(args: argparse.Namespace, *, new: bool) -> FileKeys:
    from comity.identity import own_roots as own
    from comity.identity import store

    folder = common.home(args) / own.DIRECTORY / store.DIRECTORY
    passphrase = identity_asking.node_passphrase(args, new=new)
    return store.FileKeys(folder, passphrase, secrets.token_bytes)


def _current(args: argparse.Namespace) -> tuple[Root, FileKeys]:
    """The version that holds, and the keys, once the passphrase has opened one of them.

    Keys that are gone must not keep anybody from replacing them.
    """
    from comity.identity.root import trusted_chain
    from comity.identity.store import online_name

    chain = own_roots(args).load()
    if not chain:
        raise BadInput("this node has no root document yet: 'identity init' begins one")
    current = trusted_chain(chain)
    keys = _keys(args, new=False)
    name = online_name(current.online)
    if name not in keys.names():
        print(
            "comity: the keys of the version that holds are not in this data folder; new ones are "
            "locked with a new passphrase",
            file=sys.stderr,
        )
        return current, _keys(args, new=True)
    keys.get(name)  # new keys under a mistyped passphrase would be lost
    return current, keys


def _new_online(keys: FileKeys) -> PublicPair:
    from comity.identity.locked import pair_to_pem
    from comity.identity.pair import PrivatePair
    from comity.identity.store import online_name

    pair = PrivatePair.generate(secrets.token_bytes)
    keys.put(online_name(pair.public), pair_to_pem(pair))
    return pair.public


def _new_recipient(keys: FileKeys) -> str:
    """Make and keep the seed of an age identity; return its recipient."""
    from comity.dispatch.recipient import Identity
    from comity.identity.pair import SEED_SIZE
    from comity.identity.store import recipient_name

    seed = secrets.token_bytes(SEED_SIZE)
    recipient = str(Identity.from_seed(seed).recipient)
    keys.put(recipient_name(recipient), seed)
    return recipient


def _log(args: argparse.Namespace) -> tuple[str, str]:
    """The keys of the node's record, which is begun where there is none yet."""
    with common.open_record(args) as record:
        if record.keys() is None:
            with record.exclusively():  # begins a record, and nothing else
                pass
        keys = record.keys()
    if keys is None:
        raise Unavailable("the keys of the record are missing: restore them from a copy")
    return keys.vkeys


def _ask_missing(args: argparse.Namespace) -> None:
    ask = identity_asking.field
    args.name = args.name or [
        ask(
            None, "--name", "The organisation's name, as in 'fr=Ministère des Affaires étrangères':"
        )
    ]
    args.kind = ask(
        args.kind, "--kind", "Kind (state, regional-organisation, csirt, company, civil-society):"
    )
    args.inbox = ask(args.inbox, "--inbox", "Where dispatches are put (https://…, or none):")
    args.did_web = ask(args.did_web, "--did-web", "did:web name (or none):")
    if not args.holder:
        files = ask(None, "--holder", "Files of the holders (FILE FILE …):")
        args.holder = identity_asking.words(files, "--holder")


def _holders(paths: Iterable[str]) -> Iterable[Holder]:
    """The holders in these files; each fingerprint is shown, to be compared by voice."""
    from comity.documents.plain import plain
    from comity.identity.ceremony import MAX_HOLDER, holder_fingerprint, read_holder

    for path in paths:
        holder = read_holder(common.read_file(path, MAX_HOLDER))
        print(plain(f"{holder.name}: {holder_fingerprint(holder)}"), file=sys.stderr)
        yield holder


def _node(
    args: argparse.Namespace, current: Node | None, log: tuple[str, str], recipient: str
) -> Node:
    """What is given, and of the rest what ``current`` says."""
    from comity.identity.node_fields import KINDS, Node

    names = dict(current.names) if current else {}
    for text in args.name or ():
        language, equals, name = text.partition("=")
        if not equals:
            raise BadInput(f"--name: write the language first, as in 'en={text}'")
        names[language.strip()] = name.strip()
    said = args.kind or (current.kind if current else "")
    kind = next((kind for kind in KINDS if kind == said), None)
    if kind is None:
        raise BadInput(f"--kind: {said!r} is none of {', '.join(KINDS)}")

    def given(text: str | None, before: str | None) -> str | None:
        return before if text is None else None if text == _NONE else text

    return Node(
        names=names,
        kind=kind,
        log=log,
        inbox=given(args.inbox, current.inbox if current else None),
        recipient=recipient,
        did_web=given(args.did_web, current.did_web if current else None),
    )


def _drafted(args: argparse.Namespace, draft: bytes) -> int:
    from comity.identity.document import parse
    from comity.identity.root import version_fingerprint

    write_whole(args.out, draft)
    root = parse(draft).root
    file = args.out.name
    names = [holder.name for holder in root.holders]
    number = version_fingerprint(root)
    emit(
        args,
        {
            "draft": str(args.out),
            "version": root.version,
            "holders": names,
            "version_fingerprint": number,
        },
        [
            f"Draft of version {root.version}: {args.out}",
            f"Holders: {', '.join(names)}",
            f"Read aloud to each before they sign: {number}",
            f"Next, each holder: {common.command()} identity sign {file} --key HOLDER.pem",
            f"Then, here: {common.command()} identity adopt {file}",
        ],
    )
    return 0
