"""Markings of STIX objects as what MISP can say: distribution, sharing group, TLP and PAP tags.

The rule is that nobody may see more than before. An object whose markings MISP cannot say is
not written; one without a marking is for the own organisation only.
"""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import NamedTuple

from msgspec import Struct

from comity.formats.misp.limits import Binding, markings, strictest_pap
from comity.stix.audience import (
    STRICTNESS,
    Audience,
    Pap,
    SharingGroup,
    audience_of,
    strictest_distribution,
)
from comity.stix.base import Foreign, StixObject
from comity.stix.comity_ext import COMITY
from comity.stix.error import StixError
from comity.stix.markings import TLP_2_EXTENSION, Tlp, strictest, tlp_named, tlp_of
from comity.stix.meta import MarkingDefinition

# No wider than the level: the instance of an organisation is not only its own people and clients,
# so AMBER stays inside; GREEN is for a community and never for everybody.
_OF_TLP = {Tlp.CLEAR: 3, Tlp.GREEN: 2, Tlp.AMBER: 0, Tlp.AMBER_STRICT: 0, Tlp.RED: 0}
_SHARING_GROUP = 4
# Groups are compared for every object; one with more members is as good as made to stall that.
_MOST_MEMBERS = 1_000
OWN = 0


class Unsayable(Exception):
    """Markings that MISP cannot say; ``str()`` is the rule of the loss."""


class Wanted(Struct, frozen=True):
    """Who may see an object.

    ``groups`` holds the sharing groups, of which a reader must be in every one, and is empty
    unless ``level`` is 4. ``stated``: the level was a distribution; else it follows from TLP.
    """

    level: int
    groups: tuple[SharingGroup, ...]
    tlp: Tlp | None
    pap: Pap | None
    stated: bool


class Marked(NamedTuple):
    """What one marking says."""

    tlp: Tlp | None
    audience: Audience | None


def marked(marking: MarkingDefinition) -> Marked | None:
    """What a marking says; ``None`` if it says something that MISP cannot."""
    if (level := tlp_of(marking.id)) is not None:
        return Marked(level, None)
    if marking.extensions.keys() - {COMITY, TLP_2_EXTENSION}:
        return None
    if marking.definition_type not in (None, "tlp"):
        return None
    try:
        audience = audience_of(marking)
    except StixError:
        return None
    group = audience.sharing_group if audience else None
    if group is not None and len(group.organisations) > _MOST_MEMBERS:
        return None
    said = [marking.definition.get("tlp")]
    if TLP_2_EXTENSION in marking.extensions:
        said.append(marking.extensions[TLP_2_EXTENSION].get("tlp_2_0"))
    levels = [tlp_named(f"tlp:{word}") for word in said if word]
    levels.append(tlp_named(marking.name or ""))
    level = strictest(one for one in levels if one is not None)
    return None if level is None and audience is None else Marked(level, audience)


def wanted(
    refs: Iterable[str], values: Iterable[StixObject | Foreign], known: Mapping[str, Marked | None]
) -> Wanted:
    """Who may see an object that came with these markings, in one or several contents.

    Raises ``Unsayable``.
    """
    for value in values:
        if any(part.marking_ref for part in value.granular_markings):
            raise Unsayable(
                "was left out: parts of it have markings of their own, which MISP cannot say"
            )
    said: list[Marked] = []
    for ref in refs:
        level = tlp_of(ref)
        one = known.get(ref) if level is None else Marked(level, None)
        if one is None:
            where = "says what MISP cannot" if ref in known else "is not in the file"
            raise Unsayable(f"was left out: its marking {ref} {where}")
        said.append(one)
    return _together(said)


def _together(said: list[Marked]) -> Wanted:
    audiences = [one.audience for one in said if one.audience is not None]
    tlp = strictest(one.tlp for one in said if one.tlp is not None)
    pap = strictest_pap([one.pap for one in audiences if one.pap is not None])
    stated = strictest_distribution(
        one.distribution for one in audiences if one.distribution is not None
    )
    level = stated
    if level is None:
        level = OWN if tlp is None else _OF_TLP[tlp]
    groups = dict.fromkeys(
        one.sharing_group
        for one in audiences
        if one.sharing_group is not None and level == _SHARING_GROUP
    )
    return Wanted(level, tuple(groups), tlp, pap, stated is not None)


def both(one: Wanted, other: Wanted) -> Wanted:
    """Who may see two objects told in one element."""
    level = min(one.level, other.level, key=STRICTNESS.index)
    groups = [group for each in (one, other) if each.level == level for group in each.groups]
    return Wanted(
        level=level,
        groups=tuple(dict.fromkeys(groups)),
        tlp=strictest(tlp for tlp in (one.tlp, other.tlp) if tlp is not None),
        pap=strictest_pap([pap for pap in (one.pap, other.pap) if pap is not None]),
        stated=one.stated and other.stated,
    )


@lru_cache(maxsize=256)
def seen(binding: Binding) -> Wanted:
    """Who may see what is bound by ``binding``, as a reader of the event understands it."""
    return _together([one for one in map(marked, markings(binding)) if one is not None])


def at_least(got: Wanted, asked: Wanted) -> bool:
    """Whether nobody sees with ``got`` who may not with ``asked``."""
    if asked.tlp is not None and (got.tlp is None or got.tlp < asked.tlp):
        return False
    if strictest_pap([pap for pap in (got.pap, asked.pap) if pap]) != got.pap:
        return False
    if got.level != asked.level:
        return STRICTNESS.index(got.level) < STRICTNESS.index(asked.level)
    return set(asked.groups) <= set(got.groups)
