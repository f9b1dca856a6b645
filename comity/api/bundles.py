"""Objects that are put together for others: what would go, what does, who agreed, who says hold."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import Meta

from comity.access.release import BUNDLE, SERVICES, Paper, Word
from comity.access.roles import Act
from comity.actions import bundles as actions
from comity.actions import handling as limits
from comity.actions import papers as decisions
from comity.actions.bundles import PURPOSES, Fate
from comity.actions.exits import bundle_at
from comity.actions.handling import CIRCLE
from comity.api.documents import DocumentRow, PersonalData, personal_data_of, row_of
from comity.api.endpoint import Call, File, Request, endpoint
from comity.api.fields import Hash, Index, Instant, Line, Name, Remark
from comity.api.incidents import Recorded, incident_of
from comity.api.problem import missing
from comity.node import bundles, papers
from comity.node.services import open_record
from comity.record.payload import BundleFor, Consent, Handling
from comity.record.store import Record

Service = Annotated[str, Meta(max_length=20, extra_json_schema={"enum": list(SERVICES)})]
Purposes = Annotated[str, Meta(max_length=20, extra_json_schema={"enum": list(PURPOSES)})]
Types = Annotated[tuple[Name, ...], Meta(min_length=1, max_length=100)]


class Choice(Request, frozen=True):
    """Types of objects, and for whom: an organisation by ``name``, or everybody where it is null.

    ``community``: it belongs to the node's community. What is for everybody is to ``publish``.
    """

    types: Types
    name: Line | None
    purpose: Purposes
    community: bool = False


class Preview(msgspec.Struct, frozen=True):
    """What the gate would decide of each object; ``body`` is the SHA-256 of the bundle, or null."""

    body: str | None
    fates: tuple[Fate, ...]


class BundleList(msgspec.Struct, frozen=True):
    """The bundles of an incident, the last changed first."""

    bundles: tuple[DocumentRow, ...]


class BundleMade(msgspec.Struct, frozen=True):
    """The new bundle: its UUID, and the SHA-256 of what would leave."""

    document: str
    body: str


class BundleState(msgspec.Struct, frozen=True, kw_only=True):
    """A bundle as it stands: for whom, what the gate decided, what is to be done, who spoke.

    ``personal_data`` is as in a document, without addresses of machines and numbers of telephones.
    """

    row: DocumentRow
    to: BundleFor
    fates: tuple[Fate, ...]
    before_release: tuple[str, ...]
    personal_data: tuple[PersonalData, ...]
    personal_data_sha256: str
    words: tuple[Word, ...]


class ConsentList(msgspec.Struct, frozen=True):
    """What originators were said to agree to, the last first."""

    consents: tuple[Consent, ...]


class NoteConsent(Request, frozen=True):
    """Whoever sent the report of entry ``report`` lets it go on, or takes that back.

    ``name`` is an organisation, or null for everybody; ``until``, where there is an end.
    """

    report: Index
    name: Line | None
    given: bool
    said_by: Line
    until: Instant | None = None
    reason: Remark = ""


class HandlingList(msgspec.Struct, frozen=True):
    """The limits to the sharing of reports that hold."""

    handling: tuple[Handling, ...]


class NoteHandling(Request, frozen=True):
    """Whoever sent the report of entry ``report`` limits its sharing; the last word counts, alone.

    Nothing leaves before ``embargo_until`` nor from ``expires`` on, none of it outside ``circle``,
    names of organisations. Without any of the three, what was said before is lifted.
    """

    report: Index
    said_by: Line
    embargo_until: Instant | None = None
    expires: Instant | None = None
    circle: Annotated[tuple[Line, ...], Meta(max_length=CIRCLE)] = ()
    reason: Remark = ""


class NoteWord(Request, frozen=True):
    """What a service says to the version that it was shown: clear, or hold."""

    body: Hash
    service: Service
    clear: bool
    said_by: Line
    reason: Remark = ""


@endpoint("GET", "/incidents/{key}/bundles", Act.READ_SHARED)
def list_bundles(call: Call, key: UUID) -> BundleList:
    """The bundles of an incident, the last changed first."""
    incident = incident_of(call, key)
    with open_record() as record:
        return BundleList(tuple(map(row_of, bundles.in_work(record, incident.key))))


@endpoint("POST", "/incidents/{key}/bundles/preview", Act.SHARE)
def preview_bundle(call: Call, key: UUID, body: Choice) -> Preview:
    """What of these objects the gate would let go. Nothing is recorded."""
    incident = incident_of(call, key)
    with papers.desk_of(call.actor, call.by) as desk:
        parcel = bundles.preview(desk, incident, body.types, _to(body))
    return Preview(parcel.sha256, parcel.fates)


@endpoint("POST", "/incidents/{key}/bundles", Act.SHARE, status=HTTPStatus.CREATED)
def put_bundle_together(call: Call, key: UUID, body: Choice) -> BundleMade:
    """Put objects together for somebody. It leaves once it is approved and released."""
    incident = incident_of(call, key)
    to = _to(body)
    with papers.desk_of(call.actor, call.by) as desk:
        parcel = bundles.preview(desk, incident, body.types, to)
        title = f"Objects for {to.name or 'everybody'}"
        document = actions.put_together(
            desk, incident=incident.key, title=title, to=to, parcel=parcel
        )
        return BundleMade(document, _bundle(desk.record, incident.key, document).current.body)


@endpoint("GET", "/incidents/{key}/bundles/{document}", Act.READ_SHARED)
def show_bundle(call: Call, key: UUID, document: UUID) -> BundleState:
    """One bundle: what becomes of each object, and how it stands."""
    incident = incident_of(call, key)
    with papers.desk_of(call.actor, call.by) as desk:
        paper = _bundle(desk.record, incident.key, str(document))
        made, fates = bundle_at(desk, paper)
        listing = decisions.listing(desk, paper)
        return BundleState(
            row=row_of(paper),
            to=made.to,
            fates=fates,
            before_release=papers.before_release(desk.record, paper),
            personal_data=personal_data_of(listing),
            personal_data_sha256=listing.sha256,
            words=paper.words,
        )


@endpoint("GET", "/incidents/{key}/bundles/{document}/file", Act.READ_SHARED, media=(bundles.KIND,))
def take_bundle(call: Call, key: UUID, document: UUID) -> File:
    """A released bundle: the very bytes that were approved."""
    incident = incident_of(call, key)
    with papers.desk_of(call.actor, call.by) as desk:
        paper = _bundle(desk.record, incident.key, str(document))
        if paper.released is None:
            raise missing("file before the bundle is released")
        body = bundles.file_of(desk, paper)
    return File(body, bundles.KIND, papers.file_name(paper, "json"))


@endpoint("GET", "/incidents/{key}/consents", Act.READ_SHARED)
def list_consents(call: Call, key: UUID) -> ConsentList:
    """What originators were said to agree to, the last first."""
    incident = incident_of(call, key)
    with open_record() as record:
        return ConsentList(tuple(bundles.consents(record, incident.key)))


@endpoint("POST", "/incidents/{key}/consents", Act.SHARE, status=HTTPStatus.CREATED)
def note_consent(call: Call, key: UUID, body: NoteConsent) -> Recorded:
    """Note what an originator agreed to, as you were told."""
    incident = incident_of(call, key)
    with papers.desk_of(call.actor, call.by) as desk:
        entry = Consent(
            at=desk.at, by=desk.by, incident=incident.key, index=body.report,
            account=desk.actor.account, to=body.name, given=body.given, until=body.until,
            said_by=body.said_by, reason=body.reason,
        )  # fmt: skip
        return Recorded(actions.note_consent(desk, entry))


@endpoint("GET", "/incidents/{key}/handling", Act.READ_SHARED)
def list_handling(call: Call, key: UUID) -> HandlingList:
    """The limits to the sharing of reports that hold."""
    incident = incident_of(call, key)
    with papers.desk_of(call.actor, call.by) as desk:
        return HandlingList(tuple(limits.handling_of(desk, incident.key).values()))


@endpoint("POST", "/incidents/{key}/handling", Act.SHARE, status=HTTPStatus.CREATED)
def note_handling(call: Call, key: UUID, body: NoteHandling) -> Recorded:
    """Note how the sharing of a report is limited, or that it is no more, as you were told."""
    incident = incident_of(call, key)
    with papers.desk_of(call.actor, call.by) as desk:
        entry = Handling(
            at=desk.at, by=desk.by, incident=incident.key, index=body.report,
            account=desk.actor.account, embargo_until=body.embargo_until, expires=body.expires,
            circle=body.circle, said_by=body.said_by, reason=body.reason,
        )  # fmt: skip
        return Recorded(limits.note_handling(desk, entry))


@endpoint(
    "POST",
    "/incidents/{key}/documents/{document}/word",
    Act.DECONFLICT,
    status=HTTPStatus.CREATED,
)
def note_word(call: Call, key: UUID, document: UUID, body: NoteWord) -> Recorded:
    """Note what a service says to a document or a bundle before its technical detail leaves."""
    incident = incident_of(call, key)
    with papers.desk_of(call.actor, call.by) as desk:
        paper = papers.one(desk.record, incident.key, str(document))
        if paper is None:
            raise missing("document of this incident")
        entry = decisions.note_word(
            desk, paper, body=body.body, service=body.service, clear=body.clear,
            said_by=body.said_by, reason=body.reason,
        )  # fmt: skip
    return Recorded(entry)


def _bundle(record: Record, incident: str, document: str) -> Paper:
    paper = papers.one(record, incident, document)
    if paper is None or paper.template != BUNDLE:
        raise missing("bundle of this incident")
    return paper


def _to(body: Choice) -> BundleFor:
    return BundleFor(name=body.name, community=body.community, purpose=body.purpose)
