"""Every STIX type that Comity has a struct for, listed once."""

from comity.stix.base import StixObject
from comity.stix.incident_core import Event, Impact, Task
from comity.stix.meta import ExtensionDefinition, LanguageContent, MarkingDefinition
from comity.stix.sco import SCOS
from comity.stix.sdo import (
    AttackPattern,
    Campaign,
    CourseOfAction,
    Grouping,
    Identity,
    Incident,
    Indicator,
    Infrastructure,
    IntrusionSet,
    Location,
    Malware,
    MalwareAnalysis,
    Note,
    ObservedData,
    Opinion,
    Report,
    ThreatActor,
    Tool,
    Vulnerability,
)
from comity.stix.sro import Relationship, Sighting

SDOS: tuple[type[StixObject], ...] = (
    AttackPattern, Campaign, CourseOfAction, Grouping, Identity, Incident, Indicator,
    Infrastructure, IntrusionSet, Location, Malware, MalwareAnalysis, Note, ObservedData,
    Opinion, Report, ThreatActor, Tool, Vulnerability,
)  # fmt: skip
SROS: tuple[type[StixObject], ...] = (Relationship, Sighting)
META: tuple[type[StixObject], ...] = (ExtensionDefinition, LanguageContent, MarkingDefinition)
INCIDENT_SDOS: tuple[type[StixObject], ...] = (Event, Impact, Task)

TYPES: dict[str, type[StixObject]] = {
    str(cls.__struct_config__.tag): cls for cls in (*SDOS, *SROS, *SCOS, *META, *INCIDENT_SDOS)
}
SCO_TYPES = frozenset(str(cls.__struct_config__.tag) for cls in SCOS)
