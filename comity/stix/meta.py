"""The meta objects: markings, extension definitions, translations (STIX 2.1 §7)."""

from typing import Annotated, Literal

from msgspec import field

from comity.stix.base import StixObject, Versioned
from comity.stix.timestamp import Timestamp
from comity.stix.types import (
    NON_EMPTY,
    Dictionary,
    ExternalReferences,
    Identifier,
    IdentityRef,
    Opaque,
    Strings,
    ref,
)


class MarkingDefinition(StixObject, frozen=True, kw_only=True, tag="marking-definition"):
    """STIX 2.1 §7.2.1. It has no ``modified``: a marking never gets another version."""

    one_of = (("definition", "extensions"),)
    needs = (("definition", "definition_type"), ("definition_type", "definition"))

    id: Annotated[str, ref("marking-definition")]
    spec_version: Literal["2.1"]
    created: Timestamp
    name: str | None = None
    created_by_ref: IdentityRef | None = None
    external_references: ExternalReferences = ()
    definition_type: str | None = None
    definition: Dictionary = field(default_factory=dict)


class ExtensionDefinition(Versioned, frozen=True, kw_only=True, tag="extension-definition"):
    """STIX 2.1 §7.3."""

    id: Annotated[str, ref("extension-definition")]
    created_by_ref: IdentityRef
    name: str
    schema: str
    version: str
    extension_types: Annotated[
        tuple[
            Literal[
                "new-sdo",
                "new-sco",
                "new-sro",
                "property-extension",
                "toplevel-property-extension",
            ],
            ...,
        ],
        NON_EMPTY,
    ]
    description: str | None = None
    extension_properties: Strings = ()


class LanguageContent(Versioned, frozen=True, kw_only=True, tag="language-content"):
    """STIX 2.1 §7.1; ``contents`` maps a language to the translated properties."""

    id: Annotated[str, ref("language-content")]
    object_ref: Identifier
    contents: Annotated[dict[str, Opaque], NON_EMPTY]
    object_modified: Timestamp | None = None
