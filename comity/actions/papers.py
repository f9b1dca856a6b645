"""Documents on their way out: versions, approvals, release, and how they were carried."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime

import msgspec

from comity.access.release import (
    Given,
    Paper,
    Released,
    Rules,
    Version,
    approvals,
    may_approve,
    may_edit,
    may_release,
    needed_for,
)
from comity.access.roles import Act, Actor, Decision, Role
from comity.actions.ledger import Acting, Projections, payload_at
from comity.actions.outbound import outbound
from comity.documents.drafts.gate import ActorNames
from comity.documents.drafts.model import Draft
from comity.errors import BadInput
from comity.gate.setting import Setting
from comity.record.payload import (
    Approval,
    Carriage,
    Document,
    Erasure,
    Release,
    encode,
    sha256_hex,
)
from comity.record.store import Record
from comity.stix.timestamp import Timestamp
from comity.wording import say

WAYS = ("cable", "e-mail", "courier", "telephone", "portal")


class Desk(msgspec.Struct, frozen=True):
    """Where a person works: record and tables, who it is, how they sign, now, what binds them."""

    record: Record
    projections: Projections
    actor: Actor
    by: str
    at: datetime
    rules: Rules
    setting: Setting

    def ledger(
        self,
        act: Act,
        incident: str | None = None,
        also: Callable[[Actor], Decision] | None = None,
    ) -> Acting:
        """The record for one act of this person."""
        return Acting(self.record, self.projections, self.actor, act, incident, also)


def paper_of(record: Record, entries: Iterable[int], rules: Rules) -> Paper | None:
    """A document as its entries make it, under these rules; None where no version is left of it."""
    versions: list[Version] = []
    given: list[Given] = []
    released: Released | None = None
    first: Document | None = None
    erased: list[Version] = []
    for index in entries:
        payload = payload_at(record, index)
        match payload:
            case Document(blobs=(body,), account=account):
                first = first or payload
                complete = not draft_of(record, body).blanks
                versions.append(Version(body, account, index, complete))
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
    return Paper(
        document=first.document,
        incident=first.incident,
        template=first.template,
        audience=first.audience,
        title=first.title,
        needed=needed_for(first.template, first.audience, rules),
        versions=tuple(versions),
        given=tuple(given),
        released=released,
        erased=tuple(erased),
    )


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
    desk: Desk, *, incident: str, document: str, body: str, role: Role, approved: bool, reason: str
) -> int:
    """Say yes or no to the version that was read; return the entry. Raises Refused, BadInput."""
    if not reason.strip():
        raise BadInput("Say why, in a few words: the record keeps it beside your decision.")

    def also(person: Actor) -> Decision:
        return may_approve(person, role, body, _there(desk, document))

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
    )
    return desk.ledger(Act.APPROVE, incident, also).append([encode(entry)]).first_index


def release(
    desk: Desk, *, incident: str, document: str, body: str, alone: bool, reason: str
) -> int:
    """Release the version that was read; return the entry. ``alone``: one officer, an emergency."""
    if alone and not reason.strip():
        raise BadInput("Say what the emergency is: somebody will review it.")
    paper = _there(desk, document)
    rests_on = () if alone else approvals(paper)

    def also(person: Actor) -> Decision:
        now = _there(desk, document)
        decision = leaving(
            desk.record, person, now, body, alone=alone, at=desk.at, setting=desk.setting
        )
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
    )
    return desk.ledger(Act.RELEASE, incident, also).append([encode(entry)]).first_index


def leaving(
    record: Record,
    person: Actor,
    paper: Paper,
    body: str,
    *,
    alone: bool,
    at: datetime,
    setting: Setting,
) -> Decision:
    """Whether this version may leave: the people first, then the gate."""
    decision = may_release(person, body, paper, alone=alone)
    if not decision.allowed:
        return decision
    draft = draft_of(record, body)
    now = Timestamp(f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S}.000Z")
    gate = outbound(draft, paper.document, at=now, by=person.account, setting=setting)
    if gate.allowed:
        return decision
    against = tuple(reason.text for reason in gate.reasons if not reason.allows)
    return Decision(
        allowed=False,
        reason=say("The gate keeps it in: {reasons}.", reasons=against),
    )


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
