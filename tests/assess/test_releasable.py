"""The least set of indicators: what may leave, in which order, and why the rest stays."""

import datetime as dt
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.assess.observe import Received, observe
from comity.assess.releasable import IndicatorSet
from comity.formats.detect import read
from comity.knowledge.load.packs import shipped
from comity.stix.markings import TLP_1_IDS, TLP_2_EXTENSION, TLP_2_IDS, Tlp
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
        ({"indicator_types": ["compromised"]}, "victim"),
        ({"confidence": 0}, "not_malicious"),
        ({"labels": ['false-positive:risk="high"']}, "not_malicious"),
        ({"labels": ["tlp:red"]}, "restricted"),
        ({"labels": ["TLP-AMBER"]}, "restricted"),
        ({"description": "TLP:RED - do not share"}, "restricted"),
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
        ("[url:value = 'http://mallory@45.77.1.9/x']", "personal"),
        ("[email-addr:value = 'someone@evil-site.net']", "pattern"),
        ("[ipv4-addr:value = 'not an address']", "pattern"),
        ("[file:name = 'payroll.xlsx']", "pattern"),
        ("[file:hashes.MD5 = 'Acme payroll']", "pattern"),
        ("[ipv4-addr:value = '45.77.1.9'] OR [ipv4-addr:value = '45.77.1.8']", "pattern"),
        ("[domain-name:value LIKE '%.net']", "pattern"),
        ("[domain-name:value = 'iran did it says the minister.top']", "pattern"),
        ("[url:value = 'http://evil-site.net/It was them']", "personal"),
        ("[url:value = 'http://evil-site.net/?e=j.doe%40mfa.example']", "personal"),
        ("[url:value = 'http://evil-site.net/am9obi5kb2VAbWZhLmdvdi5hbA']", "personal"),
        ("[url:value = 'http://evil-site.net/6a2e646f65406d66612e676f76']", "personal"),
        ("[url:value = 'http://evil-site.net/a#j.doe']", "personal"),
        ("[url:value = 'http://jdoe%3Apw%40evil-site.net/']", "pattern"),
        ("[url:value = 'file://fs01.evil-site.net/share']", "pattern"),
        ("[url:value = 'http://WS-042-JDOE:8080/x']", "special"),
        ("[url:value = 'http://0x2d.77.1.9/x']", "pattern"),
        ("[domain-name:value = 'dc01.water.lan']", "special"),
        ("[domain-name:value = 'dc01.ad.corp']", "special"),
        ("[domain-name:value = 'mfa.gov.zz']", "special"),
        ("[domain-name:value = 'mail.mfa.gov.ir']", "official"),
        ("[url:value = 'https://portal.gouv.fr/x']", "official"),
        ("[ipv4-addr:value = '0.0.0.0/0']", "pattern"),
        ("[ipv4-addr:value = '45.77.0.0/16']", "pattern"),
        ("[ipv6-addr:value = '2a00::/32']", "pattern"),
        ("[file:hashes.'PASSWORD' = 'aaaaaaaabbbbbbbbccccccccdddddddd']", "pattern"),
        ("[file:hashes.'SHA-256' = 'abcdef0123456789abcdef0123456789deadbeef']", "pattern"),
    ],
)
def test_what_is_private_reserved_or_no_single_value_stays(pattern, reason):
    assert found(indicator(9, pattern)) == IndicatorSet(kept=((reason, 1),))


