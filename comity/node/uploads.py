"""What was handed in and is not in the record yet: files of the node, until a job is done."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.conf import settings

from comity.actions.take_in import Report
from comity.errors import Unavailable


def keep(job: UUID, reports: Sequence[Report]) -> None:
    """Write the reports of a job to disk; they survive a crash once this returns.

    Raises Unavailable, and leaves nothing, where the disk does not take them.
    """
    folder = _folder(job)
    try:
        for new in (folder.parent, folder):
            new.mkdir(mode=0o700, parents=True, exist_ok=True)
        for number, report in enumerate(reports):
            with (folder / str(number)).open("xb") as file:
                file.write(report.data)
                file.flush()
                os.fsync(file.fileno())
        for parent in (folder, folder.parent):
            _sync(parent)
    except OSError as error:
        drop(job)
        raise Unavailable(f"the reports could not be kept: {error.strerror}") from error


def read(job: UUID, number: int) -> bytes:
    """The bytes of one report of a job. Raises Unavailable."""
    try:
        return (_folder(job) / str(number)).read_bytes()
    except OSError as error:
        raise Unavailable(
            f"a report that was handed in cannot be read: {error.strerror}"
        ) from error


def forget(job: UUID, number: int) -> None:
    """Delete one report of a job: it was refused, and nothing of it is to be kept."""
    (_folder(job) / str(number)).unlink(missing_ok=True)


def drop(job: UUID) -> None:
    """Delete the reports of a job: they are in the record, or nobody wants them."""
    shutil.rmtree(_folder(job), ignore_errors=True)


def folders(*, older_than: datetime) -> list[str]:
    """The jobs, by key, for which something is kept since before a time."""
    before = older_than.timestamp()
    found = _root().iterdir() if _root().is_dir() else ()
    return [folder.name for folder in found if folder.stat().st_mtime < before]


def _folder(job: UUID) -> Path:
    return _root() / str(job)


def _root() -> Path:
    return Path(settings.HOME) / "node" / "uploads"


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
