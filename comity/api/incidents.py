"""Incidents: the list, a new one, its reports, what people say, the assessment."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from http import HTTPStatus
from typing import Annotated
from uuid import UUID

import msgspec
from django.db.models import Q

from comity.access.roles import Act
from comity.actions.take_in import Report
from comity.api.endpoint import Call, Request, endpoint
from comity.api.fields import Cursor, Limit, Line, Name, Note, Reason, Words
from comity.api.jobs import JobState, state_of
from comity.api.problem import missing
from comity.assess.facts import Claim, typed
from comity.documents.attribution import AttributionPage
from comity.documents.model import FactRow
from comity.formats.text import MAX_BYTES
from comity.node import cases, jobs
from comity.node.clearances import refuse_withheld, veiled
from comity.node.listing import Wanted, incidents
from comity.node.models import Incident
from comity.node.services import knowledge, now, open_record

LARGE = 128 << 20
"""Bytes of a body that holds reports: one of 64 MiB is 86 in base64."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class Search(Request, frozen=True):
    """What narrows the list, and where it goes on (``after``).

    ``q``: words of the title. ``stale``: something came in that the last assessment does not
    know. ``clock``: a clock is known to run. ``mine``: you opened it. ``since``: changed on this
    day in UTC or later.
    """

    q: Note = ""
    stale: bool = False
    clock: bool = False
    mine: bool = False
    since: date | None = None
    limit: Limit = 50
    after: Cursor = ""


class IncidentState(msgspec.Struct, frozen=True, kw_only=True):
    """An incident. ``stale``: something came in that the last assessment does not know.

    ``next_due``: when the first of its clocks ends, null where none is known to run.
    ``withheld``: it is classified above your clearances; the title says how, and nothing else of
    it is shown.
    """

    key: str
    title: str
    opened_at: datetime
    opened_by: str
    changed_at: datetime
    reports: int
    statements: int
    assessment: int | None  #: the entry of the last one
    stale: bool
    next_due: datetime | None
    withheld: bool


class IncidentPage(msgspec.Struct, frozen=True):
    """Some incidents, the last changed first; ``next`` is the ``after`` of the next page."""

    incidents: tuple[IncidentState, ...]
    next: str | None


class ReportFile(Request, frozen=True):
    """A report as it was received: its name, its bytes in base64."""

    name: Line
    data: Annotated[bytes, msgspec.Meta(min_length=1, max_length=MAX_BYTES)]


Reports = Annotated[
    tuple[ReportFile, ...], msgspec.Meta(min_length=1, max_length=cases.MOST_REPORTS)
]


class OpenIncident(Request, frozen=True):
    """A new incident with its first reports. No names of victims or suspects in the title."""

    title: Line
    reports: Reports


class AddReports(Request, frozen=True):
    """More reports."""

    reports: Reports


class ReportRow(msgspec.Struct, frozen=True, kw_only=True):
    """A report that is filed under an incident."""

    file: str
    sha256: str
    entry: int
    at: datetime | None
    by: str


class ReportList(msgspec.Struct, frozen=True):
    """The reports of an incident, in their order."""

    reports: tuple[ReportRow, ...]


class FactValue(Request, frozen=True):
    """What you say of one feature. A time is text with its zone, null says "not known".

    ``report`` names the file that a verification is about, where there are several.
    """

    name: Name
    value: (
        bool | Annotated[int, msgspec.Meta(ge=-(2**53), le=2**53)] | Words | tuple[Name, ...] | None
    )
    report: Line | None = None


class StateFacts(Request, frozen=True):
    """What you know, and where you have it from. Your last word on a feature counts."""

    source: Reason
    facts: Annotated[tuple[FactValue, ...], msgspec.Meta(min_length=1, max_length=200)]


class Recorded(msgspec.Struct, frozen=True):
    """The entry of the record that was made."""

    entry: int


class StatedFact(msgspec.Struct, frozen=True, kw_only=True):
    """What one person stated of one feature; a time is text, null says "not known"."""

    name: str
    value: bool | int | str | tuple[str, ...] | None
    said_by: str
    said_at: datetime | None
    source: str
    report: str | None


class Said(msgspec.Struct, frozen=True):
    """What people stated, and how the last assessment had each fact (none before the first)."""

    claims: tuple[StatedFact, ...]
    facts: tuple[FactRow, ...]


class Resemblance(msgspec.Struct, frozen=True):
    """A file on technical resemblance, and the entry of the assessment that it was made with."""

    entry: int
    file: AttributionPage


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """A feature that can be stated: its type, and the words that it takes if there are few."""

    name: str
    type: str
    question: str
    why: str
    values: tuple[str, ...]
    suggested: tuple[str, ...]
    states: bool


class Vocabulary(msgspec.Struct, frozen=True):
    """Everything that can be stated of an incident."""

    questions: tuple[Question, ...]


def incident_of(call: Call, key: UUID) -> Incident:
    """The incident of a path: every operation on a case asks here. Raises Problem, Withheld."""
    found = Incident.objects.filter(key=str(key)).first()
    if found is None:
        raise missing("incident")
    refuse_withheld(call.actor, found.key)
    return found


@endpoint("GET", "/incidents", Act.READ_INCIDENTS)
def list_incidents(call: Call, query: Search) -> IncidentPage:
    """Incidents, the last changed first."""
    wanted = Wanted(query.q, query.stale, query.clock, query.mine, query.since)
    found = incidents(call.actor, wanted)
    if query.after:
        at, _, pk = query.after.partition("-")
        moment = _EPOCH + int(at) * _MICROSECOND
        found = found.filter(Q(changed_at__lt=moment) | Q(changed_at=moment, id__lt=int(pk)))
    (*rows,) = found[: query.limit + 1]
    more = len(rows) > query.limit
    rows = rows[: query.limit]
    last = f"{(rows[-1].changed_at - _EPOCH) // _MICROSECOND}-{rows[-1].pk}" if more else None
    return IncidentPage(tuple(map(_state, veiled(call.actor, rows))), last)


