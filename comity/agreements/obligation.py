"""What an instrument asks: who owes what to whom, from when, within which time."""

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


class Undertaking(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is asked of a state or its authorities by an event that no fact of an incident shows.

    A request from another Party, a change of contact, the calendar: ``starts`` names it in words.
    So nothing of it is found in an incident, and the victim is never told that it owes what the
    other side owes. Periods are ISO 8601 durations, and where none of the three is set the text
    names no number: ``within`` is the latest, ``at_least`` the shortest, ``every`` comes back.
    """

    id: str
    title: str
    basis: str  #: article or measure, for a lawyer to look up
    debtor: str
    creditor: str
    starts: str
    within: str | None = None
    at_least: str | None = None
    every: str | None = None
    duty: str
