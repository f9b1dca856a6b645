"""The frozen types of the knowledge packs.

Every entry says where it comes from (``source``), how old it is (``as_of``)
and whether somebody checked it against that source (``verified``).
Predicates are CEL over the features of the vocabulary pack.
"""

from __future__ import annotations

import datetime as dt
from typing import Literal

import msgspec

from comity.agreements.obligation import Undertaking

Towards = Literal["origin", "transit", "victim", "unknown"]
"""How an addressee stands to the incident: activity appears to come from there, to pass through
there, the victim is there, or nobody has said."""

Insert = Literal[
    "indicators", "story", "confirmed", "disputed", "missing", "deadlines", "norms", "reach",
    "doubts",
]  # fmt: skip
"""What the assessment fills in; a document that leaves takes only the indicators."""

PLACES = ("own", "addressee", "reference", "created")
"""Places in a template that are no features."""


class Feature(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One thing that can be known about an incident, and the question that asks for it.

    ``type`` is the type that predicates see; ``values`` closes a string or
    list of strings to these words, ``suggested`` offers some and leaves it open;
    ``states`` says that the value is an ISO
    3166-1 alpha-3 code (or a list of them). ``ours`` marks what only the node's own
    people can say: no received report vouches for itself. ``why`` tells the person
    what depends on the answer.
    """

    id: str
    label: str  #: what it is in a few words: "Personal data affected"
    type: Literal["bool", "string", "int", "time", "strings"]
    question: str
    why: str
    values: tuple[str, ...] = ()
    suggested: tuple[str, ...] = ()
    states: bool = False
    ours: bool = False
    source: tuple[str, ...]
    as_of: dt.date
    verified: bool


class Norm(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A voluntary, non-binding norm of responsible state behaviour.

    ``gate`` marks a norm whose questions come before any attribution.
    """

    id: str
    title: str
    paragraph: str  #: where the text stands, "A/70/174, para. 13 (a)"
    kind: Literal["positive", "limiting"]
    gate: bool = False
    summary: str
    applies_if: str
    asks: tuple[str, ...]
    source: tuple[str, ...]
    as_of: dt.date
    verified: bool
    note: str | None = None


class Commitment(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A confidence-building measure: what the states of a group have voluntarily agreed to do.

    ``agreed`` is the day from which it stands, None where that was not found.
    ``does`` is how one can tell that a state does it; ``fits_if`` (CEL) says
    when to think of it in an incident: Comity's reading. ``undertakings`` are
    the periods that it names.
    """

    id: str
    title: str
    group: str
    agreed: dt.date | None = None
    summary: str
    does: str
    fits_if: str
    undertakings: tuple[Undertaking, ...] = ()
    source: tuple[str, ...]
    as_of: dt.date
    verified: bool
    note: str | None = None


class Channel(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A way to reach somebody, with who may use it for what.

    ``open_to`` names the group (``grp.osce``) or the instrument
    (``inst.coe.budapest``) both sides must belong to. ``reach`` is "bilateral"
    (one state to another) or "network" (one state to all its members).
    ``nomination`` says that each side must also have nominated a contact,
    which packs do not know and the node's own directory does.
    """

    id: str
    title: str
    operator: str
    open_to: str
    reach: Literal["bilateral", "network"]
    purposes: tuple[str, ...]
    not_for: tuple[str, ...] = ()
    nomination: bool
    speed: Literal["immediate", "hours", "days"]
    how: str  #: what the person does first
    status: Literal["operating", "not_operating"]
    operating_from: dt.date | None = None
    source: tuple[str, ...]
    as_of: dt.date
    verified: bool
    note: str | None = None


class Membership(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A state in a group, with the days of entering and leaving where known."""

    state: str
    since: dt.date | None = None
    until: dt.date | None = None


class Group(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An organisation or a circle of states.

    ``complete`` means that the list is whole, but for the states in ``disputed``,
    whose membership is not agreed upon.
    """

    id: str
    title: str
    short: str
    complete: bool
    members: tuple[Membership, ...]
    disputed: tuple[str, ...] = ()
    source: tuple[str, ...]
    as_of: dt.date
    verified: bool


class Names(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a state is called in the other five official languages of the United Nations.

    ``not_verified`` lists the languages whose name was not checked against the source.
    """

    ar: str
    zh: str
    fr: str
    ru: str
    es: str
    not_verified: tuple[Literal["ar", "zh", "fr", "ru", "es"], ...] = ()


class State(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A member state of the United Nations, or one of its two observer states.

    ``also`` are further names by which it is found, and which are shown in no document.
    """

    id: str  #: ISO 3166-1 alpha-3
    alpha2: str
    name: str  #: English short name of the UN list
    names: Names
    also: tuple[str, ...] = ()
    timezone: str  #: IANA zone of the seat of government
    observer: bool = False
    source: tuple[str, ...]
    as_of: dt.date
    verified: bool

    def called(self) -> tuple[str, ...]:
        """Its code and all its names."""
        names = self.names
        return (
            self.id, self.name, names.ar, names.zh, names.fr, names.ru, names.es, *self.also,
        )  # fmt: skip


class Part(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One piece of a template: exactly one of heading, text, bullets, facts and insert.

    In text and bullets ``{incident.aware_at}`` stands for a feature, ``{addressee}`` for one of
    ``PLACES``, and ``{fill: what is missing}`` for a blank that a person fills. ``facts`` are
    features shown in a table. The part is used where ``only_if`` (CEL) is known to hold and the
    addressee stands to the incident as one of ``towards``.
    """

    heading: str | None = None
    text: str | None = None
    bullets: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()
    insert: Insert | None = None
    only_if: str | None = None
    towards: tuple[Towards, ...] = ()


class Template(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A document that may have to be drafted, in our own words.

    ``audience`` external and public documents name no actor and quote no material.
    ``addressee`` is "counterpart" (one draft for each of the other states concerned), "chosen"
    (one draft to a state that a person still names) or "none". ``towards`` limits counterparts
    to how they stand to the incident, ``both_in`` to a group that both sides belong to.
    ``basis`` are ids of norms, instruments, channels and groups.
    """

    id: str
    title: str
    purpose: str  #: what it is for, in one sentence
    audience: Literal["external", "internal", "public"]
    addressee: Literal["counterpart", "chosen", "none"]
    towards: tuple[Towards, ...] = ()
    both_in: str | None = None
    applies_if: str
    basis: tuple[str, ...] = ()
    body: tuple[Part, ...]
    before_release: tuple[str, ...]
    source: tuple[str, ...]
    as_of: dt.date
    verified: bool
    note: str | None = None
