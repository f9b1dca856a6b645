"""Somebody's words are found however they are written, and nobody else's."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.documents.held import MOST, Finder, Person, strings
from comity.errors import BadInput

ANN = Person(
    names=("Ann Example", "Änne Beispiel"),
    mails=("ann@example.org",),
    users=("aexample", "100234", "100-234"),
    telephones=("+33 1 42 68 53 00",),
)


def found(text, person=ANN, region="FR"):
    return [asked for asked, _around in Finder(person, region).in_text(text)]


WRITTEN = [
    ("as Ann Example said", "Ann Example"),
    ("EXAMPLE\nANN EXAMPLE", "Ann Example"),
    ("ann_example.pdf", "Ann Example"),
    ("Anne Beispiel", "Änne Beispiel"),
    ("to ann@example.org, please", "ann@example.org"),
    ("ann[at]example[.]org", "ann@example.org"),
    ("CORP\\aexample signed in", "aexample"),
    ("uid=100234", "100234"),
    ("the account 100-234.", "100-234"),
    ("0142685300", "+33 1 42 68 53 00"),
    ("tel:+33-1-42-68-53-00", "+33 1 42 68 53 00"),
    ("0033 (1) 42.68.53.00", "+33 1 42 68 53 00"),
]


@pytest.mark.parametrize(("text", "asked"), WRITTEN)
def test_it_is_found_however_it_is_written(text, asked):
    assert asked in found(text)


@given(st.text(max_size=200), st.sampled_from(WRITTEN), st.text(max_size=200))
def test_it_is_found_among_whatever_else(before, written, after):
    text, asked = written
    assert asked in found(f"{before} | {text} | {after}")


@pytest.mark.parametrize(
    "text",
    ["Anna Example", "Ann of Example", "joann@example.com", "aexamples", "1002345", "42685300", ""],
)  # fmt: skip
def test_what_is_somebody_elses_is_not(text):
    assert found(text) == []


@given(st.text(max_size=300))
def test_no_text_stops_the_search(text):
    for asked, around in Finder(ANN, None).in_text(text):
        assert asked in ANN.every()
        assert len(around) <= len(text)


@given(st.integers(0, 40_000), st.integers(1, 3))
def test_in_a_long_file_it_is_found_wherever_it_stands(at, times):
    text = "x " * (at // 2) + "Ann Example " * times + "y " * 9_000
    ((asked, around, count),) = Finder(ANN, None).in_file(text)
    assert asked == "Ann Example"
    assert "Ann Example" in around
    assert 1 <= count <= 2  # parts that overlap


@pytest.mark.parametrize(
    "person",
    [
        Person(), Person(names=("A",)), Person(names=("--",)), Person(telephones=("none",)),
        Person(telephones=("12",)), Person(names=("x" * 3,) * (MOST + 1)),
    ],
)  # fmt: skip
def test_what_would_be_found_everywhere_or_nowhere_is_not_looked_for(person):
    with pytest.raises(BadInput):
        Finder(person, "FR")


def test_every_text_of_parsed_json_has_its_place():
    value = {"name": "a", "refs": [{"url": "b", "n": 1}], "odd": {"Ann": None}}
    assert [(path, text) for path, text in strings(value) if text in ("a", "b", "Ann")] == [
        ("name", "a"), ("refs.0.url", "b"), ("odd.Ann", "Ann"),
    ]  # fmt: skip
