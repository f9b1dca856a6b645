"""Which question to ask next, and what an answer means."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from comity.assess.assessment import assess
from comity.assess.facts import Claim, refuse_misfit, sheet
from comity.assess.gaps import Gap
from comity.assess.state_code import state_code
from comity.errors import BadInput
from comity.knowledge.base import Knowledge
from comity.knowledge.model import Feature
from comity.rules.predicate import Value

MAX_QUESTIONS = 15

_YES = frozenset({"y", "yes", "true"})
_NO = frozenset({"n", "no", "false"})
# Without these no law, treaty or clock can be found, so they come before everything else.
_FIRST = {"victim.state": 0, "incident.aware_at": 1}


def next_question(
    knowledge: Knowledge,
    claims: Collection[Claim],
    asked: Collection[str],
    *,
    own: str | None,
    now: dt.datetime,
) -> Gap | None:
    """The open question that most findings wait for, among those not asked in this sitting."""
    found = assess(knowledge, sheet(knowledge.features, claims), own=own, now=now)
    if len(asked) >= MAX_QUESTIONS:
        return None
    said = {claim.name for claim in claims}
    left = [gap for gap in found.gaps if gap.feature.id not in asked]
    # What somebody has already answered with "not known" comes again, but last.
    left.sort(key=lambda gap: (gap.feature.id in said, _FIRST.get(gap.feature.id, len(_FIRST))))
    return left[0] if left else None


def parse_answer(feature: Feature, text: str, knowledge: Knowledge) -> Value | None:
    """A typed answer; None for "not known" (nothing typed). BadInput says how to answer."""
    text = text.strip()
    if not text:
        return None
    value = _parsed(feature, text, knowledge)
    claim = Claim(name=feature.id, value=value, said_by="", said_at=None, source="")
    refuse_misfit(claim, knowledge.features)
    return value


def _parsed(feature: Feature, text: str, knowledge: Knowledge) -> Value:
    if feature.type == "bool":
        return _yes_or_no(text)
    if feature.type == "time":
        return _time(text)
    if feature.type == "int":
        if not text.isdecimal():
            raise BadInput("type a whole number")
        return int(text)
    if feature.type == "strings" and text.casefold() == "none" and "none" not in feature.values:
        return ()
    words = [_word(feature, word.strip(), knowledge) for word in text.split(",") if word.strip()]
    if feature.type == "strings" and words:
        return tuple(words)
    if len(words) != 1:
        raise BadInput("type one answer only")
    return words[0]


def _word(feature: Feature, text: str, knowledge: Knowledge) -> str:
    if feature.states:
        return state_code(text, knowledge)
    if feature.values:
        return _choice(text, feature.values)
    return _suggestion(text, feature.suggested)


def _yes_or_no(text: str) -> bool:
    if text.casefold() in _YES:
        return True
    if text.casefold() in _NO:
        return False
    raise BadInput("type y for yes, n for no, or only Enter if it is not known")


def _time(text: str) -> dt.datetime:
    try:
        value = dt.datetime.fromisoformat(text)
    except ValueError as error:
        raise BadInput("type a time such as 2026-01-31T08:00Z or 2026-01-31T09:00+01:00") from error
    if value.tzinfo is None:
        raise BadInput("add the time zone: Z for UTC, or +01:00")
    return value


def _suggestion(text: str, suggested: tuple[str, ...]) -> str:
    """A number or word of the list becomes that word; anything else stays as typed."""
    if text.isdecimal() and 1 <= int(text) <= len(suggested):
        return suggested[int(text) - 1]
    return text.casefold() if text.casefold() in suggested else text


def _choice(text: str, values: tuple[str, ...]) -> str:
    if text.isdecimal() and 1 <= int(text) <= len(values):
        return values[int(text) - 1]
    if text.casefold() in values:
        return text.casefold()
    raise BadInput(f"type a number from 1 to {len(values)}, or only Enter if it is not known")
