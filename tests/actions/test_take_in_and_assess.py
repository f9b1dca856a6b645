"""The use cases against a record in memory: all or nothing, record first."""

import datetime as dt
import json
from itertools import count
from pathlib import Path
from typing import Any

import msgspec
import pytest

from comity.actions.assess_incident import assess_incident, files_of
from comity.actions.take_in import Report, take_in
from comity.documents.drafts.model import Draft
from comity.documents.language import language
from comity.errors import BadInput, Unavailable
from comity.formats.pdf_report import PdfText
from comity.formats.sender import SenderCheck
from comity.gate.markings_file import NONE
from comity.knowledge.actors import ActorKnowledge
from comity.knowledge.load import warning_lists
from comity.knowledge.load.packs import shipped
from comity.record.keys import MemorySigner
from comity.record.lock import MemoryLock
from comity.record.payload import Assessment, Import, sha256_hex, unpack
from comity.record.store import Record
from comity.record.stores import Stores

EXAMPLE = Path(__file__).parent.parent.parent / "examples" / "ransomware-hse-2021"
BUNDLE = Report("bundle.json", (EXAMPLE / "bundle.json").read_bytes())
FACTS = Report("facts.toml", (EXAMPLE / "facts.toml").read_bytes())
KNOWLEDGE = shipped()
ACTORS = ActorKnowledge(
    clusters={}, names={"T1486": "Data Encrypted for Impact"}, aliases=frozenset({"Wrong Spider"}),
    campaigns={}, sources=("made by hand",), made_of="0" * 64,
)  # fmt: skip
NOW = dt.datetime(2026, 3, 2, 9, tzinfo=dt.UTC)


def clock() -> dt.datetime:
    return NOW


def bytes_in_turn():
    numbers = count(1)
    return lambda size: next(numbers).to_bytes(size, "big")


@pytest.fixture
def record():
    with Record(
        Path("unused"),
        clock=clock,
        randomness=bytes_in_turn(),
        signer=MemorySigner(bytes_in_turn()),
        lock=MemoryLock(),
        stores=Stores.in_memory(),
    ) as made:
        yield made


def taken(record, reports=(BUNDLE,), facts=FACTS, check_sender=lambda *_: ()):
    return take_in(
        reports, facts, KNOWLEDGE.features, record, by="owner", clock=clock,
        pdf_text=lambda _: PdfText(("A page about 198.51.100[.]7",)), check_sender=check_sender,
        markings=NONE,
    )  # fmt: skip


def assessed(record, intake, **changes):
    how: dict[str, Any] = {"own": None, "as_at": None, "by": "owner", "clock": clock}
    how |= {"actors": ACTORS, "warning_lists": (), "attribution": False, **changes}
    return assess_incident(intake, (), record, KNOWLEDGE, language(), **how)


def entries(record):
    return [unpack(entry.payload, record.blob) for entry in record.entries()]


def test_a_report_and_a_sheet_become_one_entry_each_with_their_bytes(record):
    taken(record)
    report, sheet = entries(record)
    assert isinstance(report, Import)
    assert isinstance(sheet, Import)
    assert record.blob(report.source) == BUNDLE.data
    assert record.blob(sheet.source) == FACTS.data
    assert len(report.objects) == len(json.loads(BUNDLE.data)["objects"])
    for ref in report.objects:
        assert json.loads(record.blob(ref.content_hash))["id"] == ref.id


def test_what_an_e_mail_claims_of_its_sender_stands_in_its_entry(record):
    mail = b"From: a@b.org\nDKIM-Signature: v=1\nSubject: x\n\nevil[.]com\n"
    taken(record, (Report("a.eml", mail), BUNDLE))
    assert [entry.authentication for entry in entries(record)] == [("claimed-dkim",), (), ()]


def test_what_was_found_of_signatures_stands_in_the_entry_of_its_own_file(record):
    mail = Report("a.eml", b"From: a@b.org\nDKIM-Signature: v=1\nSubject: x\n\nevil[.]com\n")
    found = SenderCheck("dkim", "valid", "b.org", aligned=True, reason="As signed.", key="0" * 64)
    asked = []

    def check_sender(data, at):
        asked.append((data, at))
        return (found,)

    intake = taken(record, (BUNDLE, mail), FACTS, check_sender)
    assert asked == [(mail.data, NOW)]
    assert [len(entry.checks) for entry in entries(record)] == [0, 1, 0]
    (kept,) = entries(record)[1].checks
    assert msgspec.structs.asdict(kept) == msgspec.structs.asdict(found)
    assert [item.checks for item in intake.reports] == [(), (found,)]


def test_a_valid_signature_decides_nothing(record):
    mail = Report("a.eml", b"From: a@b.org\nDKIM-Signature: v=1\nSubject: x\n\nevil[.]com\n")
    found = SenderCheck("dkim", "valid", "b.org", aligned=True, reason="As signed.")
    plain = assessed(record, taken(record, (mail,), None)).dossier
    signed = assessed(record, taken(record, (mail,), None, lambda *_: (found,))).dossier
    assert signed.inputs[0].senders
    inputs = [msgspec.structs.replace(plain.inputs[0], entry=0, senders=())]
    assert inputs == [msgspec.structs.replace(signed.inputs[0], entry=0, senders=())]
    assert msgspec.structs.replace(signed, inputs=plain.inputs) == plain


