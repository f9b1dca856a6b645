"""Who and what the tests of the gate speak of: a ministry, its partners, and markings."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from comity.gate.classification import Classification, Equivalence, Scheme
from comity.gate.marks import PAP_ORDER
from comity.gate.recipient import Recipient
from comity.gate.setting import Agreement, Own, Setting
from comity.stix.audience import Audience, Organisation, SharingGroup, audience_marking
from comity.stix.comity_ext import COMITY
from comity.stix.decode import Received, decode
from comity.stix.markings import Tlp, tlp_marking
from comity.stix.meta import MarkingDefinition
from comity.stix.timestamp import Timestamp
from tests.stix.samples import sample

AT = Timestamp("2026-06-01T12:00:00Z")
BEFORE, AFTER = Timestamp("2026-05-01T00:00:00Z"), Timestamp("2026-07-01T00:00:00Z")
_SPACE = uuid.UUID("8a3ad6c2-3fd9-4f0f-9b5d-2f1f0f1f9f01")


def random_uuid(name: str) -> str:
    """A UUID of version 4 that is the same in every run."""
    return str(uuid.UUID(bytes=uuid.uuid5(_SPACE, name).bytes, version=4))


OWN, ALPHA, BRAVO, CLIENT, DELTA = map(random_uuid, ("own", "alpha", "bravo", "client", "delta"))
OWN_ID, ALPHA_ID = f"identity--{random_uuid('own id')}", f"identity--{random_uuid('alpha id')}"

PUBLIC = Recipient(kind="public")
RECIPIENTS = {
    "public": PUBLIC,
    "own": Recipient(kind="organisation", name="the own ministry", organisation=OWN),
    "own person": Recipient(kind="person", name="our officer", id="officer", organisation=OWN),
    "alpha": Recipient(
        kind="organisation", name="Alpha", organisation=ALPHA, state="EST", groups=("csirts",)
    ),
    "alpha node": Recipient(
        kind="node", name="Alpha's node", organisation=ALPHA, state="EST", groups=("csirts",)
    ),
    "alpha person": Recipient(
        kind="person", name="Anna of Alpha", id="anna", organisation=ALPHA, groups=("csirts",)
    ),
    "cleared alpha": Recipient(
        kind="organisation",
        name="Alpha's cleared office",
        organisation=ALPHA,
        groups=("csirts",),
        clearances=(Classification("Alphaland", "GEHEIM"),),
    ),
    "bravo": Recipient(
        kind="organisation", name="Bravo", organisation=BRAVO, state="ALB", groups=("neighbours",)
    ),
    "client": Recipient(
        kind="organisation",
        name="a client of Alpha",
        organisation=CLIENT,
        client_of=(ALPHA,),
        need_to_know=True,
    ),
    "curious client": Recipient(
        kind="organisation", name="a curious client", organisation=CLIENT, client_of=(ALPHA,)
    ),
    "delta": Recipient(kind="organisation", name="Delta", organisation=DELTA, state="XXX"),
}


def foreign_marking(as_: str, **properties: Any) -> MarkingDefinition:
    sent = {
        "type": "marking-definition",
        "spec_version": "2.1",
        "id": f"marking-definition--{random_uuid(as_)}",
        "created": "2026-01-01T00:00:00Z",
        **properties,
    }
    value = decode(json.dumps(sent).encode()).value
    assert isinstance(value, MarkingDefinition)
    return value


def statement(text: str) -> MarkingDefinition:
    return foreign_marking(text, definition_type="statement", definition={"statement": text})


GROUP = SharingGroup(
    uuid=random_uuid("group"), name="Baltic CSIRTs", organisations=(Organisation(uuid=ALPHA),)
)
UNKNOWN_GROUP = SharingGroup(uuid=random_uuid("unknown group"))
MARKINGS: dict[str, MarkingDefinition] = {
    **{level.label: tlp_marking(level) for level in Tlp},
    **{
        f"distribution {level}": audience_marking(Audience(distribution=level))
        for level in range(4)
    },
    **{f"PAP:{pap.upper()}": audience_marking(Audience(pap=pap)) for pap in PAP_ORDER},
    "sharing group": audience_marking(Audience(distribution=4, sharing_group=GROUP)),
    "unknown sharing group": audience_marking(
        Audience(distribution=4, sharing_group=UNKNOWN_GROUP)
    ),
    "GEHEIM": statement("GEHEIM"),
    "RESTRICTED": statement("RESTRICTED"),
    "ORCON": statement("ORCON"),
    "originator control": foreign_marking(
        "originator control",
        extensions={COMITY: {"extension_type": "property-extension", "originator_control": True}},
    ),
    "statement": statement("Copyright 2026, Example"),
    "IEP": foreign_marking(
        "IEP",
        extensions={
            "extension-definition--762e2e97-ee51-43e5-a9ea-165fbb862c4a": {
                "extension_type": "property-extension",
                "tlp": "white",
            }
        },
    ),
    "undescribed": foreign_marking("undescribed", definition_type="x", definition={"x": "y"}),
}

SETTING = Setting(
    own=Own(OWN, (OWN_ID,)),
    communities=("csirts",),
    connected=("neighbours",),
    markings=tuple(marking for name, marking in MARKINGS.items() if name != "undescribed"),
    schemes=(
        Scheme(
            name="Ownland",
            levels=("RESTRICTED", "SECRET"),
            markings={"restricted": "RESTRICTED", "SECRET": "SECRET"},
        ),
        Scheme(name="Alphaland", levels=("VS-NfD", "GEHEIM"), markings={"Geheim": "GEHEIM"}),
    ),
    equivalences=(
        Equivalence(
            of=Classification("Ownland", "RESTRICTED"),
            protected_as=Classification("Alphaland", "VS-NfD"),
        ),
    ),
    agreements=(
        Agreement(id="mou", parties=("EST", OWN), purposes=("inform",), since=BEFORE, until=AFTER),
        Agreement(id="lapsed", parties=("EST",), purposes=("inform",), until=BEFORE),
    ),
)


def thing(
    *marks: str,
    kind: str = "indicator",
    by: str | None = OWN_ID,
    parts: Mapping[str, str] | Sequence[tuple[str, str]] = (),
    **properties: Any,
) -> Received:
    """An object with markings by their names in ``MARKINGS``; ``parts`` are selectors with one."""
    sent = sample(kind, **properties)
    if by is not None:
        sent.setdefault("created_by_ref", by)
    if marks:
        sent["object_marking_refs"] = [MARKINGS[mark].id for mark in marks]
    if parts:
        sent["granular_markings"] = [
            {"selectors": [selector], "marking_ref": MARKINGS[mark].id}
            for selector, mark in (parts.items() if isinstance(parts, Mapping) else parts)
        ]
    return decode(json.dumps(sent).encode())
