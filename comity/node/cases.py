"""Incidents of the node: the file of each out of the record, and the last dossier."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import msgspec
from django.conf import settings
from django.db.models import QuerySet

from comity.access.roles import Act, Actor, Decision
from comity.actions.assess_incident import assess_incident
from comity.actions.incidents import case_file, state_facts
from comity.actions.ledger import Acting, payload_at
from comity.actions.sender_keys import FOLDER, load
from comity.actions.take_in import Report, take_in
from comity.actions.tickets import tickets_at
from comity.assess.facts import Claim
from comity.documents.attribution import AttributionPage
from comity.documents.language import language
from comity.documents.model import Dossier
from comity.errors import BadInput, Refused, Unavailable
from comity.formats.sandbox.run import pdf_text
from comity.formats.sandbox.senders import check_sender
from comity.formats.sender import SenderCheck
from comity.node.clearances import words_on
from comity.node.models import Entry, Incident
from comity.node.projections import Tables
from comity.node.services import actors, knowledge, lists, markings, now, open_record
from comity.record.payload import Assessment, Ticket, sha256_hex
from comity.record.store import Record
from comity.wording import say

_LOOKED_THROUGH = 100
_OVERTAKEN = 5
"""How often an assessment begins anew because something came in meanwhile."""

MOST_REPORTS = 20
"""Files that can be handed in at once."""


def file_report(actor: Actor, by: str, key: str, report: Report, *, opens: str) -> int:
    """File a report under an incident and return its entry; the first one opens it as ``opens``.

    The same bytes are filed under an incident once: asked again, this returns the entry there is.
    Raises BadInput, naming the file, where it cannot be read or is above what the node may hold,
    Refused, and Unavailable where the operator's markings are wrong.
    """
    source = sha256_hex(report.data)
    tables = Tables()
    with open_record() as record:
        tables.catch_up(record)
        earlier = report_entry(key, source)
        if earlier is not None:
            return earlier
        known = tables.has_incident(key)

        def once(_person: Actor) -> Decision:
            """Nobody was quicker while this was being read."""
            same = tables.has_incident(key) is known and report_entry(key, source) is None
            return Decision(allowed=same, reason=say("It was filed meanwhile."))

        act = Act.IMPORT if known else Act.OPEN_INCIDENT
        intake = take_in(
            [report],
            None,
            knowledge().features,
            Acting(record, tables, actor, act, key if known else None, once),
            by=by,
            clock=now,
            pdf_text=pdf_text,
            check_sender=_check_sender,
            markings=markings(),
            incident=key,
            opens=None if known else opens,
        )
    return intake.reports[0].entry


def report_entry(key: str, source: str) -> int | None:
    """The entry by which these bytes were filed under an incident, None if they were not."""
    rows = Entry.objects.filter(incident=key, kind="import", body=source).order_by("index")
    return rows.values_list("index", flat=True).first()


def say_facts(actor: Actor, by: str, key: str, claims: Sequence[Claim]) -> int:
    """Record what a person says about an incident."""
    with open_record() as record:
        ledger = Acting(record, Tables(), actor, Act.STATE_FACTS, key)
        return state_facts(ledger, claims, knowledge().features, incident=key, by=by, at=now())


def assess_case(actor: Actor, by: str, key: str, *, attribution: bool = False) -> int:
    """Assess an incident from all that is filed under it; return the entry of the result.

    With ``attribution`` the file on technical resemblance is made too, which is an act of its own.
    Nothing of it comes in between reading and recording: then it is read and assessed again, so
    a dossier knows every entry before its own. Raises Unavailable where that never ends.
    """
    for _ in range(_OVERTAKEN):
        with open_record() as record:
            Tables().catch_up(record)
            read = _inputs(key)
            try:
                return _assess(record, actor, by, key, read, attribution=attribution)
            except Refused:
                if _inputs(key) == read:  # it was not that
                    raise
    raise Unavailable("Reports keep coming in: the incident could not be assessed in between.")


def _assess(
    record: Record, actor: Actor, by: str, key: str, read: Sequence[int], *, attribution: bool
) -> int:
    act = Act.ATTRIBUTE if attribution else Act.ASSESS

    def unchanged(_person: Actor) -> Decision:
        return Decision(allowed=_inputs(key) == read, reason=say("Something came in meanwhile."))

    case = case_file(record, read, knowledge().features, pdf_text)
    return assess_incident(
        case.intake,
        case.claims,
        Acting(record, Tables(), actor, act, key, unchanged),
        knowledge(),
        language(),
        own=settings.OWN_STATE,
        as_at=None,
        by=by,
        clock=now,
        actors=actors(),
        warning_lists=lists(),
        attribution=attribution,
        incident=key,
        stated=words_on(key),
    ).entry


def said_so_far(record: Record, key: str) -> tuple[Claim, ...]:
    """What people have said about an incident in statements, the last word of each."""
    statements = _inputs(key, kinds=("statement",))
    return case_file(record, statements, knowledge().features, pdf_text).claims


def dossier_of(record: Record, incident: Incident) -> Dossier | None:
    """The last dossier of an incident, None before the first."""
    if not incident.dossier:
        return None
    try:
        return msgspec.json.decode(record.blob(incident.dossier), type=Dossier)
    except BadInput:  # erased on the command line a moment ago: the tables follow
        return None


def resemblance_of(record: Record, key: str) -> tuple[int, AttributionPage] | None:
    """The last file on technical resemblance, and the entry that it was made with.

    Few assessments have one: it is looked for in the last hundred.
    """
    rows = Entry.objects.filter(incident=key, kind="assessment", held=False).order_by("-index")
    for index in rows.values_list("index", flat=True)[:_LOOKED_THROUGH]:
        made = payload_at(record, index)
        if isinstance(made, Assessment) and (body := made.documents.get("attribution.json")):
            return index, msgspec.json.decode(record.blob(body), type=AttributionPage)
    return None


def reports_of(incident: Incident) -> QuerySet[Entry]:
    """The entries of the reports under an incident that can be read, in their order."""
    rows = Entry.objects.filter(incident=incident.key, kind="import", held=False)
    return rows.order_by("index")


def tickets_of(record: Record, incident: Incident) -> tuple[Ticket, ...]:
    """The numbers that an incident has in other systems."""
    return tickets_at(record, Tables().tickets_of(incident.key))


def _check_sender(mail: bytes, at: datetime) -> tuple[SenderCheck, ...]:
    return check_sender(mail, at, load(settings.HOME / FOLDER))


def _inputs(key: str, kinds: Sequence[str] = ("import", "statement")) -> list[int]:
    rows = Entry.objects.filter(incident=key, kind__in=kinds, held=False).order_by("index")
    return list(rows.values_list("index", flat=True))
