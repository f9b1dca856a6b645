"""One file out of many, with a list of their hashes: a ZIP file that compresses nothing.

What is stored plainly cannot unfold into more than it is, and anybody can look into it with the
tools of their machine.
"""

from __future__ import annotations

import errno
import hashlib
import os
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO

import msgspec

from comity.errors import BadInput, Unavailable
from comity.record.files import PRIVATE_DIRECTORY, PRIVATE_FILE

MANIFEST = "manifest.json"
FORMAT = "comity-backup/1"
MOST_MEMBERS = 1_000_000
_LARGEST_MANIFEST = 512 << 20  # a million members
_CHUNK = 1 << 20
_DEEPEST = 20


class Member(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A file of the archive: its path in the data folder, its bytes, their SHA-256."""

    path: str
    size: int
    sha256: str


class Manifest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What an archive says of itself. ``size`` and ``root`` are those of the record's checkpoint.

    ``database`` is "sqlite" where the node's database is among the members, "elsewhere" where it
    lies in another server, "none" where no node was ever started.
    """

    format: str
    made_at: str  #: RFC 3339, UTC
    version: str
    origin: str
    size: int
    root: str
    database: str
    members: tuple[Member, ...]


def write(file: Path, sources: Iterable[tuple[str, Path]]) -> Iterator[Member]:
    """Write files under their paths into a new archive; yield each as it was written.

    Close it with ``seal``: without a manifest it is no archive.
    """
    with _private(file) as handle, zipfile.ZipFile(handle, "w", allowZip64=True) as archive:
        for path, source in sources:
            digest, size = hashlib.sha256(), 0
            with source.open("rb") as body, archive.open(_info(path), "w", force_zip64=True) as out:
                while chunk := body.read(_CHUNK):
                    digest.update(chunk)
                    size += len(chunk)
                    out.write(chunk)
            yield Member(path, size, digest.hexdigest())


def seal(file: Path, manifest: Manifest) -> None:
    """Put the manifest in, and the whole archive on disk."""
    with zipfile.ZipFile(file, "a") as archive, archive.open(_info(MANIFEST), "w") as out:
        out.write(msgspec.json.format(msgspec.json.encode(manifest), indent=2))
    with file.open("rb") as handle:
        os.fsync(handle.fileno())


def read(file: Path, into: Path) -> Manifest:
    """Unfold an archive into an empty folder; every file is checked against the manifest.

    Raises BadInput, and leaves what it wrote so far, where the file is no archive of this kind, is
    damaged, or holds anything that the manifest does not list: paths outside, links, members that
    come twice or that claim to be larger than the file.
    """
    try:
        with file.open("rb") as handle, zipfile.ZipFile(handle) as archive:
            infos = archive.infolist()
            _bound(infos, file.stat().st_size)
            manifest = _manifest(archive)
            for member in _members(infos, manifest):
                _unfold(archive, member, into)
    except FileNotFoundError as error:
        raise BadInput(f"there is no file {file}") from error
    except BadInput as error:
        raise BadInput(f"{file} is no backup that can be used: {error}") from error
    except (FileExistsError, NotADirectoryError) as error:
        raise BadInput(f"{file} is no backup that can be used: a member comes twice") from error
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, ValueError) as error:
        raise BadInput(f"{file} is damaged, or no backup: {error}") from error
    except OSError as error:
        if error.errno == errno.EINVAL:  # a place in the file before its beginning
            raise BadInput(f"{file} is damaged, or no backup: {error}") from error
        raise Unavailable(f"{file} cannot be unfolded: {error.strerror or error}") from error
    return manifest


def _bound(infos: list[zipfile.ZipInfo], most: int) -> None:
    if len(infos) > MOST_MEMBERS:
        raise BadInput(f"it has more than {MOST_MEMBERS} members")
    if any(info.compress_type != zipfile.ZIP_STORED or info.flag_bits & 1 for info in infos):
        raise BadInput("a member is compressed or encrypted")
    if sum(info.file_size for info in infos) > most:
        raise BadInput("its members claim to be larger than the file")
    for info in infos:
        kind = info.external_attr >> 16 & 0o170000
        if kind not in (0, 0o100000):
            raise BadInput(f"{info.filename!r} is no plain file")


def _manifest(archive: zipfile.ZipFile) -> Manifest:
    try:
        info = archive.getinfo(MANIFEST)
    except KeyError:
        raise BadInput(f"it has no {MANIFEST}") from None
    if info.file_size > _LARGEST_MANIFEST:
        raise BadInput("its list is too long")
    try:
        manifest = msgspec.json.decode(archive.read(info), type=Manifest)
    except msgspec.MsgspecError as error:
        raise BadInput(f"its list cannot be read: {error}") from error
    if manifest.format != FORMAT:
        raise BadInput(f"it is of the form {manifest.format!r}, and this version reads {FORMAT!r}")
    return manifest


def _members(infos: list[zipfile.ZipInfo], manifest: Manifest) -> tuple[Member, ...]:
    """The members of the list, which are those of the archive, each once."""
    names = sorted(info.filename for info in infos if info.filename != MANIFEST)
    listed = sorted(member.path for member in manifest.members)
    if len(set(names)) != len(names) or len(set(listed)) != len(listed):
        raise BadInput("a member comes twice")
    if names != listed:
        raise BadInput("its members are not those of its list")
    return manifest.members


def _unfold(archive: zipfile.ZipFile, member: Member, into: Path) -> None:
    parts = PurePosixPath(member.path).parts
    plain = "/".join(parts) == member.path and len(parts) <= _DEEPEST and member.path.isprintable()
    if not plain or not parts or parts[0] == "/" or ".." in parts or "\\" in member.path:
        raise BadInput(f"{member.path!r} is no path inside the data folder")
    target = into.joinpath(*parts)
    target.parent.mkdir(mode=PRIVATE_DIRECTORY, parents=True, exist_ok=True)
    digest, size = hashlib.sha256(), 0
    with archive.open(member.path) as body, _private(target) as out:
        while chunk := body.read(_CHUNK):
            digest.update(chunk)
            size += len(chunk)
            out.write(chunk)
        out.flush()
        os.fsync(out.fileno())
    if (size, digest.hexdigest()) != (member.size, member.sha256):
        raise BadInput(f"{member.path} is not what the list says of it")


def _info(path: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(path)  # without a time of its own: the manifest has one
    info.external_attr = (0o100000 | PRIVATE_FILE) << 16
    return info


@contextmanager
def _private(path: Path) -> Iterator[IO[bytes]]:
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, PRIVATE_FILE)
    with os.fdopen(handle, "w+b") as file:
        yield file
