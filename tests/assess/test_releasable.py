"""The least set of indicators: what may leave, in which order, and why the rest stays."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.assess.releasable import IndicatorSet
from comity.stix.markings import TLP_1_IDS, TLP_2_IDS, Tlp
from tests.documents.drafts.samples import INCIDENT, indicator, link, observed, thing

IP = "[ipv4-addr:value = '45.77.1.9']"
VICTIM = thing(
    "identity", 2, name="Water board", identity_class="organization",
    contact_information="soc@water.example-board.ee",
)  # fmt: skip
UNREAD = "marking-definition--7b2a5ab5-7c0c-4b4a-9d4d-00000000abcd"
ON_PATTERN = {"marking_ref": TLP_2_IDS[Tlp.RED], "selectors": ["pattern"]}
HIT = link(3, "targets", INCIDENT, VICTIM)


def found(*things) -> IndicatorSet:
    return observed([INCIDENT, *things]).indicators


def values(indicators: IndicatorSet) -> list[str]:
    return [item.value for item in indicators.free]


def test_a_marked_malicious_address_may_leave_with_its_time():
    (item,) = found(indicator(9, IP, valid_until="2026-04-01T00:00:00Z")).free
    assert (item.kind, item.value) == ("ipv4-addr", "45.77.1.9")
    assert item.since == dt.datetime(2026, 3, 1, tzinfo=dt.UTC)
    assert item.until == dt.datetime(2026, 4, 1, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"indicator_types": ["anomalous-activity"]}, "not_malicious"),
        ({"indicator_types": ["benign", "malicious-activity"]}, "not_malicious"),
        ({"indicator_types": None}, "not_malicious"),
        ({"labels": ["comity:candidate"]}, "candidate"),
        ({"object_marking_refs": None}, "no_marking"),
        ({"object_marking_refs": [TLP_2_IDS[Tlp.RED]]}, "restricted"),
        ({"object_marking_refs": [TLP_2_IDS[Tlp.AMBER_STRICT]]}, "restricted"),
        ({"object_marking_refs": [TLP_1_IDS[Tlp.AMBER]]}, "restricted"),
        ({"object_marking_refs": [TLP_2_IDS[Tlp.CLEAR], TLP_2_IDS[Tlp.RED]]}, "restricted"),
        ({"granular_markings": [ON_PATTERN]}, "restricted"),
        ({"object_marking_refs": [TLP_2_IDS[Tlp.GREEN], UNREAD]}, "other_marking"),
    ],
)
def test_one_that_nobody_marked_malicious_or_free_stays(changed, reason):
    item = {k: v for k, v in indicator(9, IP, **changed).items() if v is not None}
    assert found(item) == IndicatorSet(kept=((reason, 1),))


@pytest.mark.parametrize(
    ("pattern", "reason"),
    [
        ("[ipv4-addr:value = '10.1.2.3']", "special"),
        ("[ipv4-addr:value = '192.0.2.7']", "special"),
        ("[ipv6-addr:value = 'fe80::1']", "special"),
        ("[domain-name:value = 'db.corp.local']", "special"),
        ("[domain-name:value = 'fileserver']", "special"),
        ("[url:value = 'http://10.0.0.1/x']", "special"),
        ("[url:value = 'http://mallory@45.77.1.9/x']", "pattern"),
        ("[email-addr:value = 'someone@evil-site.net']", "pattern"),
        ("[ipv4-addr:value = 'not an address']", "pattern"),
        ("[file:name = 'payroll.xlsx']", "pattern"),
        ("[file:hashes.MD5 = 'Acme payroll']", "pattern"),
        ("[ipv4-addr:value = '45.77.1.9'] OR [ipv4-addr:value = '45.77.1.8']", "pattern"),
        ("[domain-name:value LIKE '%.net']", "pattern"),
    ],
)
def test_what_is_private_reserved_or_no_single_value_stays(pattern, reason):
    assert found(indicator(9, pattern)) == IndicatorSet(kept=((reason, 1),))


@pytest.mark.parametrize(
    "pattern",
    [
        "[domain-name:value = 'water.example-board.ee']",
        "[domain-name:value = 'vpn.water.example-board.ee']",
        "[url:value = 'https://evil-site.net/?to=water.example-board.ee']",
        "[ipv4-addr:value = '45.77.1.9']",
        "[url:value = 'https://45.77.1.9/login']",
        "[ipv4-addr:value = '45.77.1.0/24']",
    ],
)
def test_what_belongs_to_the_victim_stays(pattern):
    own = thing("ipv4-addr", 4, value="45.77.1.9")
    ties = link(5, "related-to", own, VICTIM)
    assert found(VICTIM, HIT, own, ties, indicator(9, pattern)).kept == (("victim", 1),)


def test_an_indicator_that_is_tied_to_the_victim_stays():
    item = indicator(9, IP)
    assert found(VICTIM, HIT, item, link(5, "related-to", item, VICTIM)).kept == (("victim", 1),)


def test_one_that_only_targets_the_victim_may_leave():
    site = thing("ipv4-addr", 4, value="45.77.1.9")
    ties = link(5, "communicates-with", site, VICTIM)
    assert values(found(VICTIM, HIT, site, ties, indicator(9, IP))) == ["45.77.1.9"]


def test_those_with_an_end_come_first_then_the_newest_then_by_value():
    def ip(number, last, **changed):
        return indicator(number, f"[ipv4-addr:value = '45.77.1.{last}']", **changed)

    assert values(
        found(
            ip(11, 1, valid_from="2026-01-01T00:00:00Z"),
            ip(12, 2, valid_from="2026-02-01T00:00:00Z"),
            ip(13, 3, valid_from="2025-01-01T00:00:00Z", valid_until="2026-06-01T00:00:00Z"),
            ip(14, 5, valid_from="2026-02-01T00:00:00Z"),
        )
    ) == ["45.77.1.3", "45.77.1.2", "45.77.1.5", "45.77.1.1"]


def test_a_value_that_comes_twice_is_one():
    assert values(found(indicator(9, IP), indicator(10, IP))) == ["45.77.1.9"]


def test_one_value_that_must_stay_anywhere_stays_everywhere():
    held = indicator(10, IP, object_marking_refs=[TLP_2_IDS[Tlp.RED]])
    indicators = found(indicator(9, IP), held)
    assert indicators.free == ()


def test_a_revoked_indicator_does_not_leave():
    assert found(indicator(9, IP, revoked=True)) == IndicatorSet()


def test_names_are_those_of_actors_their_aliases_and_those_behind_them():
    actor = thing("threat-actor", 21, name="Velvet Heron", aliases=["VH-9"], revoked=True)
    group = thing("intrusion-set", 22, name="Quiet Otter")
    campaign = thing("campaign", 23, name="Operation Lantern")
    sponsor = thing("identity", 24, name="Bureau Nine", identity_class="organization")
    seen = observed(
        [INCIDENT, actor, group, campaign, sponsor, link(25, "attributed-to", group, sponsor)]
    )
    assert set(seen.actor_names) == {
        "Velvet Heron", "VH-9", "Quiet Otter", "Operation Lantern", "Bureau Nine"
    }  # fmt: skip


@given(st.text(max_size=40))
def test_no_pattern_breaks_the_sorting_and_no_text_leaves_through_one(text):
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    indicators = found(indicator(9, f"[file:name = '{escaped}' ]"))
    assert indicators.free == ()
