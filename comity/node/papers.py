"""Documents of the node: those that could be taken up, those in work, and their files."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP

from django.conf import settings

from comity.access.release import OBJECTS, Paper
from comity.access.roles import APPROVING, Actor, Role
from comity.actions import papers
from comity.actions.desk import Desk
from comity.actions.ledger import payload_at
from comity.actions.papers import draft_of, paper_of
from comity.assess.facts import odd_time
from comity.documents.drafts.files import FORMS
from comity.documents.drafts.fill import fill, final
from comity.documents.drafts.model import Draft
from comity.errors import BadInput
from comity.gate.classification import Classification
from comity.gate.marks import worded
from comity.node import demonstration
from comity.node.clearances import levels_of
from comity.node.known_people import known_people
from comity.node.models import Entry, Incident
from comity.node.projections import Tables
from comity.node.services import actors, copy_key, markings, now, open_record, rules, setting
from comity.record.payload import Assessment, Carriage
from comity.record.store import Record
from comity.stix.markings import Tlp

_DRAFTS = "drafts/"
_FLAG = "DEMONSTRATION, NOT REAL: "
MARKINGS = tuple(level.label for level in Tlp)
KINDS = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
    "html": "text/html; charset=utf-8",
    "eml": "message/rfc822",
}


def offered(record: Record, incident: Incident) -> list[Draft]:
    """The drafts of the last assessment, in the order of the templates."""
    if incident.dossier_entry is None:
        return []
    made = payload_at(record, incident.dossier_entry)
    if not isinstance(made, Assessment):
        return []
    names = [name for name in made.documents if name.startswith(_DRAFTS)]
    return [draft_of(record, made.documents[name]) for name in names]


def in_work(record: Record, incident: str) -> list[Paper]:
    """The documents of an incident, the last changed first."""
    rows = Entry.objects.filter(incident=incident, held=False).exclude(document="")
    rows = rows.order_by("-index")
    keys = dict.fromkeys(rows.values_list("document", flat=True))
    asked = rules()
    found = (paper_of(record, Tables().document_entries(key), asked) for key in keys)
    return [paper for paper in found if paper is not None]


BEFORE_BUNDLE = (
    "Read what goes: nothing in it names who is responsible, or somebody who must not be named.",
    "The recipient is who it says, and knows what the markings ask.",
)
"""What a person does before a bundle leaves: the gate reads markings, not meanings."""


def one(record: Record, incident: str, document: str) -> Paper | None:
    """A document by its UUID, None where it is none of this incident."""
    paper = paper_of(record, Tables().document_entries(document), rules())
    return paper if paper is not None and paper.incident == incident else None


@contextmanager
def desk_of(actor: Actor, by: str) -> Iterator[Desk]:
    """Where a person works on documents of this node, while the record is open."""
    with open_record() as record:
        yield Desk(record, Tables(), actor, by, now(), rules(), setting, copy_key(), known_people)


def markings_for(incident: str) -> tuple[str, ...]:
    """The markings to choose from: the TLP, and on a classified incident the levels of schemes."""
    if not levels_of([incident]):
        return MARKINGS
    schemes = markings().setting.schemes
    levels = (Classification(one.name, level) for one in schemes for level in one.levels)
    return (*MARKINGS, *(level.title for level in levels))


def not_reached(incident: str, marking: str) -> tuple[str, ...]:
    """How an incident is classified where a document's marking does not say as much."""
    levels = levels_of([incident]).get(incident, ())
    if not levels:
        return ()
    here = markings().setting
    said = here.words.get(worded(marking))
    held = () if said is None else (said,)
    return tuple(level.title for level in levels if not here.cleared(held, level))


def take_up(desk: Desk, incident: Incident, draft_id: str) -> str:
    """Begin a document from a draft of the last assessment; return its UUID."""
    key = str(uuid.uuid4())
    draft = next((d for d in offered(desk.record, incident) if d.id == draft_id), None)
    if draft is None:
        raise BadInput("There is no such draft any more: the incident was assessed again.")
    papers.write(desk, incident=incident.key, document=key, draft=draft)
    return key


