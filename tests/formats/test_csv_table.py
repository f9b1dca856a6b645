import pytest

from comity.errors import BadInput
from comity.formats import csv_table
from comity.formats.csv_rows import LONGEST_ROW, rows
from comity.formats.detect import detect
from comity.formats.reading import Reading
from tests.formats.prose_samples import SHA256, objects, positions, reading

MISP = b"""uuid,event_id,category,type,value,comment,to_ids,date
581bacca-464c-4997-8812-49798e96ca05,4,Network activity,domain,"evil.com","C2, first",1,20151016
581bacca-464c-4997-8812-49798e96ca06,4,Network activity,ip-dst,"10.0.0.1","seen",0,1557488775
581bacca-464c-4997-8812-49798e96ca07,4,Payload,filename|md5,"a.exe|bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb",,1,
581bacca-464c-4997-8812-49798e96ca08,4,Other,text,"words","",0,20151016
581bacca-464c-4997-8812-49798e96ca09,4,Network activity,ip-dst,"nonsense","",1,20151016
"""


def read(text: str) -> Reading:
    return reading(text.encode())


def test_a_table_of_misp_is_read_by_its_types() -> None:
    got = reading(MISP)
    assert (got.format, got.reader) == ("csv", "csv/1")
    first, second = objects(got, "indicator")
    assert first.pattern == "[domain-name:value = 'evil.com']"
    assert (first.description, first.created) == ("C2, first", "2015-10-16T00:00:00Z")
    assert first.labels == ('misp:category="Network activity"',)
    assert first.external_references[0].external_id == "581bacca-464c-4997-8812-49798e96ca05"
    assert "file:name = 'a.exe'" in second.pattern
    assert "comity:undated" in second.labels


def test_what_is_not_meant_to_detect_is_no_indicator_but_keeps_its_comment() -> None:
    got = reading(MISP)
    (address,) = objects(got, "ipv4-addr")
    (note,) = objects(got, "note")
    assert (note.content, note.object_refs) == ("seen", (address.id,))
    assert note.created == "2019-05-10T11:46:15Z"
    assert "comity:special-use" in note.labels


def test_a_row_that_cannot_be_read_is_a_loss_with_its_line() -> None:
    losses = [str(loss) for loss in reading(MISP).losses]
    assert losses[0] == (
        "The object at line 5 was not read: value is of the type 'text', which has no form here."
    )
    assert losses[1].startswith("The object at line 6 was not read: value must be an IP address")


def test_columns_that_mean_nothing_here_are_named() -> None:
    assert reading(MISP).notes == ("These columns were not read: event_id.",)


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_other_tables_are_read_by_the_names_of_their_columns(delimiter: str) -> None:
    lines = ["IP Address,Domain,Description", "1.2.3[.]4,evil[.]zip,relay", "5.6.7.8,,"]
    got = read("\r\n".join(lines).replace(",", delimiter))
    assert [one.value for one in objects(got, "ipv4-addr")] == ["1.2.3.4", "5.6.7.8"]
    assert positions(got, "domain-name") == ["line 2, column Domain"]
    assert objects(got, "indicator")[0].labels == ("comity:candidate", "comity:undated")
    assert objects(got, "indicator")[0].description == "relay"


def test_hashes_and_a_name_in_one_row_are_one_file() -> None:
    got = read(f"md5,SHA-256,filename\n{'b' * 32},{SHA256},a.exe\n{'c' * 32},,\n")
    first, second = objects(got, "file")
    assert first.hashes == {"MD5": "b" * 32, "SHA-256": SHA256}
    assert first.name == "a.exe"
    assert second.hashes == {"MD5": "c" * 32}
    assert objects(got, "indicator")[0].pattern == (
        f"[file:hashes.MD5 = '{'b' * 32}' OR file:hashes.'SHA-256' = '{SHA256}']"
    )


def test_a_column_of_anything_is_searched() -> None:
    got = read(f"indicator,note\nhxxp://evil[.]com/a,x\n{SHA256},y\nCVE-2021-44228,z\nnothing,w\n")
    assert [one.value for one in objects(got, "url")] == ["http://evil.com/a"]
    assert objects(got, "domain-name") == []
    assert objects(got, "vulnerability")[0].description == "z"
    assert [loss.position for loss in got.losses] == ["line 5"]


