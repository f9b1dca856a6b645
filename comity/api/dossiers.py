"""The last dossier of an incident in the parts that different people read, as the pages have it.

The fields are those of ``comity.documents.model.Dossier``; the facts come with what was said.
"""

from __future__ import annotations

from typing import Any, TypeVar
from uuid import UUID

import msgspec

from comity.access.roles import Act
from comity.api.endpoint import Call, endpoint
from comity.api.incidents import incident_of
from comity.api.problem import missing
from comity.documents.html import lead
from comity.documents.model import (
    ActRow,
    ChannelRow,
    ClockRow,
    CommitmentRow,
    ConceptRow,
    Context,
    CountRow,
    Dossier,
    FactRow,
    GapRow,
    InputRow,
    InstrumentRow,
    MeasureRow,
    Moment,
    NormRow,
    PackRow,
    ReasonRow,
    ScaleRow,
    TechniqueRow,
)
from comity.node.cases import dossier_of
from comity.node.services import open_record


class Summary(msgspec.Struct, frozen=True, kw_only=True):
    """What to decide, by when, whom to call, what is not known. ``lead`` begins what happened."""

    schema: str
    product: str
    title: str
    lead: str
    marking: str
    marking_reason: str
    status: str
    replay: bool
    language: str
    asked_by: str | None
    victim: str | None
    counterparts: tuple[str, ...]
    moment: Moment
    effects: tuple[FactRow, ...]
    next: ActRow | None
    duties: tuple[ActRow, ...]
    reach: tuple[ActRow, ...]
    cautions: tuple[str, ...]
    doubts: tuple[str, ...]
    gaps: tuple[GapRow, ...]
    severity: tuple[ScaleRow, ...]
    clocks: tuple[ClockRow, ...]
    packs: tuple[PackRow, ...]
    not_covered: tuple[str, ...]


class Diplomatic(msgspec.Struct, frozen=True, kw_only=True):
    """Norms, law, ways to respond and channels."""

    norms: tuple[NormRow, ...]
    commitments: tuple[CommitmentRow, ...]
    instruments: tuple[InstrumentRow, ...]
    concepts: tuple[ConceptRow, ...]
    measures: tuple[MeasureRow, ...]
    purposes: tuple[ReasonRow, ...]
    channels: tuple[ChannelRow, ...]


class Technical(msgspec.Struct, frozen=True, kw_only=True):
    """What was received, what was read from it, what could not be."""

    happened: str
    happened_sources: tuple[str, ...]
    counts: tuple[CountRow, ...]
    techniques: tuple[TechniqueRow, ...]
    software: tuple[TechniqueRow, ...]
    unusable: tuple[str, ...]
    set_aside: tuple[str, ...]
    context: Context
    actors_named: int
    actors_sources: tuple[str, ...]
    inputs: tuple[InputRow, ...]
    origin: str | None


@endpoint("GET", "/incidents/{key}/dossier", Act.READ_INCIDENTS)
def show_summary(call: Call, key: UUID) -> Summary:
    """The first page of the dossier: what to decide, by when, what is not known."""
    dossier = _dossier(call, key)
    return _part(dossier, Summary, lead=lead(dossier.happened))


@endpoint("GET", "/incidents/{key}/dossier/diplomatic", Act.READ_DIPLOMATIC)
def show_diplomatic(call: Call, key: UUID) -> Diplomatic:
    """Norms, law, ways to respond and channels."""
    return _part(_dossier(call, key), Diplomatic)


@endpoint("GET", "/incidents/{key}/dossier/technical", Act.READ_TECHNICAL)
def show_technical(call: Call, key: UUID) -> Technical:
    """What was received, what was read from it, what could not be."""
    return _part(_dossier(call, key), Technical)


Part = TypeVar("Part", Summary, Diplomatic, Technical)


def _dossier(call: Call, key: UUID) -> Dossier:
    incident = incident_of(call, key)
    with open_record() as record:
        dossier = dossier_of(record, incident)
    if dossier is None:
        raise missing("dossier yet: assess the incident first")
    return dossier


def _part(dossier: Dossier, kind: type[Part], **more: Any) -> Part:
    names = set(kind.__struct_fields__) - more.keys()
    return kind(**{name: getattr(dossier, name) for name in names}, **more)
