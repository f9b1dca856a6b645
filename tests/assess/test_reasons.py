"""Reasons not to use a channel, standings, and what a failing rule does."""

import datetime as dt

import msgspec

from comity.agreements.instrument import Party
from comity.assess.assessment import assess
from comity.assess.facts import Claim, sheet
from comity.knowledge.load.packs import shipped

KNOWLEDGE = shipped()
NOW = dt.datetime(2026, 3, 2, 9, tzinfo=dt.UTC)
TODAY = NOW.date()


def assessed(knowledge=KNOWLEDGE, own="EST", **facts):
    claims = [
        Claim(name=name.replace("__", "."), value=value, said_by="a", said_at=None, source="b")
        for name, value in {"victim__state": "EST", **facts}.items()
    ]
    return assess(knowledge, sheet(knowledge.features, claims), own=own, now=NOW)


def cautions(**facts):
    channels = assessed(**facts).channels
    return {str(text) for channel in channels for text in channel.cautions}


def test_work_under_way_holds_every_channel_back_until_those_who_do_it_agree():
    said = cautions(response__sensitive_work=True)
    assert any("ask those who do it first" in text for text in said)
    assert not any("could be disturbed" in text for text in said)


def test_where_it_is_not_known_whether_work_could_be_disturbed_one_asks_first():
    assert any("ask those who do it" in text for text in cautions())
    assert not any("disturbed" in text for text in cautions(response__sensitive_work=False))


def test_a_victim_that_does_not_consent_stays_unnamed():
    assert any("has not consented" in text for text in cautions(victim__consents_to_sharing=False))
    assert any("not known whether the victim consents" in text for text in cautions())
    assert not any("consent" in text for text in cautions(victim__consents_to_sharing=True))


def changed(pack: str, ident: str, **properties):
    """The shipped knowledge with one entry changed."""
    entries = dict(getattr(KNOWLEDGE, pack))
    entries[ident] = msgspec.structs.replace(entries[ident], **properties)
    return msgspec.structs.replace(KNOWLEDGE, **{pack: entries})


def test_a_rule_that_fails_is_a_fault_and_stops_only_that_finding():
    broken = changed("norms", "norm.un.13j", applies_if="1 / (vuln.zero_day ? 0 : 1) == 1")
    norms = {n.norm.id: n.basis for n in assessed(broken, vuln__zero_day=True).norms}
    assert norms["norm.un.13j"].answer == "fault"
    assert "divide by zero" in (norms["norm.un.13j"].fault or "")
    assert norms["norm.un.13b"].answer == "yes"


def test_an_instrument_whose_rule_fails_is_neither_applied_nor_ruled_out():
    broken = changed("instruments", "law.eu.gdpr", applies_if="1 / (data.personal ? 0 : 1) == 1")
    found = assessed(broken, data__personal=True)
    (gdpr,) = [i for i in found.instruments if i.instrument.id == "law.eu.gdpr"]
    assert gdpr.answer == "fault"
    assert any("the rule failed" in str(test.reason) for test in gdpr.tests)


def test_a_duty_whose_rule_fails_shows_a_fault_and_no_due_time():
    gdpr = KNOWLEDGE.instruments["law.eu.gdpr"]
    first = msgspec.structs.replace(gdpr.obligations[0], trigger="1 / 0 == 1")
    broken = changed("instruments", "law.eu.gdpr", obligations=(first,))
    found = assessed(broken, data__personal=True, incident__aware_at=NOW)
    (duty,) = [d for d in found.duties if d.obligation.id == "gdpr.33"]
    assert (duty.clock, duty.due) == ("fault", None)


def test_an_exception_that_somebody_confirmed_ends_the_duty_and_an_unknown_one_does_not():
    facts = {
        "report__verified": True,
        "data__personal": True,
        "victim__is_controller": True,
        "incident__aware_at": NOW,
    }

    def clock(**more):
        duties = assessed(**facts, **more).duties
        return next(d.clock for d in duties if d.obligation.id == "gdpr.33")

    assert clock() == "running"
    assert clock(data__risk_unlikely=False) == "running"
    assert clock(data__risk_unlikely=True, data__high_risk=False) == "not_triggered"
    assert clock(data__risk_unlikely=True, data__high_risk=True) == "running"
    assert clock(data__risk_unlikely=True) == "running"


def test_an_incident_that_is_over_gives_no_reason_to_ask_for_mitigation():
    def wanted(status):
        found = assessed(incident__status=status, origin__territories=("FRA",))
        return {purpose.word for purpose in found.purposes}

    assert "mitigation" in wanted("ongoing")
    assert "mitigation" not in wanted("closed")


