"""A report that nobody has verified starts provisional clocks only, and sends nothing out."""

import datetime as dt

import pytest

from comity.assess.assessment import assess
from comity.assess.facts import Claim, sheet
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
