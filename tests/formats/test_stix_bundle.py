import json
from typing import Any

import pytest

from comity.errors import BadInput
from comity.formats import stix_bundle
from comity.formats.reading import Reading
from comity.formats.text import MAX_BYTES
from tests.stix.samples import NOTE_ID, raw, sample

SOURCE = "0" * 64


def read(data: bytes) -> Reading:
    return stix_bundle.read(data, source=SOURCE)


def bundle(*objects: bytes, head: bytes = b'"type":"bundle","id":"bundle--1"') -> bytes:
    return b"{" + head + b',"objects":[' + b",".join(objects) + b"]}"


def _types(reading: Reading) -> list[str]:
    return [item.received.value.type for item in reading.objects]


def test_a_bundle_gives_its_objects_with_their_places() -> None:
    reading = read(bundle(raw("note"), raw("tool")))
    assert _types(reading) == ["note", "tool"]
    assert [item.origin.position for item in reading.objects] == ["/objects/0", "/objects/1"]
    assert reading.objects[0].origin.source == SOURCE
    assert (reading.format, reading.reader) == ("stix-bundle", "stix-bundle/1")
    assert reading.objects[1].received.raw == raw("tool")


def test_a_single_object_a_list_and_an_envelope_are_read() -> None:
    assert [item.origin.position for item in read(raw("note")).objects] == [""]
    as_list = read(b"[" + raw("note") + b"]")
    assert [item.origin.position for item in as_list.objects] == ["/0"]
    assert _types(read(b'{"more":false,"objects":[' + raw("note") + b"]}")) == ["note"]


def test_a_2_0_bundle_is_raised() -> None:
    sent = json.dumps(sample("malware", spec_version=..., is_family=..., name="x")).encode()
    reading = read(bundle(sent, head=b'"type":"bundle","spec_version":"2.0"'))
    assert reading.objects[0].received.spec_version == "2.0"


def test_a_bundle_without_objects_is_empty_not_broken() -> None:
    reading = read(b'{"type":"bundle","id":"bundle--1"}')
    assert (reading.objects, reading.losses) == ((), ())


def test_a_byte_order_mark_is_accepted() -> None:
    assert _types(read(b"\xef\xbb\xbf" + raw("note"))) == ["note"]


def test_a_bad_object_becomes_a_loss_and_the_others_stay() -> None:
    reading = read(bundle(raw("tool"), raw("note", confidence=101), b"7", raw("url")))
    assert _types(reading) == ["tool", "url"]
    first, second = reading.losses
    assert (first.id, first.position, first.path) == (NOTE_ID, "/objects/1", "confidence")
    assert str(first) == (
        f"The object at /objects/1, {NOTE_ID}, was not read: confidence must be at most 100."
    )
    assert str(second) == "The object at /objects/2 was not read: it must be a JSON object."


def test_a_duplicate_key_loses_only_that_object() -> None:
    twice = raw("note").replace(b'{"type"', b'{"lang":"de","lang":"en","type"')
    reading = read(bundle(raw("tool"), twice))
    assert _types(reading) == ["tool"]
    assert reading.losses[0].id == NOTE_ID
    assert "more than once" in reading.losses[0].rule


def test_an_object_nested_too_deeply_loses_only_that_object() -> None:
    deep = b'{"type":"x-deep","a":' + b"[" * 250 + b"]" * 250 + b"}"
    reading = read(bundle(deep, raw("tool")))
    assert _types(reading) == ["tool"]
    assert reading.losses[0].rule == "is nested too deeply"


@pytest.mark.parametrize(
    "data",
    [
        b'{"type":"bundle","type":"bundle","objects":[]}',
        b'{"type":"bundle","spec_version":"2.0","spec_version":"2.1","objects":[]}',
        bundle(raw("note"))[:-1] + b',"objects":[]}',
        bundle(raw("note"), head=b'"type":"bundle","objects":[' + raw("note") + b"]"),
        bundle(raw("note"), head=b'"type":"bundle","\\u006fbjects":[]'),
    ],
)
def test_a_duplicate_key_of_the_bundle_refuses_the_file(data: bytes) -> None:
    with pytest.raises(BadInput, match="more than once"):
        read(data)


