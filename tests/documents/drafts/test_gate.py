"""A name is found however it is written, and an innocent word is not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.documents.drafts.gate import names_an_actor

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
    assert names_an_actor(text, NAMES) == (name,)


@pytest.mark.parametrize("text", ["APT288", "a bear, fancy", "sofacys", "", "bears"])
def test_a_part_of_another_word_is_no_name(text):
    assert names_an_actor(text, NAMES) == ()


def test_names_without_a_word_in_them_are_found_nowhere():
    assert names_an_actor("anything -- at all", ("", "--", " ")) == ()


@given(
    st.text(max_size=30),
    st.from_regex(r"[A-Za-z]{3,8}( [A-Za-z0-9]{2,8}){0,3}", fullmatch=True),
    st.text(max_size=30),
)
def test_a_name_between_other_words_is_always_found(before, name, after):
    assert name in names_an_actor(f"{before} {name.upper()} {after}", (name,))
