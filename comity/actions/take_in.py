"""Take reports in: read each file, and make what was received an entry of the record."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

import msgspec

from comity.actions.ceiling import refuse_above
from comity.actions.ledger import Ledger
from comity.assess.facts_file import FactsFile, read_facts
from comity.assess.observe import Received
from comity.errors import BadInput
from comity.formats.detect import read
from comity.formats.email_message import FORMAT as EMAIL
from comity.formats.email_message import claimed_authentication
from comity.formats.pdf_report import PdfReader
from comity.formats.reading import unread
from comity.formats.sender import SenderCheck, SenderChecker
from comity.gate.markings_file import Markings
from comity.knowledge.model import Feature
from comity.record.payload import (
    Import,
    Incident,
    ObjectRef,
    SignatureCheck,
    encode,
    pack,
    sha256_hex,
)

FACT_SHEET = "fact-sheet/1"


class Report(msgspec.Struct, frozen=True):
    """A file as it was handed in: its name and its bytes."""

    name: str
    data: bytes


class Taken(msgspec.Struct, frozen=True):
    """What was read from a report, the index of its entry in the record, and who signed it."""

    received: Received
    entry: int
    checks: tuple[SenderCheck, ...] = ()


class Sheet(msgspec.Struct, frozen=True):
    """A fact sheet that was taken in: its name, the SHA-256 of its bytes, its entry."""

    name: str
    sha256: str
    facts: FactsFile
    entry: int


class Intake(msgspec.Struct, frozen=True):
    """Everything that was taken in together. ``sheet`` is None where none was given."""

    reports: tuple[Taken, ...]
    sheet: Sheet | None


def take_in(
    reports: Sequence[Report],
    facts: Report | None,
    features: Mapping[str, Feature],
    record: Ledger,
    *,
    by: str,
    clock: Callable[[], datetime],
    pdf_text: PdfReader,
    check_sender: SenderChecker,
    markings: Markings,
    incident: str | None = None,
    opens: str | None = None,
) -> Intake:
    """Read all reports and the fact sheet, then append one import entry for each, all or none.

    The bytes as received and every object read from them are kept in the record.
    Raises BadInput, naming the file, where a file cannot be read at all; nothing
    is recorded then. What could not be read of a readable file is in its losses
    and notes. ``pdf_text`` takes the text out of a PDF; it is the seam behind
    which hostile files are parsed (``formats/sandbox``), and so is ``check_sender``, which
    checks the signatures of e-mails. What it finds stands in the entry and decides nothing:
    accounts and keys get stolen, so no signature stands in for the call-back. ``markings`` are the
    operator's: a file that carries more than the node may hold is refused as BadInput too.
    They are filed under the ``incident`` of that UUID; with a title in ``opens`` the same batch
    opens it.
    """
    received = [_read(report, pdf_text) for report in reports]
    read_sheet = read_facts(facts.data, features, file=facts.name) if facts else None
    stated = [
        refuse_above(report.name, report.data, item.reading, markings)
        for report, item in zip(reports, received, strict=True)
    ]
    of_sheet = refuse_above(facts.name, facts.data, None, markings) if facts else ()
    at = clock()
    checks = [
        check_sender(report.data, at) if item.reading.format == EMAIL else ()
        for report, item in zip(reports, received, strict=True)
    ]
    payloads: list[bytes] = []
    blobs: dict[str, bytes] = {}
    if incident is not None and opens is not None:
        payloads.append(encode(Incident(at=at, by=by, incident=incident, title=opens)))

    def enter(
        report: Report,
        reader: str,
        losses: tuple[str, ...],
        words: tuple[str, ...],
        item: Received | None = None,
        found: tuple[SenderCheck, ...] = (),
    ) -> None:
        source = sha256_hex(report.data)
        blobs[source] = report.data
        raw, more = pack(
            Import(
                at=at,
                by=by,
                source=source,
                file_name=report.name,
                reader=reader,
                losses=losses,
                objects=_objects(item, blobs) if item else (),
                authentication=claimed_authentication(item.reading) if item else (),
                checks=tuple(SignatureCheck(**msgspec.structs.asdict(one)) for one in found),
                incident=incident,
                stated=words,
            )
        )
        payloads.append(raw)
        blobs.update(more)

    for report, item, words, found in zip(reports, received, stated, checks, strict=True):
        enter(report, item.reading.reader, unread(item.reading), words, item, found)
    if facts:
        enter(facts, FACT_SHEET, (), of_sheet)
    indices = record.append(payloads, blobs).indices[-len(reports) - bool(facts) :]
    sheet = None
    if facts and read_sheet:
        sheet = Sheet(facts.name, sha256_hex(facts.data), read_sheet, indices[-1])
    taken = zip(received, indices, checks, strict=False)
    return Intake(tuple(Taken(*one) for one in taken), sheet)


def _read(report: Report, pdf_text: PdfReader) -> Received:
    digest = hashlib.sha256(report.data).hexdigest()
    try:
        reading = read(report.data, source=digest, pdf_text=pdf_text)
    except BadInput as error:
        raise BadInput(f"{report.name}: {error}") from error
    return Received(report.name, digest, reading)


def _objects(item: Received, blobs: dict[str, bytes]) -> tuple[ObjectRef, ...]:
    """Name every object of a file by the hash of its bytes, and put the bytes with ``blobs``."""
    refs = []
    for got in item.reading.objects:
        name = sha256_hex(got.received.raw)
        blobs[name] = got.received.raw
        value = got.received.value
        modified = getattr(value, "modified", None)  # cyber-observables have no versions
        refs.append(
            ObjectRef(
                id=value.id or "",
                modified=str(modified) if modified is not None else None,
                content_hash=name,
                position=got.origin.position,
            )
        )
    return tuple(refs)
