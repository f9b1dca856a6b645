"""Learning more never takes back what was certain: a "no" or "yes" never rested on ignorance."""

import datetime as dt

from hypothesis import given, settings
from hypothesis import strategies as st

from comity.assess.assessment import Assessment, assess
from comity.assess.facts import Claim, sheet
from comity.knowledge.load.packs import shipped
from comity.knowledge.model import Feature

KNOWLEDGE = shipped()
NOW = dt.datetime(2026, 3, 2, 9, tzinfo=dt.UTC)
STATES = ("EST", "KEN", "BRA", "USA", "XXA")


def values(feature: Feature) -> st.SearchStrategy[object]:
    words = st.sampled_from(feature.values or (STATES if feature.states else ("energy", "health")))
    return {
        "bool": st.booleans(),
        "int": st.integers(0, 10),
        "string": words,
        "strings": st.lists(words, unique=True, max_size=3).map(tuple),
    }[feature.type]


# No condition reads a time; the state is settled, since it decides who asks.
FACTS = st.fixed_dictionaries(
    {},
    optional={
        name: values(feature)
        for name, feature in KNOWLEDGE.features.items()
        if feature.type != "time" and name != "victim.state"
    },
)


def answers(facts: dict[str, object]) -> dict[str, str]:
    claims = [
        Claim(name=name, value=value, said_by="a", said_at=None, source="b")  # type: ignore[arg-type]
        for name, value in {"victim.state": "EST", **facts}.items()
    ]
    found: Assessment = assess(KNOWLEDGE, sheet(KNOWLEDGE.features, claims), own="EST", now=NOW)
    return {
        **{f.norm.id: f.basis.answer for f in found.norms},
        **{f.concept.id: f.raised.answer for f in found.concepts},
        **{f.measure.id: f.fits.answer for f in found.measures},
        **{level.level.id: level.basis.answer for s in found.severity for level in s.levels},
    }


@given(facts=FACTS, data=st.data())
@settings(max_examples=150, deadline=None)
def test_a_further_fact_settles_what_was_open_and_changes_nothing_that_was_settled(facts, data):
    some = {name: v for name, v in facts.items() if data.draw(st.booleans(), label=name)}
    before, after = answers(some), answers(facts)
    changed = {
        ident: (answer, after[ident])
        for ident, answer in before.items()
        if answer != "open" and after[ident] != answer
    }
    assert changed == {}


@given(facts=FACTS)
@settings(max_examples=100, deadline=None)
def test_no_rule_of_the_packs_fails_on_any_facts(facts):
    assert "fault" not in answers(facts).values()
