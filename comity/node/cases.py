"""Incidents of the node: the file of each out of the record, and the last dossier."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime

import msgspec
from django.conf import settings

from comity.access.roles import Act, Actor
from comity.actions.assess_incident import assess_incident
from comity.actions.incidents import case_file, state_facts
from comity.actions.ledger import Acting
from comity.actions.sender_keys import FOLDER, load
from comity.actions.take_in import Intake, Report, take_in
from comity.assess.facts import Claim
from comity.documents.language import language
from comity.documents.model import Dossier
from comity.errors import BadInput
from comity.formats.sandbox.run import pdf_text
from comity.formats.sandbox.senders import check_sender
from comity.formats.sender import SenderCheck
from comity.node.models import Entry, Incident
from comity.node.projections import Tables
from comity.node.services import actors, knowledge, lists, now, open_record
from comity.record.store import Record


def open_case(actor: Actor, by: str, title: str, reports: Sequence[Report]) -> tuple[str, Intake]:
    """Open an incident with its first reports; return its UUID and what was read."""
    key = str(uuid.uuid4())
    with open_record() as record:
        ledger = Acting(record, Tables(), actor, Act.OPEN_INCIDENT)
        return key, _take_in(ledger, by, reports, incident=key, opens=title)


def add_to_case(actor: Actor, by: str, key: str, reports: Sequence[Report]) -> Intake:
    """File more reports under an incident."""
    with open_record() as record:
        return _take_in(
            Acting(record, Tables(), actor, Act.IMPORT, key), by, reports, incident=key, opens=None
        )


def say_facts(actor: Actor, by: str, key: str, claims: Sequence[Claim]) -> int:
    """Record what a person says about an incident."""
    with open_record() as record:
        ledger = Acting(record, Tables(), actor, Act.STATE_FACTS, key)
        return state_facts(ledger, claims, knowledge().features, incident=key, by=by, at=now())


def assess_case(actor: Actor, by: str, key: str) -> int:
    """Assess an incident from all that is filed under it; return the entry of the result."""
    with open_record() as record:
        ledger = Acting(record, Tables(), actor, Act.ASSESS, key)
        case = case_file(record, _inputs(key), knowledge().features, pdf_text)
        return assess_incident(
            case.intake,
            case.claims,
            ledger,
            knowledge(),
            language(),
            own=settings.OWN_STATE,
            as_at=None,
            by=by,
            clock=now,
            actors=actors(),
            warning_lists=lists(),
            attribution=False,
            incident=key,
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


def _check_sender(mail: bytes, at: datetime) -> tuple[SenderCheck, ...]:
    return check_sender(mail, at, load(settings.HOME / FOLDER))


def _inputs(key: str, kinds: Sequence[str] = ("import", "statement")) -> list[int]:
    rows = Entry.objects.filter(incident=key, kind__in=kinds).order_by("index")
    return list(rows.values_list("index", flat=True))


def _take_in(
    ledger: Acting, by: str, reports: Sequence[Report], *, incident: str, opens: str | None
) -> Intake:
    return take_in(
        reports,
        None,
        knowledge().features,
        ledger,
        by=by,
        clock=now,
        pdf_text=pdf_text,
        check_sender=_check_sender,
        incident=incident,
        opens=opens,
    )
