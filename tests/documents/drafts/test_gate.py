"""A name is found however it is written, and an innocent word is not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.documents.drafts.gate import ActorNames

NAMES = ("APT28", "Fancy Bear", "Sofacy", "Équipe Lune", "海莲花")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("seen by apt28.", "APT28"),
        ("APT-28 and others", "APT28"),
        ("APT\u200b28", "APT28"),
        ("a fancy_bear tool", "Fancy Bear"),
        ("FANCYBEAR", "Fancy Bear"),
        ("Fancy\nBear", "Fancy Bear"),
        ("equipe lune", "Équipe Lune"),
        ("ＡＰＴ２８", "APT28"),
        ("由海莲花发起", "海莲花"),
        ("hxxp://sofacy[.]net/x", "Sofacy"),
    ],
)
def test_a_name_is_found_however_it_is_written(text, name):
    assert ActorNames(NAMES).in_text(text) == (name,)


@pytest.mark.parametrize("text", ["APT288", "a bear, fancy", "sofacys", "", "bears"])
def test_a_part_of_another_word_is_no_name(text):
    assert ActorNames(NAMES).in_text(text) == ()


def test_names_without_a_word_in_them_are_found_nowhere():
    assert ActorNames(("", "--", " ")).in_text("anything -- at all") == ()


@given(
    st.text(max_size=30),
    st.from_regex(r"[A-Za-z]{3,8}( [A-Za-z0-9]{2,8}){0,3}", fullmatch=True),
    st.text(max_size=30),
)
def test_a_name_between_other_words_is_always_found(before, name, after):
    assert name in ActorNames((name,)).in_text(f"{before} {name.upper()} {after}")


@pytest.mark.parametrize("name", ["2026", "2026-11-27", "00", "365"])
def test_a_name_without_a_letter_is_a_date_or_a_number_to_everybody(name):
    assert ActorNames((name,)).in_text("of 2026-11-27 00:00, 365 days") == ()


@pytest.mark.parametrize(
    "value",
    [
        "sofacyupdate.top",
        "apt28panel.top",
        "http://a.top/my%5Ffancy%62ear/x",
        "http://a.top/fancy%2562ear",
        "fancy-bear.top",
        "xn--sofacy-9ya.top",
    ],
)
def test_in_an_address_a_name_is_found_inside_other_words_and_encoded(value):
    assert ActorNames(NAMES).in_value(value)


def test_a_short_name_in_an_address_counts_as_a_word_alone():
    names = ActorNames(("Bear",))
    assert names.in_value("bear-update.top")
    assert not names.in_value("forbearance.top")


def test_tens_of_thousands_of_names_do_not_stall_the_check():
    names = ActorNames(f"group of the number {n}" for n in range(50_000))
    assert [names.in_text(f"seen: group of the number {n}") for n in range(2_000)][7]
