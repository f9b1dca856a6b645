import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.errors import BadInput
from comity.formats import text_report
from comity.formats.detect import detect
from comity.formats.produced import UNDATED
from comity.formats.stated import as_timestamp, stated_date, stated_marking
from comity.stix.base import Sco
from comity.stix.markings import TLP_2_IDS, Tlp
from tests.formats.prose_samples import SHA256, objects, positions, reading

REPORT = f"""= Green Group attacks ministries

Date: 11 October 2022

Green Group has been sending documents to ministries since May of this year.

They used T1059.001 to start. The flaw CVE-2021-44228 was used, too, at
evil[.]com. Later evil[.]com moved to 10.0.0.1.

{SHA256}
Write to us@example.org. Also TA0001, S0154 and G0007.
""".encode()


def test_prose_becomes_a_report_about_what_it_names() -> None:
    got = reading(REPORT)
    (report,) = objects(got, "report")
    assert (got.format, got.reader, got.losses, got.notes) == ("text", "text/1", (), ())
    assert report.name == "Green Group attacks ministries"
    assert report.description.startswith("Green Group has been sending")
    assert report.published == report.created == "2022-10-11T00:00:00Z"
    ids = {item.received.value.id for item in got.objects}
    assert set(report.object_refs) == ids - {report.id}
    assert sorted(item.received.value.type for item in got.objects) == [
        "attack-pattern", "domain-name", "email-addr", "file", "indicator", "indicator",
        "indicator", "ipv4-addr", "report", "vulnerability",
    ]  # fmt: skip


def test_a_technique_and_a_flaw_are_described_by_the_sentence_that_names_them() -> None:
    got = reading(REPORT)
    (technique,) = objects(got, "attack-pattern")
    assert technique.description == "They used T1059.001 to start."
    assert technique.external_references[0].external_id == "T1059.001"
    assert str(technique.external_references[0].url).endswith("/techniques/T1059/001/")
    (flaw,) = objects(got, "vulnerability")
    assert flaw.description == "The flaw CVE-2021-44228 was used, too, at evil[.]com."
    assert flaw.external_references[0].source_name == "cve"


def test_ids_that_do_not_say_what_they_name_are_references_of_the_report() -> None:
    (report,) = objects(reading(REPORT), "report")
    named = {ref.external_id: ref.url for ref in report.external_references}
    assert named == {
        "TA0001": "https://attack.mitre.org/tactics/TA0001/",
        "S0154": "https://attack.mitre.org/software/S0154/",
        "G0007": "https://attack.mitre.org/groups/G0007/",
    }


def test_a_value_seen_twice_is_one_object_at_its_first_place() -> None:
    got = reading(REPORT)
    assert positions(got, "domain-name") == ["line 8, characters 1-10, seen 2 times"]
    domain = objects(got, "indicator")[0]
    assert domain.pattern == "[domain-name:value = 'evil.com']"
    assert domain.labels == ("comity:candidate", "comity:defanged", "comity:seen=2")


def test_an_address_for_special_use_is_kept_and_labelled() -> None:
    address = objects(reading(REPORT), "indicator")[1]
    assert "10.0.0.1" in address.pattern
    assert "comity:special-use" in address.labels


def test_what_an_undated_file_yields_says_that_it_is_undated() -> None:
    got = reading(b"Seen at 1.2.3[.]4 today")
    (indicator,) = objects(got, "indicator")
    (report,) = objects(got, "report")
    for value in (indicator, report):
        assert value.created == UNDATED
        assert "comity:undated" in value.labels


def test_a_report_in_which_nothing_is_found_refers_to_the_received_file() -> None:
    data = b"Nothing to see here"
    got = reading(data)
    (file,) = objects(got, "file")
    assert file.hashes == {"SHA-256": hashlib.sha256(data).hexdigest()}
    assert objects(got, "report")[0].object_refs == (file.id,)


def test_a_wrapped_value_names_both_its_ends() -> None:
    got = reading(b"see\n1.2.3[.\n]4")
    assert positions(got, "ipv4-addr") == ["line 2, character 1 to line 3, character 2"]


