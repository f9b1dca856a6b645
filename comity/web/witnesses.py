"""How the record stands with its witnesses, as rows of a page."""

from __future__ import annotations

from datetime import UTC, datetime
from hashlib import sha256

import msgspec

from comity.node.witnesses import Asked, Standings, Watched, standings


class AskedRow(msgspec.Struct, frozen=True):
    """A witness that is asked; the times are None where there are none, or none that fit."""

    one: Asked
    cosigned_at: datetime | None
    asked_at: datetime | None


class WatchedRow(msgspec.Struct, frozen=True):
    """A log that is cosigned, and where the evidence against it can be fetched."""

    one: Watched
    fork: str


class Rows(msgspec.Struct, frozen=True):
    """Everything that the page shows."""

    all: Standings
    asked: tuple[AskedRow, ...]
    watched: tuple[WatchedRow, ...]


def witness_rows() -> Rows | None:
    """What to show; None on a node that has nothing to do with witnesses."""
    found = standings()
    if found is None:
        return None
    return Rows(
        found,
        tuple(AskedRow(one, _at(one.cosigned_at), _at(one.asked_at)) for one in found.asked),
        tuple(
            WatchedRow(one, f"/witness/{sha256(one.origin.encode()).hexdigest()}/fork")
            for one in found.watched
        ),
    )


def _at(seconds: int | None) -> datetime | None:
    """A moment by a witness's own clock, which may claim anything."""
    try:
        return None if seconds is None else datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, ValueError, OSError):
        return None
