"""Schemes of national classification, and which level of one answers to a level of another."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from comity.errors import BadInput


class Classification(msgspec.Struct, frozen=True, order=True):
    """A level of a scheme: what an object is classified as, or a person or node cleared for."""

    scheme: str
    level: str

    @property
    def title(self) -> str:
        """How people read it: the level, and whose."""
        return f"{self.level} ({self.scheme})"


class Scheme(msgspec.Struct, frozen=True, kw_only=True):
    """A marking scheme of the operator: its levels, the lowest first.

    ``markings`` maps the id of a marking-definition, or the words of a statement or label, to
    a level.
    """

    name: str
    levels: tuple[str, ...]
    markings: Mapping[str, str] = {}

    def __post_init__(self) -> None:
        for level in self.markings.values():
            if level not in self.levels:
                raise BadInput(
                    f"The scheme {self.name} has no level {level}; correct its markings."
                )


class Equivalence(msgspec.Struct, frozen=True, kw_only=True):
    """By agreement, what one scheme classifies so is protected as another scheme's level.

    It is read in this direction only: agreements exist that hold one way.
    """

    of: Classification
    protected_as: Classification


def covers(
    clearances: Iterable[Classification],
    needed: Classification,
    schemes: Mapping[str, Scheme],
    equivalences: Iterable[Equivalence],
) -> bool:
    """Whether one of the clearances reaches what is needed; no equivalence known is no.

    Of several equivalences to one scheme the highest counts.
    """
    asked = {needed}
    asked |= {row.protected_as for row in equivalences if row.of == needed}
    return any(_reaches(held, asked, schemes) for held in clearances)


def highest(
    levels: Iterable[Classification], schemes: Mapping[str, Scheme]
) -> tuple[Classification, ...]:
    """The highest level of each scheme among these, in the order of the schemes' names."""
    found: dict[str, Classification] = {}
    for level in levels:
        known = found.setdefault(level.scheme, level)
        if (rank(level, schemes) or 0) > (rank(known, schemes) or 0):
            found[level.scheme] = level
    return tuple(sorted(found.values()))


def rank(at: Classification, schemes: Mapping[str, Scheme]) -> int | None:
    """The place of a level in its scheme, None where no such level is set up."""
    scheme = schemes.get(at.scheme)
    if scheme is None or at.level not in scheme.levels:
        return None
    return scheme.levels.index(at.level)


def _reaches(
    held: Classification, asked: Iterable[Classification], schemes: Mapping[str, Scheme]
) -> bool:
    own = [rank(level, schemes) for level in asked if level.scheme == held.scheme]
    reached = rank(held, schemes)
    return reached is not None and bool(own) and all(it is not None and it <= reached for it in own)
