"""``comity record``: list, verify, prove, check and erase what the record holds."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from comity.cli import common
from comity.cli.files import write_whole
from comity.errors import BadInput, Unavailable

_NEGATIVE = 1


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare ``record list | verify | keys | prove | check | erase``."""
    top = commands.add_parser("record", help="the append-only record of this node")
    verbs = top.add_subparsers(dest="verb", required=True, metavar="VERB")
    shared = [common.options()]
    listing = verbs.add_parser("list", parents=shared, help="list the entries")
    listing.set_defaults(run=_list)
    verify = verbs.add_parser("verify", parents=shared, help="re-check everything on disk")
    verify.set_defaults(run=_verify)
    keys = verbs.add_parser("keys", parents=shared, help="show the keys that sign the record")
    keys.set_defaults(run=_keys)
    prove = verbs.add_parser("prove", parents=shared, help="write a proof that an entry is in")
    prove.add_argument("index", type=int, metavar="ENTRY", help="number of the entry")
    prove.add_argument("--out", type=Path, metavar="FILE", help="default: entry-N.tlog-proof")
    prove.set_defaults(run=_prove)
    check = verbs.add_parser(
        "check", parents=shared, help="check a proof file; needs no record and no network"
    )
    check.add_argument("file", metavar="FILE")
    check.add_argument(
        "--vkey",
        action="append",
        metavar="KEY",
        help="a key of the log that you trust, got over another channel (give both keys)",
    )
    check.add_argument(
        "--policy",
        metavar="FILE",
        help="your policy of witnesses (tlog-policy): which logs, whose cosignatures are enough",
    )
    check.set_defaults(run=_check)
    erase = verbs.add_parser(
        "erase",
        parents=shared,
        help="erase the content of an entry; a signed tombstone stays",
        description="Erases what an entry holds, on the order of two officers. The log and its "
        "proofs stay whole. It cannot be undone, and it cannot reach copies, backups or what "
        "was sent.",
    )
    erase.add_argument("index", type=int, metavar="ENTRY", help="number of the entry")
    erase.add_argument("--reason", required=True, help="why; it stays in the record")
    erase.add_argument(
        "--officer", action="append", default=[], metavar="NAME", help="give it twice"
    )
    erase.add_argument("--yes", action="store_true", help="do not ask")
    erase.set_defaults(run=_erase)


def _emit(args: argparse.Namespace, value: object, lines: list[str]) -> None:
    if args.json:
        import msgspec

        print(msgspec.json.encode(value).decode())
    else:
        print("\n".join(lines))


def _list(args: argparse.Namespace) -> int:
    from comity.documents.plain import plain
    from comity.record.payload import (
        Assessment,
        Bulk,
        Document,
        Erasure,
        Import,
        Incident,
        Opaque,
        unpack,
    )

    rows: list[dict[str, object]] = []
    with common.open_record(args, there=True) as record:
        for entry in record.entries():
            if entry.payload is None:
                rows.append({"index": entry.index, "kind": "erased"})
                continue
            payload = unpack(entry.payload, record.blob)
            row: dict[str, object] = {"index": entry.index}
            match payload:
                case Import():
                    row |= {"kind": "import", "what": payload.file_name}
                    row |= {"objects": len(payload.objects), "losses": len(payload.losses)}
                case Assessment():
                    row |= {"kind": "assessment", "what": payload.result[:12]}
                case Erasure():
                    row |= {"kind": "erasure", "what": f"of entry {payload.index}"}
                case Opaque(kind=kind) | Bulk(of=kind):
                    row |= {"kind": kind}
                case Incident() | Document():
                    row |= {"kind": type(payload).__struct_config__.tag, "what": payload.title}
                case _:
                    row |= {"kind": type(payload).__struct_config__.tag}
            if not isinstance(payload, Opaque):
                row |= {"at": payload.at.isoformat(), "by": payload.by}
            rows.append(row)
    lines = [
        plain(
            f"{row['index']!s:>6}  {row.get('at', ''):<32} {row['kind']:<11} "
            f"{row.get('what', '')} {_counts(row)} {row.get('by', '')}"
        )
        for row in rows
    ]
    _emit(args, rows, lines)
    return 0


