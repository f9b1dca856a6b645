"""``comity witness``: the node's own witness, the policy of its record, evidence of forks."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from comity.cli import common
from comity.errors import BadInput

if TYPE_CHECKING:
    from comity.record.cosignature import CosignerPair
    from comity.record.keys import KeyFile

_NEGATIVE = 1


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare ``witness keys | policy | check``."""
    top = commands.add_parser("witness", help="cosigning the logs of others, and being cosigned")
    verbs = top.add_subparsers(dest="verb", required=True, metavar="VERB")
    shared = [common.options()]
    keys = verbs.add_parser(
        "keys",
        parents=shared,
        help="show the keys of this node's witness; the first time, make them",
    )
    keys.set_defaults(run=_keys)
    policy = verbs.add_parser(
        "policy", parents=shared, help="write witnesses.toml as a policy that others can read"
    )
    policy.set_defaults(run=_policy)
    check = verbs.add_parser(
        "check", parents=shared, help="check evidence that a log has shown two histories"
    )
    check.add_argument("file", metavar="FILE")
    check.add_argument(
        "--vkey",
        action="append",
        metavar="KEY",
        required=True,
        help="a key of the log, got over another channel (give both keys)",
    )
    check.set_defaults(run=_check)


def _file(args: argparse.Namespace) -> KeyFile[CosignerPair]:
    import secrets

    from comity.record.cosignature import FILE_NAME, CosignerPair
    from comity.record.keys import KeyFile

    path = common.home(args) / "keys" / FILE_NAME
    return KeyFile(path, CosignerPair, secrets.token_bytes)


def _keys(args: argparse.Namespace) -> int:
    from comity.record.lock import FileLock
    from comity.record.witness_state import WitnessState

    file, folder = _file(args), common.home(args) / "witness"
    with FileLock(folder / "keys.lock").held():
        pair = file.pair()
        if pair is None:
            WitnessState.make(folder)  # before the keys: they never go without what they signed
            pair = file.create()
    if args.json:
        import msgspec

        print(msgspec.json.encode({"name": pair.keys.name, "vkeys": pair.keys.vkeys}).decode())
    else:
        print("\n".join((f"Name: {pair.keys.name}", *pair.keys.vkeys)))
    return 0


def _policy(args: argparse.Namespace) -> int:
    from comity.actions.operator_file import read
    from comity.actions.witnesses_file import FILE, LARGEST, read_witnesses
    from comity.record.policy import weak

    home = common.home(args)
    with common.open_record(args, there=True) as record:
        log = record.keys()
    body = read(home, FILE, LARGEST)
    if body is None or log is None:
        raise BadInput(f"there is no {FILE} in {home}, or the record has no keys yet")
    pair = _file(args).pair()
    policy = read_witnesses(body, log, pair.keys if pair else None).policy(log)
    if args.json:
        import msgspec

        print(msgspec.json.encode({"policy": str(policy), "weak": weak(policy)}).decode())
    else:
        comments = "".join(f"# Weak: {sentence}\n" for sentence in weak(policy))
        print(comments + str(policy), end="")
    return 0


def _check(args: argparse.Namespace) -> int:
    from comity.record.checkpoint import parse_log_keys
    from comity.record.evidence import MAX_EVIDENCE, check_fork

    data = common.read_file(args.file, MAX_EVIDENCE)
    keys = parse_log_keys(tuple(args.vkey))
    try:
        first, _second = check_fork(data, keys)
    except BadInput as error:
        said, ok = f"Not proven: {error}", False
    else:
        size = first.checkpoint.size
        said = f"Proven: the log {keys.origin} signed two histories of {size} entries."
        ok = True
    if args.json:
        import msgspec

        print(msgspec.json.encode({"ok": ok, "said": said}).decode())
    else:
        print(said)
    return 0 if ok else _NEGATIVE
