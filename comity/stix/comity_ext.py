"""Comity's own extension-definition: what is claimed of an incident, by whom and when.

``COMITY`` was drawn once as a random UUIDv4 and never changes; a new version of the
definition is a new ``version`` and ``modified`` of the same object.
"""

from typing import Annotated, Literal, TypeVar

from comity.stix.convert import to_struct
from comity.stix.incident_core import INCIDENT_CORE, IncidentCore
from comity.stix.meta import ExtensionDefinition
from comity.stix.sdo import Identity, Incident
from comity.stix.timestamp import Timestamp
from comity.stix.types import NON_EMPTY, Checked, IdentityRef, Integer, Plain

COMITY = "extension-definition--5d8ee5bf-e004-4154-9c91-75cc4eace2ed"
_BORN = Timestamp("2026-11-22T00:00:00.000Z")

COMITY_IDENTITY = Identity(
    spec_version="2.1",
    id="identity--c7ad7c4e-8dcf-4c62-8227-630e8b2185f2",
    created=_BORN,
    modified=_BORN,
    name="Comity",
    identity_class="organization",
    description="The open-source project that defines the Comity extension of STIX 2.1.",
)
COMITY_DEFINITION = ExtensionDefinition(
    spec_version="2.1",
    id=COMITY,
    created=_BORN,
    modified=_BORN,
    created_by_ref=COMITY_IDENTITY.id,
    name="Comity",
    description="What cyber diplomacy adds to STIX 2.1.",
    schema=(
        "On incident, the property extension holds 'facts': a non-empty list of claims. A claim"
        " has 'name' (string), 'state' (known, unknown or disputed), 'said_by' (string),"
        " 'said_at' (timestamp) and optionally 'source' (string); unless its state is unknown"
        " it has 'value' (boolean, integer, string or list of strings). Claims that dispute"
        " each other are several entries of one name."
        " On marking-definition, the property extension holds 'audience' or"
        " 'originator_control' (true: it is passed on only with its maker's consent), or both."
        " 'audience' is an object with at least"
        " one of 'distribution' (0 own organisation, 1 this community, 2 connected communities,"
        " 3 all communities, 4 sharing group: as in MISP, save that 5 is never written) and 'pap'"
        " (clear, green, amber or red: the Permissible Actions Protocol). Distribution 4, and no"
        " other, has 'sharing_group' with 'uuid' and optionally 'name' (strings) and"
        " 'organisations' (a list of objects with 'uuid' and optionally 'name', in ascending"
        " order)."
        " On any object, the property extension may hold 'sanitised': the object is a copy out of"
        " which properties were taken before it left. 'made_from' (string) commits the sender to"
        " what it was made from and tells nobody else; 'creator' (identifier) optionally names who"
        " made that."
    ),
    version="1.0.0",
    extension_types=("property-extension",),
)


class FactClaim(Checked, frozen=True, kw_only=True):
    """One thing that somebody says of an incident.

    ``value`` is absent exactly where ``state`` is ``unknown``: not known is not no.
    """

    name: str
    state: Literal["known", "unknown", "disputed"]
    said_by: str
    said_at: Timestamp
    value: bool | Integer | str | tuple[str, ...] | None = None
    source: str | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.state == "unknown" and self.value is not None:
            self.refuse("value", "must not stand in a claim whose state is unknown")
        if self.state != "unknown" and self.value is None:
            self.refuse("value", f"is required of a claim whose state is {self.state}")


class Sanitisation(Plain, frozen=True, kw_only=True):
    """That an object is a copy without some of the properties of what it was made from.

    ``made_from`` is an HMAC-SHA-256 in hex under a key of the sender: a plain hash would let
    whoever knows the rest guess what is gone.
    """

    made_from: str
    creator: IdentityRef | None = None


class ComityIncident(Checked, frozen=True, kw_only=True):
    """Comity's property extension of ``incident``."""

    one_of = (("facts", "sanitised"),)

    extension_type: Literal["property-extension"]
    facts: Annotated[tuple[FactClaim, ...], NON_EMPTY] = ()
    sanitised: Sanitisation | None = None


def incident_core(incident: Incident) -> IncidentCore | None:
    """Return the OASIS Incident Core extension, ``None`` if the incident has none.

    Raises ``StixError`` with the path inside the extension.
    """
    return _extension(incident, INCIDENT_CORE, IncidentCore)


def comity_incident(incident: Incident) -> ComityIncident | None:
    """Return Comity's extension, ``None`` if the incident has none.

    Raises ``StixError`` with the path inside the extension.
    """
    return _extension(incident, COMITY, ComityIncident)


_T = TypeVar("_T", bound=Plain)


def _extension(incident: Incident, key: str, cls: type[_T]) -> _T | None:
    sent = incident.extensions.get(key)
    if sent is None:
        return None
    return to_struct(sent, cls, of=incident.id, path=f"extensions.{key}")
