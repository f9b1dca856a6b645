import json
from typing import Any

import pytest

from comity.errors import BadInput
from comity.formats.detect import detect
from comity.formats.misp import reader
from comity.formats.misp.attributes import kept_as_notes
from comity.stix.decode import decode
from comity.stix.markings import Tlp
from comity.stix.meta import MarkingDefinition
from comity.stix.sco import DomainName
from comity.stix.sdo import Identity, Incident, Indicator, Note, Report
from tests.formats.misp.events import (
    EVENT,
    ORG,
    SOURCE,
    attribute,
    event,
    level,
    of,
    one,
    only,
    read,
    rules,
    uuid,
)

DOMAIN = attribute("domain", "evil.example")


def _read(value: Any) -> Any:
    return reader.read(json.dumps(value).encode(), source=SOURCE)


@pytest.mark.parametrize(
    ("wrap", "pointer"),
    [
        (lambda it: it, ""),
        (lambda it: {"Event": it}, "/Event"),
        (lambda it: [it], "/0"),
        (lambda it: [{"Event": it}], "/0/Event"),
        (lambda it: {"response": [{"Event": it}]}, "/response/0/Event"),
        (lambda it: {"response": [it]}, "/response/0"),
        (lambda it: {"response": {"Event": it}}, "/response/Event"),
    ],
)
def test_an_event_is_found_in_each_wrapping_and_told_from_stix(wrap: Any, pointer: str) -> None:
    sent = wrap(event(Attribute=[DOMAIN]))
    assert detect(json.dumps(sent, indent=1).encode()) == "misp-event"
    reading = _read(sent)
    assert (reading.format, reading.reader) == ("misp-event", "misp-event/1")
    places = {item.received.value.id: item.origin.position for item in reading.objects}
    assert places[f"report--{EVENT}"] == pointer
    assert places[f"indicator--{uuid(10)}"] == f"{pointer}/Attribute/0"


@pytest.mark.parametrize("data", [b'{"response":"yes"}', b"[7]", b"[]", b'{"info":"x"}', b"7"])
def test_other_json_is_not_taken_for_misp(data: bytes) -> None:
    assert not reader.recognises(data)


def test_the_event_is_a_report_of_everything_in_it_by_its_author() -> None:
    reading = only(DOMAIN, Tag=[{"name": "osint"}], extends_uuid=uuid(5))
    report = one(reading, Report)
    assert (report.id, report.name) == (f"report--{EVENT}", "Phishing of ministries")
    assert report.created == "2026-03-01T00:00:00.000Z"
    assert report.modified == "2026-03-01T21:20:00.000Z"
    assert report.published == "2026-03-02T00:00:00.000Z"
    assert report.created_by_ref == f"identity--{ORG}"
    assert report.labels == (
        'misp:threat_level_id="2"',
        'misp:analysis="1"',
        f'misp:extends_uuid="{uuid(5)}"',
        "osint",
    )
    others = [item.received.value for item in reading.objects]
    assert set(report.object_refs) == {
        value.id for value in others if not isinstance(value, (MarkingDefinition, Report))
    }


def test_every_object_is_bytes_that_read_back_as_itself() -> None:
    for item in only(DOMAIN).objects:
        assert decode(item.received.raw) == item.received
        assert item.origin.source == SOURCE


def test_no_event_is_an_incident_by_itself() -> None:
    assert of(only(DOMAIN, Tag=[{"name": 'rsit:fraud="phishing"'}]), Incident) == []


def test_the_author_of_several_events_is_one_object() -> None:
    reading = _read([event(uuid=uuid(1)), event(uuid=uuid(2))])
    assert len(of(reading, Identity)) == 1
    assert len(of(reading, Report)) == 2
    assert reading.conflicts == ()


def test_an_author_without_a_uuid_has_an_id_by_name() -> None:
    first = one(read(Orgc={"name": "CSIRT"}), Identity)
    assert first.id == one(read(Orgc={"name": "CSIRT", "uuid": ""}, info="x"), Identity).id
    assert first.id != one(read(Orgc={"name": "Other"}), Identity).id


def test_an_unpublished_event_says_so_and_lacks_nothing() -> None:
    report = one(
        read(published=False, publish_timestamp="0", threat_level_id=..., analysis=...), Report
    )
    assert report.published == report.modified
    assert report.labels == ('misp:published="0"',)


def test_a_bad_event_among_good_ones_is_a_loss() -> None:
    reading = _read([event(), event(info=7), "x", event(date="yesterday", timestamp=...)])
    assert len(of(reading, Report)) == 1
    assert rules(reading) == [
        ("/1", "info", "must be text, not a whole number"),
        ("/2", "", "must be a JSON object"),
        ("/3", "timestamp", "is required where there is no date"),
    ]


