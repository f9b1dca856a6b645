"""What a guest reads: released material, as far as the gate lets it go to this very person."""

from __future__ import annotations

from collections.abc import Iterator

from comity.access.release import BUNDLE, Paper
from comity.access.roles import Act, Actor
from comity.actions.desk import Desk
from comity.actions.exits import gate_on
from comity.actions.ledger import Acting
from comity.actions.outbound import guest
from comity.actions.papers import paper_of
from comity.actions.people import affiliate
from comity.gate.recipient import Recipient
from comity.node import bundles, papers
from comity.node.clearances import held_by
from comity.node.models import Account, Affiliation, Entry
from comity.node.projections import Tables
from comity.node.services import now, open_record
from comity.record.payload import Affiliation as AffiliationEntry

MOST = 200
"""Released things that are looked through for one guest, the last ones."""


def released_to(desk: Desk) -> list[Paper]:
    """What was released and may go to this guest now, the last first."""
    reader = reader_of(desk.actor)
    return [paper for paper in _released(desk) if _may_go(desk, paper, reader)]


def one(desk: Desk, document: str) -> Paper | None:
    """A released document or bundle, None where it may not go to this guest."""
    paper = paper_of(desk.record, desk.projections.document_entries(document), desk.rules)
    if paper is None or not _may_go(desk, paper, reader_of(desk.actor)):
        return None
    return paper


def forms_of(paper: Paper) -> tuple[str, ...]:
    """The forms in which a guest may take it."""
    return ("json",) if paper.template == BUNDLE else ("docx", "pdf", "html")


def file_of(desk: Desk, paper: Paper, form: str) -> bytes:
    """It as a file. Raises Refused where the gate does not let it go to its addressee any more."""
    if paper.template == BUNDLE:
        return bundles.file_of(desk, paper)
    return papers.file_of(desk, paper, form)


def reader_of(actor: Actor) -> Recipient:
    """The guest as the gate knows them."""
    levels = tuple(level for level, _until in held_by(actor.account, now()))
    return guest(actor.account, actor.name, organisation_of(actor.account), levels)


def organisation_of(account: str) -> str | None:
    """For which organisation a guest reads, None for none."""
    rows = Affiliation.objects.filter(account=account).order_by("-index")
    return rows.values_list("organisation", flat=True).first() or None


def change_organisation(
    actor: Actor, by: str, account: Account, organisation: str | None, reason: str
) -> int:
    """Say for which organisation a guest reads, as an administrator; return the entry."""
    entry = AffiliationEntry(
        at=now(), by=by, account=str(account.key), name=account.name, organisation=organisation,
        reason=reason,
    )  # fmt: skip
    with open_record() as record:
        return affiliate(Acting(record, Tables(), actor, Act.MANAGE_ACCOUNTS), entry)


def _released(desk: Desk) -> Iterator[Paper]:
    rows = Entry.objects.filter(kind="release").order_by("-index")[:MOST]
    for document in dict.fromkeys(rows.values_list("document", flat=True)):
        paper = paper_of(desk.record, desk.projections.document_entries(document), desk.rules)
        if paper is not None:
            yield paper


def _may_go(desk: Desk, paper: Paper, reader: Recipient) -> bool:
    out = paper.released
    if out is None or all(version.body != out.body for version in paper.versions):  # it was erased
        return False
    return gate_on(desk, paper, out.body, out.account, reader).allowed
