import json
import warnings
from typing import Any

import pytest
import stix2

from comity.formats.misp.attributes import kept_as_notes
from comity.stix.base import Sco
from comity.stix.sco import (
    Directory,
    DomainName,
    File,
    NetworkTraffic,
    Url,
    WindowsRegistryKey,
)
from comity.stix.sdo import (
    Campaign,
    Identity,
    Indicator,
    Note,
    ObservedData,
    ThreatActor,
    Vulnerability,
)
from comity.stix.sro import Relationship
from tests.formats.misp.events import EVENT, SEEN, attribute, of, one, only, read, rules, uuid

MD5, SHA1, SHA256 = "a" * 32, "b" * 40, "c" * 64

# (type, value, pattern, types of the observables)
OBSERVED = [
    ("ip-dst", "198.51.100.3", "[ipv4-addr:value = '198.51.100.3']", {"ipv4-addr"}),
    ("ip-src", "198.51.100.0/24", "[ipv4-addr:value = '198.51.100.0/24']", {"ipv4-addr"}),
    ("ip-src", "2001:DB8::1", "[ipv6-addr:value = '2001:db8::1']", {"ipv6-addr"}),
    (
        "ip-dst|port",
        "198.51.100.3|8080",
        "[network-traffic:dst_ref.value = '198.51.100.3' AND network-traffic:dst_port = 8080]",
        {"network-traffic", "ipv4-addr"},
    ),
    (
        "ip-src|port",
        "2001:db8::1|53",
        "[network-traffic:src_ref.value = '2001:db8::1' AND network-traffic:src_port = 53]",
        {"network-traffic", "ipv6-addr"},
    ),
    (
        "hostname|port",
        "C2.example|443",
        "[network-traffic:dst_ref.value = 'c2.example' AND network-traffic:dst_port = 443]",
        {"network-traffic", "domain-name"},
    ),
    ("domain", "Evil.example", "[domain-name:value = 'evil.example']", {"domain-name"}),
    ("hostname", "a_b.evil.example.", "[domain-name:value = 'a_b.evil.example']", {"domain-name"}),
    (
        "domain|ip",
        "evil.example|198.51.100.3",
        (
            "[domain-name:value = 'evil.example'"
            " AND domain-name:resolves_to_refs[*].value = '198.51.100.3']"
        ),
        {"domain-name", "ipv4-addr"},
    ),
    ("url", "http://x.example/a b", "[url:value = 'http://x.example/a%20b']", {"url"}),
    ("uri", "https://x.example/a", "[url:value = 'https://x.example/a']", {"url"}),
    (
        "uri",
        "/dp/1",
        "[network-traffic:extensions.'http-request-ext'.request_value = '/dp/1']",
        set(),
    ),
    ("email-src", "Eve@Evil.Example", "[email-addr:value = 'Eve@evil.example']", {"email-addr"}),
    ("email-subject", "It's due", r"[email-message:subject = 'It\'s due']", {"email-message"}),
    ("email-body", "Dear all", "[email-message:body = 'Dear all']", {"email-message"}),
    ("email-message-id", "<1@x>", "[email-message:message_id = '<1@x>']", set()),
    (
        "email-x-mailer",
        "The Bat!",
        "[email-message:additional_header_fields.'X-Mailer' = 'The Bat!']",
        set(),
    ),
    ("filename", "a.exe", "[file:name = 'a.exe']", {"file"}),
    (
        "filename",
        "%TEMP%\\x\\a.exe",
        r"[file:name = 'a.exe' AND file:parent_directory_ref.path = '%TEMP%\\x']",
        {"file", "directory"},
    ),
    ("filename", "C:\\Temp\\", r"[directory:path = 'C:\\Temp']", {"directory"}),
    ("md5", MD5.upper(), f"[file:hashes.MD5 = '{MD5}']", {"file"}),
    ("sha1", SHA1, f"[file:hashes.'SHA-1' = '{SHA1}']", {"file"}),
    ("sha256", SHA256, f"[file:hashes.'SHA-256' = '{SHA256}']", {"file"}),
    ("sha512/256", SHA256, f"[file:hashes.'SHA-512-256' = '{SHA256}']", {"file"}),
    ("ssdeep", "3:aXGBicFlg:aXGHFlg", "[file:hashes.SSDEEP = '3:aXGBicFlg:aXGHFlg']", {"file"}),
    (
        "filename|sha1",
        f"a|b.exe|{SHA1}",
        f"[file:name = 'a|b.exe' AND file:hashes.'SHA-1' = '{SHA1}']",
        {"file"},
    ),
    (
        "malware-sample",
        f"a.exe|{MD5}",
        f"[file:name = 'a.exe' AND file:hashes.MD5 = '{MD5}']",
        {"file"},
    ),
    (
        "x509-fingerprint-sha1",
        ":".join(["BB"] * 20),
        f"[x509-certificate:hashes.'SHA-1' = '{SHA1}']",
        {"x509-certificate"},
    ),
    (
        "regkey",
        "HKLM\\Software\\X\\",
        r"[windows-registry-key:key = 'HKEY_LOCAL_MACHINE\\Software\\X']",
        {"windows-registry-key"},
    ),
    (
        "regkey|value",
        "HKCU\\Run|a|b",
        (
            r"[windows-registry-key:key = 'HKEY_CURRENT_USER\\Run'"
            r" AND windows-registry-key:values[*].data = 'a|b']"
        ),
        {"windows-registry-key"},
    ),
    ("mutex", "Global\\x", r"[mutex:name = 'Global\\x']", {"mutex"}),
    ("mac-address", "D2-FB-49-24-37-18", "[mac-addr:value = 'd2:fb:49:24:37:18']", {"mac-addr"}),
    ("AS", "AS174", "[autonomous-system:number = 174]", {"autonomous-system"}),
    (
        "github-username",
        "eve",
        "[user-account:account_type = 'github' AND user-account:account_login = 'eve']",
        {"user-account"},
    ),
    (
        "user-agent",
        "hots scot",
        "[network-traffic:extensions.'http-request-ext'.request_header.'User-Agent' = 'hots scot']",
        set(),
    ),
]


