"""A data folder as one file, while the node goes on, and back again. No Django in here.

The record is copied as of one signed checkpoint with all that it commits to; the node's database by
SQLite's own means, without sessions; the keys and everything else as the files they are. Nothing
is called done before the copy was opened and the record in it verified.
"""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path
from secrets import token_bytes

import msgspec

from comity import __version__
from comity.errors import BadInput, Unavailable
from comity.node import archive
from comity.node.archive import FORMAT, Manifest
from comity.record import database
from comity.record.files import disk, sync_directory
from comity.record.store import Record
from comity.record.stores import DIRECTORY
from comity.record.verification import VerifyReport

Clock = Callable[[], datetime]
Tell = Callable[[str], None]
_DATABASE = "node/node.db"
_SESSIONS = "django_session"
_WITNESS = ("witness/", "keys/witness.pem")
"""Left out: a witness that forgot what it cosigned would cosign a second history under its name."""


class Saved(msgspec.Struct, frozen=True):
    """What was saved or restored, and what was passed over because it is no plain file."""

    manifest: Manifest
    passed_over: tuple[str, ...] = ()


def back_up(home: Path, file: Path, *, clock: Clock, elsewhere: bool, tell: Tell) -> Saved:
    """Write a backup of the data folder ``home`` to ``file``, which must not exist yet.

    ``elsewhere``: the node's database lies in another server and is not among the files. Raises
    BadInput where there is nothing to save or the place does not fit, Unavailable where the copy
    does not verify; no file is left then. A process that is killed leaves a hidden folder beside
    ``file``, never half a file under its name.
    """
    file = file.absolute()
    if not (home / DIRECTORY).is_dir():
        raise BadInput(f"there is no record in {home}, so there is nothing to back up")
    if file.exists() or file.is_symlink():
        raise BadInput(f"{file} is there already: a backup writes over nothing")
    if not file.parent.is_dir():
        raise BadInput(f"there is no folder {file.parent}")
    if file.is_relative_to(home.absolute()):
        raise BadInput("a backup inside the folder that it saves would be lost with it")
    prefix = f".{file.name}."
    with (
        disk("The backup"),
        tempfile.TemporaryDirectory(dir=file.parent, prefix=prefix) as made,
    ):
        folder = Path(made)
        ready = folder / "backup"
        saved = _write(home, ready, folder, clock, elsewhere=elsewhere, tell=tell)
        tell("reading the backup back, verifying its record ...")
        with tempfile.TemporaryDirectory(dir=folder) as again:
            _checked(archive.read(ready, Path(again)), Path(again), clock)
        ready.rename(file)
        sync_directory(file.parent)
    return saved


def restore(file: Path, home: Path, *, clock: Clock, tell: Tell) -> Saved:
    """Put a backup into ``home``, which must be missing or empty; verified before it is there.

    Raises BadInput where the folder holds anything or the file is no sound backup; the folder
    stays as it was.
    """
    home = home.absolute()
    if home.is_symlink() or (home.exists() and (not home.is_dir() or any(home.iterdir()))):
        raise BadInput(f"{home} is not empty: a backup is restored into a missing or empty folder")
    with disk("The data folder"):
        home.parent.mkdir(parents=True, exist_ok=True)
        prefix = f".{home.name}."
        with tempfile.TemporaryDirectory(dir=home.parent, prefix=prefix) as made:
            ready = Path(made) / "home"
            ready.mkdir(mode=0o700)
            tell("unfolding the backup, verifying its record ...")
            manifest = archive.read(file, ready)
            _checked(manifest, ready, clock)
            ready.rename(home)  # takes the place of an empty folder, and of nothing else
            sync_directory(home.parent)
    return Saved(manifest)


def _write(
    home: Path, file: Path, folder: Path, clock: Clock, *, elsewhere: bool, tell: Tell
) -> Saved:
    with tempfile.TemporaryDirectory(dir=folder) as name:
        copies = Path(name)
        tell("copying the record ...")
        with Record(home, clock=clock, randomness=token_bytes) as record:
            head = record.copy_to(copies)
        kind = "elsewhere" if elsewhere else _copy_database(home, copies)
        plain, passed_over = _others(home)
        sources = [(path, home / path) for path in plain]
        sources += [
            (path.relative_to(copies).as_posix(), path)
            for path in sorted(copies.rglob("*"))
            if path.is_file()
        ]
        tell("writing the backup ...")
        members = tuple(archive.write(file, sources))
    _origin, _size, root = str(head).splitlines()[:3]
    manifest = Manifest(
        format=FORMAT,
        made_at=clock().isoformat(),
        version=__version__,
        origin=head.origin,
        size=head.size,
        root=root,
        database=kind,
        members=members,
    )
    archive.seal(file, manifest)
    return Saved(manifest, passed_over)


def _copy_database(home: Path, copies: Path) -> str:
    """The node's database without its sessions: a thief of the file is signed in nowhere."""
    source = home / _DATABASE
    if not source.exists():
        return "none"
    target = copies / _DATABASE
    target.parent.mkdir(mode=0o700)
    with closing(sqlite3.connect(f"{source.absolute().as_uri()}?mode=rw", uri=True)) as live:
        database.copy(live, target)
    with closing(sqlite3.connect(target, isolation_level=None)) as copy:
        # One file without a log beside it; and what is deleted shall not stay in free pages.
        copy.execute("PRAGMA journal_mode=DELETE")
        if copy.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (_SESSIONS,)).fetchone():
            copy.execute(f"DELETE FROM {_SESSIONS}")  # noqa: S608  # a constant of ours
            copy.execute("VACUUM")
    return "sqlite"


def _others(home: Path) -> tuple[list[str], tuple[str, ...]]:
    """Everything that is neither the record nor the database: keys, secret, what operators put.

    Hidden files are the halves of others' writes. What is no plain file is named, not followed.
    """
    plain: list[str] = []
    odd: list[str] = []

    def walk(folder: Path) -> Iterator[Path]:
        for path in sorted(folder.iterdir()):
            if path.name.startswith("."):
                continue
            if path.is_dir() and not path.is_symlink():
                yield from walk(path)
            else:
                yield path

    for path in walk(home):
        name = path.relative_to(home).as_posix()
        if name.startswith((f"{DIRECTORY}/", _DATABASE, *_WITNESS)):
            continue
        (plain if path.is_file() and not path.is_symlink() else odd).append(name)
    return plain, tuple(odd)


def _checked(manifest: Manifest, home: Path, clock: Clock) -> VerifyReport:
    """Verify the record of an unfolded backup, and that it is the one that the manifest names."""
    with Record(home, clock=clock, randomness=token_bytes) as record:
        report = record.verify()
        signed = (record.checkpoint() or b"").decode().splitlines()[:3]
    problems = list(report.problems)
    if signed != [manifest.origin, str(manifest.size), manifest.root]:
        problems.append("The record is not the one that the list names.")
    if manifest.database == "sqlite":
        problems += _database_problems(home / _DATABASE)
    if problems:
        raise Unavailable(
            f"the copy does not verify: {problems[0]} If an entry was erased at this moment, try "
            "again; else verify the record itself"
        )
    return report


def _database_problems(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as copy:
        (said,) = copy.execute("PRAGMA integrity_check").fetchone()
    return [] if said == "ok" else [f"The node's database is damaged: {said}."]
