import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.errors import BadInput
from comity.formats.detect import detect
from comity.formats.html_text import page
from tests.formats.prose_samples import objects, positions, reading

PAGE = b"""<!DOCTYPE html>
<html><head><title>Evil &amp; more</title>
<script>var a = "script.evil.org";</script>
<meta name="description" content="What evil did."><meta name=date content=2022-10-11></head>
<body><!-- comment.evil.org --><p>Look at <b>evil</b>[.]com and
<a class=x href='http://hidden.evil.org/x?a=1&amp;b=2'>click www.shown.org</a></p>
<td>1.2.3.4</td><td>5.6.7.8</td> 3 &lt; 4 T1059 <a href="#top">top</a>
<style>.evil.net{}</style></body></html>
"""


def test_a_page_gives_its_text_and_where_its_links_lead() -> None:
    got = reading(PAGE)
    (report,) = objects(got, "report")
    assert (report.name, report.description) == ("Evil & more", "What evil did.")
    assert report.published == "2022-10-11T00:00:00Z"
    assert [one.value for one in objects(got, "domain-name")] == [
        "evil.com", "www.shown.org", "hidden.evil.org"
    ]  # fmt: skip
    assert [one.value for one in objects(got, "url")] == ["http://hidden.evil.org/x?a=1&b=2"]
    assert [one.value for one in objects(got, "ipv4-addr")] == ["1.2.3.4", "5.6.7.8"]


def test_positions_are_lines_of_the_source() -> None:
    got = reading(PAGE)
    assert positions(got, "domain-name") == ["line 5", "line 6", "link on line 6"]
    assert positions(got, "ipv4-addr") == ["line 7", "line 7"]


@pytest.mark.parametrize(
    "data",
    [
        b"<!doctype html><p>x", b"<HTML>\n<body>x", b"\n<!-- x --><html>", b"<p>x</p>",
        b'<?xml version="1.0"?>\n<html>', b"\xef\xbb\xbf<html>", "<html>x".encode("utf-16"),
    ],
)  # fmt: skip
def test_html_is_known_by_how_it_begins(data: bytes) -> None:
    assert detect(data) == "html"


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("a<!-- open evil.com", "a"),
        ("a<script>evil.com", "a"),
        ('a<b class="open', "a"),
        ("a < b & c", "a < b & c"),
        ("&#65;&#x42;&amp;&unknown;&#99999999;", "AB&&unknown;&#99999999;"),
        ("a<br/>b", "a\u2029b"),
        ("a</>b<?x?>c<![CDATA[d]]>e", "a</>bce"),
        ("<a b='1' c=2 d>x</a>", "x"),
    ],
)
def test_broken_markup_is_read_as_a_browser_would(source: str, text: str) -> None:
    assert page(source).text == text


def test_a_truncated_page_is_read_as_far_as_it_goes() -> None:
    got = reading(PAGE[:420])
    assert "evil.com" in [one.value for one in objects(got, "domain-name")]


@given(st.text(alphabet="<>/!-?&#;\"'= \nabpscript", max_size=120))
def test_any_markup_keeps_its_lines(source: str) -> None:
    assert page(source).text.count("\n") == source.count("\n")


HOSTILE = ["<", "<!--", "<a ", '<a b="', "&#1", "<script>", "<script></script>", "</", "<div>",
           "<!", "<a b=' ", "<title>"]  # fmt: skip


@pytest.mark.parametrize("unit", HOSTILE)
def test_hostile_markup_costs_no_more_than_its_length(unit: str) -> None:
    page(unit * (1_000_000 // len(unit)))


def test_five_megabytes_of_one_tag_are_read_to_the_end() -> None:
    assert page("x<a " + "b=c" * 1_666_666).text == "x"


def test_a_page_that_only_a_script_would_fill_is_refused() -> None:
    with pytest.raises(BadInput, match="Print it as PDF"):
        reading(b"<html><body><script>draw()</script></body></html>")
    link = b"<html><body><a href='https://evil.example/x'><img></a></body></html>"
    assert positions(reading(link), "url") != []
