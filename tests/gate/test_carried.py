"""Words that name a level are found where people set them off, and in no sentence."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.gate.carried import set_off

WORDS = {"demoland sealed": 1, "top-sealed": 1, "sealed//own eyes": 1, "geheim.": 1}


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("Demoland Sealed", 1),
        ("Report\n\n  DEMOLAND   SEALED.\n", 3),
        ("*** Demoland sealed ***", 1),
        ("[Demoland sealed] a subject", 1),
        ("Classification: Demoland sealed", 1),
        ("Demoland sealed – not for Farland", 1),
        ("Demoland sealed - not for Farland", 1),
        ("DEMOLAND SEALED//OWN EYES", 1),
        ("Ｄｅｍｏｌａｎｄ sealed", 1),
        ("--- TOP-SEALED ---", 1),
        ("marking=top-sealed;", 1),
        ("SEALED//OWN EYES", 1),
        ("Geheim.", 1),
    ],
)
def test_a_word_that_is_set_off_is_found_with_its_line(text, line):
    assert [found for found, _ in set_off(text, WORDS)][:1] == [line]


@pytest.mark.parametrize(
    "text",
    [
        "This is not Demoland sealed at all",
        "The word Demoland sealed stands in a sentence.",
        "Demoland sealedness",
        "top sealed",
        "",
    ],
)
def test_a_word_in_a_sentence_is_none(text):
    assert list(set_off(text, WORDS)) == []


@given(st.text(), st.text(), st.sampled_from(sorted(WORDS)))
def test_a_line_of_its_own_is_found_whatever_stands_around_it(before, after, word):
    assert word in {found for _, found in set_off(f"{before}\n{word}\n{after}", WORDS)}