def _counts(row: dict[str, object]) -> str:
    if "objects" not in row:
        return ""
    return f"({row['objects']} objects, {row['losses']} losses)"


def _verify(args: argparse.Namespace) -> int:
    from comity.record.verification import VerifyReport

    def verify() -> VerifyReport:
        with common.open_record(args, there=True) as record:
            if not sys.stderr.isatty():
                return record.verify()
            from rich.console import Console
            from rich.progress import Progress

            with Progress(console=Console(stderr=True), transient=True) as bar:
                task = bar.add_task("verifying", total=None)
                return record.verify(
                    lambda done, total: bar.update(task, completed=done, total=total)
                )

    report = verify()
    head = "sound" if report.ok else "NOT sound"
    lines = [f"The record is {head}: {report.size} entries, {report.erased} erased."]
    if report.origin:
        lines.append(f"Origin: {report.origin}")
    lines += [f"  {problem}" for problem in report.problems]
    _emit(args, report, lines)
    return 0 if report.ok else _NEGATIVE


def _keys(args: argparse.Namespace) -> int:
    with common.open_record(args, there=True) as record:
        keys = record.keys()
    if keys is None:
        raise Unavailable("the keys of the record are missing: restore them from a copy")
    _emit(
        args,
        {"origin": keys.origin, "vkeys": keys.vkeys, "fingerprint": keys.fingerprint},
        [f"Origin:      {keys.origin}", f"Fingerprint: {keys.fingerprint}", *keys.vkeys],
    )
    return 0


def _erase(args: argparse.Namespace) -> int:
    if not args.yes:
        print(
            f"This erases the content of entry {args.index}; it cannot be undone.\n"
            f"Type 'erase {args.index}' to go on:",
            file=sys.stderr,
        )
        if sys.stdin.readline().strip() != f"erase {args.index}":
            print("Nothing was erased.", file=sys.stderr)
            return _NEGATIVE
    with common.open_record(args, there=True) as record:
        done = record.erase(args.index, args.reason, tuple(args.officer))
    _emit(
        args,
        {"erased": args.index, "tombstone": done.first_index},
        [f"Entry {args.index} is erased; entry {done.first_index} says who ordered it and why."],
    )
    return 0


def _prove(args: argparse.Namespace) -> int:
    from comity.record.cosigned import last_met

    with common.open_record(args, there=True) as record:
        proof = record.prove(args.index, last_met(common.home(args)))
    file = args.out or Path(f"entry-{args.index}.tlog-proof")
    write_whole(file, proof)
    _emit(
        args,
        {"file": str(file), "bytes": len(proof)},
        [
            f"Proof of entry {args.index}: {file}",
            "It holds the entry's content: send it only to those who may read that.",
            f"Anyone can check it: comity record check {file}",
        ],
    )
    return 0


def _check(args: argparse.Namespace) -> int:
    from comity.record.checkpoint import parse_log_keys
    from comity.record.policy import MAX_POLICY, parse, weak
    from comity.record.proof import MAX_PROOF, check

    data = common.read_file(args.file, MAX_PROOF)
    if args.vkey:
        parse_log_keys(tuple(args.vkey))  # a mistyped key is bad usage, not a failed proof
    policy = parse(common.read_file(args.policy, MAX_POLICY)) if args.policy else None
    try:
        result = check(data, tuple(args.vkey) if args.vkey else None, policy)
    except BadInput as error:
        _emit(args, {"ok": False, "reason": str(error)}, [f"Not proven: {error}"])
        return _NEGATIVE
    weaknesses = weak(policy) if policy else ()
    lines = [str(result), *(f"  Weak: {sentence}" for sentence in weaknesses)]
    ok = result.enough is not False
    _emit(args, {"ok": ok, "result": result, "weak": weaknesses}, lines)
    return 0 if ok else _NEGATIVE
