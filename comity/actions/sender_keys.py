"""The keys by which senders of e-mails are checked: files of the data folder, ``senders/``."""

from __future__ import annotations

from pathlib import Path

from comity.errors import Unavailable
from comity.formats.sender import SenderKey

FOLDER = "senders"
LARGEST = 1 << 20  # bytes of one key file; certificates carry what others signed
MOST = 500
_SUFFIXES = (".asc", ".pgp", ".txt")
_WRITABLE_BY_OTHERS = 0o022


def load(where: Path) -> tuple[SenderKey, ...]:
    """All keys by name; none where there is no folder.

    Raises Unavailable if others can change the folder or a file cannot be read: whoever puts a
    key there decides whose e-mails are shown as genuine.
    """
    try:
        if not where.exists():
            return ()
        files = sorted(file for file in where.iterdir() if is_key(file))
        open_ = [file for file in (where, *files) if file.stat().st_mode & _WRITABLE_BY_OTHERS]
        large = [file for file in files if file.stat().st_size > LARGEST]
        keys = () if large else tuple(SenderKey(file.name, file.read_bytes()) for file in files)
    except OSError as error:
        raise Unavailable(f"{where} cannot be read: {error.strerror}") from error
    if open_:
        raise Unavailable(f"{open_[0]} can be changed by others: chmod go-w {open_[0]}")
    if large:
        raise Unavailable(f"{large[0]} is larger than {LARGEST >> 20} MiB, which no key is")
    if len(files) > MOST:
        raise Unavailable(f"{where} holds {len(files)} keys, and at most {MOST} are used")
    return keys


def is_key(file: Path) -> bool:
    """Whether a file of the folder is a key by its name."""
    return file.suffix in _SUFFIXES and not file.name.startswith(".") and file.is_file()
