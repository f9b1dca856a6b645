"""Documents: taken up from a draft, completed, approved by somebody else, released, carried."""

from __future__ import annotations

from datetime import datetime
from http import HTTPStatus
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import Meta

from comity.access.release import OBJECTS, Given, Paper, Released, Version
from comity.access.release import missing as still_needed
from comity.access.roles import Act, Role
from comity.actions import papers as actions
from comity.actions.papers import WAYS, Listing, draft_of
from comity.api.endpoint import Call, File, Request, endpoint
from comity.api.fields import Hash, Instant, Line, Name, Note, Reason, Remark, Words
from comity.api.incidents import Recorded, incident_of
from comity.api.problem import missing
from comity.documents.drafts.model import Draft
from comity.documents.drafts.personal_data import Kind as PersonalKind
from comity.errors import BadInput
from comity.node import papers
from comity.node.services import open_record
from comity.record.payload import Carriage
from comity.record.store import Record

Form = Annotated[str, Meta(max_length=8, extra_json_schema={"enum": list(papers.KINDS)})]
Listed = Annotated[str, Meta(pattern=r"^([0-9a-f]{64})?$", max_length=64)]
Way = Annotated[str, Meta(max_length=20, extra_json_schema={"enum": list(WAYS)})]


class OfferedDraft(msgspec.Struct, frozen=True, kw_only=True):
    """A draft of the last assessment that can be taken up by its id."""

    id: str
    template: str
    title: str
    addressee: str | None
    audience: str
    language: str
    marking: str


class OfferedDrafts(msgspec.Struct, frozen=True):
    """The drafts of the last assessment."""

    drafts: tuple[OfferedDraft, ...]


class DocumentRow(msgspec.Struct, frozen=True, kw_only=True):
    """A document in work. ``body`` is its last version; each of ``missing`` is one more yes
    that it needs, in one of these roles."""

    document: str
    title: str
    template: str
    audience: str
    body: str
    complete: bool
    missing: tuple[tuple[Role, ...], ...]
    released: Released | None
    review_due: datetime | None


class DocumentList(msgspec.Struct, frozen=True):
    """The documents of an incident, the last changed first."""

    documents: tuple[DocumentRow, ...]


class DocumentState(msgspec.Struct, frozen=True, kw_only=True):
    """A document as it stands. ``blanks`` are to be filled in, ``before_release`` is to be done.

    ``marking_before`` is that of the first version, ``not_reached`` how the incident is classified
    where the marking does not say as much; ``draft`` is the last version, whole.
    ``personal_data`` is what looks like it; whoever approves or releases sends the SHA-256 of the
    list, empty where nothing is on it. It finds forms and known names, not meanings.
    """

    row: DocumentRow
    marking: str
    marking_before: str
    not_reached: tuple[str, ...]
    blanks: tuple[str, ...]
    before_release: tuple[str, ...]
    versions: tuple[Version, ...]
    approvals: tuple[Given, ...]
    carriages: tuple[Carriage, ...]
    draft: Draft
    personal_data: tuple[PersonalData, ...]
    personal_data_sha256: str


class PersonalData(msgspec.Struct, frozen=True):
    """Words of a draft that look like personal data: where they stand, and why they count."""

    kind: PersonalKind
    text: str
    where: tuple[str, ...]
    why: str


class TakeUp(Request, frozen=True):
    """Which draft to begin a document from, by its id."""

    draft: Name


class TakenUp(msgspec.Struct, frozen=True):
    """The new document and its first version."""

    document: str
    body: str


class Complete(Request, frozen=True):
    """Words for blanks, by what each asks for, and the marking. ``body``: the version you read.

    The marking is one such as TLP:AMBER+STRICT, or on a classified incident a level of a scheme
    with the scheme behind it: LEVEL (SCHEME).
    """

    body: Hash
    marking: Note
    words: dict[Words, Words] = {}  # noqa: RUF012  # msgspec makes a new one each time


class Written(msgspec.Struct, frozen=True):
    """The new version."""

    body: str


