"""Ten made-up incidents against the shipped packs: a table that a lawyer can read and correct."""

import datetime as dt
import tomllib
from pathlib import Path

import pytest

from comity.assess.assessment import Assessment, assess
from comity.assess.facts import Claim, sheet
from comity.knowledge.load.packs import shipped

INCIDENTS = tomllib.loads((Path(__file__).parent / "incidents.toml").read_text("utf-8"))["incident"]
KNOWLEDGE = shipped()


def claims(incident):
    known = [(name, value) for name, value in incident.get("facts", {}).items()]
    for name, values in incident.get("disputed", {}).items():
        known += [(name, value) for value in values]
    return [
        Claim(
            name=name,
            value=tuple(value) if isinstance(value, list) else value,
            said_by="the test",
            said_at=incident["now"],
            source="incidents.toml",
        )
        for name, value in known
    ]


def found(assessment: Assessment) -> dict[str, object]:
    def between(ident: str, other: str | None) -> str:
        return f"{ident} -> {other}" if other else ident

    def norms(answer):
        return [n.norm.id[-1] for n in assessment.norms if n.basis.answer == answer]

    def instruments(answer):
        return [
            between(i.instrument.id, i.counterpart)
            for i in assessment.instruments
            if i.answer == answer and not i.unlikely
        ]

    def clocks(state):
        return {d.obligation.id: d.due.utc for d in assessment.duties if d.clock == state and d.due}

    def duties(state):
        return [d.obligation.id for d in assessment.duties if d.clock == state]

    def channels(answer):
        return [
            between(c.channel.id, c.counterpart) for c in assessment.channels if c.answer == answer
        ]

    def scale(finding):
        met = finding.met.id if finding.met else f"{finding.scale.id}: none"
        graver = ", ".join(level.id.rpartition(".")[2] for level in finding.open)
        return f"{met}, not excluded: {graver}" if graver else met

    def law(answer):
        return [
            c.concept.id.partition(".")[2] for c in assessment.concepts if c.raised.answer == answer
        ]

    everything = {
        "severity": [scale(finding) for finding in assessment.severity],
        "law": law("yes"),
        "law_open": law("open"),
        "respond": [m.measure.id for m in assessment.measures if m.answer == "yes"],
        "engaged": norms("yes"),
        "may_engage": norms("open"),
        "cbm": [c.commitment.id[4:] for c in assessment.commitments if c.fits.answer == "yes"],
        "applies": instruments("yes"),
        "may_apply": instruments("open"),
        "due": clocks("running"),
        "may_be_due": clocks("provisional"),
        "no_number": duties("no_number"),
        "waits": duties("waiting"),
        "reach": channels("yes"),
        "look_up": channels("open"),
    }
    return {name: value for name, value in everything.items() if value}


@pytest.mark.parametrize("incident", INCIDENTS, ids=[i["says"][:60] for i in INCIDENTS])
def test_an_incident_gives_just_these_norms_instruments_clocks_and_channels(incident):
    facts = sheet(KNOWLEDGE.features, claims(incident))
    assessment = assess(KNOWLEDGE, facts, own=incident["as"], now=incident["now"])
    assert found(assessment) == incident["expect"]


@pytest.mark.parametrize("incident", INCIDENTS, ids=[i["says"][:60] for i in INCIDENTS])
def test_the_next_act_is_the_first_duty_that_binds_and_has_not_passed(incident):
    facts = sheet(KNOWLEDGE.features, claims(incident))
    assessment = assess(KNOWLEDGE, facts, own=incident["as"], now=incident["now"])
    first = assessment.agenda.next
    assert first is not None
    leading = [
        duty.due.utc
        for duty in assessment.duties
        if duty.due and duty.binds == "yes" and (duty.sure or duty.due.utc >= incident["now"])
    ]
    if leading:
        assert first.due is not None
        assert first.due.utc == min(leading)
        assert first.passed is (min(leading) < incident["now"])
    elif first.kind == "duty":
        assert first.sure
    else:
        assert first.kind == "ask"


