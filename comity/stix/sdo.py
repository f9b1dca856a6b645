"""The nineteen domain objects (STIX 2.1 §4)."""

from typing import Annotated, Literal

from msgspec import Meta, field

from comity.stix.base import Versioned
from comity.stix.timestamp import Timestamp
from comity.stix.types import (
    NON_EMPTY,
    Dictionary,
    Identifiers,
    KillChainPhases,
    Strings,
    ref,
)

_SEEN = (("modified", "created"), ("last_seen", "first_seen"))
_SoftwareRef = Annotated[str, ref("software")]
_SoftwareRefs = Annotated[tuple[_SoftwareRef, ...], NON_EMPTY]


class AttackPattern(Versioned, frozen=True, kw_only=True, tag="attack-pattern"):
    """STIX 2.1 §4.1."""

    id: Annotated[str, ref("attack-pattern")]
    name: str
    description: str | None = None
    aliases: Strings = ()
    kill_chain_phases: KillChainPhases = ()


class Campaign(Versioned, frozen=True, kw_only=True, tag="campaign"):
    """STIX 2.1 §4.2."""

    not_before = _SEEN

    id: Annotated[str, ref("campaign")]
    name: str
    description: str | None = None
    aliases: Strings = ()
    first_seen: Timestamp | None = None
    last_seen: Timestamp | None = None
    objective: str | None = None


class CourseOfAction(Versioned, frozen=True, kw_only=True, tag="course-of-action"):
    """STIX 2.1 §4.3."""

    id: Annotated[str, ref("course-of-action")]
    name: str
    description: str | None = None


class Grouping(Versioned, frozen=True, kw_only=True, tag="grouping"):
    """STIX 2.1 §4.4."""

    id: Annotated[str, ref("grouping")]
    context: str
    object_refs: Identifiers
    name: str | None = None
    description: str | None = None


class Identity(Versioned, frozen=True, kw_only=True, tag="identity"):
    """STIX 2.1 §4.5."""

    id: Annotated[str, ref("identity")]
    name: str
    description: str | None = None
    roles: Strings = ()
    identity_class: str | None = None
    sectors: Strings = ()
    contact_information: str | None = None


class Incident(Versioned, frozen=True, kw_only=True, tag="incident"):
    """STIX 2.1 §4.6, a stub there: its content is in ``incident_core`` and ``comity_ext``."""

    id: Annotated[str, ref("incident")]
    name: str
    description: str | None = None


class Indicator(Versioned, frozen=True, kw_only=True, tag="indicator"):
    """STIX 2.1 §4.7; the pattern's own grammar is not checked here."""

    after = (("valid_until", "valid_from"),)

    id: Annotated[str, ref("indicator")]
    pattern: str
    pattern_type: str
    valid_from: Timestamp
    name: str | None = None
    description: str | None = None
    indicator_types: Strings = ()
    pattern_version: str | None = None
    valid_until: Timestamp | None = None
    kill_chain_phases: KillChainPhases = ()


class Infrastructure(Versioned, frozen=True, kw_only=True, tag="infrastructure"):
    """STIX 2.1 §4.8."""

    not_before = _SEEN

    id: Annotated[str, ref("infrastructure")]
    name: str
    description: str | None = None
    infrastructure_types: Strings = ()
    aliases: Strings = ()
    kill_chain_phases: KillChainPhases = ()
    first_seen: Timestamp | None = None
    last_seen: Timestamp | None = None


class IntrusionSet(Versioned, frozen=True, kw_only=True, tag="intrusion-set"):
    """STIX 2.1 §4.9."""

    not_before = _SEEN

    id: Annotated[str, ref("intrusion-set")]
    name: str
    description: str | None = None
    aliases: Strings = ()
    first_seen: Timestamp | None = None
    last_seen: Timestamp | None = None
    goals: Strings = ()
    resource_level: str | None = None
    primary_motivation: str | None = None
    secondary_motivations: Strings = ()


class Location(Versioned, frozen=True, kw_only=True, tag="location"):
    """STIX 2.1 §4.10."""

    one_of = (("region", "country", "latitude"),)
    needs = (("latitude", "longitude"), ("longitude", "latitude"), ("precision", "latitude"))

    id: Annotated[str, ref("location")]
    name: str | None = None
    description: str | None = None
    latitude: Annotated[float, Meta(ge=-90, le=90)] | None = None
    longitude: Annotated[float, Meta(ge=-180, le=180)] | None = None
    precision: Annotated[float, Meta(ge=0, le=1e9)] | None = None
    region: str | None = None
    country: str | None = None
    administrative_area: str | None = None
    city: str | None = None
    street_address: str | None = None
    postal_code: str | None = None