def test_a_bad_time_or_author_of_the_event_costs_only_itself() -> None:
    reading = read(timestamp="soon", publish_timestamp="x", Orgc={"uuid": ORG}, Attribute=[DOMAIN])
    assert one(reading, Report).created_by_ref is None
    assert rules(reading) == [
        ("/Event", "timestamp", "must be a whole number"),
        ("/Event/Orgc", "name", "is required"),
        ("/Event", "publish_timestamp", "must be a whole number"),
    ]


def test_an_event_without_a_date_begins_when_it_was_changed() -> None:
    report = one(read(date=...), Report)
    assert report.created == report.modified


def test_an_unknown_key_with_anything_in_it_is_passed_over() -> None:
    assert read(**{f"X{number}": [{"a": number}] for number in range(50)}).losses == ()


def test_an_event_of_nothing_is_a_loss_not_an_error() -> None:
    reading = read(Orgc=...)
    assert reading.objects == ()
    assert rules(reading) == [("/Event", "", "holds nothing that a report could refer to")]


def test_an_event_that_was_cut_says_how_many_attributes_are_missing() -> None:
    assert rules(read(Attribute=[DOMAIN], attribute_count="3")) == [
        ("/Event", "attribute_count", "announces 3 attributes, of which 1 are in the file")
    ]
    assert read(Attribute=[DOMAIN], attribute_count="1").losses == ()


def test_proposals_and_other_unread_parts_are_named() -> None:
    proposal = {"uuid": uuid(20), "type": "domain", "value": "x.example"}
    reading = read(
        ShadowAttribute=[proposal],
        Note=[{"uuid": uuid(21)}],
        Attribute=[{**DOMAIN, "ShadowAttribute": [proposal], "Sighting": [{"type": "0"}]}],
    )
    assert [(loss.id, loss.position, loss.rule) for loss in reading.losses] == [
        (uuid(20), "/Event/Attribute/0/ShadowAttribute/0", "proposals are not read yet"),
        (None, "/Event/Attribute/0/Sighting/0", "sightings are not read yet"),
        (uuid(20), "/Event/ShadowAttribute/0", "proposals are not read yet"),
        (uuid(21), "/Event/Note/0", "analyst notes are not read yet"),
    ]


def test_an_event_report_is_a_note() -> None:
    sent = {"uuid": uuid(30), "name": "Summary", "content": "# What", "timestamp": "1772403600"}
    reading = read(EventReport=[sent, {"name": "x"}], Orgc=...)
    note = one(reading, Note)
    assert (note.id, note.abstract, note.content) == (f"note--{uuid(30)}", "Summary", "# What")
    assert note.object_refs == (f"report--{EVENT}",)
    assert rules(reading) == [("/Event/EventReport/1", "content", "is required")]


def test_php_empties_are_none() -> None:
    reading = read(Attribute={}, Object={}, Orgc=[], SharingGroup=[], Tag=None, Galaxy=[])
    assert [loss.path for loss in reading.losses] == [""]
    assert rules(read(Attribute={"0": DOMAIN}, Object=7)) == [
        ("/Event/Attribute", "", "must be a list"),
        ("/Event/Object", "", "must be a list"),
    ]


def _with(part: bytes) -> bytes:
    return json.dumps({"Event": event()}).encode().replace(b'"Attribute": []', part)


def test_a_key_twice_costs_the_attribute_that_has_it() -> None:
    twice = json.dumps(DOMAIN).replace('{"uuid"', '{"type":"url","uuid"')
    reading = reader.read(_with(f'"Attribute":[{twice}]'.encode()), source=SOURCE)
    assert [(loss.id, loss.rule) for loss in reading.losses] == [
        (uuid(10), "has the key 'type' more than once")
    ]


def test_nesting_costs_the_attribute_that_has_it() -> None:
    deep = (
        b'"Attribute":[{"uuid":"' + uuid(10).encode() + b'","x":' + b"[" * 250 + b"]" * 250 + b"}]"
    )
    reading = reader.read(_with(deep), source=SOURCE)
    assert [(loss.id, loss.rule) for loss in reading.losses] == [(uuid(10), "is nested too deeply")]


