"""What several commands share: options, the data folder, the record, reading files."""

from __future__ import annotations

import argparse
import getpass
import os
import secrets
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from comity.errors import BadInput, Unavailable

if TYPE_CHECKING:
    from comity.knowledge.actors import ActorKnowledge
    from comity.knowledge.base import Knowledge
    from comity.record.store import Record

DEFAULT_URL = "http://localhost:8700"


def options() -> argparse.ArgumentParser:
    """``--json`` and ``--home``, for every command."""
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument("--json", action="store_true", help="print the result as JSON")
    shared.add_argument(
        "--home",
        type=Path,
        metavar="DIR",
        help="data folder (default: $COMITY_HOME, else ~/.local/share/comity)",
    )
    return shared


def home(args: argparse.Namespace) -> Path:
    """The data folder of this call."""
    if args.home:
        return Path(args.home)
    if named := os.environ.get("COMITY_HOME"):
        return Path(named)
    data = os.environ.get("XDG_DATA_HOME")
    return (Path(data) if data else Path.home() / ".local" / "share") / "comity"


def actors(args: argparse.Namespace, knowledge: Knowledge) -> ActorKnowledge:
    """What an operator took from official bundles, else what the installed packages hold."""
    from comity.knowledge.load.actors import operator_actors, shipped_actors

    def tell(text: str) -> None:
        print(f"comity: {text}", file=sys.stderr)

    return operator_actors(home(args)) or shipped_actors(knowledge, tell=tell)


def state(option: str, text: str | None, knowledge: Knowledge) -> str | None:
    """The code of the state that was given to an option by its code or its name."""
    from comity.assess.state_code import state_code

    if text is None:
        return None
    try:
        return state_code(text, knowledge)
    except BadInput as error:
        raise BadInput(f"{option}: {error}") from error


def now() -> datetime:
    """The system clock: the one place of the command line that reads it."""
    return datetime.now(UTC)


def who() -> str:
    """Who runs this command, as the operating system knows them; a claim, not a proof."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return f"uid {os.getuid()}"


def open_record(args: argparse.Namespace, *, there: bool = False) -> Record:
    """The record of the data folder; nothing is made before the first write.

    ``there``: a record that does not exist is BadInput, not an empty one.
    """
    from comity.record.store import Record
    from comity.record.stores import DIRECTORY

    folder = home(args)
    if there and not (folder / DIRECTORY).is_dir():
        raise BadInput(
            f"there is no record in {folder}: --home or COMITY_HOME names another data folder, "
            f"and '{command()} demo' begins one"
        )
    return Record(folder, clock=now, randomness=secrets.token_bytes)


def read_file(path: str, limit: int) -> bytes:
    """The bytes of a file of at most ``limit`` bytes ("-" is standard input)."""
    try:
        if path == "-":
            data: bytes | None = sys.stdin.buffer.read(limit + 1)
        else:
            with Path(path).open("rb") as file:
                # A file's size is known before it is read; that of a pipe is not.
                known = os.fstat(file.fileno()).st_size
                data = file.read(limit + 1) if known <= limit else None
    except FileNotFoundError as error:
        raise BadInput(f"there is no file {path}") from error
    except IsADirectoryError as error:
        raise BadInput(f"{path} is a folder: name the files in it") from error
    except OSError as error:
        raise Unavailable(f"{path} cannot be read: {error.strerror}") from error
    if data is None or len(data) > limit:
        raise BadInput(
            f"{path} is larger than {limit >> 20} MiB, the most that is read: "
            "hand in the part that matters"
        )
    return data


def instant(text: str) -> datetime:
    """A time with its zone, for argparse."""
    try:
        value = datetime.fromisoformat(text)
    except ValueError:
        value = None
    if value is None or value.tzinfo is None or not 1970 < value.year < 2200:
        raise argparse.ArgumentTypeError(
            f"{text!r} is not a time with a zone such as 2026-01-31T08:00:00Z or ...+01:00"
        )
    return value


@contextmanager
def working(what: str) -> Iterator[Callable[[str], None]]:
    """Say on a terminal that something is going on, and what now; a pipe gets nothing."""
    if not sys.stderr.isatty():
        yield lambda _text: None
        return
    from rich.console import Console

    with Console(stderr=True).status(what) as status:
        yield status.update


def command() -> str:
    """What the person typed to get here: ``comity``, or ``./run`` in a checkout."""
    return os.environ.get("COMITY_COMMAND", "comity")


def start_node(args: argparse.Namespace, url: str = DEFAULT_URL) -> None:
    """Load the node of the data folder into this process, its database brought up to date."""
    os.environ["COMITY_HOME"] = str(home(args))
    os.environ["COMITY_URL"] = url
    os.environ["DJANGO_SETTINGS_MODULE"] = "comity.node.settings"
    import django

    django.setup()
    from comity.node.server import migrate

    migrate()