class Approve(Request, frozen=True):
    """Yes or no to the version that you read. A yes names every line of ``before_release``.

    ``personal_data`` is the SHA-256 of the list of it, and says that each on it has to stay.
    """

    body: Hash
    role: Role
    approved: bool
    reason: Reason
    done: Annotated[tuple[Words, ...], Meta(max_length=100)] = ()
    personal_data: Listed = ""


class Release(Request, frozen=True):
    """Release of the version that you read; ``alone``: an emergency, and ``reason`` says which.

    ``personal_data`` is as in an approval, and ``reason`` says why it has to stay.
    """

    body: Hash
    alone: bool = False
    reason: Remark = ""
    personal_data: Listed = ""


class Carry(Request, frozen=True):
    """How a released document left, as you assert it."""

    way: Way
    to: Line
    carrier: Line
    carried_at: Instant
    evidence: Remark = ""
    answer: Note = ""


@endpoint("GET", "/incidents/{key}/drafts", Act.READ_DIPLOMATIC)
def list_drafts(call: Call, key: UUID) -> OfferedDrafts:
    """The drafts of the last assessment that can be taken up."""
    incident = incident_of(call, key)
    with open_record() as record:
        drafts = papers.offered(record, incident)
    return OfferedDrafts(
        tuple(
            OfferedDraft(
                id=one.id, template=one.template, title=one.title, addressee=one.addressee,
                audience=one.audience, language=one.language, marking=one.marking,
            )
            for one in drafts
        )
    )  # fmt: skip


@endpoint("GET", "/incidents/{key}/documents", Act.READ_DIPLOMATIC)
def list_documents(call: Call, key: UUID) -> DocumentList:
    """The documents of an incident, the last changed first."""
    incident = incident_of(call, key)
    with open_record() as record:
        found = papers.in_work(record, incident.key)
        return DocumentList(tuple(row_of(one) for one in found if one.template not in OBJECTS))


@endpoint("POST", "/incidents/{key}/documents", Act.DRAFT, status=HTTPStatus.CREATED)
def take_up_draft(call: Call, key: UUID, body: TakeUp) -> TakenUp:
    """Begin a document from a draft."""
    incident = incident_of(call, key)
    with papers.desk_of(call.actor, call.by) as desk:
        document = papers.take_up(desk, incident, body.draft)
        return TakenUp(document, _paper(desk.record, incident.key, document).current.body)


@endpoint("GET", "/incidents/{key}/documents/{document}", Act.READ_DIPLOMATIC)
def show_document(call: Call, key: UUID, document: UUID) -> DocumentState:
    """One document: how it reads and how it stands."""
    incident = incident_of(call, key)
    with papers.desk_of(call.actor, call.by) as desk:
        record = desk.record
        paper = _document(record, incident.key, str(document))
        draft = draft_of(record, paper.current.body)
        listing = actions.listing(desk, paper)
        return DocumentState(
            row=row_of(paper),
            marking=draft.marking,
            marking_before=draft_of(record, paper.versions[0].body).marking,
            not_reached=papers.not_reached(incident.key, draft.marking),
            blanks=draft.blanks,
            before_release=draft.before_release,
            versions=paper.versions,
            approvals=paper.given,
            carriages=tuple(papers.carriages(record, paper)),
            draft=draft,
            personal_data=personal_data_of(listing),
            personal_data_sha256=listing.sha256,
        )


@endpoint(
    "POST",
    "/incidents/{key}/documents/{document}/complete",
    Act.DRAFT,
    status=HTTPStatus.CREATED,
)
def complete_document(call: Call, key: UUID, document: UUID, body: Complete) -> Written:
    """Fill in what is open and decide the marking: a new version, which voids approvals."""
    incident = incident_of(call, key)
    with papers.desk_of(call.actor, call.by) as desk:
        paper = _document(desk.record, incident.key, str(document))
        papers.complete(desk, paper, body.words, body.marking, body.body)
        return Written(_document(desk.record, incident.key, str(document)).current.body)


