"""Where a person works: what every action on the record is given."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import msgspec

from comity.access.release import Rules
from comity.access.roles import Act, Actor, Decision
from comity.actions.ledger import Acting, Projections
from comity.documents.drafts.personal_data import Known
from comity.gate.setting import Setting
from comity.record.store import Record


class Desk(msgspec.Struct, frozen=True):
    """The record and its tables, who it is, how they sign, now, and what binds them.

    ``setting`` is asked for when something is to leave: a fault in it stops nothing else.
    ``key`` hides what was taken out of what leaves (``gate.sanitise``): 32 secret bytes. ``known``
    is what the node knows of people, for the incident of this UUID.
    """

    record: Record
    projections: Projections
    actor: Actor
    by: str
    at: datetime
    rules: Rules
    setting: Callable[[], Setting]
    key: bytes
    known: Callable[[str], Known]

    def ledger(
        self,
        act: Act,
        incident: str | None = None,
        also: Callable[[Actor], Decision] | None = None,
    ) -> Acting:
        """The record for one act of this person."""
        return Acting(self.record, self.projections, self.actor, act, incident, also)