@endpoint("POST", "/incidents", Act.OPEN_INCIDENT, status=HTTPStatus.ACCEPTED, most=LARGE)
def open_incident(call: Call, body: OpenIncident) -> JobState:
    """Have an incident opened with its first reports, and assessed: the job says how far it is."""
    return state_of(
        jobs.ask_to_open(call.actor, call.by, body.title, _handed_in(body.reports)), call.actor
    )


@endpoint("GET", "/incidents/{key}", Act.READ_INCIDENTS)
def show_incident(call: Call, key: UUID) -> IncidentState:
    """One incident as it stands."""
    return _state(incident_of(call, key))


@endpoint("GET", "/incidents/{key}/reports", Act.IMPORT)
def list_reports(call: Call, key: UUID) -> ReportList:
    """The reports that are filed under an incident."""
    return ReportList(
        tuple(
            ReportRow(file=row.about, sha256=row.body, entry=row.index, at=row.at, by=row.by)
            for row in cases.reports_of(incident_of(call, key))
        )
    )


@endpoint(
    "POST", "/incidents/{key}/reports", Act.IMPORT, status=HTTPStatus.ACCEPTED, most=LARGE
)  # fmt: skip
def add_reports(call: Call, key: UUID, body: AddReports) -> JobState:
    """Have more reports filed under an incident, and the incident assessed again."""
    incident = incident_of(call, key)
    job = jobs.ask_to_file(call.actor, call.by, incident, _handed_in(body.reports))
    return state_of(job, call.actor)


@endpoint("GET", "/incidents/{key}/facts", Act.STATE_FACTS)
def list_facts(call: Call, key: UUID) -> Said:
    """What people stated about an incident, and which facts are known, disputed or unknown."""
    incident = incident_of(call, key)
    with open_record() as record:
        dossier = cases.dossier_of(record, incident)
        said = cases.said_so_far(record, incident.key)
    return Said(tuple(map(_stated, said)), dossier.facts if dossier else ())


@endpoint("POST", "/incidents/{key}/facts", Act.STATE_FACTS, status=HTTPStatus.CREATED)
def state_facts(call: Call, key: UUID, body: StateFacts) -> Recorded:
    """Say what you know about an incident. Ask for an assessment when you have said it all."""
    incident, features = incident_of(call, key), knowledge().features
    claims = [
        Claim(
            name=fact.name,
            value=typed(fact.value, features.get(fact.name), fact.name),
            said_by=call.token.account.signature,  # the person, whatever it is typed into
            said_at=now(),
            source=body.source,
            report=fact.report,
        )
        for fact in body.facts
    ]
    return Recorded(cases.say_facts(call.actor, call.by, incident.key, claims))


@endpoint("POST", "/incidents/{key}/assess", Act.ASSESS, status=HTTPStatus.ACCEPTED)
def assess_incident(call: Call, key: UUID) -> JobState:
    """Have an incident assessed from all that is filed under it."""
    return state_of(jobs.ask_to_assess(call.actor, call.by, incident_of(call, key)), call.actor)


@endpoint("GET", "/incidents/{key}/attribution", Act.READ_TECHNICAL)
def show_attribution(call: Call, key: UUID) -> Resemblance:
    """The last file on technical resemblance, and the entry that it was made with."""
    incident = incident_of(call, key)
    with open_record() as record:
        found = cases.resemblance_of(record, incident.key)
    if found is None:
        raise missing("file on technical resemblance yet: nobody has asked for it")
    return Resemblance(*found)


@endpoint("POST", "/incidents/{key}/attribution", Act.ATTRIBUTE, status=HTTPStatus.ACCEPTED)
def attribute_incident(call: Call, key: UUID) -> JobState:
    """Have technical resemblance worked out. It is no attribution, and may not leave."""
    return state_of(
        jobs.ask_for_resemblance(call.actor, call.by, incident_of(call, key)), call.actor
    )


@endpoint("GET", "/vocabulary", Act.STATE_FACTS)
def list_vocabulary(_call: Call) -> Vocabulary:
    """What can be stated of an incident, with the question for each."""
    return Vocabulary(
        tuple(
            Question(
                name=one.id, type=one.type, question=one.question, why=one.why,
                values=one.values, suggested=one.suggested, states=one.states,
            )
            for one in knowledge().features.values()
        )
    )  # fmt: skip


def _state(row: Incident) -> IncidentState:
    return IncidentState(
        key=row.key,
        title=row.title,
        opened_at=row.opened_at,
        opened_by=row.opened_by,
        changed_at=row.changed_at,
        reports=row.reports,
        statements=row.statements,
        assessment=row.dossier_entry,
        stale=row.stale,
        next_due=row.next_due,
        withheld=row.withheld,
    )


def _stated(claim: Claim) -> StatedFact:
    value = claim.value
    return StatedFact(
        name=claim.name,
        value=value.isoformat() if isinstance(value, datetime) else value,
        said_by=claim.said_by,
        said_at=claim.said_at,
        source=claim.source,
        report=claim.report,
    )


def _handed_in(files: tuple[ReportFile, ...]) -> list[Report]:
    return [Report(file.name, file.data) for file in files]
