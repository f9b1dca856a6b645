import contextlib
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.stix.base import Foreign, Versioned
from comity.stix.canonical import canonical, content_hash
from comity.stix.decode import decode
from comity.stix.error import StixError
from comity.stix.registry import INCIDENT_SDOS, META, SCO_TYPES, SDOS, SROS, TYPES
from comity.stix.sdo import Indicator
from comity.stix.timestamp import Timestamp
from tests.stix.samples import ALL_TYPES, NOTE_ID, TIME, UUID, raw, sample


def test_every_type_of_the_standard_is_registered_once() -> None:
    assert (len(SDOS), len(SROS), len(SCO_TYPES), len(META), len(INCIDENT_SDOS)) == (
        19, 2, 18, 3, 3,
    )  # fmt: skip
    assert set(TYPES) == set(ALL_TYPES)


@pytest.mark.parametrize("kind", ALL_TYPES)
def test_a_minimal_object_of_every_type_is_read(kind: str) -> None:
    received = decode(raw(kind))
    assert type(received.value) is TYPES[kind]
    assert received.value.type == kind
    assert received.custom == {}


@pytest.mark.parametrize("kind", ALL_TYPES)
def test_what_a_struct_holds_is_what_was_sent(kind: str) -> None:
    sent = sample(kind)
    assert canonical(decode(raw(kind)).value) == canonical(sent)


@pytest.mark.parametrize("kind", ALL_TYPES)
def test_each_required_property_is_required(kind: str) -> None:
    fields = TYPES[kind].__struct_fields__
    required = set(fields[: len(fields) - len(TYPES[kind].__struct_defaults__)])
    optional = set(sample(kind)) - required
    assert required <= set(sample(kind))
    for name in required - {"spec_version", "id"}:
        with pytest.raises(StixError) as caught:
            decode(raw(kind, **{name: ...}))
        assert (caught.value.path, caught.value.rule) == (name, "is required")
    assert "type" in optional


# (type, changed properties, path, part of the rule)
MUTATIONS: list[tuple[str, dict[str, Any], str, str]] = [
    ("indicator", {"created": "2026-02-31T00:00:00Z"}, "created", "exist in the calendar"),
    ("indicator", {"valid_from": "2016-12-31T23:59:60Z"}, "valid_from", "leap second"),
    ("indicator", {"valid_from": 7}, "valid_from", "timestamp"),
    ("indicator", {"modified": "2025-01-01T00:00:00Z"}, "modified", "not be earlier than created"),
    ("indicator", {"valid_until": TIME}, "valid_until", "later than valid_from"),
    ("indicator", {"id": "indicator--1234"}, "id", "form indicator--UUID"),
    ("indicator", {"id": f"malware--{UUID}"}, "id", "form indicator--UUID"),
    ("indicator", {"id": ...}, "id", "is required"),
    ("indicator", {"id": 5}, "id", "text, not a whole number"),
    ("indicator", {"confidence": 101}, "confidence", "at most 100"),
    ("indicator", {"confidence": -1}, "confidence", "at least 0"),
    ("indicator", {"confidence": True}, "confidence", "whole number, not true or false"),
    ("indicator", {"labels": []}, "labels", "empty list"),
    ("indicator", {"labels": ["a", 1]}, "labels[1]", "text, not a whole number"),
    ("indicator", {"labels": "a"}, "labels", "a list, not text"),
    ("indicator", {"extensions": {}}, "extensions", "empty dictionary"),
    ("indicator", {"revoked": "false"}, "revoked", "true or false, not text"),
    ("indicator", {"name": None}, "name", "rather than null"),
    ("indicator", {"created_by_ref": f"malware--{UUID}"}, "created_by_ref", "identity--UUID"),
    (
        "indicator",
        {"object_marking_refs": [f"identity--{UUID}"]},
        "object_marking_refs[0]",
        "marking-definition--UUID",
    ),
    (
        "indicator",
        {"external_references": [{"source_name": "x"}]},
        "external_references[0]",
        "at least one of",
    ),
    (
        "indicator",
        {"external_references": [{"url": "x"}]},
        "external_references[0].source_name",
        "is required",
    ),
    (
        "indicator",
        {"granular_markings": [{"selectors": ["no.such"], "lang": "de"}]},
        "granular_markings[0].selectors[0]",
        "is present",
    ),
    (
        "indicator",
        {"granular_markings": [{"selectors": ["a b"], "lang": "de"}]},
        "granular_markings[0].selectors[0]",
        "selector such as",
    ),
    (
        "indicator",
        {"granular_markings": [{"selectors": ["pattern"]}]},
        "granular_markings[0]",
        "at least one of marking_ref, lang",
    ),
    ("indicator", {"spec_version": "3.0"}, "spec_version", "2.0 or 2.1"),
    ("grouping", {"spec_version": ...}, "spec_version", "is required"),
    ("grouping", {"object_refs": ["nothing"]}, "object_refs[0]", "form type--UUID"),
    ("opinion", {"opinion": "maybe"}, "opinion", "closed vocabulary"),
    ("malware", {"is_family": True}, "name", "malware family"),
    ("location", {"country": ...}, "", "at least one of region, country, latitude"),
    ("location", {"latitude": 10.0}, "latitude", "without longitude"),
    ("location", {"latitude": 91, "longitude": 0}, "latitude", "at most 90"),
    ("observed-data", {"number_observed": 0}, "number_observed", "at least 1"),
    ("observed-data", {"objects": {"0": {}}}, "objects", "beside object_refs"),
    ("relationship", {"source_ref": f"sighting--{UUID}"}, "source_ref", "none of these types"),
    ("relationship", {"start_time": TIME, "stop_time": TIME}, "stop_time", "later than"),
    ("sighting", {"sighting_of_ref": f"file--{UUID}"}, "sighting_of_ref", "none of these types"),
    ("file", {"name": ..., "hashes": ...}, "", "at least one of hashes, name"),
    ("file", {"magic_number_hex": "xyz"}, "magic_number_hex", "hexadecimal"),
    ("file", {"hashes": {"MD 5": "x"}}, "hashes", "keys of letters"),
    ("artifact", {"payload_bin": ..., "url": "https://x"}, "url", "without hashes"),
    ("artifact", {"url": "https://x", "hashes": {"MD5": "a"}}, "payload_bin", "beside url"),
    ("email-message", {"is_multipart": True}, "body", "multipart"),
    ("email-message", {"body_multipart": [{"body": "x"}]}, "body_multipart", "multipart"),
    ("network-traffic", {"dst_port": 70000}, "dst_port", "at most 65535"),
    ("network-traffic", {"is_active": True, "end": TIME}, "end", "active"),
    ("autonomous-system", {"number": 2**53}, "number", "at most 9007199254740991"),
    ("marking-definition", {"definition": ...}, "", "at least one of definition, extensions"),
    ("extension-definition", {"created_by_ref": ...}, "created_by_ref", "is required"),
    ("task", {"outcome": "good"}, "outcome", "closed vocabulary"),
    ("impact", {"superseded_by_ref": f"impact--{UUID}"}, "superseded_by_ref", "without end_time"),
]


