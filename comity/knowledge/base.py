"""All packs together, with the look-ups that assessments need."""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Literal, Protocol, TypeVar

import msgspec

from comity.agreements.instrument import Binding, Instrument, Party, PartyStatus
from comity.agreements.obligation import Undertaking
from comity.knowledge.law import Concept, Measure
from comity.knowledge.model import Channel, Commitment, Feature, Group, Norm, State, Template
from comity.knowledge.reference import Checklist, MaturityModel, Term, WordScale
from comity.knowledge.severity import Scale
from comity.wording import Sentence, say, term

Place = Literal["in", "out", "unknown"]


class _Dated(Protocol):
    @property
    def since(self) -> dt.date | None: ...
    @property
    def until(self) -> dt.date | None: ...


_D = TypeVar("_D", bound=_Dated)


class PackStamp(msgspec.Struct, frozen=True):
    """Which pack was used: its name and the SHA-256 of its bytes, hexadecimal."""

    name: str
    sha256: str


class Standing(msgspec.Struct, frozen=True):
    """Where a state stands to a group or instrument on a day, and why."""

    state: str
    place: Place
    reason: Sentence


class Knowledge(msgspec.Struct, frozen=True):
    """The loaded packs. Mappings are by id, in the order of the pack."""

    features: Mapping[str, Feature]
    norms: Mapping[str, Norm]
    commitments: Mapping[str, Commitment]
    instruments: Mapping[str, Instrument]
    channels: Mapping[str, Channel]
    scales: Mapping[str, Scale]
    concepts: Mapping[str, Concept]
    measures: Mapping[str, Measure]
    terms: Mapping[str, Term]
    confidence: Mapping[str, WordScale]
    maturity: Mapping[str, MaturityModel]
    checklists: Mapping[str, Checklist]
    groups: Mapping[str, Group]
    states: Mapping[str, State]
    templates: Mapping[str, Template]
    stamps: tuple[PackStamp, ...]

    def undertakings(self) -> tuple[Undertaking, ...]:
        """What requests and the calendar start, of all instruments and then of all measures."""
        return (
            *(one for entry in self.instruments.values() for one in entry.undertakings),
            *(one for entry in self.commitments.values() for one in entry.undertakings),
        )

    def name_of(self, state: str) -> str:
        """The English name of a state, or the code itself where the packs have none."""
        known = self.states.get(state)
        return known.name if known else state

    def timezone_of(self, state: str | None) -> str:
        """The zone of the seat of government; UTC for an entity the packs do not know."""
        known = self.states.get(state) if state else None
        return known.timezone if known else "UTC"

    def state_by_alpha2(self, alpha2: str) -> State | None:
        """STIX names countries by ISO 3166-1 alpha-2, the packs by alpha-3."""
        return next((s for s in self.states.values() if s.alpha2 == alpha2.upper()), None)

    def states_called(self, text: str) -> tuple[State, ...]:
        """The states with this code or this name, in any official language of the UN."""
        asked = _folded(text)
        return tuple(s for s in self.states.values() if asked in map(_folded, s.called()))

    def standing_in_group(self, group_id: str, state: str, on: dt.date) -> Standing:
        """Was this state a member on that day? Unknown unless the list is complete."""
        group = self.groups[group_id]
        said = {"state": self.name_of(state), "group": group.short}
        rows = [member for member in group.members if member.state == state]
        if row := _covering(rows, on):
            if row.since is None:
                return Standing(state, "in", say("{state} is in {group}", **said))
            return Standing(
                state, "in", say("{state} is in {group} since {since}", since=row.since, **said)
            )
        if rows:
            return Standing(
                state, "out", say("{state} was not in {group} on {day}", day=on, **said)
            )
        # A list of states says nothing about an entity that the packs do not know.
        if group.complete and state in self.states and state not in group.disputed:
            return Standing(state, "out", say("{state} is not in {group}", **said))
        return Standing(
            state, "unknown", say("it is not known whether {state} is in {group}", **said)
        )

    def standing_to_instrument(self, instrument: Instrument, state: str, on: dt.date) -> Standing:
        """Was this state bound on that day? A signature alone does not bind."""
        if instrument.bound_group:
            standing = self.standing_in_group(instrument.bound_group, state, on)
            if standing.place == "out" and instrument.beyond and _made_with(instrument, state):
                reason = say(
                    "{standing}; {beyond}", standing=standing.reason, beyond=term(instrument.beyond)
                )
                return Standing(state, "unknown", reason)
            return standing
        words = _WORDS[instrument.binding]
        said = {"state": self.name_of(state), "instrument": instrument.short}
        rows = [party for party in instrument.parties if party.state == state]
        parties = [party for party in rows if party.status == "party"]
        if row := _covering(parties, on):
            return _party(row, instrument, said, on)
        if parties:
            return Standing(state, "out", say(words.was_not, day=on, **said))
        if rows:
            return Standing(
                state, "out", say(_NOT_PARTY[rows[0].status], as_of=instrument.as_of, **said)
            )
        # A list of states says nothing about an entity that the packs do not know.
        if instrument.parties_complete and state in self.states:
            return Standing(state, "out", say(words.is_not, **said))
        if state in self.states and not _made_with(instrument, state):
            return Standing(
                state, "out", say("{instrument} was made among other states than {state}", **said)
            )
        return Standing(
            state,
            "unknown",
            say(
                words.not_known,
                where=instrument.parties_source or instrument.source[0],
                **said,
            ),
        )


