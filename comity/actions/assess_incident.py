"""Assess what was taken in, and make the result an entry of the record."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import datetime

import msgspec

from comity.actions.take_in import FACT_SHEET, Intake
from comity.assess.assessment import assess
from comity.assess.facts import Claim, sheet
from comity.assess.observe import Received, observe
from comity.documents.dossier import build, input_row
from comity.documents.drafts.compose import compose
from comity.documents.drafts.files import draft_files, encoded
from comity.documents.drafts.model import Drafts
from comity.documents.html import render
from comity.documents.language import Language
from comity.documents.model import Dossier, InputRow
from comity.formats.reading import Reading
from comity.knowledge.base import Knowledge
from comity.record.payload import Assessment, pack, sha256_hex
from comity.record.store import Record
from comity.wording import Sentence


class Assessed(msgspec.Struct, frozen=True):
    """A dossier as data, as JSON and as a page, and the index of its entry in the record.

    ``files`` are those of the drafts, by name.
    """

    dossier: Dossier
    json: bytes
    html: str
    entry: int
    drafts: Drafts
    files: Mapping[str, bytes]


def assess_incident(
    intake: Intake,
    claims: Iterable[Claim],
    record: Record,
    knowledge: Knowledge,
    language: Language,
    *,
    own: str | None,
    as_at: datetime | None,
    by: str,
    clock: Callable[[], datetime],
    outbound: Sentence | None = None,
    names: Collection[str] = (),
) -> Assessed:
    """Assess, lay out, record. The record comes first: no entry, no dossier.

    ``claims`` are what people said beside reports and fact sheet. The entry names the
    result and the hashes of the packs, files and claims it was made from.
    ``as_at`` looks at the incident from another moment than the clock's; the
    sheet's own ``replay_at`` does so where it is not given. ``outbound`` is the
    reason why nothing is drafted to the outside, None if it is; ``names`` are
    names of actors beside those in the material, for no such draft to hold.
    """
    taken = intake.reports
    observed = observe([item.received for item in taken], knowledge)
    about = intake.sheet.facts if intake.sheet else None
    claimed = (*observed.claims, *(about.claims if about else ()), *claims)
    if about:
        own, as_at = own or about.own, as_at or about.replay_at
    facts = sheet(knowledge.features, claimed)
    found = assess(knowledge, facts, own=own, now=as_at or clock())
    keys = record.keys()
    dossier = build(
        found,
        observed,
        _inputs(intake, language),
        knowledge,
        language,
        origin=keys.origin if keys else None,
        replay=as_at is not None,
    )
    drafts = compose(found, observed, dossier, knowledge, language, names=names, outbound=outbound)
    bodies = encoded(drafts)
    json = msgspec.json.format(msgspec.json.encode(dossier), indent=2)
    result = sha256_hex(json)
    raw, blobs = pack(
        Assessment(
            at=clock(),
            by=by,
            result=result,
            packs={stamp.name: stamp.sha256 for stamp in knowledge.stamps},
            inputs={
                **{f"{row.entry}: {row.file}": row.sha256 for row in dossier.inputs},
                "claims": sha256_hex(msgspec.json.encode(claimed)),
            },
            drafts={name: sha256_hex(body) for name, body in bodies.items()},
        )
    )
    drafted = {sha256_hex(body): body for body in bodies.values()}
    appended = record.append([raw], {result: json, **drafted, **blobs})
    return Assessed(
        dossier=dossier,
        json=json,
        html=render(dossier, language),
        entry=appended.first_index,
        drafts=drafts,
        files=draft_files(drafts, dossier, language),
    )


def _inputs(intake: Intake, language: Language) -> tuple[InputRow, ...]:
    rows = [input_row(taken.received, taken.entry, language) for taken in intake.reports]
    if sheet := intake.sheet:
        as_file = Received(sheet.name, sheet.sha256, Reading(FACT_SHEET, FACT_SHEET, (), (), ()))
        rows.append(input_row(as_file, sheet.entry, language))
    return tuple(rows)