def test_a_missing_fact_is_asked_for_only_where_something_waits_for_it():
    decided = INCIDENTS[3]
    facts = sheet(KNOWLEDGE.features, claims(decided))
    asked = {
        gap.feature.id: gap.waiting
        for gap in assess(KNOWLEDGE, facts, own="EST", now=decided["now"]).gaps
    }
    assert asked == {
        "victim.consents_to_sharing": ("parties and channels",),
        "response.sensitive_work": ("parties and channels",),
    }


def test_a_disputed_fact_decides_nothing_and_is_asked_for():
    disputed = INCIDENTS[2]
    facts = sheet(KNOWLEDGE.features, claims(disputed))
    gaps = assess(KNOWLEDGE, facts, own="DEU", now=disputed["now"]).gaps
    assert gaps[0].feature.id == "victim.nis2_class"
    assert gaps[0].disputed


def test_an_entity_that_the_packs_do_not_know_is_accepted_and_its_standing_is_unknown():
    facts = sheet(
        KNOWLEDGE.features,
        [Claim(name="victim.state", value="XXA", said_by="a", said_at=None, source="b")],
    )
    now = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    assessment = assess(KNOWLEDGE, facts, own="XXA", now=now)
    assert assessment.timezone == "UTC"
    standings = {c.channel.id: c.tests[0].answer for c in assessment.channels}
    assert standings == dict.fromkeys(KNOWLEDGE.channels, "open")


def test_a_law_is_looked_at_on_the_day_of_awareness_and_says_so_where_the_days_differ():
    def law(ident, **facts):
        known = [
            Claim(
                name=name.replace("_", ".", 1), value=value, said_by="a", said_at=None, source="b"
            )
            for name, value in facts.items()
        ]
        now = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
        assessment = assess(KNOWLEDGE, sheet(KNOWLEDGE.features, known), own="DEU", now=now)
        (finding,) = [i for i in assessment.instruments if i.instrument.id == ident]
        return finding

    def day(text):
        return dt.datetime.fromisoformat(text)

    nis1, nis2 = "law.eu.nis1", "law.eu.nis2"
    then = day("2023-01-01T00:00:00Z")
    early = law(nis1, victim_state="DEU", incident_aware_at=then, victim_nis1_operator=True)
    assert early.answer == "yes"

    unknown = law(nis1, victim_state="DEU", victim_nis1_operator=True)
    assert unknown.answer == "no"
    assert "it is not known when the victim became aware: 2026-01-01 is taken" in [
        str(test.reason) for test in unknown.tests
    ]

    # A long stay in the network: begun under the old law, noticed under the new one.
    stay = {
        "incident_occurred_at": day("2024-09-01T00:00:00Z"),
        "incident_aware_at": day("2025-11-20T00:00:00Z"),
    }
    for ident in (nis1, nis2):
        facts = {"victim_nis1_operator": True, "victim_nis2_class": "essential", **stay}
        finding = law(ident, victim_state="DEU", **facts)
        assert finding.answer == "open"
        assert any("only one of the two days" in str(test.reason) for test in finding.tests)

    # 22:30 UTC on 17 October is already the 18th in Berlin, and still the 17th in Reykjavik time.
    late = {"incident_aware_at": day("2024-10-17T22:30:00Z"), "victim_nis2_class": "essential"}
    assert law(nis2, victim_state="DEU", **late).answer == "yes"
    assert law(nis2, victim_state="PRT", **late).answer == "no"


def test_no_clock_of_a_law_that_is_not_in_force_runs_unless_somebody_states_that_it_is():
    paid = next(i for i in INCIDENTS if "circia.ransom" in i["expect"].get("due", {}))
    facts = {name: value for name, value in paid["facts"].items() if name != "law.in_force"}
    unstated = assess(
        KNOWLEDGE,
        sheet(KNOWLEDGE.features, claims({**paid, "facts": facts})),
        own="USA",
        now=paid["now"],
    )
    assert not [d for d in unstated.duties if d.obligation.id.startswith("circia")]
    (circia,) = [i for i in unstated.instruments if i.instrument.id == "law.us.circia"]
    assert circia.answer == "no"
    assert "CIRCIA was not in force (as of 2026-03-10)" in [str(t.reason) for t in circia.tests]
