"""The rules as a table that can be read without knowing the code."""

import tomllib
from pathlib import Path
from typing import Any

import msgspec
import pytest

from comity.gate.release import release
from comity.gate.setting import Consent, Setting, Terms
from comity.stix.decode import Received
from comity.stix.markings import Tlp
from comity.stix.timestamp import Timestamp
from tests.gate.cast import (
    ALPHA,
    ALPHA_ID,
    AT,
    BRAVO,
    DELTA,
    MARKINGS,
    OWN_ID,
    RECIPIENTS,
    SETTING,
    random_uuid,
    thing,
)

ROWS = tomllib.loads((Path(__file__).parent / "rules.toml").read_text("utf-8"))["row"]
MAKERS = {"us": OWN_ID, "alpha": ALPHA_ID, "nobody": None, "bravo": f"identity--{random_uuid('b')}"}
NAMES = {"alpha": ALPHA, "bravo": BRAVO, "delta": DELTA}


def names(row: dict[str, Any], key: str) -> tuple[str, ...]:
    return tuple(NAMES.get(name, name) for name in row.get(key, ()))


def time(row: dict[str, Any], key: str) -> Timestamp | None:
    return Timestamp(row[key]) if key in row else None


def setting(row: dict[str, Any], received: Received) -> Setting:
    id_ = str(received.value.id)
    maker = MAKERS[row["made_by"]]
    until = time(row, "consent_until")
    terms = Terms(
        object=id_,
        named=names(row, "named"),
        groups=tuple(row.get("groups", ())),
        agreement=row.get("agreement"),
        embargo_until=time(row, "embargo_until"),
        expires=time(row, "expires"),
    )
    consent = Consent(
        originator=str(maker), object=id_, audience=names(row, "consent"), until=until
    )
    return msgspec.structs.replace(
        SETTING,
        default=Tlp[row.get("default", "RED")],
        harmless=tuple(MARKINGS[name].id for name in row.get("harmless", ())),
        terms=(terms,),
        consents=(consent,),
    )


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row['says']} ({row['to']})")
def test_the_gate_answers_as_the_table_says(row):
    known = {
        "says", "marked", "made_by", "to", "for", "answer", "refused_by", "named", "consent",
        "consent_until", "agreement", "under", "embargo_until", "expires", "groups", "default",
        "harmless", "labels", "description", "released_by",
    }  # fmt: skip
    assert set(row) <= known
    own = {name: row[name] for name in ("labels", "description") if name in row}
    received = thing(*row["marked"], by=MAKERS[row["made_by"]], **own)
    decision = release(
        received,
        (RECIPIENTS[row["to"]],),
        row["for"],
        AT,
        setting(row, received),
        by=row.get("released_by"),
        under=row.get("under"),
    )
    refused = sorted({reason.rule for reason in decision.reasons if not reason.allows})
    assert refused == row.get("refused_by", [])
    assert decision.allowed == (row["answer"] == "yes")
    assert decision.redactions == ()


def test_the_table_has_answers_of_both_kinds_for_every_rule_that_can_refuse():
    refusing = {rule for row in ROWS for rule in row.get("refused_by", ())}
    assert refusing == {
        "tlp", "distribution", "pap", "classification", "originator", "unknown", "agreement",
        "embargo", "expiry", "groups",
    }  # fmt: skip
    assert len(ROWS) >= 40
    assert {row["answer"] for row in ROWS} == {"yes", "no"}
