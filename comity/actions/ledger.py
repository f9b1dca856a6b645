"""Where actions write: the record alone, or the record behind roles and projections."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

import msgspec

from comity.access.roles import Act, Actor, Decision, Role, may
from comity.errors import Refused
from comity.record.checkpoint import LogKeys
from comity.record.payload import Opaque, Payload, unpack
from comity.record.store import NO_BLOBS, Appended, Record


def payload_at(record: Record, index: int) -> Payload | Opaque | None:
    """What an entry says; None once it has been erased."""
    raw = next(record.entries(index)).payload
    return None if raw is None else unpack(raw, record.blob)


class Ledger(Protocol):
    """What an action needs of the record. ``Record`` is one: the command line uses it bare."""

    def keys(self) -> LogKeys | None:
        """The public keys of the log, None before the first append."""

    def append(self, payloads: Sequence[bytes], blobs: Mapping[str, bytes] = NO_BLOBS) -> Appended:
        """Append a batch; it is on disk and signed when this returns."""


class Projections(Protocol):
    """The tables that are made out of the record. They can be dropped and made anew.

    ``catch_up`` applies every signed entry that was not applied yet; each entry and the cursor are
    committed together, so a crash leaves a prefix of the log and the next call goes on from there.
    Reads after it see at least the record's size at its beginning.
    """

    def catch_up(self, record: Record) -> None:
        """Bring the tables up to the size of the record."""

    def roles(self, account: str) -> frozenset[Role]:
        """The roles that an account holds."""

    def has_incident(self, incident: str) -> bool:
        """Whether an incident of this UUID was opened."""

    def reports_of(self, incident: str) -> tuple[int, ...]:
        """The entries of the reports of an incident, in their order."""

    def consents_of(self, incident: str) -> tuple[int, ...]:
        """The entries on what originators agreed to for an incident, in their order."""

    def handling_of(self, incident: str) -> tuple[int, ...]:
        """The entries on limits to the sharing of reports of an incident, in their order."""

    def tickets_of(self, incident: str) -> tuple[int, ...]:
        """The entries on numbers that an incident has in other systems, in their order."""

    def document_entries(self, document: str) -> tuple[int, ...]:
        """The entries on a document that can be read, in their order; none if there are none."""

    def erasure_words(self) -> tuple[int, ...]:
        """The entries by which officers spoke on erasures, in their order."""

    def on_hold(self, incident: str) -> bool:
        """Whether a hold is on an incident."""

    def last_of(self, kind: str) -> int | None:
        """The last entry of a kind that can be read, None if there is none."""

    def in_quarantine(self, index: int) -> bool:
        """Whether an entry was put in quarantine and not given back, be it erased meanwhile."""


class Acting(msgspec.Struct, frozen=True):
    """The record as one person may write to it, for one act.

    ``append`` keeps other writers out, brings the projections up to date, decides with the roles
    that the record gives the person at that moment, appends, and brings the projections up to
    date again: whoever reads after it sees what was written. ``also`` is asked under the same
    lock, with the person and the roles of that moment. Raises Refused.
    """

    record: Record
    projections: Projections
    actor: Actor
    act: Act
    incident: str | None = None
    also: Callable[[Actor], Decision] | None = None

    def keys(self) -> LogKeys | None:
        return self.record.keys()

    def append(self, payloads: Sequence[bytes], blobs: Mapping[str, bytes] = NO_BLOBS) -> Appended:
        with self.record.exclusively():
            self.projections.catch_up(self.record)
            self._decide()
            appended = self.record.append(payloads, blobs)
        self.projections.catch_up(self.record)
        return appended

    def erase(
        self, index: int, reason: str, officers: tuple[str, str], rule: str | None = None
    ) -> Appended:
        """Erase an entry's content on the word of two officers, decided as ``append`` is.

        ``rule`` is that of retention by which they did, if it was one.
        """
        with self.record.exclusively():
            self.projections.catch_up(self.record)
            self._decide()
            appended = self.record.erase(index, reason, officers, rule)
        self.projections.catch_up(self.record)
        return appended

    def _decide(self) -> None:
        held = self.projections.roles(self.actor.account)
        person = msgspec.structs.replace(self.actor, roles=held)
        decision = may(person, self.act)
        if not decision.allowed:
            raise Refused(str(decision.reason))
        if self.incident is not None and not self.projections.has_incident(self.incident):
            raise Refused("There is no such incident.")
        if self.also is not None:
            decision = self.also(person)
            if not decision.allowed:
                raise Refused(str(decision.reason))