def _scos(reading: Any) -> set[str]:
    return {value.type for value in of(reading, Sco)}


@pytest.mark.parametrize(("kind", "value", "pattern", "types"), OBSERVED)
def test_what_is_to_be_detected_is_an_indicator_based_on_its_observable(
    kind: str, value: str, pattern: str, types: set[str]
) -> None:
    reading = only(attribute(kind, value, comment="C2"))
    indicator = one(reading, Indicator)
    assert (indicator.id, indicator.pattern) == (f"indicator--{uuid(10)}", pattern)
    assert (indicator.name, indicator.description) == (value, "C2")
    assert indicator.valid_from == "2026-03-01T22:20:00.000Z"
    assert _scos(reading) == types
    based_on = [it for it in of(reading, Relationship) if it.relationship_type == "based-on"]
    assert [it.source_ref for it in based_on] == [indicator.id] * bool(types)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        stix2.parse(json.loads(reading.objects[-2].received.raw), allow_custom=True)
        stix2.Indicator(pattern=pattern, pattern_type="stix", valid_from="2026-03-01T00:00:00Z")


@pytest.mark.parametrize(("kind", "value", "pattern", "types"), OBSERVED)
def test_what_is_not_to_be_detected_is_an_observable_with_a_note(
    kind: str, value: str, pattern: str, types: set[str]
) -> None:
    reading = only(attribute(kind, value, comment="Seen", to_ids="0"))
    note = one(reading, Note)
    assert (note.id, note.content, note.abstract) == (f"note--{uuid(10)}", value, "Seen")
    assert note.labels == (f'misp:type="{kind}"', 'misp:category="Network activity"')
    about = {ref.split("--")[0] for ref in note.object_refs}
    assert about == (types or {"report"})
    assert of(reading, Indicator) == []


@pytest.mark.parametrize(
    ("kind", "value", "rule"),
    [
        ("ip-dst", "198.51.100.300", "must be an IP address or a network in CIDR form"),
        ("ip-dst|port", "198.51.100.3", "must be two values with | between them"),
        ("ip-dst|port", "198.51.100.3|70000", "must end in a port from 0 to 65535"),
        ("domain", "http://x.example/", "must be a domain name"),
        ("email-src", "eve", "must be an e-mail address"),
        ("url", "http://x.example/\na", "must be a URL on one line"),
        ("md5", "zz", "must be 32 hexadecimal digits to be a md5"),
        ("AS", "ASN1", "must be the number of an autonomous system"),
        ("mac-address", "d2:fb", "must be a MAC address of six pairs of hexadecimal digits"),
        ("regkey", "\\", "must be a registry key"),
        ("filename|md5", f"C:\\|{MD5}", "must be the name of a file"),
        ("comment", " ", "must not be empty"),
    ],
)
def test_a_value_that_its_type_forbids_is_a_loss_and_the_rest_stays(
    kind: str, value: str, rule: str
) -> None:
    reading = read(Attribute=[attribute(kind, value, 1), attribute("domain", "x.example", 2)])
    (loss,) = reading.losses
    assert (loss.id, loss.position, loss.path, loss.rule) == (
        uuid(1),
        "/Event/Attribute/0",
        "value",
        rule,
    )
    assert one(reading, Indicator).id == f"indicator--{uuid(2)}"


