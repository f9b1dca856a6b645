"""The shipped packs, decoded straight into their types.

The loader is left aside, so that a fault of the loader cannot hide a wrong date.
"""

from __future__ import annotations

import datetime as dt
import tomllib
from pathlib import Path
from typing import TypeVar

import msgspec

from comity.agreements.instrument import Instrument, Party
from comity.knowledge.model import Channel, Feature, Group, Membership, Norm, State

ROOT = Path(__file__).parents[2]
PACKS = ROOT / "comity" / "knowledge" / "packs"

_T = TypeVar("_T", Feature, Norm, Instrument, Channel, Group, State)
_DATED = TypeVar("_DATED", Membership, Party)


def pack(name: str, kind: type[_T]) -> dict[str, _T]:
    document = tomllib.loads((PACKS / f"{name}.toml").read_text("utf-8"))
    defaults = document.get("defaults", {})
    rows = [msgspec.convert({**defaults, **row}, kind) for row in document["entry"]]
    entries = {row.id: row for row in rows}
    assert len(entries) == len(rows), f"{name} has an id twice"
    return entries


FEATURES = pack("vocabulary", Feature)
NORMS = pack("norms", Norm)
INSTRUMENTS = pack("instruments", Instrument)
CHANNELS = pack("channels", Channel)
GROUPS = pack("groups", Group)
STATES = pack("states", State)
OBLIGATIONS = {duty.id: duty for i in INSTRUMENTS.values() for duty in i.obligations}

EVERYTHING: dict[str, Norm | Instrument | Channel | Group | State] = {
    **NORMS,
    **INSTRUMENTS,
    **CHANNELS,
    **GROUPS,
    **STATES,
}


def on(rows: tuple[_DATED, ...], day: str) -> set[str]:
    """The states whose row covers that day; "until" is the first day outside."""
    when = dt.date.fromisoformat(day)
    return {
        row.state
        for row in rows
        if (row.since is None or row.since <= when) and (row.until is None or when < row.until)
    }


def members(group: str, day: str) -> set[str]:
    return on(GROUPS[group].members, day)


def parties(instrument: str, day: str) -> set[str]:
    rows = tuple(p for p in INSTRUMENTS[instrument].parties if p.status == "party")
    return on(rows, day)