def test_front_matter_is_no_title_and_no_summary() -> None:
    got = reading(b"title: Big attack\nurl: https://a.example.org\n\nBig attack\n\nshort\n")
    assert objects(got, "report")[0].name == "Big attack"
    assert objects(got, "report")[0].description is None


def test_only_marks_still_make_a_report() -> None:
    assert objects(reading(b"-- ## --"), "report")[0].name == "A report without a title"


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_the_usual_encodings_are_read(codec: str) -> None:
    got = reading("Überfall auf 1.2.3[.]4\r\nund café.example[.]com".encode(codec))
    assert objects(got, "report")[0].name == "Überfall auf 1.2.3[.]4"
    assert positions(got, "domain-name") == ["line 2, characters 5-22"]
    assert [bool(note) for note in got.notes] == [True] * (codec == "cp1252")


def test_prose_that_begins_with_a_bracket_is_no_json() -> None:
    assert detect(b"[TLP:GREEN] Report") == "text"
    assert detect(b"[1] see evil[.]com") == "text"
    assert detect("[\u00e9] see".encode("cp1252")) == "text"
    with pytest.raises(BadInput, match="of no format"):
        detect(b'{"not": "known"}')


def test_markings_stated_in_the_text_bind_every_object() -> None:
    got = reading(b"TLP:GREEN\n\nNote TLP:AMBER+STRICT holds. evil[.]com and T1059")
    for item in got.objects:
        strict = TLP_2_IDS[Tlp.AMBER_STRICT]
        assert item.received.value.object_marking_refs == (strict,)


def test_a_label_that_opens_doors_counts_only_at_the_head_of_a_line() -> None:
    assert stated_marking("[TLP:CLEAR] Report") == (TLP_2_IDS[Tlp.CLEAR],)
    assert stated_marking("TLP:WHITE") == (TLP_2_IDS[Tlp.CLEAR],)
    assert stated_marking("A TLP:CLEAR version will follow") == ()
    assert stated_marking("\n" * 40 + "TLP:GREEN") == ()
    assert stated_marking("handle as TLP:RED") == (TLP_2_IDS[Tlp.RED],)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2022-10-11", "2022-10-11T00:00:00Z"),
        ("2022-10-11T10:00:00+02:00", "2022-10-11T08:00:00Z"),
        ("2022-10-11 10:00", "2022-10-11T10:00:00Z"),
        ("11th October, 2022", "2022-10-11T00:00:00Z"),
        ("Oct. 11, 2022", "2022-10-11T00:00:00Z"),
        ("11/10/2022", None),
        ("2022-13-11", None),
        ("31 February 2022", None),
        ("11 Octember 2022", None),
        ("soon", None),
    ],
)
def test_a_date_is_read_only_where_it_can_be_read_in_one_way(
    text: str, expected: str | None
) -> None:
    assert as_timestamp(text) == expected


def test_a_date_counts_only_on_a_line_that_says_it_is_one() -> None:
    assert stated_date("Published: 2022-10-11") == "2022-10-11T00:00:00Z"
    assert stated_date("On 2022-10-11 it began") is None
    assert stated_date("\n" * 40 + "Date: 2022-10-11") is None


@given(st.text(max_size=200))
def test_the_same_file_gives_the_same_objects(text: str) -> None:
    data = text.encode("utf-8", "replace")
    try:
        once = text_report.read(data, source=SHA256)
    except BadInput:
        return
    assert once == text_report.read(data, source=SHA256)
    other = text_report.read(data, source="0" * 64)
    here = {item.received.value.id for item in once.objects}
    for item in other.objects:
        value = item.received.value
        assert isinstance(value, Sco) or value.id not in here


def test_one_value_a_hundred_thousand_times_stays_one_small_object() -> None:
    got = reading(b"see 1.2.3[.]4 " * 100_000)
    (indicator,) = objects(got, "indicator")
    assert "comity:seen=100000" in indicator.labels
    assert len(indicator.description) <= 500


def test_a_file_of_more_values_than_can_be_handled_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("comity.formats.assemble.MOST_VALUES", 2)
    with pytest.raises(BadInput, match="more than 2 different values; split it"):
        reading(b"1.1.1[.]1 1.1.1[.]2 1.1.1[.]3")
