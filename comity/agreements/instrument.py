"""A treaty, a law or a political commitment, and who is party to it when."""

from __future__ import annotations

import datetime as dt
from typing import Literal

import msgspec

from comity.agreements.obligation import Obligation, Undertaking

Binding = Literal["states", "entities", "political"]
"""Treaties bind states, laws bind entities, norms and declarations bind politically."""

PartyStatus = Literal["party", "signatory", "not_party", "withdrawn"]


class Party(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One state's relation to an instrument, with the day it took effect where known."""

    state: str  #: ISO 3166-1 alpha-3
    status: PartyStatus
    since: dt.date | None = None
    until: dt.date | None = None


class Instrument(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An instrument of a knowledge pack or of the node itself.

    ``bound_group`` names a group (``grp.eu``) whose members are bound without a
    list of their own, as with EU law. ``parties_complete`` says that a state
    missing from ``parties`` is known not to be party; otherwise it is unknown.
    ``circle`` are the states it was made among, where it was made among some only:
    of a state outside nobody would ask whether it is party.
    An ``in_force_until`` of an instrument that is not repealed is the day on which it lapses
    unless it is prolonged: from then on it is not known whether it applies.
    ``between`` is "both" where the two sides must be party (a treaty on
    cooperation) and "debtor" where one side suffices (a law on the victim).
    ``unlikely_if`` keeps, say, the duties of makers off the list of a hospital: the
    instrument stays open, its questions and clocks come up only once somebody says
    more. It never turns a stated fact down.
    """

    id: str
    title: str
    short: str
    organisation: str
    depositary: str | None = None
    binding: Binding
    between: Literal["both", "debtor"]
    status: Literal["in_force", "adopted", "proposed", "not_in_force", "repealed"]
    in_force_from: dt.date | None = None
    in_force_until: dt.date | None = None
    bound_group: str | None = None
    beyond: str | None = None  #: why somebody outside ``bound_group`` may be bound all the same
    parties: tuple[Party, ...] = ()
    circle: tuple[str, ...] = ()
    parties_complete: bool = False
    parties_source: str | None = None  #: where the current status can be read
    purposes: tuple[str, ...]
    applies_if: str  #: CEL: does the matter fit?
    unlikely_if: str | None = None  #: CEL: while that is open, hold its duties back
    summary: str
    obligations: tuple[Obligation, ...] = ()
    undertakings: tuple[Undertaking, ...] = ()  #: what no fact of an incident starts
    source: tuple[str, ...]
    as_of: dt.date
    verified: bool
    note: str | None = None