@pytest.mark.parametrize(
    "pattern",
    [
        "[domain-name:value = 'water.example-board.ee']",
        "[domain-name:value = 'vpn.water.example-board.ee']",
        "[url:value = 'https://evil-site.net/water.example-board.ee/in']",
        "[ipv4-addr:value = '45.77.1.9']",
        "[url:value = 'https://45.77.1.9/login']",
        "[ipv4-addr:value = '45.77.1.0/24']",
    ],
)
def test_what_belongs_to_the_victim_stays(pattern):
    own = thing("ipv4-addr", 4, value="45.77.1.9")
    ties = link(5, "related-to", own, VICTIM)
    assert found(VICTIM, HIT, own, ties, indicator(9, pattern)).kept == (("victim", 1),)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("HSE", "hse-vpn-login.top"),
        ("Health Service Executive", "hse-vpn-login.top"),
        ("Telecom Albania Sh.A.", "telecomalbania-vpn.top"),
        ("Telecom Albania Sh.A.", "albania-telecom.top"),
        ("Bank24 Albania", "bank24albania-login.top"),
        ("Ministry of Foreign Affairs (MFA)", "mfa-mail.top"),
        ("Poșta Română", "posta-romana.top"),
        ("Poșta Română", "xn--pota-rxb.ro"),
    ],
)
def test_a_name_made_to_look_like_the_victims_stays(name, value):
    victim = thing("identity", 2, name=name, identity_class="organization")
    item = indicator(9, f"[domain-name:value = '{value}']")
    assert found(victim, link(3, "targets", INCIDENT, victim), item).kept == (("victim", 1),)


@pytest.mark.parametrize(
    "value", ["45-77-1-9.evil-site.net", "9.1.77.45.evil-site.net", "ec2-45-77-1-9.evil-site.net"]
)
def test_the_address_of_the_victim_in_another_writing_stays(value):
    own = thing("ipv4-addr", 4, value="45.77.1.9")
    ties = link(5, "related-to", own, VICTIM)
    item = indicator(9, f"[domain-name:value = '{value}']")
    assert found(VICTIM, HIT, own, ties, item).kept == (("victim", 1),)


@pytest.mark.parametrize("how", ["related", "author", "revoked victim", "revoked link", "alone"])
def test_whoever_is_named_counts_as_hit_however_the_link_is_made(how):
    incident = {**INCIDENT, **({"created_by_ref": VICTIM["id"]} if how == "author" else {})}
    victim = {**VICTIM, **({"revoked": True} if how == "revoked victim" else {})}
    ties = {
        "related": [link(3, "related-to", incident, victim)],
        "revoked victim": [HIT],
        "revoked link": [{**HIT, "revoked": True}],
    }.get(how, [])
    item = indicator(9, "[domain-name:value = 'vpn.water.example-board.ee']")
    assert observed([incident, victim, *ties, item]).indicators.kept == (("victim", 1),)


def test_where_the_one_who_was_hit_is_not_in_the_material_nothing_leaves():
    assert found(HIT, indicator(9, IP)).kept == (("blind", 1),)


@pytest.mark.parametrize("kind", ["identity", "threat-actor"])
def test_where_an_object_that_says_who_was_refused_nothing_leaves(kind):
    refused = {k: v for k, v in thing(kind, 2, name="Water board").items() if k != "created"}
    objects = [INCIDENT, indicator(9, IP), refused]
    data = json.dumps({"type": "bundle", "id": "bundle--x", "objects": objects}).encode()
    reading = read(data, source="0" * 64)
    assert len(reading.losses) == 1
    seen = observe([Received("report.json", "0" * 64, reading)], shipped())
    assert seen.indicators.kept == (("blind", 1),)


RED = [TLP_2_IDS[Tlp.RED]]


@pytest.mark.parametrize(
    "held",
    [
        indicator(10, "[ipv4-addr:value='45.77.1.9']", object_marking_refs=RED),
        indicator(10, f"{IP} OR [ipv4-addr:value = '45.77.1.8']", object_marking_refs=RED),
        indicator(10, "[url:value = 'http://45.77.1.9/a']", object_marking_refs=RED),
        indicator(10, "[ipv4-addr:value = '45.77.1.9/32']", object_marking_refs=RED),
        indicator(10, IP, object_marking_refs=RED, revoked=True),
        thing("ipv4-addr", 10, value="45.77.1.9", object_marking_refs=RED),
        thing("url", 10, value="https://45.77.1.9/b", object_marking_refs=RED),
        thing("x-sighting", 10, seen={"at": ["45.77.1.9"]}, object_marking_refs=RED),
        indicator(10, IP, object_marking_refs=[UNREAD]),
    ],
)
def test_a_value_that_any_object_holds_under_a_stricter_marking_stays(held):
    assert values(found(indicator(9, IP), held)) == []


