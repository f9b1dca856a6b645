"""What comes first, and what is never left out."""

import datetime as dt

import msgspec
import pytest

from comity.assess.assessment import assess
from comity.assess.facts import Claim, sheet
from comity.knowledge.load.packs import shipped

KNOWLEDGE = shipped()
NOW = dt.datetime(2026, 3, 2, 9, tzinfo=dt.UTC)
OWED = {"report__verified": True, "data__personal": True, "victim__is_controller": True}


def assessed(*more: Claim, own="EST", knowledge=KNOWLEDGE, **facts):
    claims = [
        Claim(name=name.replace("__", "."), value=value, said_by="a", said_at=None, source="b")
        for name, value in {"victim__state": "EST", **facts}.items()
    ]
    return assess(knowledge, sheet(knowledge.features, [*claims, *more]), own=own, now=NOW)


def aware(hour, minute=0, by="owner"):
    at = dt.datetime(2026, 3, 2, hour, minute, tzinfo=dt.UTC)
    return Claim(name="incident.aware_at", value=at, said_by=by, said_at=None, source="call")


def ids(acts):
    return [act.refs[0] for act in acts if act]


def test_a_duty_that_is_certain_leads_even_where_its_clock_has_no_known_start():
    agenda = assessed(**OWED).agenda
    assert agenda.next is not None
    assert agenda.next.refs == ("gdpr.33",)
    assert agenda.next.sure
    assert agenda.next.due is None


def test_of_two_times_of_awareness_the_earlier_counts_until_they_agree():
    facts = {**OWED, "victim__nis2_class": "none", "victim__is_financial_entity": False}
    agenda = assessed(aware(7), aware(8, by="a stranger"), **facts).agenda
    first = agenda.next
    assert first is not None
    assert first.due is not None
    assert first.due.utc == dt.datetime(2026, 3, 5, 7, tzinfo=dt.UTC)
    assert not first.sure
    assert [str(text) for text in first.settle] == ["When did the victim become aware of it?"]


def test_a_stranger_who_disputes_the_start_cannot_make_a_duty_vanish():
    quiet = {a.refs for a in assessed(aware(8), **OWED).agenda.duties}
    loud = {a.refs for a in assessed(aware(8), aware(9, by="a stranger"), **OWED).agenda.duties}
    assert quiet == loud


def test_a_duty_that_has_passed_and_is_not_sure_does_not_stand_before_one_that_runs():
    facts = {**OWED, "incident__significant": True}
    early = dt.datetime(2026, 2, 28, 20, tzinfo=dt.UTC)  # the 24 hours of NIS2 are over
    agenda = assessed(incident__aware_at=early, **facts).agenda
    assert agenda.next is not None
    assert agenda.next.refs == ("gdpr.33",)
    assert "nis2.23.4a" in ids(agenda.duties)


def test_where_nothing_is_certain_and_nothing_has_a_time_a_question_comes_first():
    agenda = assess(KNOWLEDGE, sheet(KNOWLEDGE.features, []), own=None, now=NOW).agenda
    assert agenda.next is not None
    assert agenda.next.kind == "ask"


def test_a_law_that_may_not_bind_at_all_does_not_lead():
    agenda = assessed(aware(8), own="USA", victim__state="USA", **OWED).agenda
    assert agenda.next is not None
    assert agenda.next.kind == "ask"
    assert "gdpr.33" in ids(agenda.duties)


def test_a_law_that_may_not_bind_the_victim_says_so_beside_its_duty():
    def why(state):
        found = assessed(aware(8), own=state, victim__state=state, **OWED).agenda
        acts = [act for act in (found.next, *found.duties) if act and act.refs == ("gdpr.33",)]
        return str(acts[0].why)

    assert "if this law binds the victim" in why("USA")
    assert "if this law binds" not in why("EST")


def test_what_is_owed_in_another_state_does_not_lead_but_is_shown():
    agenda = assessed(aware(8), own="FRA", **OWED).agenda
    assert agenda.next is not None
    assert agenda.next.kind == "ask"
    assert "gdpr.33" in ids(agenda.duties)


def test_the_victim_is_not_asked_to_mitigate():
    found = assessed(own="FRA", origin__territories=("DEU",))
    serves = {c.counterpart: c.serves for c in found.channels if c.channel.id == "ch.osce.cbm8"}
    assert "mitigation" in serves["DEU"]
    assert "mitigation" not in serves["EST"]


def test_a_network_that_reaches_no_state_concerned_is_not_for_mitigation():
    def serves(*territories):
        found = assessed(origin__territories=territories)
        return next(c.serves for c in found.channels if c.channel.id == "ch.eu.csirts")

    assert "mitigation" in serves("FRA")
    assert "mitigation" not in serves("BRA")


def test_a_channel_is_proposed_only_towards_states_known_to_be_in_it():
    agenda = assessed(origin__territories=("IRN", "FRA"), crime__offence=True).agenda
    budapest = next(act for act in agenda.reach if act.refs == ("ch.budapest.247",))
    assert "France" in str(budapest.what)
    assert "Iran" not in str(budapest.what)


def test_a_network_that_answers_at_once_leads_though_its_contact_has_to_be_looked_up():
    """INTERPOL needs no look-up and takes hours; art. 35 of the Budapest Convention means now."""
    facts = {"origin__territories": ("FRA",), "crime__offence": True}
    members = {**KNOWLEDGE.groups, "grp.interpol": KNOWLEDGE.groups["grp.un"]}
    both = msgspec.structs.replace(KNOWLEDGE, groups=members)
    agenda = assessed(knowledge=both, **facts).agenda
    assert "ch.budapest.247" in ids(agenda.reach)
    assert "ch.interpol" not in ids(agenda.reach)


def test_many_states_are_counted_and_not_all_listed():
    many = ("FRA", "DEU", "ITA", "ESP", "POL", "FIN", "SWE", "NOR", "BEL")
    agenda = assessed(origin__territories=many).agenda
    assert "3 more" in " ".join(str(act.what) for act in agenda.reach)


@pytest.mark.parametrize(
    ("began", "aware_at", "says"),
    [
        (None, dt.datetime(2027, 1, 1, tzinfo=dt.UTC), "became aware is said to lie after"),
        (dt.datetime(2027, 1, 1, tzinfo=dt.UTC), None, "Began is said to lie after"),
        (
            dt.datetime(2026, 3, 1, tzinfo=dt.UTC),
            dt.datetime(2026, 2, 1, tzinfo=dt.UTC),
            "aware before the incident began",
        ),
        (None, dt.datetime(2024, 1, 1, tzinfo=dt.UTC), "more than a year before"),
    ],
)
def test_times_that_contradict_each_other_are_doubted_aloud(began, aware_at, says):
    facts = {"incident__occurred_at": began, "incident__aware_at": aware_at}
    known = {name: value for name, value in facts.items() if value}
    assert any(says in str(doubt.text) for doubt in assessed(**known).doubts)
    assert assessed(aware(8)).doubts == ()
