"""The guided dialogue: which question comes next, and what an answer means."""

import datetime as dt

import pytest

from comity.assess.facts import Claim
from comity.assess.interview import MAX_QUESTIONS, next_question, parse_answer
from comity.errors import BadInput
from comity.knowledge.load.packs import shipped

KNOWLEDGE = shipped()
NOW = dt.datetime(2026, 3, 2, 9, tzinfo=dt.UTC)


def answer(name: str, text: str) -> object:
    return parse_answer(KNOWLEDGE.features[name], text, KNOWLEDGE)


def test_the_dialogue_asks_at_most_fifteen_questions_and_none_twice():
    asked: list[str] = []
    while gap := next_question(KNOWLEDGE, [], asked, own="EST", now=NOW):
        assert gap.feature.id not in asked
        asked.append(gap.feature.id)
    assert len(asked) == MAX_QUESTIONS
    assert asked[0] == "victim.state"


def test_an_answer_changes_what_is_asked():
    def questions(state):
        claims = [
            Claim(name="victim.state", value=state, said_by="a", said_at=NOW, source="b"),
        ]
        asked = ["victim.state"]
        while gap := next_question(KNOWLEDGE, claims, asked, own=state, now=NOW):
            asked.append(gap.feature.id)
        return set(asked)

    assert "victim.nis2_class" in questions("DEU")
    assert "victim.nis2_class" not in questions("KEN")


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("victim.is_ci", "Y\n", True),
        ("victim.is_ci", "no", False),
        ("victim.is_ci", "  \n", None),
        ("victim.state", "estonia", "EST"),
        ("victim.state", "est", "EST"),
        ("victim.state", "эстония", "EST"),
        ("victim.state", "Cote d’Ivoire", "CIV"),
        ("victim.state", "CHAD", "TCD"),
        ("victim.state", "XXA", "XXA"),
        ("incident.status", "1", "ongoing"),
        ("incident.status", "Closed", "closed"),
        ("effect.kinds", "3, theft", ("encryption", "theft")),
        ("origin.territories", "FRA, Brazil", ("FRA", "BRA")),
        ("victim.sector", "Healthcare", "healthcare"),
        ("victim.sector", "14", "financial-services"),
        ("victim.sector", "space weather", "space weather"),
        ("incident.aware_at", "2026-03-02T09:00Z", NOW),
        ("incident.aware_at", "2026-03-02T11:00+02:00", NOW),
    ],
)
def test_an_answer_is_read_as_people_type_it(name, text, value):
    assert answer(name, text) == value


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("victim.is_ci", "maybe", "type y for yes"),
        ("victim.state", "Atlantis", "no state is called 'Atlantis'"),
        ("victim.state", "ee", "type EST for Estonia"),
        ("victim.state", "Corea", "may be PRK (Democratic People's Republic of Korea) or KOR"),
        ("incident.status", "4", "a number from 1 to 3"),
        ("incident.status", "1, 2", "one answer only"),
        ("incident.aware_at", "monday", "type a time such as"),
        ("incident.aware_at", "2026-03-02T09:00", "add the time zone"),
    ],
)
def test_an_answer_that_cannot_be_used_says_how_to_answer(name, text, says):
    with pytest.raises(BadInput) as refusal:
        answer(name, text)
    assert says in str(refusal.value)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("incident.aware_at", "0001-01-01T00:00Z"),
        ("incident.aware_at", "9999-01-01T00:00Z"),
        ("origin.territories", ","),
        ("victim.sector", ","),
    ],
)
def test_an_answer_that_no_sheet_takes_is_refused_when_it_is_typed(name, text):
    with pytest.raises(BadInput):
        answer(name, text)


def test_none_is_an_answer_to_a_list_and_nothing_typed_is_none():
    assert answer("origin.territories", "none") == ()
    assert answer("origin.territories", "") is None
