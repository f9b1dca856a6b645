"""How long content is kept: an operator's rules, and who may hold an incident against them (pure).

Nothing is due where nobody wrote a rule.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from typing import Annotated

import msgspec

from comity.access.roles import Decision
from comity.errors import BadInput
from comity.wording import say

FILE = "retention.toml"
KINDS = (
    "import", "statement", "assessment", "document", "bundle", "sightings", "carriage", "watch",
    "handover", "person-export",
)  # fmt: skip
"""Kinds of entry that hold content and can be erased. The opening of an incident stays: without it
nobody could say what the rest was about."""

_Days = Annotated[int, msgspec.Meta(ge=1, le=36_500)]


class Rule(msgspec.Struct, frozen=True):
    """Entries of this kind are due so many days after the last change of their incident.

    What is filed under none is due so many days after its own time.
    """

    kind: str
    days: int

    @property
    def name(self) -> str:
        """How tombstones name it: another number of days is another rule."""
        return f"retention: {self.kind}, {self.days} days"


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    days: dict[str, _Days] = {}


def read_retention(body: bytes) -> Mapping[str, Rule]:
    """The rules of an operator's file, by kind. BadInput, naming what is wrong."""
    try:
        days = msgspec.convert(tomllib.loads(body.decode()), _File).days
    except (ValueError, RecursionError) as error:  # tomllib's, msgspec's and the decoder's own
        raise BadInput(f"{FILE} cannot be read: {error}") from error
    if odd := sorted(days.keys() - set(KINDS)):
        raise BadInput(f"{FILE}: {odd[0]} has no rule; there are {', '.join(KINDS)}")
    return {kind: Rule(kind, days[kind]) for kind in KINDS if kind in days}


def may_hold(*, held: bool, wanted: bool) -> Decision:
    """Whether a hold may be put on an incident or, not ``wanted``, lifted from it."""
    if held is wanted:
        said = say("It is on hold already.") if held else say("It is not on hold.")
        return Decision(allowed=False, reason=said)
    return Decision(allowed=True, reason=say("It is not so yet."))


def may_fall_due(*, held: bool) -> Decision:
    """Whether a rule may take what is filed under an incident."""
    if held:
        return Decision(allowed=False, reason=say("Its incident is on hold: nothing of it goes."))
    return Decision(allowed=True, reason=say("No hold is on it."))
