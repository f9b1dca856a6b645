"""``comity convert``: one file in the format of another tool. A change of format, no release."""

from __future__ import annotations

import argparse
import hashlib
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from comity.cli import common
from comity.cli.files import write_whole
from comity.errors import BadInput

if TYPE_CHECKING:
    from comity.formats.reading import Reading

MOST_SHOWN = 20


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare ``convert``."""
    convert = commands.add_parser(
        "convert",
        parents=[common.options()],
        help="write a report as a MISP event or a STIX bundle",
        description="Reads one report of any format that 'assess' reads and writes it as a MISP "
        "event or a STIX 2.1 bundle. Every marking stays on its object, and what the other format "
        "cannot say is named. This is a change of format for your own tools and no release: "
        "nothing is recorded and nothing is sent.",
    )
    convert.add_argument("file", metavar="FILE", help="a report; - is standard input")
    convert.add_argument("--to", required=True, choices=("misp", "stix"), help="the format")
    convert.add_argument(
        "--out", type=Path, metavar="FILE", help="where to write it (default: standard output)"
    )
    convert.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Read, write, say what was lost on the way."""
    if args.out and os.path.lexists(args.out):
        raise BadInput(f"{args.out} is there already: name a new file, or move that one away")
    reading = _read(args.file)
    try:
        data, losses = _written(reading, args.to)
    except BadInput as error:
        raise BadInput(f"{args.file}: {error}") from error
    if args.out:
        write_whole(args.out, data)
    if args.json:
        _print_json(args, reading.format, data, losses)
        return 0
    if not args.out:
        sys.stdout.flush()
        sys.stdout.buffer.write(data)
    _tell(losses)
    return 0


def _read(path: str) -> Reading:
    from comity.formats.detect import read
    from comity.formats.sandbox.run import pdf_text
    from comity.formats.text import MAX_BYTES

    data = common.read_file(path, MAX_BYTES)
    digest = hashlib.sha256(data).hexdigest()
    try:
        with common.working("reading ..."):
            return read(data, source=digest, pdf_text=pdf_text)
    except BadInput as error:
        raise BadInput(f"{path}: {error}") from error


def _written(reading: Reading, to: str) -> tuple[bytes, tuple[str, ...]]:
    """The bytes, and in sentences what was not read or not written."""
    from comity.formats import stix_bundle
    from comity.formats.misp.write import write
    from comity.formats.reading import unread

    if to == "stix":
        return stix_bundle.write(reading.objects), unread(reading)
    with common.working("writing ..."):
        written = write(reading.objects)
    return written.data, (*unread(reading), *map(str, written.losses))


def _print_json(
    args: argparse.Namespace, format_: str, data: bytes, losses: tuple[str, ...]
) -> None:
    import msgspec

    where = {"file": str(args.out)} if args.out else {"content": msgspec.Raw(data)}
    summary = {"from": format_, "to": args.to, "losses": losses, **where}
    print(msgspec.json.encode(summary).decode())


def _tell(losses: tuple[str, ...]) -> None:
    from comity.documents.plain import plain

    if not losses:
        return
    count = "1 thing is" if len(losses) == 1 else f"{len(losses)} things are"
    print(f"comity: {count} not as in the report:", file=sys.stderr)
    for loss in losses[:MOST_SHOWN]:
        print(f"  {plain(loss, 500)}", file=sys.stderr)
    if len(losses) > MOST_SHOWN:
        print(f"  and {len(losses) - MOST_SHOWN} more; --json has them all", file=sys.stderr)