BROKEN = {
    "empty": (b"", "The file is empty."),
    "blank": (b" \n ", "The file is empty."),
    "utf16_with_mark": (raw("note").decode().encode("utf-16"), "UTF-16; save it as UTF-8"),
    "utf32_with_mark": (raw("note").decode().encode("utf-32"), "UTF-32; save it as UTF-8"),
    "utf16_without_mark": (raw("note").decode().encode("utf-16-le"), "save it as UTF-8"),
    "latin1": (b'{"type":"note",\n"x":"\xe9"}', r"not UTF-8 at byte 21 \(line 2\)"),
    "cut_off": (bundle(raw("note"))[:-1], "stops before its end, at byte"),
    "a_comma_too_many": (b'{"type":"note",\n}', r"not valid JSON at byte 16 \(line 2\)"),
    "text_after_the_end": (raw("note") + b"x", "not valid JSON at byte"),
    "not_a_number": (b'{"type":"bundle","objects":[NaN]}', "has NaN at byte 28"),
    "no_json": (b"hello", "not valid JSON"),
    "a_number": (b"7", "STIX is an object or a list"),
    "other_json": (b'{"Event":{}}', "neither 'type' nor 'objects'"),
    "objects_no_list": (b'{"type":"bundle","objects":{}}', "'objects' is no list"),
    "too_deep": (b'{"type":"bundle","a":' + b"[" * 100_000, "nested too deeply"),
    "too_deep_a_list": (b"[" * 100_000, "nested too deeply"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_fault_of_the_whole_file_is_one_sentence(name: str) -> None:
    data, sentence = BROKEN[name]
    with pytest.raises(BadInput, match=sentence) as caught:
        read(data)
    assert "\n" not in str(caught.value)


def test_a_file_over_the_limit_is_refused_unread() -> None:
    with pytest.raises(BadInput, match="split it"):
        read(b" " * (MAX_BYTES + 1))


def test_an_exact_duplicate_is_kept_once_however_it_is_written() -> None:
    sent = sample("note")
    other_way = json.dumps(dict(reversed(sent.items())), indent=1).encode()
    reading = read(bundle(raw("note"), raw("note"), other_way))
    assert len(reading.objects) == 1
    assert reading.conflicts == ()


def test_one_version_with_two_contents_keeps_both_and_is_a_conflict() -> None:
    reading = read(bundle(raw("note"), raw("note", content="Other."), raw("note")))
    assert len(reading.objects) == 2
    (conflict,) = reading.conflicts
    assert conflict.id == NOTE_ID
    assert conflict.positions == ("/objects/0", "/objects/1")
    assert len(set(conflict.hashes)) == 2


def test_equal_instants_are_one_version() -> None:
    first = raw("note", modified="2026-03-01T12:00:00Z")
    second = raw("note", modified="2026-03-01T12:00:00.000Z")
    created = {"created": "2026-03-01T12:00:00Z"}
    assert len(read(bundle(first, second)).conflicts) == 1
    assert len(read(bundle(raw("note", **created), second)).conflicts) == 1


def test_two_versions_are_no_conflict() -> None:
    later: dict[str, Any] = {"modified": "2026-03-02T12:00:00.000Z"}
    reading = read(bundle(raw("note"), raw("note", **later)))
    assert (len(reading.objects), reading.conflicts) == (2, ())


def test_a_redefined_marking_is_a_conflict() -> None:
    forged = raw("marking-definition", definition={"statement": "Free for all"})
    reading = read(bundle(raw("marking-definition"), forged))
    assert len(reading.conflicts) == 1
    assert reading.conflicts[0].modified is None


def test_objects_without_an_id_never_count_as_one() -> None:
    reading = read(bundle(b'{"type":"x-a"}', b'{"type":"x-a"}'))
    assert len(reading.objects) == 2


@pytest.mark.parametrize("half", [b"\\ud800 alone", b"\\uDC00", b"at the end \\udBff"])
def test_half_a_surrogate_in_one_object_loses_only_that_object(half: bytes) -> None:
    broken = raw("note").replace(b"Seen twice.", half)
    whole = raw("tool").replace(b'"type"', b'"x_smile":"\\ud83d\\ude00","type"')
    reading = read(bundle(whole, broken))
    assert [item.received.raw for item in reading.objects] == [whole]
    (loss,) = reading.losses
    assert (loss.id, loss.rule) == (NOTE_ID, "holds half a surrogate pair, which is no letter")


def test_half_a_surrogate_around_the_objects_refuses_the_file() -> None:
    with pytest.raises(BadInput, match="holds half a surrogate pair"):
        read(bundle(raw("tool"), head=b'"type":"bundle","id":"\\ud800"'))


def test_half_a_surrogate_that_cannot_be_masked_refuses_the_file() -> None:
    with pytest.raises(BadInput, match="has half a surrogate pair"):
        read(bundle(raw("tool", x_mine="?").replace(b"?", b"\\ud800\\ue000")))


def test_more_objects_than_can_be_held_refuse_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stix_bundle, "MOST_OBJECTS", 2)
    assert len(read(bundle(raw("tool"), raw("note"))).objects) == 2
    with pytest.raises(BadInput, match="more than 2 objects"):
        read(bundle(raw("tool"), raw("note"), raw("url")))


def test_a_bundle_whose_type_is_no_text_is_left_to_the_object_reader() -> None:
    reading = read(b'{"type":7,"objects":[]}')
    assert (reading.losses[0].path, reading.losses[0].rule) == ("type", "must be text")
