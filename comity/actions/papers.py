"""Documents on their way out: versions, approvals, release, and how they were carried."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial

import msgspec

from comity.access.release import (
    BUNDLE,
    OBJECTS,
    SIGHTINGS,
    Given,
    Listed,
    Paper,
    Released,
    Rules,
    Version,
    Word,
    approvals,
    clears_for,
    may_approve,
    may_edit,
    may_release,
    may_say_for,
    needed_for,
)
from comity.access.roles import Act, Actor, Decision, Role
from comity.actions.desk import Desk
from comity.actions.exits import gate_on
from comity.actions.ledger import payload_at
from comity.documents.drafts.gate import ActorNames
from comity.documents.drafts.model import Draft
from comity.documents.drafts.personal_data import Finding, digest, scan, scan_bundle
from comity.errors import BadInput, Refused
from comity.record.payload import (
    Approval,
    Bundle,
    Carriage,
    Deconfliction,
    Document,
    Erasure,
    Release,
    Sightings,
    encode,
    sha256_hex,
)
from comity.record.store import Record
from comity.wording import say

WAYS = ("cable", "e-mail", "courier", "telephone", "portal")


def paper_of(record: Record, entries: Iterable[int], rules: Rules) -> Paper | None:
    """A document as its entries make it, under these rules; None where no version is left of it."""
    versions: list[Version] = []
    given: list[Given] = []
    words: list[Word] = []
    released: Released | None = None
    first: Document | Bundle | Sightings | None = None
    erased: list[Version] = []
    for index in entries:
        payload = payload_at(record, index)
        match payload:
            case Document(blobs=(body,), account=account):
                first = first or payload
                complete = not draft_of(record, body).blanks
                versions.append(Version(body, account, index, complete))
            case (
                Bundle(blobs=(body, *_), account=account)
                | Sightings(blobs=(body,), account=account)
            ):
                first = first or payload
                versions.append(Version(body, account, index, complete=True))
            case Deconfliction(body=body, service=service, clear=clear, account=account):
                words.append(Word(body, service, clear, payload.said_by, account, index))
            case Approval(body=body, account=account, approved=approved):
                given.append(Given(body, account, Role(payload.role), approved, index))
            case Erasure(index=gone, account=str(account)):
                erased.append(Version("", account, gone, complete=False))
            case Release(body=body, account=account, at=at):
                released = Released(body, account, at, payload.approvals, index)
            case _:
                pass
    if first is None:
        return None
    template = _template(first)
    return Paper(
        document=first.document,
        incident=first.incident,
        template=template,
        audience=first.audience,
        title=first.title,
        needed=needed_for(template, first.audience, rules),
        clears=clears_for(template, first.audience, rules),
        words=tuple(words),
        versions=tuple(versions),
        given=tuple(given),
        released=released,
        erased=tuple(erased),
    )


def _template(version: Document | Bundle | Sightings) -> str:
    match version:
        case Bundle():
            return BUNDLE
        case Sightings():
            return SIGHTINGS
        case _:
            return version.template


def draft_of(record: Record, body: str) -> Draft:
    """The draft of a version, by the SHA-256 of its blob."""
    return msgspec.json.decode(record.blob(body), type=Draft)


def write(
    desk: Desk, *, incident: str, document: str, draft: Draft, after: str | None = None
) -> str:
    """Record a version of a document that follows the version ``after`` (None: the first).

    Any approval of an earlier version is void with it. Raises Refused once it has been released.
    """
    body = msgspec.json.format(msgspec.json.encode(draft), indent=2)
    name = sha256_hex(body)
    entry = Document(
        at=desk.at,
        by=desk.by,
        incident=incident,
        document=document,
        account=desk.actor.account,
        template=draft.template,
        audience=draft.audience,
        title=_title(draft),
        blobs=(name,),
    )

    def also(_person: Actor) -> Decision:
        paper = _paper(desk, document)
        if paper is not None and paper.current.body != after:
            return Decision(allowed=False, reason=say("Somebody else changed it meanwhile."))
        if name == after:
            return Decision(allowed=False, reason=say("Nothing was changed."))
        return may_edit(paper) if paper else Decision(allowed=True, reason=say("It is new."))

    desk.ledger(Act.DRAFT, incident, also).append([encode(entry)], {name: body})
    return name


def refuse_names(draft: Draft, words: Iterable[str], names: Iterable[str]) -> None:
    """Raise BadInput where words for the outside name an actor: that is another decision."""
    if draft.audience == "internal":
        return
    known = ActorNames(names)
    for text in words:
        if found := known.in_text(text):
            raise BadInput(
                f"This document leaves, and {found[0]} is known as the name of an actor. Who is "
                "responsible is said in a political attribution, which is another decision."
            )


def approve(
    desk: Desk,
    *,
    incident: str,
    document: str,
    body: str,
    role: Role,
    approved: bool,
    reason: str,
    personal_data: str = "",
) -> int:
    """Say yes or no to the version that was read; return the entry. Raises Refused, BadInput.

    A yes takes the list of ``personal_data`` that was read, by its SHA-256; a no does not.
    """
    if not reason.strip():
        raise BadInput("Say why, in a few words: the record keeps it beside your decision.")

    def also(person: Actor) -> Decision:
        paper = _there(desk, document)
        found = listing(desk, paper).sha256
        listed = Listed(personal_data if approved else found, found)
        return may_approve(person, role, body, paper, listed)

    entry = Approval(
        at=desk.at,
        by=desk.by,
        incident=incident,
        document=document,
        account=desk.actor.account,
        role=role.value,
        body=body,
        approved=approved,
        reason=reason,
        personal_data=personal_data if approved and personal_data else None,
    )
    return desk.ledger(Act.APPROVE, incident, also).append([encode(entry)]).first_index


def release(
    desk: Desk,
    *,
    incident: str,
    document: str,
    body: str,
    alone: bool,
    reason: str,
    personal_data: str = "",
) -> int:
    """Release the version that was read; return the entry. ``alone``: one officer, an emergency.

    ``personal_data`` is the SHA-256 of the list that was read, empty where there is none.
    """
    if alone and not reason.strip():
        raise BadInput("Say what the emergency is: somebody will review it.")
    if personal_data and not reason.strip():
        raise BadInput("Say why the personal data in it has to go with it.")
    paper = _there(desk, document)
    rests_on = () if alone else approvals(paper)

    def also(person: Actor) -> Decision:
        now = _there(desk, document)
        listed = Listed(personal_data, listing(desk, now).sha256)
        gate = partial(gate_on, desk, now, body, person.account)
        decision = leaving(person, now, body, listed, gate, alone=alone)
        if decision.allowed and not alone and approvals(now) != rests_on:
            return Decision(allowed=False, reason=say("An approval changed meanwhile. Try again."))
        return decision

    entry = Release(
        at=desk.at,
        by=desk.by,
        incident=incident,
        document=document,
        account=desk.actor.account,
        body=body,
        approvals=rests_on,
        reason=reason,
        personal_data=personal_data or None,
    )
    return desk.ledger(Act.RELEASE, incident, also).append([encode(entry)]).first_index


def leaving(
    person: Actor,
    paper: Paper,
    body: str,
    personal_data: Listed,
    gate: Callable[[], Decision],
    *,
    alone: bool,
) -> Decision:
    """Whether this person may release this version: the people first, then the ``gate``.

    It may have thousands of objects to go through, and is asked only if the people agree.
    """
    decision = may_release(person, body, paper, personal_data, alone=alone)
    if not decision.allowed:
        return decision
    said = gate()
    return decision if said.allowed else said


class Listing(msgspec.Struct, frozen=True):
    """What looks like personal data in a version, and the SHA-256 that says that it was read."""

    found: tuple[Finding, ...]
    sha256: str


def listing(desk: Desk, paper: Paper) -> Listing:
    """The list of personal data that is found in the last version now."""
    body, known = paper.current.body, desk.known(paper.incident)
    if paper.template in OBJECTS:
        found = scan_bundle(desk.record.blob(body), known)
        return Listing(found, digest(body, found))
    draft = draft_of(desk.record, body)
    found = scan(draft, known)
    return Listing(found, digest(draft, found))


def still_leaving(desk: Desk, paper: Paper, out: Released) -> None:
    """Raise Refused unless the gate lets go now what was released then."""
    gate = gate_on(desk, paper, out.body, out.account)
    if not gate.allowed:
        raise Refused(str(gate.reason))


def note_word(
    desk: Desk, paper: Paper, *, body: str, service: str, clear: bool, said_by: str, reason: str
) -> int:
    """Note that a service says hold or clear to the version that was read; return the entry."""
    if not said_by.strip():
        raise BadInput("Say who spoke for the service, and how.")

    def also(person: Actor) -> Decision:
        return may_say_for(person, service, body, _there(desk, paper.document))

    entry = Deconfliction(
        at=desk.at,
        by=desk.by,
        incident=paper.incident,
        document=paper.document,
        account=desk.actor.account,
        body=body,
        service=service,
        clear=clear,
        said_by=said_by,
        reason=reason,
    )
    return desk.ledger(Act.DECONFLICT, paper.incident, also).append([encode(entry)]).first_index


def carry(desk: Desk, entry: Carriage) -> int:
    """Note how a released document was carried: an assertion of this person, no proof."""
    if entry.way not in WAYS:
        raise BadInput(f"It was carried by one of: {', '.join(WAYS)}.")

    def also(_person: Actor) -> Decision:
        paper = _there(desk, entry.document)
        if paper.released is None or paper.released.body != entry.body:
            return Decision(allowed=False, reason=say("This version has not been released."))
        return Decision(allowed=True, reason=say("It has been released."))

    ledger = desk.ledger(Act.CARRY, entry.incident, also)
    return ledger.append([encode(entry)]).first_index


def _paper(desk: Desk, document: str) -> Paper | None:
    return paper_of(desk.record, desk.projections.document_entries(document), desk.rules)


def _there(desk: Desk, document: str) -> Paper:
    paper = _paper(desk, document)
    if paper is None:
        raise BadInput("There is no such document.")
    return paper


def _title(draft: Draft) -> str:
    return f"{draft.title} ({draft.addressee})" if draft.addressee else draft.title
