"""The common properties of each category of object (STIX 2.1 §3.2)."""

from typing import ClassVar, Literal

from msgspec import field

from comity.stix.timestamp import Timestamp
from comity.stix.types import (
    Checked,
    Extensions,
    ExternalReferences,
    GranularMarkings,
    Identifier,
    IdentityRef,
    MarkingRefs,
    Pairs,
    Percent,
    Strings,
    TypeName,
)


class StixObject(Checked, frozen=True, kw_only=True, tag_field="type"):
    """What every object has; a subclass is one STIX type and its tag the type's name."""

    # The extension-definition that an object of this type has to carry (STIX 2.1 §7.3).
    extension: ClassVar[str | None] = None

    id: Identifier
    object_marking_refs: MarkingRefs = ()
    granular_markings: GranularMarkings = ()
    extensions: Extensions = field(default_factory=dict)

    @property
    def type(self) -> str:
        """The STIX type name."""
        return str(self.__struct_config__.tag)


class Versioned(StixObject, frozen=True, kw_only=True):
    """An SDO, SRO or meta object of which later versions may follow (STIX 2.1 §3.6)."""

    not_before: ClassVar[Pairs] = (("modified", "created"),)

    spec_version: Literal["2.1"]
    created: Timestamp
    modified: Timestamp
    created_by_ref: IdentityRef | None = None
    revoked: bool = False
    labels: Strings = ()
    confidence: Percent | None = None
    lang: str | None = None
    external_references: ExternalReferences = ()


class Sco(StixObject, frozen=True, kw_only=True):
    """A cyber-observable object: a fact without a version (STIX 2.1 §6)."""

    # The ID-contributing properties, in the words of each type's section.
    id_from: ClassVar[tuple[str, ...]] = ()

    spec_version: Literal["2.1"] | None = None
    defanged: bool = False


class Foreign(Checked, frozen=True, kw_only=True):
    """An object of a type that Comity has no struct for.

    It keeps the common properties, because markings and versions bind whatever the type
    is; everything else is in ``Received.custom`` and in the raw bytes.
    """

    not_before: ClassVar[Pairs] = (("modified", "created"),)

    type: TypeName
    id: Identifier | None = None
    spec_version: str | None = None
    created: Timestamp | None = None
    modified: Timestamp | None = None
    created_by_ref: IdentityRef | None = None
    revoked: bool = False
    object_marking_refs: MarkingRefs = ()
    granular_markings: GranularMarkings = ()
    extensions: Extensions = field(default_factory=dict)
