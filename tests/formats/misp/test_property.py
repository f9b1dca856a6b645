"""Whatever an event holds, each attribute is accounted for and nothing is left to chance."""

import json
from collections import Counter
from typing import Any

from hypothesis import given, settings

from comity.formats.misp import reader
from comity.formats.reading import Reading
from comity.stix.canonical import canonical
from comity.stix.decode import decode
from comity.stix.markings import Tlp
from comity.stix.meta import MarkingDefinition
from tests.formats.misp.events import SOURCE, event, level
from tests.formats.misp.strategies import EVENTS


def _attributes(sent: dict[str, Any]) -> list[dict[str, Any]]:
    inside = [part for it in sent["Object"] for part in it["Attribute"]]
    return [*sent["Attribute"], *inside]


def _read(sent: dict[str, Any]) -> Reading:
    return reader.read(json.dumps({"Event": event(**sent)}).encode(), source=SOURCE)


@settings(max_examples=150, deadline=None)
@given(EVENTS)
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
@given(EVENTS)
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
@given(EVENTS)
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