@pytest.mark.parametrize(
    ("reports", "facts"),
    [
        ((BUNDLE, Report("broken.json", b'{"type": "bundle"')), FACTS),
        ((BUNDLE,), Report("facts.toml", b"[[fact]]\nname = 1")),
    ],
)
def test_where_one_file_cannot_be_read_nothing_is_recorded(record, reports, facts):
    with pytest.raises(BadInput):
        taken(record, reports, facts)
    assert record.size() == 0


def test_an_assessment_is_recorded_with_its_result_and_what_it_was_made_from(record):
    intake = taken(record)
    done = assessed(record, intake)
    entry = entries(record)[done.entry]
    assert isinstance(entry, Assessment)
    assert record.blob(entry.result) == files_of(done, language())["dossier.json"]
    packs = {stamp.name: stamp.sha256 for stamp in KNOWLEDGE.stamps}
    assert entry.packs == {**packs, "actors": ACTORS.made_of}
    assert entry.inputs["0: bundle.json"] == sha256_hex(BUNDLE.data)
    assert done.dossier.inputs[0].entry == 0


def test_the_record_holds_every_draft_that_was_made(record):
    done = assessed(record, taken(record))
    entry = entries(record)[done.entry]
    assert isinstance(entry, Assessment)
    assert set(entry.documents) == {f"drafts/{d.id}.json" for d in done.drafts.drafts}
    for draft in done.drafts.drafts:
        held = record.blob(entry.documents[f"drafts/{draft.id}.json"])
        assert msgspec.json.decode(held, type=Draft) == draft


def test_where_nothing_may_go_out_only_internal_drafts_are_recorded(record):
    done = assessed(record, taken(record, facts=None))
    entry = entries(record)[done.entry]
    assert isinstance(entry, Assessment)
    assert set(entry.documents) == {"drafts/sitrep.json", "drafts/lessons.json"}


def test_lists_that_values_were_compared_with_are_named_in_the_entry(record):
    intake = taken(record, (Report("note.txt", b"Seen at 8.8.8[.]8 today"),), None)
    done = assessed(record, intake, warning_lists=warning_lists.shipped())
    (row,) = done.dossier.context.rows
    assert row.value == "8.8.8.8"
    assert any("public DNS resolvers" in text for text in row.lists)
    assert row.sources[0].startswith("note.txt at line 1")
    entry = entries(record)[done.entry]
    assert isinstance(entry, Assessment)
    assert len(entry.packs["warning-lists"]) == 64


def test_a_value_on_a_list_counts_as_much_as_before(record):
    intake = taken(record, (Report("note.txt", b"Seen at 8.8.8[.]8 today"),), None)
    without = assessed(record, intake).dossier
    with_lists = assessed(record, intake, warning_lists=warning_lists.shipped()).dossier
    assert msgspec.structs.replace(with_lists, context=without.context) == without


def test_a_pdf_goes_through_the_seam_and_its_bytes_are_kept(record):
    pdf = Report("report.pdf", b"%PDF-1.7 whatever")
    intake = taken(record, (pdf,), None)
    kinds = {item.received.value.type for item in intake.reports[0].received.reading.objects}
    assert {"report", "ipv4-addr", "indicator"} <= kinds
    assert record.blob(sha256_hex(pdf.data)) == pdf.data


def test_two_files_of_one_name_are_two_inputs(record):
    intake = taken(record, (BUNDLE, BUNDLE), None)
    done = assessed(record, intake)
    inputs = entries(record)[done.entry].inputs
    assert {"0: bundle.json", "1: bundle.json"} <= inputs.keys()


def test_the_fact_sheet_is_an_input_of_the_dossier_and_its_claims_name_their_place(record):
    dossier = assessed(record, taken(record)).dossier
    assert [(row.file, row.entry) for row in dossier.inputs] == [
        ("bundle.json", 0),
        ("facts.toml", 1),
    ]
    aware = next(row for row in dossier.facts if row.id == "incident.aware_at")
    assert any(source.startswith("facts.toml, fact ") for source in aware.sources)


def test_the_same_input_gives_the_same_dossier(record):
    intake = taken(record)
    one, other = (files_of(assessed(record, intake), language()) for _ in range(2))
    assert one == other


def test_where_the_record_refuses_there_is_no_dossier(record, monkeypatch):
    intake = taken(record)

    class Refusing(Record):
        def append(self, *_, **__):
            raise Unavailable("the disk is full")

    refusing = Refusing(
        Path("unused"), clock=clock, randomness=bytes_in_turn(),
        signer=MemorySigner(bytes_in_turn()), lock=MemoryLock(), stores=Stores.in_memory(),
    )  # fmt: skip
    with refusing, pytest.raises(Unavailable):
        assessed(refusing, intake)


def test_the_moment_is_that_of_the_clock_unless_somebody_chose_another(record):
    intake = taken(record, facts=None)
    assert not assessed(record, intake).dossier.replay
    assert assessed(record, intake).dossier.moment.utc == "2026-03-02T09:00:00Z"
    assert assessed(record, intake, as_at=NOW - dt.timedelta(days=1)).dossier.replay
    with_sheet = taken(record)
    assert assessed(record, with_sheet).dossier.moment.utc == "2021-05-14T09:00:00Z"
