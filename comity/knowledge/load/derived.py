"""A compact copy of what was derived from large packages, made once and opened quickly.

It lies in ``$XDG_CACHE_HOME/comity`` (default ``~/.cache/comity``) under a name drawn from what
it was made of, and is shared by all data folders of the user. It is never the only copy: where it
is missing, damaged or cannot be written, it is made anew.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from fcntl import LOCK_EX, flock
from pathlib import Path
from typing import TypeVar

import msgspec

_T = TypeVar("_T")
_DIGEST = 32


def derived(
    name: str,
    made_of: str,
    kind: type[_T],
    build: Callable[[], _T],
    tell: Callable[[str], object],
) -> _T:
    """The copy called ``name`` of what ``build`` makes out of ``made_of`` (a hash of the inputs).

    Of several processes one builds and the others wait; the file is replaced whole. ``tell`` is
    told, in a sentence, that no copy can be kept.
    """
    path = _folder() / f"{name}-{made_of}.msgpack"
    if (found := _read(path, kind)) is not None:
        return found
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with _locked(path.with_suffix(".lock")):
            if (found := _read(path, kind)) is not None:  # made while this one waited
                return found
            made = build()
            _write(path, made)
            return made
    except OSError as error:
        tell(f"the knowledge of {name} cannot be kept in {path.parent}: {error.strerror}")
        return build()


def _folder() -> Path:
    cache = os.environ.get("XDG_CACHE_HOME")
    return (Path(cache) if cache else Path.home() / ".cache") / "comity"


def _read(path: Path, kind: type[_T]) -> _T | None:
    try:
        data = path.read_bytes()
        if hashlib.sha256(data[_DIGEST:]).digest() != data[:_DIGEST]:
            return None
        return msgspec.msgpack.decode(data[_DIGEST:], type=kind)
    except (OSError, msgspec.MsgspecError):
        return None


def _write(path: Path, made: object) -> None:
    body = msgspec.msgpack.encode(made)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=path.name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(hashlib.sha256(body).digest() + body)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(path)
    except BaseException:
        with suppress(OSError):
            Path(temporary).unlink()
        raise


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.open("wb") as file:
        flock(file, LOCK_EX)
        yield