@endpoint(
    "POST",
    "/incidents/{key}/documents/{document}/approve",
    Act.APPROVE,
    status=HTTPStatus.CREATED,
)
def approve_document(call: Call, key: UUID, document: UUID, body: Approve) -> Recorded:
    """Say yes or no to the version that you read. Nobody who wrote a version has a say."""
    incident = incident_of(call, key)
    with papers.desk_of(call.actor, call.by) as desk:
        paper = _paper(desk.record, incident.key, str(document))
        before = papers.before_release(desk.record, paper)
        left = [line for line in before if line not in body.done]
        if body.approved and left:
            raise BadInput(f"Do this first and name it in done, or do not approve: {left[0]}")
        entry = actions.approve(
            desk,
            incident=paper.incident,
            document=paper.document,
            body=body.body,
            role=body.role,
            approved=body.approved,
            reason=body.reason,
            personal_data=body.personal_data,
        )
    return Recorded(entry)


@endpoint(
    "POST",
    "/incidents/{key}/documents/{document}/release",
    Act.RELEASE,
    status=HTTPStatus.CREATED,
)
def release_document(call: Call, key: UUID, document: UUID, body: Release) -> Recorded:
    """Release the version that you read."""
    incident = incident_of(call, key)
    with papers.desk_of(call.actor, call.by) as desk:
        paper = _paper(desk.record, incident.key, str(document))
        entry = actions.release(
            desk,
            incident=paper.incident,
            document=paper.document,
            body=body.body,
            alone=body.alone,
            reason=body.reason,
            personal_data=body.personal_data,
        )
    return Recorded(entry)


@endpoint(
    "POST", "/incidents/{key}/documents/{document}/carry", Act.CARRY, status=HTTPStatus.CREATED
)
def carry_document(call: Call, key: UUID, document: UUID, body: Carry) -> Recorded:
    """Note who carried a released document, when, and what shows that it arrived."""
    incident = incident_of(call, key)
    with papers.desk_of(call.actor, call.by) as desk:
        paper = _paper(desk.record, incident.key, str(document))
        entry = papers.carry(
            desk,
            paper,
            way=body.way,
            to=body.to,
            carrier=body.carrier,
            carried_at=body.carried_at,
            evidence=body.evidence,
            answer=body.answer,
        )
    return Recorded(entry)


@endpoint(
    "GET",
    "/incidents/{key}/documents/{document}/file/{form}",
    Act.READ_DIPLOMATIC,
    media=tuple(papers.KINDS.values()),
)
def take_file(call: Call, key: UUID, document: UUID, form: Form) -> File:
    """A released document as a file, the same bytes each time."""
    incident = incident_of(call, key)
    if form not in papers.KINDS:
        raise missing(f"form: it is one of {', '.join(papers.KINDS)}")
    with papers.desk_of(call.actor, call.by) as desk:
        paper = _document(desk.record, incident.key, str(document))
        try:
            body = papers.file_of(desk, paper, form)
        except BadInput:
            raise missing("file before the document is released") from None
    return File(body, papers.KINDS[form], papers.file_name(paper, form))


def _paper(record: Record, incident: str, document: str) -> Paper:
    """What is decided on: a document or a bundle."""
    paper = papers.one(record, incident, document)
    if paper is None:
        raise missing("document of this incident")
    return paper


def _document(record: Record, incident: str, document: str) -> Paper:
    paper = _paper(record, incident, document)
    if paper.template in OBJECTS:
        raise missing("document of this incident: it is a bundle, or sightings")
    return paper


def personal_data_of(listing: Listing) -> tuple[PersonalData, ...]:
    """What looks like personal data, as it is answered."""
    return tuple(
        PersonalData(one.kind, one.text, tuple(map(str, one.where)), str(one.why))
        for one in listing.found
    )


def row_of(paper: Paper) -> DocumentRow:
    """A document or a bundle as a row of a list."""
    return DocumentRow(
        document=paper.document,
        title=paper.title,
        template=paper.template,
        audience=paper.audience,
        body=paper.current.body,
        complete=paper.current.complete,
        missing=tuple(tuple(sorted(roles)) for roles in still_needed(paper)),
        released=paper.released,
        review_due=paper.review_due(),
    )
