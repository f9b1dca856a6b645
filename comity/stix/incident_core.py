"""The OASIS Incident Core extension 2.x: what an incident holds, its events, impacts, tasks.

Source: Incident Core Extension for STIX 2.1 (OASIS cti-stix-common-objects, folder
``incident-ef7``); sections below are of that text. Version 1.0 embedded impacts and events in
the incident under another extension id and is not read as this.
"""

from typing import Annotated, Literal

from msgspec import field

from comity.stix.base import Versioned
from comity.stix.timestamp import Timestamp
from comity.stix.types import (
    NON_EMPTY,
    Checked,
    Count,
    Identifier,
    Identifiers,
    Percent,
    Plain,
    Strings,
    ref,
)

INCIDENT_CORE = "extension-definition--ef765651-680c-498d-9894-99799f2fa126"
EVENT = "extension-definition--4ca6de00-5b0d-45ef-a1dc-ea7279ea910e"
IMPACT = "extension-definition--7cc33dd6-f6a1-489b-98ea-522d351d71b9"
TASK = "extension-definition--2074a052-8be4-4932-849e-f5e7798e0030"

_EventRef = Annotated[str, ref("event")]
_ImpactRef = Annotated[str, ref("impact")]
_TaskRef = Annotated[str, ref("task")]
_Fidelity = Literal["day", "hour", "minute", "month", "second", "year"]
_Condition = Literal["optional", "required", "unknown"]
_Transition = Literal["completion", "failure", "success", "unknown"]
_Recoverability = Literal[
    "extended", "not-applicable", "not-recoverable", "regular", "supplemented"
]
_TIMES = (("modified", "created"), ("end_time", "start_time"))

# §3.1: entity type -> how many; 0 affirms that none was affected.
EntityCounts = Annotated[dict[str, Count], NON_EMPTY]


class EventStep(Plain, frozen=True, kw_only=True):
    """An event that follows (§3.2)."""

    event_ref: _EventRef
    condition_type: _Condition
    transition_type: _Transition


class EventEntry(Plain, frozen=True, kw_only=True):
    """An event's place in a sequence (§3.3)."""

    event_ref: _EventRef
    next_steps: Annotated[tuple[EventStep, ...], NON_EMPTY] = ()
    sequence_start: bool = True


class TaskStep(Plain, frozen=True, kw_only=True):
    """A task that follows (§3.6)."""

    task_ref: _TaskRef
    condition_type: _Condition
    transition_type: _Transition


class TaskEntry(Plain, frozen=True, kw_only=True):
    """A task's place in a sequence (§3.7)."""

    task_ref: _TaskRef
    next_steps: Annotated[tuple[TaskStep, ...], NON_EMPTY] = ()
    sequence_start: bool = True


class IncidentScore(Plain, frozen=True, kw_only=True):
    """A score that some named method gave (§3.4)."""

    name: str
    value: float
    description: str | None = None


class StateChange(Checked, frozen=True, kw_only=True):
    """How an event or task turned one object into another (§3.5)."""

    one_of = (("initial_ref", "result_ref"),)

    state_change_type: str
    initial_ref: Identifier | None = None
    result_ref: Identifier | None = None


class IncidentCore(Plain, frozen=True, kw_only=True):
    """The property extension of ``incident`` (§2.1).

    ``low-value`` is named by the prose of the text and was a determination in its drafts.
    """

    extension_type: Literal["property-extension"]
    determination: Literal[
        "blocked", "confirmed", "failed-attempt", "false-positive", "low-value", "suspected"
    ]
    investigation_status: str
    criticality: Percent | None = None
    detection_methods: Strings = ()
    events: Annotated[tuple[EventEntry, ...], NON_EMPTY] = ()
    impact_refs: Annotated[tuple[_ImpactRef, ...], NON_EMPTY] = ()
    impacted_entity_counts: EntityCounts = field(default_factory=dict)
    incident_types: Strings = ()
    recoverability: _Recoverability | None = None
    scores: Annotated[tuple[IncidentScore, ...], NON_EMPTY] = ()
    tasks: Annotated[tuple[TaskEntry, ...], NON_EMPTY] = ()


class Event(Versioned, frozen=True, kw_only=True, tag="event"):
    """Something that happened and may have done harm (§2.2)."""

    extension = EVENT
    not_before = _TIMES

    id: _EventRef
    status: Literal["not-occurred", "occurred", "ongoing", "pending", "undetermined"]
    changed_objects: Annotated[tuple[StateChange, ...], NON_EMPTY] = ()
    description: str | None = None
    end_time: Timestamp | None = None
    end_time_fidelity: _Fidelity | None = None
    event_types: Strings = ()
    goal: str | None = None
    name: str | None = None
    sighting_refs: Annotated[tuple[Annotated[str, ref("sighting")], ...], NON_EMPTY] = ()
    start_time: Timestamp | None = None
    start_time_fidelity: _Fidelity | None = None
    subevents: Annotated[tuple[EventEntry, ...], NON_EMPTY] = ()


class Impact(Versioned, frozen=True, kw_only=True, tag="impact"):
    """What an incident did to a victim (§2.3).

    The detail sits in ``extensions`` under ``availability-ext``, ``monetary-ext`` and the
    like, and stays as parsed.
    """

    extension = IMPACT
    not_before = _TIMES
    needs = (("superseded_by_ref", "end_time"),)

    id: _ImpactRef
    impact_category: str
    criticality: Percent | None = None
    description: str | None = None
    end_time: Timestamp | None = None
    end_time_fidelity: _Fidelity | None = None
    impacted_entity_counts: EntityCounts = field(default_factory=dict)
    impacted_refs: Identifiers = ()
    recoverability: _Recoverability | None = None
    start_time: Timestamp | None = None
    start_time_fidelity: _Fidelity | None = None
    superseded_by_ref: _ImpactRef | None = None


class Task(Versioned, frozen=True, kw_only=True, tag="task"):
    """What somebody did in response (§2.4)."""

    extension = TASK
    not_before = _TIMES

    id: _TaskRef
    outcome: Literal["cancelled", "failed", "ongoing", "pending", "successful", "unknown"]
    changed_objects: Annotated[tuple[StateChange, ...], NON_EMPTY] = ()
    task_types: Strings = ()
    description: str | None = None
    end_time: Timestamp | None = None
    end_time_fidelity: _Fidelity | None = None
    error: str | None = None
    impacted_entity_counts: EntityCounts = field(default_factory=dict)
    name: str | None = None
    priority: Percent | None = None
    start_time: Timestamp | None = None
    start_time_fidelity: _Fidelity | None = None
    subtasks: Annotated[tuple[TaskEntry, ...], NON_EMPTY] = ()
