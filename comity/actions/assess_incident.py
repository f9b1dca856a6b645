"""Assess what was taken in, and make the result an entry of the record."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

import msgspec

from comity.actions.ledger import Ledger
from comity.actions.take_in import FACT_SHEET, Intake
from comity.assess.assessment import Assessment as Found
from comity.assess.assessment import assess
from comity.assess.attribution import prepare
from comity.assess.attribution.hypotheses import attribute, prepare_profiles
from comity.assess.benign_context import benign_context
from comity.assess.facts import Claim, sheet
from comity.assess.observe import Observed, Received, observe, with_names
from comity.assess.release import covering
from comity.assess.values import values_of
from comity.documents.attribution import AttributionPage, attribution_page
from comity.documents.attribution_html import render_attribution
from comity.documents.dossier import build, input_row
from comity.documents.drafts.compose import compose
from comity.documents.drafts.files import as_data, draft_files
from comity.documents.drafts.model import Drafts
from comity.documents.html import render
from comity.documents.language import Language
from comity.documents.model import Dossier, InputRow
from comity.formats.reading import Reading
from comity.knowledge.actors import ActorKnowledge
from comity.knowledge.base import Knowledge
from comity.knowledge.warning_lists import WarningList
from comity.record.payload import Assessment, pack, sha256_hex


class Assessed(msgspec.Struct, frozen=True):
    """A dossier, its drafts and the page on resemblance, and their entry in the record."""

    dossier: Dossier
    entry: int
    drafts: Drafts
    attribution: AttributionPage | None


def assess_incident(
    intake: Intake,
    claims: Iterable[Claim],
    record: Ledger,
    knowledge: Knowledge,
    language: Language,
    *,
    own: str | None,
    as_at: datetime | None,
    by: str,
    clock: Callable[[], datetime],
    actors: ActorKnowledge,
    warning_lists: Iterable[WarningList],
    attribution: bool,
    incident: str | None = None,
    stated: tuple[str, ...] = (),
) -> Assessed:
    """Assess, lay out, record. The record comes first: no entry, no dossier.

    ``claims`` are what people said beside reports and fact sheet. The entry names the
    result and the hashes of the packs, files and claims it was made from.
    ``as_at`` looks at the incident from another moment than the clock's; the
    sheet's own ``replay_at`` does so where it is not given. ``actors`` gives techniques
    their names and keeps names of actors out of drafts; with ``attribution`` a file on
    technical resemblance is made too. Values on ``warning_lists`` are shown as such and
    count as much as all others. ``stated`` is what the reports carry of classifications: what
    is made from them is classified as they are, also once they are erased.
    """
    received = [item.received for item in intake.reports]
    observed = with_names(observe(received, knowledge), actors.names)
    context = benign_context(values_of(received), warning_lists)
    about = intake.sheet.facts if intake.sheet else None
    claimed = covering(
        (*observed.claims, *(about.claims if about else ()), *claims),
        [item.file for item in received],
    )
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
        context=context,
    )
    encoded = _pretty(dossier)
    result = sha256_hex(encoded)
    drafts = compose(
        found,
        observed,
        dossier,
        knowledge,
        language,
        names=actors.aliases,
        common=context.as_they_are(),
    )
    kept = {f"drafts/{name}.json": body for name, body in as_data(drafts).items()}
    page = None
    if attribution:
        page = _attribution(actors, found, observed, dossier, knowledge, language)
        kept["attribution.json"] = _pretty(page)
    hashes = {name: sha256_hex(body) for name, body in kept.items()}
    raw, blobs = pack(
        Assessment(
            at=clock(),
            by=by,
            result=result,
            packs={
                **{stamp.name: stamp.sha256 for stamp in knowledge.stamps},
                **({"warning-lists": context.sha256} if context.sha256 else {}),
                "actors": actors.made_of,
            },
            inputs={
                **{f"{row.entry}: {row.file}": row.sha256 for row in dossier.inputs},
                "claims": sha256_hex(msgspec.json.encode(claimed)),
            },
            documents=hashes,
            incident=incident,
            stated=stated,
        )
    )
    bodies = {hashes[name]: body for name, body in kept.items()}
    appended = record.append([raw], {result: encoded, **bodies, **blobs})
    return Assessed(dossier, appended.first_index, drafts, page)


def files_of(result: Assessed, language: Language) -> dict[str, bytes]:
    """The bytes of every file of an assessment, by its name in the folder of the dossier."""
    dossier, page = result.dossier, result.attribution
    files = {"dossier.json": _pretty(dossier), "dossier.html": render(dossier, language).encode()}
    drafts = draft_files(result.drafts, dossier, language)
    files |= {f"drafts/{name}": body for name, body in drafts.items()}
    if page is not None:
        files["attribution.json"] = _pretty(page)
        files["attribution.html"] = render_attribution(page, language).encode()
    return files


def _pretty(value: msgspec.Struct) -> bytes:
    return msgspec.json.format(msgspec.json.encode(value), indent=2)


def _attribution(
    actors: ActorKnowledge,
    found: Found,
    observed: Observed,
    dossier: Dossier,
    knowledge: Knowledge,
    language: Language,
) -> AttributionPage:
    """Resemblance without what the profiles know from this very incident."""
    others = actors.without(observed.campaigns)
    seen = [item.id for item in (*observed.techniques, *observed.software) if item.id]
    ranker = prepare(prepare_profiles(others))
    attribution = attribute(seen, others, ranker, victim=found.sides.victim, doubt=found.kept_in)
    return attribution_page(attribution, found, observed, dossier, others, knowledge, language)


def _inputs(intake: Intake, language: Language) -> tuple[InputRow, ...]:
    rows = [
        input_row(taken.received, taken.entry, language, taken.checks) for taken in intake.reports
    ]
    if sheet := intake.sheet:
        as_file = Received(sheet.name, sheet.sha256, Reading(FACT_SHEET, FACT_SHEET, (), (), ()))
        rows.append(input_row(as_file, sheet.entry, language))
    return tuple(rows)
