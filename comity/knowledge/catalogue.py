"""The packs as a catalogue: every entry under its pack, found by its id or by its words."""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple, Protocol

import msgspec

from comity.agreements.instrument import Instrument
from comity.knowledge.base import Knowledge, Standing
from comity.knowledge.model import Group


class Entry(Protocol):
    """What every entry of every pack has."""

    @property
    def id(self) -> str: ...
    @property
    def source(self) -> tuple[str, ...]: ...
    @property
    def as_of(self) -> dt.date: ...
    @property
    def verified(self) -> bool: ...


class Row(NamedTuple):
    """An entry with the name of its pack and its title."""

    pack: str
    title: str
    entry: Entry


class PackRow(NamedTuple):
    """A pack: how many entries, how many of them verified, how old, and the SHA-256 of its file."""

    name: str
    entries: int
    verified: int
    oldest: dt.date
    newest: dt.date
    sha256: str


def packs(knowledge: Knowledge) -> Mapping[str, Mapping[str, Entry]]:
    """Every pack by its name, its entries by their ids."""
    return {
        "vocabulary": knowledge.features,
        "norms": knowledge.norms,
        "commitments": knowledge.commitments,
        "instruments": knowledge.instruments,
        "channels": knowledge.channels,
        "severity": knowledge.scales,
        "law": knowledge.concepts,
        "measures": knowledge.measures,
        "glossary": knowledge.terms,
        "confidence": knowledge.confidence,
        "maturity": knowledge.maturity,
        "checklists": knowledge.checklists,
        "groups": knowledge.groups,
        "states": knowledge.states,
        "templates": knowledge.templates,
    }


def rows(knowledge: Knowledge, pack: str | None = None) -> Iterator[Row]:
    """The entries of one pack, or of all, in their order."""
    for name, entries in packs(knowledge).items():
        if pack in (None, name):
            yield from (Row(name, title_of(entry), entry) for entry in entries.values())


def find(knowledge: Knowledge, ident: str) -> Row | None:
    """The entry with this id, None where no pack has it."""
    for name, entries in packs(knowledge).items():
        if entry := entries.get(ident):
            return Row(name, title_of(entry), entry)
    return None


def search(found: Iterable[Row], words: Sequence[str]) -> list[Row]:
    """Those entries that hold all words, wherever in them and in whichever case."""
    wanted = [_plain(word) for word in words]

    def holds(text: str) -> bool:
        return all(word in text for word in wanted)

    return [row for row in found if holds(_plain(msgspec.json.encode(row.entry).decode()))]


def pack_rows(knowledge: Knowledge) -> list[PackRow]:
    """What each pack is worth: its size, its age, how much of it was checked."""
    hashes = {stamp.name: stamp.sha256 for stamp in knowledge.stamps}
    found = []
    for name, entries in packs(knowledge).items():
        days = [entry.as_of for entry in entries.values()]
        sure = sum(entry.verified for entry in entries.values())
        found.append(PackRow(name, len(entries), sure, min(days), max(days), hashes[name]))
    return found


def standings(
    knowledge: Knowledge, of: Instrument | Group, day: dt.date
) -> Iterator[tuple[str, str, Standing]]:
    """Code, name and standing of each member state of the United Nations, by its code."""
    for code, state in sorted(knowledge.states.items()):
        if state.observer:
            continue
        if isinstance(of, Group):
            yield code, state.name, knowledge.standing_in_group(of.id, code, day)
        else:
            yield code, state.name, knowledge.standing_to_instrument(of, code, day)


def title_of(entry: Entry) -> str:
    """What an entry is called; a feature by its question."""
    for name in ("title", "name", "question"):
        if text := getattr(entry, name, None):
            return str(text)
    return ""


def _plain(text: str) -> str:
    """Equal for what looks equal: an accent may come as a character of its own."""
    return unicodedata.normalize("NFKC", text).casefold()
