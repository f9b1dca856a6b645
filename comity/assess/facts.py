"""What is known about an incident, who said it, and what is not known.

A fact sheet holds claims. A feature is known when every claim about it agrees,
disputed when two differ, and unknown when nobody has said anything (or
somebody has said that it is not known). Only known features decide a rule.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Literal, cast

import msgspec

from comity.errors import BadInput
from comity.knowledge.model import Feature
from comity.rules.predicate import Value

State = Literal["known", "unknown", "disputed"]


class Claim(msgspec.Struct, frozen=True, kw_only=True):
    """One statement about one feature. ``value`` None says "not known"."""

    name: str
    value: bool | str | int | dt.datetime | tuple[str, ...] | None
    said_by: str
    said_at: dt.datetime | None
    source: str


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
        return "unknown" if count == 0 else "known" if count == 1 else "disputed"

    @property
    def value(self) -> Value | None:
        """The value where it is known, else None."""
        values = self.values
        return values[0] if len(values) == 1 else None


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
    """Sort claims to features. BadInput for a feature that does not exist or a wrong value."""
    sorted_claims: dict[str, list[Claim]] = {name: [] for name in features}
    for claim in claims:
        if claim.name not in features:
            raise BadInput(f"there is no feature {claim.name!r}: see 'comity knowledge list'")
        if claim.value is not None:
            _refuse_misfit(features[claim.name], claim.value)
        sorted_claims[claim.name].append(claim)
    return FactSheet(
        {name: Fact(features[name], tuple(found)) for name, found in sorted_claims.items()}
    )


def typed(value: Value | Sequence[str] | None, feature: Feature, place: str) -> Value | None:
    """A value out of a file in the form that claims hold: lists as tuples, times as instants."""
    if isinstance(value, str) and feature.type == "time":
        try:
            return dt.datetime.fromisoformat(value)
        except ValueError as error:
            raise BadInput(
                f"{place}: {value!r} is not a time such as 2026-01-31T08:00:00Z"
            ) from error
    if isinstance(value, list | tuple):
        return tuple(value)
    return cast("Value | None", value)


_WANTED: dict[str, tuple[type, str]] = {
    "bool": (bool, "true or false"),
    "string": (str, "text"),
    "int": (int, "a whole number"),
    "time": (dt.datetime, "a time such as 2026-01-31T08:00:00Z"),
    "strings": (tuple, "a list of words"),
}


def _refuse_misfit(feature: Feature, value: Value) -> None:
    kind, wanted = _WANTED[feature.type]
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise BadInput(f"{feature.id} must be {wanted}, not {value!r}")
    if isinstance(value, dt.datetime) and value.tzinfo is None:
        raise BadInput(f"{feature.id} needs a time zone: write {value.isoformat()}Z for UTC")
    words = value if isinstance(value, tuple) else (value,)
    if feature.values:
        for word in words:
            if word not in feature.values:
                allowed = ", ".join(feature.values)
                raise BadInput(f"{feature.id} must be one of {allowed}, not {word!r}")