BROKEN = {
    "empty": (b"", "The file is empty"),
    "cut_off": (json.dumps({"Event": event()}).encode()[:-1], "stops before its end, at byte"),
    "a_comma_too_many": (b'{"Event":{"info":"x",}}', "not valid JSON at byte"),
    "too_deep": (b'{"Event":' + b"[" * 100_000, "nested too deeply to be MISP"),
    "a_number": (b"7", "MISP is an object or a list"),
    "no_event": (b"[]", "holds no MISP event"),
    "attributes_alone": (b'{"response":{"Attribute":[]}}', "without their event, which says who"),
    "an_object_alone": (b'{"response":[{"Object":{}}]}', "without their event, which says who"),
    "event_no_object": (b'{"Event":[]}', "it must be a JSON object"),
    "event_twice": (b'{"Event":{},"Event":{}}', "around the event has the key 'Event' more"),
    "response_twice": (b'{"response":[],"response":[]}', "has the key 'response' more than once"),
    "info_twice": (_with(b'"info":"y"'), "has the key 'info' more than once"),
    "attributes_twice": (
        _with(b'"Attribute":[],"Attribute":[{"a":1}]'),
        "has the key 'Attribute' more than once",
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_fault_of_the_whole_file_is_one_sentence(name: str) -> None:
    data, sentence = BROKEN[name]
    with pytest.raises(BadInput, match=sentence) as caught:
        reader.read(data, source=SOURCE)
    assert "\n" not in str(caught.value)


def test_a_broken_event_is_left_to_its_reader_to_explain() -> None:
    assert detect(json.dumps(event(Attribute=[DOMAIN])).encode()[:-1]) == "misp-event"


def test_one_observable_of_several_attributes_is_one_object() -> None:
    reading = only(DOMAIN, attribute("hostname", "EVIL.example.", 11, to_ids=False))
    assert one(reading, DomainName).value == "evil.example"
    assert one(reading, Indicator).id == f"indicator--{uuid(10)}"
    assert one(reading, Note).id == f"note--{uuid(11)}"


def test_two_attributes_of_one_uuid_are_both_kept_as_a_conflict() -> None:
    reading = only(DOMAIN, attribute("domain", "other.example"))
    assert {it.name for it in of(reading, Indicator)} == {"evil.example", "other.example"}
    assert [conflict.id for conflict in reading.conflicts] == [f"indicator--{uuid(10)}"]


def test_types_without_a_mapping_are_counted() -> None:
    reading = only(
        attribute("btc", "1B8Q", 1),
        attribute("btc", "3ATq", 2),
        attribute("pdb", "a.pdb", 3),
        attribute("yara", "rule x {}", 4, to_ids=False),
    )
    assert kept_as_notes(reading) == {"btc": 2, "pdb": 1}


@pytest.mark.parametrize(
    "sent",
    [
        {"Attribute": [DOMAIN]},
        {"Object": [], "Attribute": [DOMAIN]},
        DOMAIN,
        [DOMAIN, DOMAIN],
        {"response": {"Attribute": [DOMAIN]}},
        {"response": [{"Object": []}]},
    ],
    ids=["attributes", "objects_too", "one", "a_list", "found", "found_objects"],
)
def test_attributes_cut_out_of_their_event_are_refused(sent: Any) -> None:
    assert detect(json.dumps(sent).encode()) == "misp-event"
    with pytest.raises(BadInput, match="without their event, which says who may see them"):
        _read(sent)


def test_a_fragment_before_a_good_event_costs_only_itself() -> None:
    reading = _read([DOMAIN, {"Event": event(Attribute=[DOMAIN])}])
    assert len(of(reading, Report)) == 1
    assert [loss.position for loss in reading.losses] == ["/0"]


def test_an_object_of_an_own_stix_type_is_no_attribute() -> None:
    own = {"type": "x-a", "id": f"x-a--{uuid(1)}", "category": "b", "value": "c"}
    assert detect(json.dumps([own]).encode()) == "stix-bundle"


def test_a_search_that_found_nothing_is_said_to_hold_no_event() -> None:
    assert detect(b'{"response": []}') == "misp-event"
    with pytest.raises(BadInput, match="holds no MISP event"):
        _read({"response": []})


def test_half_a_surrogate_in_an_attribute_costs_only_that_attribute() -> None:
    sent = {"Event": event(Attribute=[DOMAIN, attribute("domain", "?", 11)])}
    data = json.dumps(sent).encode().replace(b'"?"', b'"\\udc00"')
    assert detect(data) == "misp-event"
    reading = reader.read(data, source=SOURCE)
    assert len(of(reading, Indicator)) == 1
    assert rules(reading) == [
        ("/Event/Attribute/1", "", "holds half a surrogate pair, which is no letter")
    ]
    assert reading.losses[0].id == uuid(11)


def test_half_a_surrogate_in_the_event_itself_refuses_the_event() -> None:
    data = json.dumps({"Event": event(info="?")}).encode().replace(b'"?"', b'"\\ud800"')
    with pytest.raises(BadInput, match="at /Event was not read: it holds half a surrogate pair"):
        reader.read(data, source=SOURCE)


def test_a_tlp_tag_beside_half_a_surrogate_still_binds() -> None:
    sent = {"Event": event(Attribute=[DOMAIN], Tag=["tlp:red ?"])}
    data = json.dumps(sent).encode().replace(b"?", b"\\udc00")
    reading = reader.read(data, source=SOURCE)
    assert level(one(reading, Report)) == Tlp.RED
