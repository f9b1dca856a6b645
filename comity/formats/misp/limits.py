"""Distribution, sharing groups, TLP and PAP of an element, and the markings they make.

Event, object and attribute each may say something; the strictest binds. Distribution 5 means
"as the parent" and therefore says nothing itself (MISP core format 2.2.1, 2.3.2).
"""

from collections.abc import Callable
from typing import TypeAlias

from msgspec import Struct

from comity.formats.misp.scalars import text, valid_uuid, whole
from comity.formats.misp.shapes import Group, Limited
from comity.stix.audience import (
    Audience,
    Organisation,
    Pap,
    SharingGroup,
    audience_marking,
    strictest_distribution,
    strictest_tlp,
)
from comity.stix.convert import to_struct
from comity.stix.error import StixError
from comity.stix.markings import Tlp, strictest, tlp_marking
from comity.stix.meta import MarkingDefinition

_INHERIT = 5
PAP_ORDER: tuple[Pap, ...] = ("clear", "green", "amber", "red")

# What to call with the path and the rule of something that is not taken as sent.
Complain: TypeAlias = Callable[[str, str], None]


class Limits(Struct, frozen=True):
    """What one element itself says about who may see it and what they may do."""

    distribution: int | None = None
    group: SharingGroup | None = None
    tlp: Tlp | None = None
    pap: Pap | None = None


# The limits of an element and of all that it is part of; each of them binds.
Binding: TypeAlias = tuple[Limits, ...]


def strictest_pap(said: list[Pap]) -> Pap | None:
    """The most restrictive of PAP levels, ``None`` if there is none."""
    return max(said, key=PAP_ORDER.index, default=None)


def limits_of(
    element: Limited,
    tlp: Tlp | None,
    pap: Pap | None,
    known: dict[str, SharingGroup],
    complain: Complain,
) -> Limits:
    """The limits that an element states; ``known`` holds sharing groups by their numeric id.

    A distribution or a sharing group that cannot be understood means own organisation only.
    """
    try:
        level = whole(element.distribution, "distribution")
    except StixError:
        level = -1
    if level is None or level == _INHERIT:
        return Limits(None, None, tlp, pap)
    if level not in range(_INHERIT):
        complain("distribution", "must be 0 to 5, so own organisation only was applied")
        return Limits(0, None, tlp, pap)
    if level != 4:
        return Limits(level, None, tlp, pap)
    described = sharing_group(element.sharing_group)
    group = described[1] if described else known.get(text(element.sharing_group_id))
    if group is None:
        rule = "is not described in the event, so own organisation only was applied"
        complain("SharingGroup", rule)
        return Limits(0, None, tlp, pap)
    return Limits(level, group, tlp, pap)


def sharing_group(sent: object) -> tuple[str, SharingGroup] | None:
    """The numeric id and the value of a sharing group, ``None`` where none can be read."""
    if not isinstance(sent, dict):
        return None
    try:
        group = to_struct(sent, Group)
    except StixError:
        return None
    own = valid_uuid(group.uuid)
    if own is None:
        return None
    members = [member.organisation for member in group.members]
    organisations = tuple(
        Organisation(uuid=text(valid_uuid(org.uuid)), name=org.name) for org in members
    )
    value = SharingGroup(uuid=own, name=group.name, organisations=organisations)
    return text(group.id), value


def markings(binding: Binding) -> tuple[MarkingDefinition, ...]:
    """The markings of an element that is bound by all of ``binding``.

    Two sharing groups of equal strictness both stay: who is in one only may not see it.
    """
    said = [limits for limits in binding if limits.distribution is not None]
    level = strictest_distribution(
        limits.distribution for limits in said if limits.distribution is not None
    )
    groups = dict.fromkeys(limits.group for limits in said if limits.distribution == level)
    pap = strictest_pap([limits.pap for limits in binding if limits.pap is not None])
    tlp = strictest_tlp(
        level, strictest(limits.tlp for limits in binding if limits.tlp is not None)
    )
    marks = [] if tlp is None else [tlp_marking(tlp)]
    if level is not None:
        marks += (
            audience_marking(Audience(distribution=level, sharing_group=group, pap=pap))
            for group in groups
        )
    elif pap is not None:
        marks.append(audience_marking(Audience(pap=pap)))
    return tuple(marks)