@pytest.mark.parametrize(
    ("changes", "path", "rule"),
    [
        ({"type": ...}, "type", "is required"),
        ({"value": ["x"]}, "value", "must be a whole number or a number or text, not a list"),
        ({"timestamp": "now"}, "timestamp", "must be a whole number"),
        ({"timestamp": "9" * 15}, "timestamp", "must be seconds since 1970 before the year 10000"),
        ({"timestamp": "9" * 16}, "timestamp", "must be a whole number of at most 15 digits"),
    ],
)
def test_a_property_that_cannot_be_read_is_a_loss(
    changes: dict[str, Any], path: str, rule: str
) -> None:
    sent = {**attribute("domain", "x.example"), **changes}
    reading = read(Attribute=[{key: value for key, value in sent.items() if value is not ...}, 7])
    assert rules(reading)[1] == ("/Event/Attribute/0", path, rule)
    assert rules(reading)[0] == ("/Event/Attribute/1", "", "must be a JSON object")


def test_numbers_and_flags_may_be_numbers_and_texts() -> None:
    changes: dict[str, Any] = {
        "timestamp": 1772403600,
        "to_ids": "1",
        "deleted": 0,
        "distribution": 5,
    }
    assert one(only(attribute("domain", "x.example", **changes)), Indicator).revoked is False


def test_a_deleted_attribute_is_kept_as_revoked() -> None:
    reading = only(
        attribute("domain", "x.example", 1, deleted=True),
        attribute("text", "old", 2, deleted="1"),
    )
    assert one(reading, Indicator).revoked
    assert one(reading, Relationship).revoked
    assert one(reading, Note).revoked


def test_sights_are_observed_data_and_the_start_of_validity() -> None:
    seen = attribute("domain", "x.example", first_seen=SEEN, last_seen="2026-03-02T00:00:00Z")
    reading = only(seen)
    observed, indicator = one(reading, ObservedData), one(reading, Indicator)
    assert observed.id == f"observed-data--{uuid(10)}"
    assert observed.first_observed == "2026-03-01T08:00:00.250Z"
    assert observed.last_observed == "2026-03-02T00:00:00.000Z"
    assert observed.object_refs == (one(reading, DomainName).id,)
    assert indicator.valid_from == observed.first_observed
    assert one(reading, Relationship).target_ref == observed.id


def test_sights_of_what_has_no_observable_are_labels() -> None:
    note = one(only(attribute("btc", "1B8Q", last_seen="2026-03-02T00:00:00.000001")), Note)
    assert note.labels[-2:] == (
        'misp:last_seen="2026-03-02T00:00:00.000001Z"',
        'misp:mapping="none"',
    )


def test_a_sight_that_cannot_be_read_costs_only_itself() -> None:
    late = {"first_seen": SEEN, "last_seen": "2026-02-01T00:00:00Z"}
    reading = read(
        Attribute=[
            attribute("domain", "x.example", 1, first_seen="once"),
            attribute("domain", "y.example", 2, **late),
        ]
    )
    assert rules(reading) == [
        ("/Event/Attribute/0", "first_seen", "must be a time written as ISO 8601 has it"),
        ("/Event/Attribute/1", "last_seen", "must not be earlier than first_seen"),
    ]
    assert len(of(reading, Indicator)) == 2
    assert one(reading, ObservedData).last_observed == one(reading, ObservedData).first_observed


@pytest.mark.parametrize("kind", ["btc", "xmr", "never-heard-of", "port"])
def test_a_type_without_a_mapping_is_a_note_word_for_word(kind: str) -> None:
    sent = attribute(kind, "1B8Q\n ü", comment="Wallet", category="Financial fraud")
    note = one(only(sent), Note)
    assert (note.content, note.abstract) == ("1B8Q\n ü", "Wallet")
    assert note.object_refs == (f"report--{EVENT}",)
    assert note.labels == (
        f'misp:type="{kind}"',
        'misp:category="Financial fraud"',
        'misp:to_ids="1"',
        'misp:mapping="none"',
    )


@pytest.mark.parametrize("kind", ["text", "comment", "other"])
def test_prose_is_a_note_and_needs_no_other_mapping(kind: str) -> None:
    reading = only(attribute(kind, "Long story", to_ids=False))
    assert one(reading, Note).content == "Long story"
    assert kept_as_notes(reading) == {}


