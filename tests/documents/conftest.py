"""A dossier of the shipped case, made without a record."""

from pathlib import Path

import pytest

from comity.assess.assessment import assess
from comity.assess.facts import sheet
from comity.assess.facts_file import read_facts
from comity.assess.observe import Received, observe
from comity.documents.dossier import build, input_row
from comity.documents.language import language
from comity.documents.model import Dossier
from comity.formats.detect import read
from comity.knowledge.load.packs import shipped

EXAMPLES = Path(__file__).parent.parent.parent / "examples"
CASES = sorted(sheet.parent.name for sheet in EXAMPLES.glob("*/facts.toml"))


def dossier_of(case: str) -> Dossier:
    knowledge = shipped()
    folder = EXAMPLES / case
    data = (folder / "bundle.json").read_bytes()
    received = Received("bundle.json", "0" * 64, read(data, source="0" * 64))
    facts = read_facts((folder / "facts.toml").read_bytes(), knowledge.features, file="facts.toml")
    assert facts.replay_at is not None
    observed = observe([received], knowledge)
    claims = (*observed.claims, *facts.claims)
    found = assess(knowledge, sheet(knowledge.features, claims), own=facts.own, now=facts.replay_at)
    return build(
        found,
        observed,
        (input_row(received, 0, language()),),
        knowledge,
        language(),
        origin="log",
        replay=True,
    )


@pytest.fixture(scope="session", params=CASES)
def dossier(request: pytest.FixtureRequest) -> Dossier:
    return dossier_of(request.param)


@pytest.fixture(scope="session")
def ransomware() -> Dossier:
    return dossier_of("ransomware-hse-2021")
