"""Severity, questions of law and ways to respond: what a decision maker may rely on."""

import datetime as dt
import re

import msgspec
import pytest

from comity.assess.assessment import Assessment, assess
from comity.assess.facts import Claim, sheet
from comity.knowledge.load.packs import shipped

KNOWLEDGE = shipped()
NOW = dt.datetime(2026, 3, 2, 9, tzinfo=dt.UTC)


def assessed(own: str | None, facts: dict[str, object]) -> Assessment:
    claims = [
        Claim(name=name, value=value, said_by="a", said_at=None, source="b")  # type: ignore[arg-type]
        for name, value in facts.items()
    ]
    return assess(KNOWLEDGE, sheet(KNOWLEDGE.features, claims), own=own, now=NOW)


def measure(own: str | None, ident: str, facts: dict[str, object]) -> str:
    found = assessed(own, facts).measures
    return next(f.answer for f in found if f.measure.id == ident)


def test_severity_is_a_range_while_facts_are_missing_and_a_level_when_they_are_known():
    facts: dict[str, object] = {"effect.serious": True, "victim.kind": "large_organisation"}
    (uk, _us) = assessed("EST", facts).severity
    assert uk.met is not None
    assert uk.met.id == "sev.uk.ncsc.3"
    assert [level.id for level in uk.open] == ["sev.uk.ncsc.1", "sev.uk.ncsc.2"]
    assert set(uk.lacking) == {
        "effect.severe_consequences",
        "victim.is_ci",
        "effect.extent",
        "effect.public_interest",
    }

    facts |= {
        "effect.severe_consequences": False,
        "victim.is_ci": False,
        "effect.extent": "organisation",
    }
    (uk, _us) = assessed("EST", facts).severity
    assert uk.met is not None
    assert uk.met.id == "sev.uk.ncsc.3"
    assert uk.open == ()


def test_a_disputed_fact_leaves_the_graver_level_open():
    claims = [
        Claim(name="effect.serious", value=value, said_by=who, said_at=None, source="b")
        for who, value in (("the owner", True), ("a colleague", False))
    ]
    found = assess(KNOWLEDGE, sheet(KNOWLEDGE.features, claims), own="EST", now=NOW)
    assert "sev.uk.ncsc.2" in [level.id for level in found.severity[0].open]


def test_what_needs_nobody_to_be_named_comes_before_what_does():
    order = [f.measure.attribution for f in assessed("DEU", {"crime.offence": True}).measures]
    place = {"not_needed": 0, "case_by_case": 1, "partly": 2, "needed": 3}
    assert order == sorted(order, key=place.__getitem__)
    assert order[0] == "not_needed"


def test_nothing_that_needs_attribution_is_worth_a_look_while_the_actor_is_unknown():
    facts: dict[str, object] = {
        name: True for name, feature in KNOWLEDGE.features.items() if feature.type == "bool"
    }
    facts |= {"effect.extent": "country", "incident.status": "ongoing"}
    found = [f for f in assessed("DEU", facts).measures if f.answer == "yes"]
    needing = {f.measure.id for f in found if f.measure.attribution == "needed"}
    assert needing == set()
    assert len(found) > 5


@pytest.mark.parametrize(
    ("own", "origin", "answer"),
    [
        ("DEU", ["BRA"], "yes"),
        ("DEU", ["FRA"], "no"),
        ("DEU", ["FRA", "BRA"], "yes"),
        ("DEU", ["XXA"], "open"),
        ("KEN", ["BRA"], "no"),
        (None, ["BRA"], "open"),
    ],
)
def test_a_measure_of_the_union_is_for_its_members_towards_states_outside(own, origin, answer):
    home = {"victim.state": own} if own else {}
    facts = {**home, "origin.territories": tuple(origin)}
    assert measure(own, "meas.eu.cdt.demarche", facts) == answer


def test_an_element_of_law_says_which_facts_are_known_missing_and_disputed():
    claims = [
        Claim(name="effect.physical", value=True, said_by="a", said_at=None, source="b"),
        Claim(name="effect.casualties", value=True, said_by="a", said_at=None, source="b"),
        Claim(name="effect.casualties", value=False, said_by="c", said_at=None, source="d"),
    ]
    found = assess(KNOWLEDGE, sheet(KNOWLEDGE.features, claims), own="EST", now=NOW)
    concept = next(f for f in found.concepts if f.concept.id == "il.use_of_force")
    effects = next(e for e in concept.elements if "effect.physical" in e.element.features)
    assert effects.present == ("effect.physical",)
    assert effects.disputed == ("effect.casualties",)
    assert effects.missing == ("effect.severe_consequences",)


def test_no_text_on_law_norms_or_responses_passes_a_verdict():
    packs = (KNOWLEDGE.norms, KNOWLEDGE.concepts, KNOWLEDGE.measures, KNOWLEDGE.scales)
    text = msgspec.json.encode([list(pack.values()) for pack in packs]).decode()
    assert re.findall(r"\b(?:violated|guilty|culprit|is responsible for)\b", text) == []
    assert "engage" not in KNOWLEDGE.concepts["il.sovereignty"].summary


def test_every_contested_concept_names_who_holds_a_view():
    for concept in KNOWLEDGE.concepts.values():
        assert all(view.held_by.strip() for view in concept.views)
        assert any(element.features for element in concept.elements) or concept.id == "il.retorsion"
