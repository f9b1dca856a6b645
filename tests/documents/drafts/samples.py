"""Incidents made for the tests of the drafts. No actor, address or state in them is meant."""

import datetime as dt
import json
from collections.abc import Collection, Iterable
from typing import Any

from comity.assess.assessment import assess
from comity.assess.facts import Claim, sheet
from comity.assess.observe import Observed, Received, observe
from comity.documents.dossier import build, input_row
from comity.documents.drafts.compose import compose
from comity.documents.drafts.model import Draft, Drafts
from comity.documents.language import Language, language
from comity.documents.model import Dossier
from comity.formats.detect import read
from comity.knowledge.load.packs import shipped
from comity.stix.markings import TLP_2_IDS, Tlp

NOW = dt.datetime(2026, 3, 2, 9, tzinfo=dt.UTC)
STAMP = "2026-03-01T00:00:00Z"
GREEN = TLP_2_IDS[Tlp.GREEN]
Thing = dict[str, Any]


def thing(kind: str, number: int, **properties: Any) -> Thing:
    made: Thing = {"type": kind, "id": f"{kind}--7b2a5ab5-7c0c-4b4a-9d4d-{number:012x}"}
    made["spec_version"] = "2.1"
    if kind not in ("ipv4-addr", "domain-name", "email-addr", "url"):
        made |= {"created": STAMP, "modified": STAMP}
    return {**made, **properties}


def link(number: int, kind: str, source: Thing, target: Thing) -> Thing:
    return thing(
        "relationship", number,
        relationship_type=kind, source_ref=source["id"], target_ref=target["id"],
    )  # fmt: skip


def indicator(number: int, pattern: str, **properties: Any) -> Thing:
    said = {
        "pattern": pattern,
        "pattern_type": "stix",
        "valid_from": STAMP,
        "indicator_types": ["malicious-activity"],
        "object_marking_refs": [GREEN],
    }
    return thing("indicator", number, **{**said, **properties})


def received(objects: Iterable[Thing]) -> Received:
    bundle = {"type": "bundle", "id": f"bundle--{'0' * 8}-0000-4000-8000-{'0' * 12}"}
    data = json.dumps({**bundle, "objects": list(objects)}).encode()
    reading = read(data, source="0" * 64)
    assert reading.losses == ()
    return Received("report.json", "0" * 64, reading)


def observed(objects: Iterable[Thing]) -> Observed:
    return observe([received(objects)], shipped())


def claims(**facts: Any) -> tuple[Claim, ...]:
    """Facts by feature, with ``__`` for the dot."""
    return tuple(
        Claim(
            name=name.replace("__", "."), value=value, said_by="desk", said_at=None, source="desk"
        )
        for name, value in facts.items()
    )


FACTS: dict[str, Any] = {
    "report__verified": True,
    "victim__state": "EST",
    "incident__occurred_at": dt.datetime(2026, 3, 1, 22, tzinfo=dt.UTC),
    "incident__status": "ongoing",
    "victim__is_ci": True,
    "cross_border": True,
    "origin__territories": ("CHE",),
    "transit__territories": ("BRA",),
    "effect__kinds": ("encryption",),
}
INCIDENT = thing("incident", 1, name="Outage", description="A service stopped.")


def drafted(
    objects: Iterable[Thing] = (INCIDENT,),
    *,
    names: tuple[str, ...] = (),
    common: Collection[str] = (),
    spoken: Language | None = None,
    own: str | None = None,
    more: tuple[Claim, ...] = (),
    **changed: Any,
) -> tuple[Drafts, Dossier]:
    """The drafts of an incident, and its dossier. A fact that is changed to None is left out."""
    knowledge, said = shipped(), spoken or language()
    file = received(objects)
    seen = observe([file], knowledge)
    stated = claims(**{k: v for k, v in {**FACTS, **changed}.items() if v is not None})
    facts = sheet(knowledge.features, (*seen.claims, *stated, *more))
    found = assess(knowledge, facts, own=own, now=NOW)
    rows = (input_row(file, 0, said),)
    dossier = build(found, seen, rows, knowledge, said, origin=None, replay=False)
    made = compose(found, seen, dossier, knowledge, said, names=names, common=common)
    return made, dossier


def outside(drafts: Drafts) -> list[Draft]:
    return [draft for draft in drafts.drafts if draft.audience != "internal"]


def the(drafts: Drafts, ident: str) -> Draft:
    return next(draft for draft in drafts.drafts if draft.id == ident)
