import json
from typing import Any

import pytest

from comity.stix.decode import Received, decode
from comity.stix.error import StixError
from comity.stix.registry import TYPES
from comity.stix.sdo import Identity, Indicator, Malware, ObservedData, Report, ThreatActor, Tool
from tests.stix.samples import TIME, sample


def _raised(kind: str, **changes: Any) -> Received:
    sent = sample(kind, spec_version=..., **changes)
    text = json.dumps(sent).encode()
    received = decode(text, bundle_version="2.0")
    assert received.raw == text
    assert received.spec_version == "2.0"
    assert type(received.value) is TYPES[kind]
    return received


def test_an_indicator_gets_its_pattern_type() -> None:
    value = _raised("indicator", pattern_type=..., labels=["malicious-activity"]).value
    assert isinstance(value, Indicator)
    assert (value.pattern_type, value.pattern_version) == ("stix", "2.0")
    assert value.indicator_types == ("malicious-activity",)
    assert value.spec_version == "2.1"


def test_a_malware_becomes_a_family() -> None:
    value = _raised("malware", is_family=..., name="Poison", labels=["remote-access-trojan"]).value
    assert isinstance(value, Malware)
    assert value.is_family
    assert value.malware_types == ("remote-access-trojan",)


def test_labels_become_types_and_stay_labels() -> None:
    labels = ["one", "two"]
    identity = _raised("identity", labels=labels).value
    report = _raised("report", labels=labels).value
    actor = _raised("threat-actor", labels=labels).value
    tool = _raised("tool", labels=labels).value
    assert isinstance(identity, Identity)
    assert isinstance(report, Report)
    assert isinstance(actor, ThreatActor)
    assert isinstance(tool, Tool)
    assert identity.roles == report.report_types == ("one", "two")
    assert actor.threat_actor_types == tool.tool_types == ("one", "two")
    assert identity.labels == ("one", "two")


def test_observed_objects_stay_as_sent() -> None:
    objects = {"0": {"type": "domain-name", "value": "example.org"}}
    value = _raised("observed-data", object_refs=..., objects=objects).value
    assert isinstance(value, ObservedData)
    assert value.objects == objects


def test_other_2_0_types_need_nothing() -> None:
    for kind in ("attack-pattern", "campaign", "course-of-action", "intrusion-set"):
        _raised(kind)
    for kind in ("vulnerability", "relationship", "sighting", "marking-definition"):
        _raised(kind)


def test_an_object_alone_without_a_version_is_2_0() -> None:
    text = json.dumps(sample("campaign", spec_version=...)).encode()
    assert decode(text).spec_version == "2.0"


def test_an_observable_without_a_version_is_2_1() -> None:
    text = json.dumps(sample("url", spec_version=...)).encode()
    assert decode(text).spec_version == "2.1"


def test_a_raised_object_keeps_the_rules() -> None:
    with pytest.raises(StixError, match="valid_until must be later"):
        _raised("indicator", pattern_type=..., valid_until=TIME)
