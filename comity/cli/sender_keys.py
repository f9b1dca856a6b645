"""The folder of the keys by which senders of e-mails are checked: ``COMITY_HOME/senders``."""

from __future__ import annotations

import argparse
from pathlib import Path

from comity.cli import common
from comity.cli.files import write_whole
from comity.errors import BadInput, Unavailable
from comity.formats.sender import SenderKey

FOLDER = "senders"
LARGEST = 1 << 20  # bytes of one key file; certificates carry what others signed
MOST = 500
_SUFFIXES = (".asc", ".pgp", ".txt")
_WRITABLE_BY_OTHERS = 0o022


def folder(args: argparse.Namespace) -> Path:
    """Where the keys of this call's data folder are."""
    return common.home(args) / FOLDER


def load(where: Path) -> tuple[SenderKey, ...]:
    """All keys by name; none where there is no folder.

    Raises Unavailable if others can change the folder or a file cannot be read: whoever puts a
    key there decides whose e-mails are shown as genuine.
    """
    try:
        if not where.exists():
            return ()
        files = sorted(file for file in where.iterdir() if _is_key(file))
        open_ = [file for file in (where, *files) if file.stat().st_mode & _WRITABLE_BY_OTHERS]
    except OSError as error:
        raise Unavailable(f"{where} cannot be read: {error.strerror}") from error
    if open_:
        raise Unavailable(f"{open_[0]} can be changed by others: chmod go-w {open_[0]}")
    if len(files) > MOST:
        raise Unavailable(f"{where} holds {len(files)} keys, and at most {MOST} are used")
    return tuple(SenderKey(file.name, common.read_file(str(file), LARGEST)) for file in files)


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
        names = {file.name: file for file in where.iterdir() if _is_key(file)}
    except OSError:
        names = {}
    if name not in names:
        raise BadInput(f"there is no key {name}: '{common.command()} senders list' names them")
    return names[name]


def _is_key(file: Path) -> bool:
    return file.suffix in _SUFFIXES and not file.name.startswith(".") and file.is_file()
