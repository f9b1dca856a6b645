"""What people do with an incident on a node: state facts, read its file again out of the record."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

import msgspec

from comity.actions.ledger import Ledger, payload_at
from comity.actions.take_in import FACT_SHEET, Intake, Sheet, Taken
from comity.assess.facts import Claim
from comity.assess.facts_file import FactsFile, read_facts, write_facts
from comity.assess.observe import Received
from comity.errors import BadInput
from comity.formats.detect import read
from comity.formats.pdf_report import PdfReader
from comity.formats.sender import SenderCheck
from comity.knowledge.model import Feature
from comity.record.payload import Import, Statement, encode, sha256_hex
from comity.record.store import Record


class Case(msgspec.Struct, frozen=True):
    """Everything in the record that an incident is assessed from."""

    intake: Intake
    claims: tuple[Claim, ...]


def state_facts(
    ledger: Ledger,
    claims: Sequence[Claim],
    features: Mapping[str, Feature],
    *,
    incident: str,
    by: str,
    at: datetime,
) -> int:
    """Record what a person says about an incident; return the index of the entry.

    It is kept as a fact sheet, so that what people say has one form wherever it stands.
    Raises BadInput for a claim that its feature cannot take; nothing is recorded then.
    """
    if not claims:
        raise BadInput("Nothing was changed, so there is nothing to record.")
    body = write_facts(FactsFile(case=None, own=None, replay_at=None, claims=tuple(claims)))
    read_facts(body, features, file="the form")
    name = sha256_hex(body)
    statement = Statement(at=at, by=by, incident=incident, blobs=(name,))
    return ledger.append([encode(statement)], {name: body}).first_index


def case_file(
    record: Record, entries: Iterable[int], features: Mapping[str, Feature], pdf_text: PdfReader
) -> Case:
    """Read an incident's reports and statements again, out of the record's own bytes.

    ``entries`` are the indices of what was filed under it, in their order. A later word of one
    person on one feature takes the place of an earlier one; two people may disagree. What has
    been erased is left out: its tombstone stays in the record.
    """
    taken: list[Taken] = []
    sheet: Sheet | None = None
    said: dict[tuple[str, str, str | None], Claim] = {}
    for index in entries:
        payload = payload_at(record, index)
        if isinstance(payload, Statement):
            for claim in statement_claims(record, payload, features, index):
                said[claim.said_by, claim.name, claim.report] = claim
        elif isinstance(payload, Import):
            data = record.blob(payload.source)
            if payload.reader == FACT_SHEET:
                facts = read_facts(data, features, file=payload.file_name)
                sheet = Sheet(payload.file_name, payload.source, facts, index)
            else:
                reading = read(data, source=payload.source, pdf_text=pdf_text)
                received = Received(payload.file_name, payload.source, reading)
                checks = (SenderCheck(**msgspec.structs.asdict(one)) for one in payload.checks)
                taken.append(Taken(received, index, tuple(checks)))
    return Case(Intake(tuple(taken), sheet), tuple(said.values()))


def statement_claims(
    record: Record, statement: Statement, features: Mapping[str, Feature], index: int
) -> tuple[Claim, ...]:
    """The claims of a statement, each with its place: the entry of the record."""
    body = record.blob(statement.blobs[0])
    return read_facts(body, features, file=f"entry {index} of the record").claims