class Malware(Versioned, frozen=True, kw_only=True, tag="malware"):
    """STIX 2.1 §4.11."""

    not_before = _SEEN

    id: Annotated[str, ref("malware")]
    is_family: bool
    name: str | None = None
    description: str | None = None
    malware_types: Strings = ()
    aliases: Strings = ()
    kill_chain_phases: KillChainPhases = ()
    first_seen: Timestamp | None = None
    last_seen: Timestamp | None = None
    operating_system_refs: _SoftwareRefs = ()
    architecture_execution_envs: Strings = ()
    implementation_languages: Strings = ()
    capabilities: Strings = ()
    sample_refs: Annotated[tuple[Annotated[str, ref("artifact", "file")], ...], NON_EMPTY] = ()

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.is_family and self.name is None:
            self.refuse("name", "is required of a malware family")


class MalwareAnalysis(Versioned, frozen=True, kw_only=True, tag="malware-analysis"):
    """STIX 2.1 §4.12."""

    not_before = (("modified", "created"), ("analysis_ended", "analysis_started"))
    one_of = (("result", "analysis_sco_refs"),)

    id: Annotated[str, ref("malware-analysis")]
    product: str
    version: str | None = None
    host_vm_ref: _SoftwareRef | None = None
    operating_system_ref: _SoftwareRef | None = None
    installed_software_refs: _SoftwareRefs = ()
    configuration_version: str | None = None
    modules: Strings = ()
    analysis_engine_version: str | None = None
    analysis_definition_version: str | None = None
    submitted: Timestamp | None = None
    analysis_started: Timestamp | None = None
    analysis_ended: Timestamp | None = None
    result_name: str | None = None
    result: str | None = None
    analysis_sco_refs: Identifiers = ()
    sample_ref: Annotated[str, ref("file", "network-traffic", "artifact")] | None = None


class Note(Versioned, frozen=True, kw_only=True, tag="note"):
    """STIX 2.1 §4.13."""

    id: Annotated[str, ref("note")]
    content: str
    object_refs: Identifiers
    abstract: str | None = None
    authors: Strings = ()


class ObservedData(Versioned, frozen=True, kw_only=True, tag="observed-data"):
    """STIX 2.1 §4.14; ``objects`` is the deprecated form, kept as parsed."""

    not_before = (("modified", "created"), ("last_observed", "first_observed"))
    one_of = (("objects", "object_refs"),)
    not_both = (("objects", "object_refs"),)

    id: Annotated[str, ref("observed-data")]
    first_observed: Timestamp
    last_observed: Timestamp
    number_observed: Annotated[int, Meta(ge=1, le=999_999_999)]
    objects: Dictionary = field(default_factory=dict)
    object_refs: Identifiers = ()


class Opinion(Versioned, frozen=True, kw_only=True, tag="opinion"):
    """STIX 2.1 §4.15."""

    id: Annotated[str, ref("opinion")]
    opinion: Literal["strongly-disagree", "disagree", "neutral", "agree", "strongly-agree"]
    object_refs: Identifiers
    explanation: str | None = None
    authors: Strings = ()


class Report(Versioned, frozen=True, kw_only=True, tag="report"):
    """STIX 2.1 §4.16."""

    id: Annotated[str, ref("report")]
    name: str
    published: Timestamp
    object_refs: Identifiers
    description: str | None = None
    report_types: Strings = ()


class ThreatActor(Versioned, frozen=True, kw_only=True, tag="threat-actor"):
    """STIX 2.1 §4.17."""

    not_before = _SEEN

    id: Annotated[str, ref("threat-actor")]
    name: str
    description: str | None = None
    threat_actor_types: Strings = ()
    aliases: Strings = ()
    first_seen: Timestamp | None = None
    last_seen: Timestamp | None = None
    roles: Strings = ()
    goals: Strings = ()
    sophistication: str | None = None
    resource_level: str | None = None
    primary_motivation: str | None = None
    secondary_motivations: Strings = ()
    personal_motivations: Strings = ()


class Tool(Versioned, frozen=True, kw_only=True, tag="tool"):
    """STIX 2.1 §4.18."""

    id: Annotated[str, ref("tool")]
    name: str
    description: str | None = None
    tool_types: Strings = ()
    aliases: Strings = ()
    kill_chain_phases: KillChainPhases = ()
    tool_version: str | None = None


class Vulnerability(Versioned, frozen=True, kw_only=True, tag="vulnerability"):
    """STIX 2.1 §4.19."""

    id: Annotated[str, ref("vulnerability")]
    name: str
    description: str | None = None