def standing(state, status, *, complete=False, on=TODAY, **dates):
    budapest = msgspec.structs.replace(
        KNOWLEDGE.instruments["inst.coe.budapest"],
        parties=(Party(state="EST", status=status, **dates),),
        parties_complete=complete,
    )
    return KNOWLEDGE.standing_to_instrument(budapest, state, on)


def test_a_state_that_signed_withdrew_or_stayed_out_is_not_bound_and_the_reason_says_which():
    assert "has signed" in str(standing("EST", "signatory").reason)
    assert "has withdrawn" in str(standing("EST", "withdrawn").reason)
    assert "is not party" in str(standing("EST", "not_party").reason)
    assert {standing("EST", s).place for s in ("signatory", "withdrawn", "not_party")} == {"out"}


def test_a_state_is_bound_from_the_day_it_took_effect_and_not_before():
    late = dt.date(2027, 1, 1)
    assert standing("EST", "party", since=late).place == "out"
    assert standing("EST", "party", since=late, on=late).place == "in"
    assert standing("EST", "party").place == "in"


def test_a_state_missing_from_a_list_is_out_only_where_the_list_is_known_to_be_whole():
    assert standing("FRA", "party").place == "unknown"
    assert standing("FRA", "party", complete=True).place == "out"
    assert standing("XXA", "party", complete=True).place == "unknown"


def test_where_no_state_is_known_nothing_is_ruled_out_for_want_of_one():
    found = assess(KNOWLEDGE, sheet(KNOWLEDGE.features, []), own=None, now=NOW)
    reasons = {str(test.reason) for i in found.instruments for test in i.tests}
    assert "it is not known in which state the victim is" in reasons
    assert "it is not known which state asks" in reasons
    assert found.timezone == "UTC"


def to_shipped(ident: str, state: str) -> tuple[str, str]:
    instrument = KNOWLEDGE.instruments[ident]
    found = KNOWLEDGE.standing_to_instrument(instrument, state, TODAY)
    return found.place, str(found.reason)


def test_a_treaty_among_some_states_is_no_open_question_for_the_others():
    assert to_shipped("inst.au.malabo", "EST") == (
        "out",
        "Malabo Convention was made among other states than Estonia",
    )
    assert to_shipped("inst.au.malabo", "KEN")[0] == "unknown"
    assert to_shipped("inst.au.malabo", "GHA")[0] == "in"
    assert to_shipped("inst.au.malabo", "XXA")[0] == "unknown"
    places = {s: to_shipped("law.eu.csoa", s)[0] for s in ("EST", "UKR", "USA", "XXA")}
    assert places == {"EST": "in", "UKR": "unknown", "USA": "out", "XXA": "unknown"}


def test_nobody_is_party_to_a_declaration_or_to_a_law():
    assert to_shipped("inst.cri", "DEU") == ("in", "Germany supports Counter Ransomware Initiative")
    said = to_shipped("law.us.circia", "DEU")[1]
    assert said == "CIRCIA is not law in Germany"
    political = [i for i in KNOWLEDGE.instruments.values() if i.binding == "political"]
    for instrument in political:
        assert instrument.status == "adopted"
        assert instrument.obligations == ()
        assert "party" not in to_shipped(instrument.id, "DEU")[1]


def test_where_a_law_was_to_lapse_it_is_not_known_whether_it_was_prolonged():
    later = dt.datetime(2026, 11, 27, tzinfo=dt.UTC)
    known = {"victim.state": "USA", "incident.aware_at": later, "incident.status": "ongoing"}

    def sharing(**more):
        claims = [
            Claim(name=name.replace("__", "."), value=value, said_by="a", said_at=None, source="b")
            for name, value in {**known, **more}.items()
        ]
        found = assess(KNOWLEDGE, sheet(KNOWLEDGE.features, claims), own="USA", now=later)
        (finding,) = [i for i in found.instruments if i.instrument.id == "law.us.cisa2015"]
        return finding

    assert sharing().answer == "open"
    assert any("not known whether it was prolonged" in str(t.reason) for t in sharing().tests)
    assert sharing(law__in_force=("law.us.cisa2015",)).answer == "yes"


def test_treaties_that_need_the_same_fact_make_it_worth_no_more_than_one_does():
    weights = {gap.feature.id: gap for gap in assessed(crime__offence=True).gaps}
    kinds = weights["crime.kinds"]
    assert len(kinds.waiting) >= 4
    assert kinds.weight == 2