@pytest.mark.parametrize(("kind", "changes", "path", "rule"), MUTATIONS)
def test_a_broken_rule_is_refused_by_its_path(
    kind: str, changes: dict[str, Any], path: str, rule: str
) -> None:
    with pytest.raises(StixError) as caught:
        decode(raw(kind, **changes))
    assert caught.value.path == path
    assert rule in caught.value.rule
    assert str(caught.value).endswith(".")
    assert "\n" not in str(caught.value)


def test_the_error_is_one_sentence_with_the_id() -> None:
    with pytest.raises(StixError) as caught:
        decode(raw("note", confidence=200))
    assert str(caught.value) == f"In {NOTE_ID}, confidence must be at most 100."
    with pytest.raises(StixError) as caught:
        decode(raw("note", id="<script>"))
    assert str(caught.value).startswith("In an object without a readable id, id must be")


BROKEN_JSON = {
    "a_key_twice": (
        b'{"type":"note","id":"%s","type":"note"}' % NOTE_ID.encode(),
        "more than once",
    ),
    "a_key_twice_by_escape": (b'{"type":"x","typ\\u0065":"y"}', "more than once"),
    "a_nested_key_twice": (b'{"type":"x","extensions":{"a":{"b":1,"b":2}}}', "more than once"),
    "nan": (b'{"type":"x","n":NaN}', "not valid JSON"),
    "half_a_surrogate": (b'{"type":"x","n":"\\ud800"}', "holds half a surrogate pair"),
    "invalid_utf8": (b'{"type":"x","n":"\xff"}', "not valid JSON"),
    "cut_off": (b'{"type":"x"', "not valid JSON"),
    "too_deep": (b'{"type":"x","n":' + b"[" * 300 + b"]" * 300 + b"}", "nested too deeply"),
    "a_list": (b"[]", "must be a JSON object"),
    "a_huge_integer": (b'{"type":"x","n":' + b"9" * 5000 + b"}", "not valid JSON"),
    "an_endless_number": (b'{"type":"x","n":[{"m":1e999}]}', "finite number"),
    "an_inexact_integer": (b'{"type":"x","n":9007199254740992}', "exchanged exactly"),
    "no_type": (b'{"id":"x"}', "is required"),
    "a_type_that_is_a_number": (b'{"type":1}', "must be text"),
    "a_type_that_is_no_name": (b'{"type":"<b>"}', "lower-case letters"),
    "a_bundle_inside": (b'{"type":"bundle","objects":[]}', "must not be a bundle"),
    "an_id_of_another_type": (b'{"type":"x-a","id":"y-b--%s"}' % UUID.encode(), "object's type"),
}