def test_a_link_is_a_note_with_a_reference() -> None:
    note = one(only(attribute("link", "https://x.example/report", to_ids=False)), Note)
    assert note.external_references[0].url == "https://x.example/report"


@pytest.mark.parametrize(
    ("kind", "language"),
    [
        ("yara", "yara"),
        ("sigma", "sigma"),
        ("snort", "snort"),
        ("suricata", "suricata"),
        ("stix2-pattern", "stix"),
    ],
)
def test_a_rule_is_an_indicator_in_its_language(kind: str, language: str) -> None:
    rule = "[domain-name:value = 'x.example']"
    indicator = one(only(attribute(kind, rule)), Indicator)
    assert (indicator.pattern, indicator.pattern_type, indicator.name) == (rule, language, None)
    assert of(only(attribute(kind, rule, to_ids=False)), Indicator) == []


def test_things_are_objects_of_their_own() -> None:
    reading = only(
        attribute("vulnerability", "cve-2012-0158", 1, comment="RTF"),
        attribute("vulnerability", "GHSA-1", 2),
        attribute("threat-actor", "Sofacy", 3, to_ids=False),
        attribute("campaign-name", "Pawn Storm", 4, to_ids=False, first_seen=SEEN),
        attribute("target-org", "Ministry", 5, to_ids=False),
        attribute("target-user", "Minister", 6, to_ids=False),
    )
    first, second = of(reading, Vulnerability)
    assert (first.id, first.name, first.description) == (
        f"vulnerability--{uuid(1)}",
        "CVE-2012-0158",
        "RTF",
    )
    assert first.external_references[0].external_id == "CVE-2012-0158"
    assert (second.name, second.external_references) == ("GHSA-1", ())
    assert one(reading, ThreatActor).name == "Sofacy"
    assert 'misp:first_seen="2026-03-01T08:00:00.250Z"' in one(reading, Campaign).labels
    classes = {identity.name: identity.identity_class for identity in of(reading, Identity)}
    assert (classes["Ministry"], classes["Minister"]) == ("organization", "individual")


def test_a_name_resolves_to_its_address_once_for_each_attribute_that_says_so() -> None:
    reading = only(
        attribute("domain|ip", "x.example|198.51.100.3", 1, to_ids=False),
        attribute("domain|ip", "x.example|198.51.100.3", 2, to_ids=False, timestamp="1772403601"),
    )
    links = of(reading, Relationship)
    assert [link.relationship_type for link in links] == ["resolves-to", "resolves-to"]
    assert len({link.id for link in links}) == 2
    assert links[0].source_ref == one(reading, DomainName).id


def test_a_sample_is_known_by_its_hash_and_its_bytes_stay_in_the_file() -> None:
    sent = attribute("malware-sample", f"a.exe|{MD5}", data="UEsDBA==")
    reading = read(Attribute=[sent])
    assert one(reading, File).hashes == {"MD5": MD5}
    assert rules(reading) == [
        (
            "/Event/Attribute/0",
            "data",
            "is not carried: samples and attachments stay in the received file",
        )
    ]


def test_observables_have_what_stix_asks_for() -> None:
    reading = only(
        attribute("ip-dst|port", "198.51.100.3|443", 1),
        attribute("hostname|port", "x.example|443", 2),
        attribute("filename", "/tmp/a", 3),
        attribute("regkey|value", "HKCR\\x|y", 4),
        attribute("url", "x.example/a", 5),
    )
    assert [it.protocols for it in of(reading, NetworkTraffic)] == [("ipv4",), ("ip",)]
    assert one(reading, File).parent_directory_ref == one(reading, Directory).id
    assert one(reading, WindowsRegistryKey).key == "HKEY_CLASSES_ROOT\\x"
    assert one(reading, Url).value == "x.example/a"


@pytest.mark.parametrize("sent", [..., "", "not-a-uuid", "00000000-0000-0000-0000-000000000000"])
def test_an_attribute_without_a_usable_uuid_has_an_id_by_its_content(sent: Any) -> None:
    item = attribute("domain", "x.example", uuid=sent)
    first, again = one(only(item), Indicator), one(only(item, info="Other"), Indicator)
    assert first.id == again.id
    assert first.id != one(only({**item, "comment": "x"}), Indicator).id
    assert (f'misp:uuid="{sent}"' in first.labels) == (sent not in (..., ""))


def test_an_attribute_without_a_uuid_or_a_canonical_form_is_a_loss() -> None:
    reading = read(Attribute=[attribute("domain", "x.example", uuid=..., id=10**20)])
    assert reading.losses[0].path == "uuid"
