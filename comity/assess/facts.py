"""What is known about an incident, who said it, and what is not known.

A fact sheet holds claims. A feature is known when every claim about it agrees,
disputed when two differ, and unknown when nobody has said anything (or
somebody has said that it is not known). Only known features decide a rule.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Literal, cast

import msgspec

from comity.errors import BadInput
from comity.knowledge.model import Feature
from comity.rules.predicate import Value

State = Literal["known", "unknown", "disputed"]


class Claim(msgspec.Struct, frozen=True, kw_only=True):
    """One statement about one feature. ``value`` None says "not known".

    ``source`` is where the person has it from, ``place`` where the claim stands
    ("facts.toml, fact 3"). ``disputed``: whoever said it also said that others
    disagree. ``inside``: it was received under a marking that does not let it leave, or under
    none. ``report`` is the file that a verification is about, None for the only one.
    """

    name: str
    value: bool | str | int | dt.datetime | tuple[str, ...] | None
    said_by: str
    said_at: dt.datetime | None
    source: str
    place: str = ""
    disputed: bool = False
    inside: bool = False
    report: str | None = None


class Fact(msgspec.Struct, frozen=True):
    """All that was said about one feature."""

    feature: Feature
    claims: tuple[Claim, ...]

    @property
    def values(self) -> tuple[Value, ...]:
        """The different values claimed, in the order they were claimed."""
        seen: dict[object, Value] = {}
        for claim in self.claims:
            if claim.value is not None:
                key = frozenset(claim.value) if isinstance(claim.value, tuple) else claim.value
                seen.setdefault(key, claim.value)
        return tuple(seen.values())

    @property
    def state(self) -> State:
        """Known, disputed or unknown."""
        count = len(self.values)
        if count == 0:
            return "unknown"
        return "disputed" if count > 1 or any(c.disputed for c in self.claims) else "known"

    @property
    def value(self) -> Value | None:
        """The value where it is known, else None."""
        return self.values[0] if self.state == "known" else None


class FactSheet(msgspec.Struct, frozen=True):
    """A fact for every feature of the vocabulary, in its order."""

    facts: Mapping[str, Fact]

    def known(self) -> dict[str, Value]:
        """What rules may use: the known values by feature."""
        return {
            name: value for name, fact in self.facts.items() if (value := fact.value) is not None
        }

    def value(self, name: str) -> Value | None:
        """The known value of one feature, or None where it is unknown or disputed."""
        return self.facts[name].value

    def leaving(self) -> FactSheet:
        """The sheet without what may not leave: what a document for others is made from."""
        return FactSheet(
            {
                name: Fact(fact.feature, tuple(c for c in fact.claims if not c.inside))
                for name, fact in self.facts.items()
            }
        )

    def text(self, name: str) -> str | None:
        """A known string."""
        value = self.value(name)
        return value if isinstance(value, str) else None

    def time(self, name: str) -> dt.datetime | None:
        """A known time."""
        value = self.value(name)
        return value if isinstance(value, dt.datetime) else None

    def strings(self, name: str) -> tuple[str, ...]:
        """A known list; empty where it is not known."""
        value = self.value(name)
        return value if isinstance(value, tuple) else ()


def sheet(features: Mapping[str, Feature], claims: Iterable[Claim]) -> FactSheet:
    """Sort claims to features. BadInput for a claim that ``refuse_misfit`` refuses."""
    sorted_claims: dict[str, list[Claim]] = {name: [] for name in features}
    for claim in claims:
        refuse_misfit(claim, features)
        sorted_claims[claim.name].append(claim)
    return FactSheet(
        {name: Fact(features[name], tuple(found)) for name, found in sorted_claims.items()}
    )


def typed(value: Value | Sequence[str] | None, feature: Feature | None, place: str) -> Value | None:
    """A value out of a file in the form that claims hold: lists as tuples, times as instants.

    The word "unknown" is no value, unless the vocabulary lists it: not known is not no.
    """
    if value == "unknown" and feature is not None and "unknown" not in feature.values:
        return None
    if isinstance(value, str) and feature is not None and feature.type == "time":
        try:
            return dt.datetime.fromisoformat(value)
        except ValueError as error:
            raise BadInput(
                f"{place}: {value!r} is not a time such as 2026-01-31T08:00:00Z"
            ) from error
    if isinstance(value, list | tuple):
        return tuple(value)
    return cast("Value | None", value)


_FIRST_YEAR, _LAST_YEAR = 1970, 2200
_MAX_WORDS = 50
_MAX_INT = 2**53
_WANTED: dict[str, tuple[type, str]] = {
    "bool": (bool, "true or false"),
    "string": (str, "text"),
    "int": (int, "a whole number"),
    "time": (dt.datetime, "a time such as 2026-01-31T08:00:00Z"),
    "strings": (tuple, "a list of words"),
}


def refuse_misfit(claim: Claim, features: Mapping[str, Feature]) -> None:
    """Raise BadInput, naming the place, for a claim that does not fit its feature."""
    at = f"{claim.place}: " if claim.place else ""
    feature = features.get(claim.name)
    if feature is None:
        raise BadInput(
            f"{at}there is no feature {claim.name!r}; 'comity knowledge list vocabulary' lists them"
        )
    if claim.value is not None:
        reason = _misfit(feature, claim.value)
        if reason:
            raise BadInput(f"{at}{feature.id} {reason}")


def _misfit(feature: Feature, value: Value) -> str | None:
    kind, wanted = _WANTED[feature.type]
    fits = isinstance(value, kind) and not (kind is int and isinstance(value, bool))
    if isinstance(value, tuple):
        fits = fits and all(isinstance(word, str) for word in value)
    if not fits:
        return f"must be {wanted}, not {_short(value)}"
    if isinstance(value, dt.datetime):
        return odd_time(value)
    if isinstance(value, int):
        return None if abs(value) < _MAX_INT else "is too large a number"
    words = value if isinstance(value, tuple) else (value,)
    return _odd_words(feature, tuple(map(str, words)))


def odd_time(value: dt.datetime) -> str | None:
    """Why a time can belong to no incident, as the end of a sentence; None where it may."""
    if value.tzinfo is None:
        return f"needs a time zone: write {value.isoformat()}Z for UTC"
    if not _FIRST_YEAR <= value.year <= _LAST_YEAR:
        return f"must lie between the years {_FIRST_YEAR} and {_LAST_YEAR}, not in {value.year}"
    return None


def _odd_words(feature: Feature, words: tuple[str, ...]) -> str | None:
    if len(words) > _MAX_WORDS:
        return f"may list at most {_MAX_WORDS} entries, not {len(words)}"
    for word in words:
        if feature.values and word not in feature.values:
            return f"must be one of {', '.join(feature.values)}, not {_short(word)}"
        if feature.states and not is_state_code(word):
            return f"must be a state's three-letter code such as EST, not {_short(word)}"
    return None


def is_state_code(text: str) -> bool:
    """ISO 3166-1 alpha-3, or a code of the operator's own for an entity outside the packs."""
    return re.fullmatch(r"[A-Z0-9][A-Z0-9-]{2,11}", text) is not None


def _short(value: object) -> str:
    text = value.isoformat() if isinstance(value, dt.date | dt.time) else repr(value)
    return text if len(text) <= 80 else f"{text[:80]}…"  # one line of a terminal
