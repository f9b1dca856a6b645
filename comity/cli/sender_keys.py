"""The folder of the keys by which senders of e-mails are checked: ``COMITY_HOME/senders``."""

from __future__ import annotations

import argparse
from pathlib import Path

from comity.actions.sender_keys import FOLDER, is_key
from comity.cli import common
from comity.cli.files import write_whole
from comity.errors import BadInput, Unavailable


def folder(args: argparse.Namespace) -> Path:
    """Where the keys of this call's data folder are."""
    return common.home(args) / FOLDER


def keep(where: Path, name: str, data: bytes) -> None:
    """Put a key into the folder, in place of an older one of that name."""
    try:
        where.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise Unavailable(f"{where} cannot be made: {error.strerror}") from error
    write_whole(where / name, data)


def find(where: Path, name: str) -> Path:
    """The file of a key by its name; BadInput if there is none."""
    try:
        names = {file.name: file for file in where.iterdir() if is_key(file)}
    except OSError:
        names = {}
    if name not in names:
        raise BadInput(f"there is no key {name}: '{common.command()} senders list' names them")
    return names[name]