def test_types_by_common_names_are_understood() -> None:
    got = read(
        "type,value\nIPv4,1.2.3[.]4\nFQDN,evil.com\nSHA-256," + SHA256 + "\ncve,CVE-2021-1234"
    )
    assert got.losses == ()
    assert len(objects(got, "indicator")) == 3
    assert objects(got, "vulnerability")[0].name == "CVE-2021-1234"


def test_a_rule_is_not_refanged() -> None:
    got = read(
        'type,value\nyara,"rule a { strings: $a = /x(.)y/\n condition: $a }"\nip-dst,1.2.3.4\n'
    )
    assert "x(.)y" in objects(got, "indicator")[0].pattern
    assert positions(got, "ipv4-addr") == ["line 4, column value"]


def test_one_column_is_a_table_too() -> None:
    assert objects(read("domain\nevil.com\nworse.org\n"), "indicator")[1].name == "worse.org"


def test_a_value_in_several_rows_is_one_indicator_with_all_comments() -> None:
    got = read("domain,comment,date\na.com,one,2022-02-02\na.com,two,2021-01-01\n")
    (indicator,) = objects(got, "indicator")
    assert indicator.description == "one two"
    assert indicator.created == "2021-01-01T00:00:00Z"
    assert "comity:seen=2" in indicator.labels


def test_an_unclosed_quotation_mark_costs_its_line_alone() -> None:
    got = read('domain,comment\na.com,"open\nb.com,fine\nc.com,fine\n' + "d.com,x\n" * 3)
    assert [loss.position for loss in got.losses] == ["line 2"]
    assert "never closed" in str(got.losses[0])
    assert [one.value for one in objects(got, "domain-name")] == ["b.com", "c.com", "d.com"]


def test_a_row_with_too_many_cells_or_none_is_a_loss() -> None:
    got = read('domain,comment\na.com,b,c\n,x\nb.com,"y"z"\nc.com,ok\nd.com,ok\ne.com,ok\n')
    assert [loss.position for loss in got.losses] == ["line 2", "line 3", "line 4"]
    assert len(objects(got, "domain-name")) == 3


def test_quotation_marks_in_every_line_cost_no_more_than_their_length() -> None:
    text = ('a"\n' + "b\n" * (LONGEST_ROW + 1)) * 50
    assert sum(row.fault is not None for row in rows(text, ",")) == 50
    assert sum(1 for _ in rows('"\n' * 200_000, ",")) == 100_000


def test_a_table_whose_columns_say_nothing_names_them_and_what_would_do() -> None:
    with pytest.raises(BadInput, match=r"columns are 'a', 'b'.*understood: type and value"):
        read("a,b\n1,2\n")


def test_ten_thousand_columns_are_refused_in_one_sentence() -> None:
    wide = ",".join(f"ip{n}" for n in range(9_999)) + ",domain\n" + "," * 9_999 + "\n"
    with pytest.raises(
        BadInput, match=r"has 10000 columns and at most 200.* and 9988 more"
    ) as caught:
        read(wide)
    assert len(str(caught.value)) < 600


def test_prose_with_commas_is_no_table() -> None:
    assert detect(b"Dear all, please note\nthat evil[.]com, our foe,\nis back, again\n") == "text"
    assert detect(b"Domain, URL and IP\nare words. They stand here\nin prose.\n") == "text"
    assert detect(b"a.com\nb.com\n") == "text"
    with pytest.raises(BadInput, match="no table with a header"):
        csv_table.read(b"just words", source=SHA256)


def test_a_header_alone_is_a_table_without_rows() -> None:
    with pytest.raises(BadInput, match="has a header and no row below it"):
        read("ip,comment\n")
    assert detect(b"Domain, where is it\n") == "text"
    assert detect(b"domain\n") == "text"


def test_a_cell_that_holds_nothing_of_its_column_is_said_in_words() -> None:
    got = read("ip,comment\nnone,x\n1.2.3.4,y\n")
    assert str(got.losses[0]) == "The object at line 2 was not read: ip holds no IP address."


def test_more_rows_than_can_be_held_refuse_the_table(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_table, "MOST_ROWS", 2)
    assert len(objects(read("domain,comment\na.com,x\nb.com,y\n"), "domain-name")) == 2
    with pytest.raises(BadInput, match="more than 2 rows"):
        read("domain,comment\na.com,x\nb.com,y\nc.com,z\n")
    monkeypatch.setattr(csv_table, "MOST_LINES", 3)
    with pytest.raises(BadInput, match="more than 3 lines"):
        read("domain,comment\na.com,x\n\nb.com,y\n")
