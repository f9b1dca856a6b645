"""The key that signs cookies: made once, kept in the node's folder, readable by its owner only."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

_NAME = "secret"


def secret_key(folder: Path) -> str:
    """The key of the node in ``folder``; the first call makes folder (0700) and key (0600)."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / _NAME
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text(encoding="ascii")
    key = secrets.token_urlsafe(48)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(key)
        file.flush()
        os.fsync(file.fileno())
    return key