def complete(desk: Desk, paper: Paper, words: Mapping[str, str], marking: str, body: str) -> None:
    """Record a version with these blanks filled in. BadInput for a name that may not leave."""
    if body != paper.current.body:
        raise BadInput("Somebody else changed it meanwhile. What you typed is still in the form.")
    if marking not in markings_for(paper.incident):
        raise BadInput("Choose one of the markings.")
    draft = draft_of(desk.record, body)
    if unasked := words.keys() - set(draft.blanks):
        raise BadInput(f"The document does not ask for this: {min(unasked)}")
    papers.refuse_names(draft, words.values(), actors().aliases)
    papers.write(
        desk,
        incident=paper.incident,
        document=paper.document,
        draft=fill(draft, words, marking),
        after=body,
    )


def approving(actor: Actor) -> list[Role]:
    """The roles of a person in which documents are approved."""
    return sorted(APPROVING & actor.roles, key=list(Role).index)


def before_release(record: Record, paper: Paper) -> tuple[str, ...]:
    """What is to be done before something leaves. A yes takes all of it; a no does not."""
    if paper.template in OBJECTS:
        return BEFORE_BUNDLE
    return draft_of(record, paper.current.body).before_release


def carry(
    desk: Desk,
    paper: Paper,
    *,
    way: str,
    to: str,
    carrier: str,
    carried_at: datetime,
    evidence: str,
    answer: str,
) -> int:
    """Note how a released document left; return the entry."""
    if paper.released is None:
        raise BadInput("It has not been released, so nobody can have carried it.")
    if odd := odd_time(carried_at):
        raise BadInput(f"The time {odd}.")
    entry = Carriage(
        at=desk.at,
        by=desk.by,
        incident=paper.incident,
        document=paper.document,
        body=paper.released.body,
        way=way,
        to=to,
        carrier=carrier,
        carried_at=carried_at.astimezone(UTC),
        evidence=evidence,
        answer=answer,
    )
    return papers.carry(desk, entry)


def carriages(record: Record, paper: Paper) -> list[Carriage]:
    """How it was carried, as people noted it."""
    rows = Entry.objects.filter(document=paper.document, kind="carriage").order_by("index")
    found = (payload_at(record, index) for index in rows.values_list("index", flat=True))
    return [payload for payload in found if isinstance(payload, Carriage)]


def file_of(desk: Desk, paper: Paper, form: str) -> bytes:
    """A released document as a file, the same bytes each time.

    BadInput before release. Raises Refused where the gate does not let it go any more.
    """
    if paper.released is None:
        raise BadInput("Nothing can be taken out of the node before it is released.")
    papers.still_leaving(desk, paper, paper.released)
    draft = final(draft_of(desk.record, paper.released.body), _status(paper))
    if form == "eml":
        return _mail(draft, paper)
    return FORMS[form](draft)


def file_name(paper: Paper, form: str) -> str:
    """What the file of a document is called: its kind and the first digits of its version."""
    return f"{paper.template.removeprefix('tpl.')}-{paper.current.body[:8]}.{form}"


def _status(paper: Paper) -> str:
    out = paper.released
    said = f"RELEASED {out.at:%Y-%m-%d %H:%M} UTC" if out else ""
    return f"{_FLAG}{said}" if _demonstrates() else said


def _demonstrates() -> bool:
    """Whether a file that is taken out of this node has to say that it is not real."""
    return demonstration.here(settings.HOME)


def _mail(draft: Draft, paper: Paper) -> bytes:
    """An e-mail without sender or addressee, with both forms: for the mail program of the desk."""
    mail = EmailMessage(policy=SMTP)
    mail["Subject"] = f"{_FLAG if _demonstrates() else ''}{draft.title} [{draft.marking}]"
    mail["X-Unsent"] = "1"  # mail programs open it for sending instead of reading
    mail.set_content(f"{draft.title}\n{draft.marking}\nSHA-256 {paper.current.body}\n")
    for form in ("pdf", "docx"):
        kind, _, sub = KINDS[form].partition("/")
        mail.add_attachment(
            FORMS[form](draft), maintype=kind, subtype=sub, filename=f"{draft.id}.{form}"
        )
    mail.set_boundary(f"=_{paper.current.body[:40]}")
    return mail.as_bytes()


def waiting(record: Record, incidents: Sequence[Incident]) -> list[tuple[Incident, Paper]]:
    """Documents that are complete and not released, and releases in an emergency to review."""
    return [
        (incident, paper)
        for incident in incidents
        for paper in in_work(record, incident.key)
        if (paper.released is None and paper.current.complete) or paper.review_due()
    ]
