"""A report that nobody has verified starts provisional clocks only, and sends nothing out."""

import datetime as dt

import pytest

from comity.assess.assessment import assess
from comity.assess.facts import Claim, sheet
from comity.assess.release import covering
from comity.errors import BadInput
from comity.knowledge.load.packs import shipped

KNOWLEDGE = shipped()
NOW = dt.datetime(2026, 3, 2, 9, tzinfo=dt.UTC)
OWED: dict[str, bool | str | dt.datetime] = {
    "victim.state": "EST",
    "data.personal": True,
    "victim.is_controller": True,
    "incident.aware_at": dt.datetime(2026, 3, 2, 7, tzinfo=dt.UTC),
}


def assessed(*verified: bool | None):
    claims = [
        Claim(name=name, value=value, said_by="owner", said_at=None, source="a report")
        for name, value in OWED.items()
    ]
    claims += [
        Claim(name="report.verified", value=value, said_by=who, said_at=None, source="call-back")
        for who, value in zip(("owner", "colleague"), verified, strict=False)
    ]
    return assess(KNOWLEDGE, sheet(KNOWLEDGE.features, claims), own="EST", now=NOW)


def duty(found, ident="gdpr.33"):
    return next(duty for duty in found.duties if duty.obligation.id == ident)


def test_a_verified_report_starts_a_certain_clock_and_may_be_answered():
    found = assessed(True)
    assert duty(found).clock == "running"
    assert duty(found).sure
    assert found.kept_in is None


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ((), "has not been verified"),
        ((None,), "has not been verified"),
        ((False,), "has not confirmed it"),
        ((True, False), "is disputed whether"),
    ],
)
def test_anything_less_gives_the_same_instant_as_provisional_and_nothing_for_others(said, reason):
    found = assessed(*said)
    assert duty(found).clock == "provisional"
    assert not duty(found).sure
    assert duty(found).due == duty(assessed(True)).due
    assert "report.verified" in duty(found).lacking
    assert reason in str(found.kept_in)
    assert found.agenda.next is not None
    assert any("confirmed with the one" in str(text) for text in found.agenda.next.settle)


def vouched(*reports: str | None) -> list[Claim]:
    return [
        Claim(
            name="report.verified", value=True, said_by="owner", said_at=None, source="call-back",
            place="facts.toml, fact 1", report=report,
        )
        for report in reports
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("reports", "named", "counts"),
    [
        (["a.json"], [None], True),
        (["a.json"], ["a.json"], True),
        (["a.json", "b.json"], ["a.json", "b.json"], True),
        (["a.json", "b.json"], ["a.json"], False),
        (["a.json", "b.json"], [None], False),
        (["a.json", "b.json"], [None, "b.json"], False),
    ],
)
def test_one_call_back_does_not_vouch_for_what_came_beside_it(reports, named, counts):
    claims = covering(vouched(*named), reports)
    assert [claim.value for claim in claims] == [True if counts else None] * len(named)
    assert counts or any("does not cover: " in claim.source for claim in claims)


@pytest.mark.parametrize(
    ("reports", "says"), [(["b.json"], "no report is"), (["a.json"] * 2, "more than one report is")]
)
def test_a_name_that_no_report_has_or_two_have_is_refused(reports, says):
    with pytest.raises(BadInput, match=f"facts.toml, fact 1: {says} called 'a.json'"):
        covering(vouched("a.json"), reports)


def test_of_disputed_starts_the_deadline_that_can_still_be_kept_is_shown_and_the_other_named():
    earlier = dt.datetime(2026, 2, 20, 7, tzinfo=dt.UTC)
    claims = [
        Claim(name=name, value=value, said_by="owner", said_at=None, source="a report")
        for name, value in {**OWED, "report.verified": True}.items()
    ]
    more = Claim(
        name="incident.aware_at", value=earlier, said_by="stranger", said_at=None, source="report"
    )
    found = assess(KNOWLEDGE, sheet(KNOWLEDGE.features, [*claims, more]), own="EST", now=NOW)
    shown = duty(found)
    assert shown.due is not None
    assert shown.due.utc == dt.datetime(2026, 3, 5, 7, tzinfo=dt.UTC)
    assert not shown.overdue(NOW)
    assert shown.clock == "provisional"
    assert any("2026-02-23 07:00 UTC" in str(s) for s in shown.settle(KNOWLEDGE.features))
    assert found.agenda.next is not None
    assert not found.agenda.next.passed
