"""Who may see an object at all, carried as a marking (MISP core format 2.2.1, distribution).

STIX has levels (TLP) but no list of recipients and no rule of what may be done. An audience
says both in Comity's property extension of ``marking-definition``.
"""

import uuid
from collections.abc import Iterable
from typing import Annotated, Literal

from msgspec import Meta, to_builtins
from msgspec.structs import force_setattr

from comity.stix.canonical import canonical
from comity.stix.comity_ext import COMITY, COMITY_DEFINITION
from comity.stix.convert import to_struct
from comity.stix.markings import Tlp, strictest
from comity.stix.meta import MarkingDefinition
from comity.stix.types import Checked, Opaque, Plain

# Drawn once as a random UUIDv4. The name below it is the JCS of the audience, so that equal
# audiences are one marking on every node.
AUDIENCE_NAMESPACE = uuid.UUID("46fa235d-dc0f-4879-b207-b9e68c35952f")

Pap = Literal["clear", "green", "amber", "red"]

# MISP's levels, the strictest first: own organisation, sharing group, this community,
# connected communities, all communities.
STRICTNESS = (0, 4, 1, 2, 3)
_FLOOR = {0: Tlp.AMBER_STRICT, 4: Tlp.AMBER_STRICT, 1: Tlp.AMBER, 2: Tlp.GREEN}


class Organisation(Plain, frozen=True, kw_only=True, order=True):
    """A member of a sharing group."""

    uuid: str
    name: str = ""


class SharingGroup(Plain, frozen=True, kw_only=True):
    """A named list of organisations; its members are kept in the order of their uuids."""

    uuid: str
    name: str = ""
    organisations: tuple[Organisation, ...] = ()

    def __post_init__(self) -> None:
        # The order in the source says nothing, and the marking's id must not depend on it.
        ordered = tuple(sorted(set(self.organisations)))
        if ordered != self.organisations:
            force_setattr(self, "organisations", ordered)


class Audience(Checked, frozen=True, kw_only=True):
    """Limits that bind beside TLP: MISP's distribution (0 to 4) and PAP."""

    one_of = (("distribution", "pap"),)
    needs = (("sharing_group", "distribution"),)

    distribution: Annotated[int, Meta(ge=0, le=4)] | None = None
    sharing_group: SharingGroup | None = None
    pap: Pap | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        if (self.distribution == 4) != (self.sharing_group is not None):
            self.refuse("sharing_group", "must stand beside distribution 4 and only there")


class ComityMarking(Checked, frozen=True, kw_only=True):
    """Comity's property extension of ``marking-definition``.

    ``originator_control``: nobody passes it on without the consent of whoever made it.
    """

    one_of = (("audience", "originator_control"),)

    extension_type: Literal["property-extension"]
    audience: Audience | None = None
    originator_control: Literal[True] | None = None


def audience_marking(audience: Audience) -> MarkingDefinition:
    """Return the marking of an audience; equal audiences give equal markings."""
    name = canonical(audience).decode()
    extension: Opaque = {"extension_type": "property-extension", "audience": to_builtins(audience)}
    return MarkingDefinition(
        spec_version="2.1",
        id=f"marking-definition--{uuid.uuid5(AUDIENCE_NAMESPACE, name)}",
        # A value has no time of its own; the definition's is one that every node knows.
        created=COMITY_DEFINITION.created,
        extensions={COMITY: extension},
    )


def audience_of(marking: MarkingDefinition) -> Audience | None:
    """Return the audience that a marking carries, ``None`` if it carries none.

    Raises ``StixError`` with the path inside the extension.
    """
    extension = comity_marking(marking)
    return None if extension is None else extension.audience


def comity_marking(marking: MarkingDefinition) -> ComityMarking | None:
    """Return Comity's extension of a marking, ``None`` if it has none.

    Raises ``StixError`` with the path inside the extension.
    """
    sent = marking.extensions.get(COMITY)
    if sent is None:
        return None
    return to_struct(sent, ComityMarking, of=marking.id, path=f"extensions.{COMITY}")


def strictest_distribution(levels: Iterable[int]) -> int | None:
    """Return the level that lets the fewest see, ``None`` if there is none."""
    return min(levels, key=STRICTNESS.index, default=None)


def strictest_tlp(distribution: int | None, tlp: Tlp | None) -> Tlp | None:
    """Return the level to mark with, given MISP's distribution and the TLP that was said.

    | distribution | at least |
    |---|---|
    | 0 own organisation | AMBER+STRICT |
    | 4 sharing group | AMBER+STRICT: no member may pass it on beyond its own organisation |
    | 1 this community | AMBER |
    | 2 connected communities | GREEN |
    | 3 all communities | what was said; GREEN if nothing was, for MISP is not the public |
    | none | what was said; without a word there is no level |
    """
    if distribution == 3:
        return Tlp.GREEN if tlp is None else tlp
    floor = None if distribution is None else _FLOOR[distribution]
    return strictest(level for level in (floor, tlp) if level is not None)
