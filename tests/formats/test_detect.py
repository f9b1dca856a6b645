import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.errors import BadInput
from comity.formats import detect as formats
from comity.formats import ndjson
from comity.formats.detect import detect, read
from tests.stix.samples import NOTE_ID, raw, sample

SOURCE = "0" * 64
LINES = raw("note") + b"\n\n" + raw("tool") + b"\r\n"


def test_lines_are_told_from_a_bundle() -> None:
    assert detect(LINES) == "stix-ndjson"
    assert detect(raw("note")) == "stix-bundle"
    assert detect(raw("note") + b"\n") == "stix-bundle"
    assert detect(json.dumps([sample("note")], indent=1).encode()) == "stix-bundle"
    assert detect(b'{"type":"bundle","objects":[\n' + raw("note") + b"\n]}") == "stix-bundle"


def test_broken_stix_is_left_to_its_reader_to_explain() -> None:
    assert detect(raw("note")[:-1]) == "stix-bundle"
    with pytest.raises(BadInput, match="stops before its end"):
        read(raw("note")[:-1], source=SOURCE)


@pytest.mark.parametrize("data", [b"<a/>", b'{"a":{}}', b"[1]"])
def test_an_unknown_format_lists_what_can_be_read(data: bytes) -> None:
    with pytest.raises(BadInput, match=r"one per line; MISP event JSON; STIX 2.0 or 2.1 JSON"):
        detect(data)


def test_lines_keep_their_numbers_and_a_bad_line_is_a_loss() -> None:
    reading = read(LINES + b'{"type":\n' + raw("note", lang=7), source=SOURCE)
    assert reading.reader == "stix-ndjson/1"
    assert [item.origin.position for item in reading.objects] == ["line 1", "line 3"]
    assert [(loss.id, loss.position, loss.path) for loss in reading.losses] == [
        (None, "line 4", ""),
        (NOTE_ID, "line 5", "lang"),
    ]


def test_lines_of_which_none_is_stix_are_refused() -> None:
    with pytest.raises(BadInput, match="No line of the file is a STIX object; the first says"):
        ndjson.read(b"a\nb\n", source=SOURCE)


@given(st.binary(max_size=80) | st.text(max_size=80).map(str.encode))
def test_any_bytes_are_read_or_refused_by_one_error(data: bytes) -> None:
    try:
        reading = read(data, source=SOURCE)
    except BadInput:
        return
    assert reading.objects or reading.losses or b"objects" in data


def test_lines_with_half_a_surrogate_are_lines() -> None:
    first = raw("note").replace(b"Seen twice.", b"\\ud800")
    reading = read(first + b"\n" + raw("tool"), source=SOURCE)
    assert reading.format == "stix-ndjson"
    assert [loss.position for loss in reading.losses] == ["line 1"]


def test_json_of_an_unknown_format_that_is_broken_says_where() -> None:
    with pytest.raises(BadInput, match="not valid JSON at byte 7"):
        detect(b'{"a":1,}')
    with pytest.raises(BadInput, match="nested too deeply to be JSON"):
        detect(b'{"a":' * 100_000)


def test_more_values_than_can_be_held_refuse_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(formats, "MOST_VALUES", 3)
    with pytest.raises(BadInput, match="more values than can be read safely"):
        detect(b'{"type":"bundle","objects":[1,1,1,1]}')
