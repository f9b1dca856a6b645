"""Which values the material gives, whether as observed or in a pattern."""

import json

from comity.assess.observe import Received
from comity.assess.values import values_of
from comity.formats.detect import read

HASH = "aB" * 32


def received(*objects, file="report.json"):
    data = json.dumps({"type": "bundle", "id": "bundle--x", "objects": objects}).encode()
    return Received(file, "0" * 64, read(data, source="0" * 64))


def sco(kind, number=1, **given):
    return {
        "type": kind, "spec_version": "2.1", **given,
        "id": f"{kind}--7b2a5ab5-7c0c-4b4a-9d4d-6f5e7f0e7a{number:02}",
    }  # fmt: skip


def indicator(pattern, **changed):
    at = dict.fromkeys(("created", "modified", "valid_from"), "2026-01-01T00:00:00Z")
    return sco("indicator", pattern=pattern, pattern_type="stix", **at) | changed


def pairs(*objects):
    return [(value.kind, value.text) for value in values_of([received(*objects)])]


def test_observed_values_are_taken_in_lower_case_and_urls_as_they_are():
    assert pairs(
        sco("ipv4-addr", value="198.51.100.0/24"),
        sco("ipv6-addr", value="2001:DB8::1"),
        sco("domain-name", value="Evil.EXAMPLE."),
        sco("url", value="https://Evil.example/Path"),
        sco("email-addr", value="A@evil.example"),
        sco("file", hashes={"SHA-256": HASH, "SSDEEP": "3:abc:def"}),
    ) == [
        ("address", "198.51.100.0/24"),
        ("address", "2001:db8::1"),
        ("domain", "evil.example"),
        ("url", "https://Evil.example/Path"),
        ("email", "a@evil.example"),
        ("hash", HASH.lower()),
    ]


def test_the_equalities_of_a_pattern_are_values():
    pattern = (
        "[domain-name:value = 'evil.example' AND url:value='http://x/it\\'s'] OR "
        f"[file:hashes.'SHA-256' = '{HASH}' OR file:hashes.MD5 = '{'a' * 32}'] OR "
        "[file:hashes.SSDEEP = '3:abc:def' AND file:name = 'x.exe']"
    )
    assert pairs(indicator(pattern)) == [
        ("domain", "evil.example"),
        ("url", "http://x/it's"),
        ("hash", HASH.lower()),
        ("hash", "a" * 32),
    ]


def test_a_rule_in_another_language_gives_no_values():
    assert pairs(indicator("url:value = 'http://x'", pattern_type="sigma")) == []


def test_a_value_is_named_once_with_its_first_places():
    address = {"value": "198.51.100.7"}
    files = [
        received(*(sco("ipv4-addr", number, **address) for number in range(2)), file="one.json"),
        received(*(sco("ipv4-addr", number, **address) for number in range(5)), file="two.json"),
    ]
    (value,) = values_of(files)
    assert value.places == (
        "one.json at /objects/0",
        "one.json at /objects/1",
        "two.json at /objects/0",
    )


def test_what_is_no_value_or_far_too_long_is_passed_over():
    assert (
        pairs(sco("x-acme", value="198.51.100.7"), sco("url", value="http://" + "x" * 2_000)) == []
    )
