"""One obligation of an instrument: who owes what to whom, from when, within which time."""

from __future__ import annotations

import msgspec


class Obligation(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A duty with its clock, as typed data.

    ``trigger``, ``unless`` are CEL predicates over the features of an incident.
    ``within`` is an ISO 8601 duration ("PT72H", "P1M") or None, which means
    "without undue delay": the instrument names no number, and none is invented.
    ``start_event`` names the time feature the clock starts at
    ("incident.aware_at") or ``fulfilled:<obligation id>`` for a clock that
    starts when an earlier duty is done.
    """

    id: str
    title: str  #: what to do, in a few words: "Notify the data protection authority"
    basis: str  #: article or section, for a lawyer to look up
    debtor: str
    creditor: str
    trigger: str
    start_event: str
    within: str | None = None
    duty: str
    unless: str | None = None
    otherwise: str | None = None  #: what the instrument says follows when the duty is not met
    content: tuple[str, ...] = ()  #: what the notice has to contain