def test_a_newer_version_does_not_free_what_an_older_one_had_limited():
    older = indicator(9, IP, object_marking_refs=RED)
    newer = indicator(9, IP, modified="2026-03-02T00:00:00Z")
    assert values(found(older, newer)) == []


@pytest.mark.parametrize(
    "marking",
    [
        {"name": "TLP:GREEN", "definition_type": "statement",
         "definition": {"statement": "TLP:RED not outside"}},
        {"name": "TLP:RED", "definition_type": "tlp", "definition": {"tlp": "green"}},
        {"name": "TLP:GREEN", "extensions": {
            TLP_2_EXTENSION: {"extension_type": "property-extension", "tlp_2_0": "red"}}},
        {"name": "TLP 2.0 - AMBER+STRICT", "definition_type": "statement",
         "definition": {"statement": "see above"}},
        {"name": "TLP:EX-RED", "definition_type": "statement", "definition": {"statement": "x"}},
    ],
)  # fmt: skip
def test_of_what_a_marking_says_of_itself_the_strictest_counts(marking):
    own = thing("marking-definition", 50, **marking)
    own.pop("modified")
    item = indicator(9, IP, object_marking_refs=[own["id"]])
    assert found(own, item).kept == (("restricted", 1),)


def test_an_indicator_that_is_tied_to_the_victim_stays():
    item = indicator(9, IP)
    assert found(VICTIM, HIT, item, link(5, "related-to", item, VICTIM)).kept == (("victim", 1),)


def test_one_that_only_targets_the_victim_may_leave():
    site = thing("ipv4-addr", 4, value="45.77.1.9")
    ties = link(5, "communicates-with", site, VICTIM)
    assert values(found(VICTIM, HIT, site, ties, indicator(9, IP))) == ["45.77.1.9"]


def test_the_newest_come_first_then_those_with_an_end_then_by_value():
    def ip(number, last, **changed):
        return indicator(number, f"[ipv4-addr:value = '45.77.1.{last}']", **changed)

    assert values(
        found(
            ip(11, 1, valid_from="2026-01-01T00:00:00Z"),
            ip(12, 2, valid_from="2026-02-01T00:00:00Z"),
            ip(13, 3, valid_from="2025-01-01T00:00:00Z", valid_until="2026-06-01T00:00:00Z"),
            ip(14, 5, valid_from="2026-02-01T00:00:00Z"),
            ip(15, 9, valid_from="2026-02-01T00:00:00Z", valid_until="2026-06-01T00:00:00Z"),
        )
    ) == ["45.77.1.9", "45.77.1.2", "45.77.1.5", "45.77.1.1", "45.77.1.3"]


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


def test_names_are_also_those_behind_an_incident_and_of_types_that_nobody_knows():
    sponsor = thing("identity", 24, name="Bureau Nine", identity_class="organization")
    own = thing("x-adversary-group", 26, name="Amber Stoat", aliases=["AS-1"])
    seen = observed([INCIDENT, sponsor, own, link(25, "attributed-to", INCIDENT, sponsor)])
    assert set(seen.actor_names) == {"Bureau Nine", "Amber Stoat", "AS-1"}


@given(st.text(max_size=40))
def test_no_pattern_breaks_the_sorting_and_no_text_leaves_through_one(text):
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    indicators = found(indicator(9, f"[file:name = '{escaped}' ]"))
    assert indicators.free == ()
