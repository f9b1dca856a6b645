"""However a limit is written, wherever it stands and whatever else is said: it holds."""

import json

import pytest

from comity.errors import BadInput
from comity.formats.detect import read
from comity.formats.pdf_report import PdfText
from comity.stix.markings import TLP_2_IDS, Tlp, strictest, tlp_of
from comity.stix.stated import stated_level

SOURCE = "0" * 64
RED = TLP_2_IDS[Tlp.RED]
MAIL = "From: a@example.org\nTo: b@example.org\nSubject: s\n"


def levels(data: bytes | str) -> set[Tlp | None]:
    """The level of every object but marking definitions."""
    raw = data.encode() if isinstance(data, str) else data
    found = set()
    for item in read(raw, source=SOURCE).objects:
        value = item.received.value
        if value.type != "marking-definition":
            said = (tlp_of(ref) for ref in value.object_marking_refs)
            found.add(strictest(level for level in said if level is not None))
    return found


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("TLP:RED", Tlp.RED),
        ("tlp:red", Tlp.RED),
        ("_TLP:RED_ see below", Tlp.RED),
        ("This is TLP RED.", Tlp.RED),
        ("TLP:AMBER+STRICT", Tlp.AMBER_STRICT),
        ("TLP:AMBER-STRICT", Tlp.AMBER_STRICT),
        ("TLP: AMBER STRICT", Tlp.AMBER_STRICT),
        ("TLP:AMBER. Strictly so", Tlp.AMBER),
        ("TLP:WHITE", Tlp.CLEAR),
        ("tlp:green", Tlp.GREEN),
        ("A report\n\nTLP:CLEAR\n\n_TLP:RED_ for the last part", Tlp.RED),
        ("Their clear TLP CLEAR policy", None),
        ("We shared it as TLP:GREEN in the end", None),
        ("The TLP REDUCED the risk", None),
    ],
)
def test_a_level_counts_however_it_is_written_and_doors_are_opened_by_none_but_a_head_line(
    text, level
):
    assert stated_level(text) == level


def test_a_title_that_limits_is_stronger_than_a_body_that_opens():
    page = "<html><head><title>TLP:RED report</title></head><body><p>TLP:CLEAR</p>x</body></html>"
    assert levels(page) == {Tlp.RED}


def test_the_other_half_of_an_e_mail_limits_too():
    mail = (
        MAIL + "MIME-Version: 1.0\nContent-Type: multipart/alternative; boundary=b\n\n"
        "--b\nContent-Type: text/plain\n\nTLP:CLEAR\nSee evil.example.com\n"
        "--b\nContent-Type: text/html\n\n<p>TLP:RED</p><p>9.9.9[.]9</p>\n--b--\n"
    )
    assert levels(mail) == {Tlp.RED}
    values = [
        getattr(i.received.value, "value", "") for i in read(mail.encode(), source=SOURCE).objects
    ]
    assert "9.9.9.9" in values


def test_a_column_of_a_table_limits_it():
    assert levels("type,value,attribute_tag\ndomain,evil.example.com,tlp:red\n") == {Tlp.RED}


def event(attribute=(), **more):
    return json.dumps(
        {
            "Event": {
                "uuid": "5c53e3b5-65b0-4a24-bc38-d5208104d470", "info": "An event",
                "date": "2026-01-01", "timestamp": "1767225600", "distribution": "3",
                "Attribute": [
                    {
                        "uuid": "5c53e3b5-65b0-4a24-bc38-d5208104d471", "type": "domain",
                        "category": "Network activity", "value": "evil.example.com",
                        "timestamp": "1767225600", "to_ids": True, "distribution": "5",
                        **dict(attribute),
                    }
                ],
                **more,
            }
        }
    )  # fmt: skip


@pytest.mark.parametrize(
    "changed",
    [
        {"Tag": [{"name": "tlp:red", "local": []}, {"name": "tlp:clear"}]},
        {"Tag": {"name": "tlp:red"}},
        {"Tag": ["tlp:red", "tlp:clear"]},
        {"EventTag": [{"Tag": {"name": "tlp:red"}}]},
        {"info": "TLP:RED An event", "Tag": [{"name": "tlp:clear"}]},
    ],
)
def test_a_limit_that_stands_in_a_damaged_or_wrong_place_of_an_event_still_limits_all(changed):
    assert levels(event(**changed)) == {Tlp.RED}


def test_a_comment_that_limits_an_attribute_limits_it():
    assert Tlp.RED in levels(event({"comment": "TLP:RED do not share"}))


@pytest.mark.parametrize(
    "header",
    [
        'Content-Type: text/plain; charset="undefined"',
        "Content-Type: text/plain; charset*=utf-8''utf%00-8",
        "Content-Type: text/plain; x*=undefined''%ff",
        "Content-Type: text/plain; filename*=utf-16''%d8%00",
        "Authentication-Results: =?utf-7?q?+2AA-?=",
        "Content-Transfer-Encoding: =?utf-7?q?+2AA-?=",
        "Message-ID: <a@[",
        'Content-Type: text/plain; charset="punycode"',
        'Content-Type: text/plain; charset="unicode_escape"',
        'Content-Type: text/plain; charset="utf-7"',
    ],
)
def test_a_broken_header_of_an_e_mail_costs_only_itself(header):
    mail = f"{MAIL}{header}\n\nSee evil[.]example[.]com \\ud800 +2AA-\n"
    reading = read(mail.encode(), source=SOURCE)
    values = [getattr(item.received.value, "value", None) for item in reading.objects]
    assert "evil.example.com" in values


def test_links_of_a_page_are_told_from_its_text_in_one_pass():
    links = "".join(f'<a href="/{"a" * 30}b{n}">x</a>\n' for n in range(20_000))
    page = f"<html><body>{links}{'a' * 2_000_000}</body></html>"
    assert read(page.encode(), source=SOURCE).format == "html"


def test_a_page_of_a_pdf_without_text_is_a_loss_and_the_others_are_read():
    reading = read(b"%PDF-1.7", source=SOURCE, pdf_text=lambda _: PdfText(("See 9.9.9[.]9", "  ")))
    assert len(reading.losses) == 1
    assert any(item.received.value.type == "ipv4-addr" for item in reading.objects)


def test_bad_rows_beyond_what_anybody_reads_are_counted():
    table = "ip,name\n" + "x,y\n" * 12_000
    reading = read(table.encode(), source=SOURCE)
    assert len(reading.losses) == 10_001
    assert "2000 more" in str(reading.losses[-1])


def test_an_event_of_more_attributes_than_can_be_read_at_once_is_refused_whole():
    one = json.loads(event())["Event"]["Attribute"][0]
    with pytest.raises(BadInput, match="at most 50000 are read; split it"):
        read(event(Attribute=[one] * 50_001).encode(), source=SOURCE)