@pytest.mark.parametrize("name", BROKEN_JSON)
def test_what_json_leaves_open_is_refused(name: str) -> None:
    text, rule = BROKEN_JSON[name]
    with pytest.raises(StixError, match=rule):
        decode(text)


def test_an_endless_number_is_found_inside_a_part_that_a_struct_types() -> None:
    text = raw("note", external_references=[{"source_name": "x", "url": "y", "z": 0}])
    with pytest.raises(StixError, match=r"external_references\[0\]\.z must be a finite"):
        decode(text.replace(b'"z": 0', b'"z": -1e999'))


def test_a_duplicate_key_still_names_the_object() -> None:
    with pytest.raises(StixError) as caught:
        decode(BROKEN_JSON["a_key_twice"][0])
    assert caught.value.id == NOTE_ID


def test_unknown_properties_and_foreign_extensions_survive() -> None:
    foreign = {"extension-definition--" + UUID: {"extension_type": "property-extension", "x": [1]}}
    text = raw("note", x_custom={"a": None}, extensions=foreign)
    received = decode(text)
    assert received.raw == text
    assert received.custom == {"x_custom": {"a": None}}
    assert received.value.extensions == foreign


def test_an_unknown_type_is_kept_with_its_markings() -> None:
    marking = f"marking-definition--{UUID}"
    text = json.dumps(
        {
            "type": "x-new",
            "id": f"x-new--{UUID}",
            "created": TIME,
            "modified": TIME,
            "object_marking_refs": [marking],
            "what": 1,
        }
    ).encode()
    received = decode(text)
    assert isinstance(received.value, Foreign)
    assert received.value.object_marking_refs == (marking,)
    assert received.value.modified == Timestamp(TIME)
    assert received.custom == {"what": 1}


def test_an_event_without_the_incident_extension_is_somebody_elses() -> None:
    assert isinstance(decode(raw("event", extensions=...)).value, Foreign)


def test_a_language_mark_on_a_present_part_is_read() -> None:
    received = decode(
        raw(
            "note",
            external_references=[{"source_name": "x", "url": "y"}],
            granular_markings=[{"selectors": ["external_references.[0].url"], "lang": "de"}],
        )
    )
    assert received.value.granular_markings[0].lang == "de"


def test_a_struct_built_by_hand_keeps_the_rules_between_properties() -> None:
    with pytest.raises(StixError, match="valid_until must be later"):
        Indicator(
            spec_version="2.1",
            id=f"indicator--{UUID}",
            created=Timestamp(TIME),
            modified=Timestamp(TIME),
            pattern="[a:b = 1]",
            pattern_type="stix",
            valid_from=Timestamp(TIME),
            valid_until=Timestamp(TIME),
        )


_json = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


@given(st.dictionaries(st.text(min_size=1).map(lambda name: "x_" + name), _json), st.booleans())
def test_any_custom_content_goes_through_unchanged(custom: dict[str, Any], ascii_: bool) -> None:  # noqa: FBT001
    sent = sample("note", **custom)
    text = json.dumps(sent, ensure_ascii=ascii_).encode()
    received = decode(text)
    assert received.raw == text
    assert received.custom == custom
    assert isinstance(received.value, Versioned)
    assert content_hash(received.raw) == content_hash(sent)


@given(st.sampled_from(ALL_TYPES), st.data())
def test_any_value_in_any_property_is_read_or_refused_by_one_error(
    kind: str, data: st.DataObject
) -> None:
    named = (*TYPES[kind].__struct_fields__, "type")
    name = data.draw(st.sampled_from(named))
    value = data.draw(_json)
    version = data.draw(st.sampled_from(["2.1", ...]))
    text = raw(kind, **{"spec_version": version, name: value})
    try:
        received = decode(text)
    except StixError as error:
        rule = error.rule
        assert rule.startswith(("must ", "is "))
    else:
        assert received.raw == text


@given(st.binary(max_size=60) | st.text(max_size=60).map(str.encode))
def test_any_bytes_are_read_or_refused_by_one_error(data: bytes) -> None:
    with contextlib.suppress(StixError):
        assert decode(data).raw == data
