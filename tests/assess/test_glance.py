"""What one object says at a glance, and nothing that it does not say."""

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.assess.glance import OTHER, Link, glance, stated_levels
from comity.errors import BadInput
from comity.stix.decode import decode
from comity.stix.markings import Tlp
from comity.stix.types import ID_PATTERN

TIME = "2026-03-02T09:00:00Z"
RED = "marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1"
OWN = "marking-definition--1d0f2b3c-0000-4000-8000-0000000000aa"


def name(kind, number=1):
    return f"{kind}--1d0f2b3c-0000-4000-8000-{number:012x}"


def read(kind, **more):
    dated = {"spec_version": "2.1", "created": TIME, "modified": TIME}
    return decode(json.dumps({"type": kind, "id": name(kind), **dated, **more}).encode())


def value(kind, **more):
    return decode(json.dumps({"type": kind, "id": name(kind), **more}).encode())


@pytest.mark.parametrize(
    ("received", "said"),
    [
        (read("tool", name="Loader"), "Loader"),
        (value("ipv4-addr", value="198.51.100.7"), "198.51.100.7"),
        (value("file", hashes={"SHA-256": "ab" * 32}), "ab" * 32),
        (value("autonomous-system", number=64496), "64496"),
        (value("email-message", is_multipart=False, subject="Invoice"), "Invoice"),
        (value("directory", path="C:\\Temp"), "C:\\Temp"),
        (value("user-account", account_login="root"), "root"),
        (read("note", content="Seen twice", object_refs=[name("tool")]), "Seen twice"),
        (read("indicator", pattern="[a:b = 1]", pattern_type="stix", valid_from=TIME), "[a:b = 1]"),
        (value("x-demo", name=["a list"]), ""),
        (value("x-demo", name="  ", value="second"), "second"),
    ],
)
def test_an_object_is_named_as_people_know_it(received, said):
    assert glance(received, {}).name == said


@pytest.mark.parametrize(
    ("received", "at_of"),
    [
        (read("tool", name="x"), "created"),
        (read("campaign", name="x", first_seen=TIME), "first_seen"),
        (read("indicator", pattern="x", pattern_type="stix", valid_from=TIME), "valid_from"),
        (read("report", name="x", published=TIME, object_refs=[name("tool")]), "published"),
        (value("ipv4-addr", value="198.51.100.7"), ""),
        (value("x-demo", first_seen="yesterday"), ""),
        (value("x-demo", first_seen=7, start_time=TIME), "start_time"),
    ],
)
def test_the_time_is_the_most_telling_one(received, at_of):
    assert glance(received, {}).at_of == at_of


def test_a_relationship_links_its_ends_and_others_link_themselves():
    between = read(
        "relationship", relationship_type="uses", source_ref=name("tool"),
        target_ref=name("malware"),
    )  # fmt: skip
    assert glance(between, {}).links == (Link(name("tool"), "uses", name("malware")),)
    author = name("identity")
    sighting = read(
        "sighting", sighting_of_ref=name("tool"), where_sighted_refs=[name("location")],
        created_by_ref=author, object_marking_refs=[RED],
    )  # fmt: skip
    assert glance(sighting, {}).links == (
        Link(name("sighting"), "sighting-of", name("tool")),
        Link(name("sighting"), "where-sighted", name("location")),
    )
    report = read("report", name="x", published=TIME, object_refs=[name("tool"), name("tool")])
    assert glance(report, {}).links == (Link(name("report"), "refers-to", name("tool")),)


def test_what_is_no_id_is_text_and_no_link():
    seen = glance(
        value("x-demo", evil_ref="x" * 5_000, deep={"evil_refs": ["y", name("tool")]}), {}
    )
    assert seen.links == (Link(name("x-demo"), "evil", name("tool")),)
    assert set(seen.texts) >= {"x" * 5_000, "y"}


def test_texts_are_those_that_people_look_for():
    seen = glance(
        read("tool", name="Loader", aliases=["Dropper"], created_by_ref=name("identity")), {}
    )
    assert set(seen.texts) == {name("tool"), "Loader", "Dropper"}


def test_the_strictest_marking_counts_wherever_it_stands():
    own = read("tool", name="x", object_marking_refs=[OWN])
    part = read(
        "tool", name="x", object_marking_refs=[OWN],
        granular_markings=[{"selectors": ["name"], "marking_ref": RED}],
    )  # fmt: skip
    assert glance(read("tool", name="x"), {}).marking == ""
    assert glance(own, {}).marking == OTHER
    assert glance(own, {OWN: Tlp.GREEN}).marking == "TLP:GREEN"
    assert glance(part, {OWN: Tlp.GREEN}).marking == "TLP:RED"
    assert glance(read("tool", name="x", labels=["tlp:amber"]), {}).marking == "TLP:AMBER"


def test_a_second_definition_of_a_marking_lowers_nothing():
    def defined(level):
        return decode(
            json.dumps(
                {"type": "marking-definition", "spec_version": "2.1", "id": OWN, "created": TIME,
                 "definition_type": "statement", "definition": {"statement": f"TLP:{level}"}}
            ).encode()
        )  # fmt: skip

    assert stated_levels([defined("RED"), defined("GREEN")]) == {OWN: Tlp.RED}
    assert stated_levels([defined("GREEN"), defined("RED")]) == {OWN: Tlp.RED}


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4)
    | st.dictionaries(
        st.sampled_from(("name", "value", "hashes", "x_ref", "x_refs", "labels", "first_seen",
                         "object_marking_refs", "marking_ref", "odd")) | st.text(),
        inner, max_size=5,
    ),
    max_leaves=20,
)  # fmt: skip


@given(
    kind=st.sampled_from(("x-demo", "tool", "file", "marking-definition", "relationship")),
    sent=st.dictionaries(st.text(), JSON, max_size=5) | JSON.filter(lambda v: isinstance(v, dict)),
)
def test_whatever_is_sent_is_looked_at_or_refused(kind, sent):
    body = {"spec_version": "2.1", **sent, "type": kind, "id": name(kind)}
    try:
        received = decode(json.dumps(body).encode())
        seen = glance(received, stated_levels([received]))
    except BadInput:
        return
    assert all(re.fullmatch(ID_PATTERN, link.target) for link in seen.links)
    assert seen.type == kind


@pytest.mark.parametrize("at", ["1970-01-01T00:00:00Z", "1970-01-01T00:00:00.000Z"])
def test_the_moment_that_stands_for_no_time_is_shown_as_none(at):
    undated = read("indicator", pattern="[a:b = 1]", pattern_type="stix", valid_from=at)
    assert (glance(undated, {}).at, glance(undated, {}).at_of) == (None, "")
