"""What is a term, and what is looked for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.node.words import LONGEST, MOST, phrases, terms


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("evil.example[.]org", ["evil", "example", "org"]),
        ("hxxps://evil[.]example/a?b=1", ["https", "evil", "example", "a", "b", "1"]),
        ("198.51.100.7", ["198", "51", "100", "7"]),
        ("CVE-2026-0001", ["cve", "2026", "0001"]),
        ("Évil", ["evil"]),
        ("Ёж", ["еж"]),
        ("أمن المعلومات", ["امن", "المعلومات"]),
        ("مُحَمَّد", ["محمد"]),
        ("محـــمد", ["محمد"]),
        ("勒索软件", ["勒索", "索软", "软件", "件"]),
        ("in\u202evoice", ["invoice"]),
        ("ＡＢＣ", ["abc"]),
        ("under_score", ["under", "score"]),
        ("***", []),
    ],
)
def test_terms_are_words_without_what_people_write_differently(text, found):
    assert list(terms([text])) == found


def test_words_in_chinese_are_found_from_one_character_on():
    assert phrases("软") == (("软",),)
    assert phrases("勒索软") == (("勒索", "索软"),)
    assert phrases("APT攻击组织x") == (("攻击", "击组", "组织"), ("apt",), ("x",))


def test_a_word_is_a_phrase_and_stands_once():
    assert phrases("evil.example evil.example 7") == (("evil", "example"), ("7",))


def test_long_texts_and_long_words_are_cut():
    assert [len(term) for term in terms(["x" * 5_000])] == [LONGEST]
    assert len(list(terms(["ab " * MOST]))) <= MOST


@given(st.text())
def test_no_term_holds_a_blank_or_a_sign_of_a_query(text):
    found = [*terms([text]), *(term for phrase in phrases(text) for term in phrase)]
    assert all(found)
    assert all(c.isalnum() or not (c.isascii() or c.isspace()) for c in "".join(found))


@given(st.lists(st.text(max_size=20), max_size=5))
def test_each_term_of_what_is_looked_for_is_one_of_the_text(texts):
    kept = set(terms(texts))
    for text in texts:
        assert {term for phrase in phrases(text) for term in phrase} <= kept
