"""Whatever an event holds, each attribute is accounted for and nothing is left to chance."""

import json
from collections import Counter
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from comity.formats.misp import reader
from comity.formats.misp.observables import OBSERVABLES
from comity.formats.misp.things import THINGS
from comity.formats.reading import Reading
from comity.stix.canonical import canonical
from comity.stix.decode import decode
from comity.stix.markings import Tlp
from comity.stix.meta import MarkingDefinition
from tests.formats.misp.events import GROUP, SOURCE, event, level

_TEXTS = st.text(max_size=12) | st.sampled_from(
    ["198.51.100.3", "x.example", "a@x.example", "http://x.example/'\\", "a" * 32, "b" * 40,
     "x.example|198.51.100.3", "198.51.100.3|80", "a.exe|" + "a" * 32, "HKLM\\x|y", "CVE-2026-0001"]
)  # fmt: skip
_KINDS = st.sampled_from([*OBSERVABLES, *THINGS, "btc", "link", "text"]) | st.text(max_size=6)
_FLAGS = st.sampled_from([True, False, "0", "1", None])
_DISTRIBUTIONS = st.sampled_from(["0", "1", "2", "3", "4", "5", 3, None, "x"])
_TIMES = st.sampled_from(["1772403600", 1772403601, "0", None, "x"])
_SEEN = st.sampled_from([None, "2026-03-01T10:00:00+00:00", "2026-02-01T10:00:00Z", "x"])
_TAGS = st.lists(
    st.fixed_dictionaries(
        {
            "name": st.sampled_from(
                ["tlp:white", "tlp:red", "tlp:odd", "PAP:RED", 'misp-galaxy:tool="x"', "y", ""]
            )
        },
        optional={"local": _FLAGS},
    ),
    max_size=3,
)
_GALAXIES = st.lists(
    st.fixed_dictionaries(
        {
            "GalaxyCluster": st.lists(
                st.fixed_dictionaries(
                    {
                        "type": st.sampled_from(["tool", "sector", "country", "odd"]),
                        "value": _TEXTS,
                    },
                    optional={"uuid": st.uuids().map(str) | st.just("")},
                ),
                max_size=2,
            )
        }
    ),
    max_size=1,
)
_ATTRIBUTES = st.fixed_dictionaries(
    {"uuid": st.uuids(version=4).map(str), "type": _KINDS, "value": _TEXTS},
    optional={
        "to_ids": _FLAGS,
        "deleted": _FLAGS,
        "category": _TEXTS,
        "comment": _TEXTS,
        "distribution": _DISTRIBUTIONS,
        "timestamp": _TIMES,
        "first_seen": _SEEN,
        "last_seen": _SEEN,
        "object_relation": st.sampled_from(
            ["filename", "md5", "from", "ip", "domain", "id", "key"]
        ),
        "Tag": _TAGS,
        "Galaxy": _GALAXIES,
        "SharingGroup": st.sampled_from([[], GROUP]),
    },
)
_OBJECTS = st.fixed_dictionaries(
    {
        "uuid": st.uuids(version=4).map(str),
        "name": st.sampled_from(
            ["file", "email", "domain-ip", "ip-port", "registry-key", "vulnerability", "odd"]
        ),
        "Attribute": st.lists(_ATTRIBUTES, max_size=4),
    },
    optional={"distribution": _DISTRIBUTIONS, "deleted": _FLAGS, "timestamp": _TIMES},
)
_EVENTS = st.fixed_dictionaries(
    {
        "Attribute": st.lists(_ATTRIBUTES, max_size=4),
        "Object": st.lists(_OBJECTS, max_size=2),
        "distribution": _DISTRIBUTIONS,
        "Tag": _TAGS,
        "Galaxy": _GALAXIES,
    }
)


def _attributes(sent: dict[str, Any]) -> list[dict[str, Any]]:
    inside = [part for it in sent["Object"] for part in it["Attribute"]]
    return [*sent["Attribute"], *inside]


def _read(sent: dict[str, Any]) -> Reading:
    return reader.read(json.dumps({"Event": event(**sent)}).encode(), source=SOURCE)


@settings(max_examples=150, deadline=None)
@given(_EVENTS)
def test_every_attribute_is_an_object_or_a_loss(sent: dict[str, Any]) -> None:
    reading = _read(sent)
    ids = [str(item.received.value.id) for item in reading.objects]
    carried = {
        id_.split("--")[1] for id_ in ids if not id_.startswith(("observed-data", "relationship"))
    }
    lost = {loss.id for loss in reading.losses if loss.path in ("value", "timestamp", "type")}
    for attribute in _attributes(sent):
        assert (attribute["uuid"] in carried) != (attribute["uuid"] in lost)


@settings(max_examples=75, deadline=None)
@given(_EVENTS)
def test_the_same_bytes_give_the_same_objects_which_refer_to_each_other_only(
    sent: dict[str, Any],
) -> None:
    reading = _read(sent)
    assert _read(sent) == reading
    ids = {item.received.value.id for item in reading.objects}
    versions = Counter((item.received.value.id, item.received.raw) for item in reading.objects)
    assert set(versions.values()) <= {1}
    for item in reading.objects:
        raw = json.loads(item.received.raw)
        assert canonical(raw) == item.received.raw
        assert decode(item.received.raw) == item.received
        refs = [ref for key, value in raw.items() if key.endswith("_refs") for ref in value]
        refs += [value for key, value in raw.items() if key.endswith("_ref")]
        assert set(refs) <= ids


@settings(max_examples=75, deadline=None)
@given(_EVENTS)
def test_nothing_is_laxer_than_its_event(sent: dict[str, Any]) -> None:
    said = [str(tag["name"]) for tag in sent["Tag"]]
    strict = "tlp:red" in said or "tlp:odd" in said
    own = sent["distribution"] in ("0", "4", "5", "x")
    floor = Tlp.RED if strict else Tlp.AMBER_STRICT if own else None
    for item in _read(sent).objects:
        value = item.received.value
        if floor is not None and not isinstance(value, MarkingDefinition):
            found = level(value)  # type: ignore[arg-type]
            assert found is not None
            assert found >= floor