def _folded(text: str) -> str:
    """Letters and digits only: accents, case, kinds of dash and unseen marks of direction differ
    between keyboards and between pages that people copy from."""
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKD", text).casefold()))


def _made_with(instrument: Instrument, state: str) -> bool:
    return not instrument.circle or state in instrument.circle


def _party(row: Party, instrument: Instrument, said: dict[str, str], on: dt.date) -> Standing:
    words = _WORDS[instrument.binding]
    if row.since is not None:
        return Standing(row.state, "in", say(words.since, since=row.since, **said))
    if on >= instrument.as_of:
        return Standing(row.state, "in", say(words.is_in, **said))
    return Standing(row.state, "unknown", say(words.undated, as_of=instrument.as_of, **said))


class _Words(msgspec.Struct, frozen=True):
    """How a state stands to an instrument: nobody is party to a declaration or to a law."""

    is_in: str
    since: str
    undated: str
    was_not: str
    is_not: str
    not_known: str


_WORDS: Mapping[Binding, _Words] = {
    "states": _Words(
        is_in="{state} is party to {instrument}",
        since="{state} is party to {instrument} since {since}",
        undated="{state} is party to {instrument} (as of {as_of}); since when is not known",
        was_not="{state} was not party to {instrument} on {day}",
        is_not="{state} is not party to {instrument}",
        not_known="it is not known whether {state} is party to {instrument}; look it up: {where}",
    ),
    "entities": _Words(
        is_in="{instrument} is law in {state}",
        since="{instrument} is law in {state} since {since}",
        undated="{instrument} is law in {state} (as of {as_of}); since when is not known",
        was_not="{instrument} was not law in {state} on {day}",
        is_not="{instrument} is not law in {state}",
        not_known="it is not known whether {instrument} is law in {state}; look it up: {where}",
    ),
    "political": _Words(
        is_in="{state} supports {instrument}",
        since="{state} supports {instrument} since {since}",
        undated="{state} supports {instrument} (as of {as_of}); since when is not known",
        was_not="{state} did not support {instrument} on {day}",
        is_not="{state} has no part in {instrument}",
        not_known="it is not known whether {state} supports {instrument}; look it up: {where}",
    ),
}


_NOT_PARTY: Mapping[PartyStatus, str] = {
    "party": "{state} is party to {instrument}",
    "signatory": "{state} has signed {instrument} but is not party to it (as of {as_of})",
    "withdrawn": "{state} has withdrawn from {instrument} (as of {as_of})",
    "not_party": "{state} is not party to {instrument} (as of {as_of})",
}


def _covering(rows: Iterable[_D], on: dt.date) -> _D | None:
    for row in rows:
        if (row.since is None or row.since <= on) and (row.until is None or on < row.until):
            return row
    return None
