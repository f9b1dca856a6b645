"""An operator's marking schemes: what a file says, and that each fault is a sentence."""

import contextlib
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.errors import BadInput
from comity.gate.classification import Classification
from comity.gate.markings_file import NONE, read_markings
from comity.stix.markings import Tlp
from tests.markings import SEALED_ID, TOML

GUARDED, SEALED = Classification("Demoland", "GUARDED"), Classification("Demoland", "SEALED")


def read(text):
    return read_markings(text.encode())


def test_a_file_says_what_is_classified_and_what_the_node_may_hold():
    found = read(TOML)
    assert found.ceiling == (GUARDED,)
    assert found.setting.default is Tlp.AMBER_STRICT
    assert found.setting.words["demoland sealed"] == SEALED
    assert found.setting.words[SEALED_ID] == SEALED
    assert found.setting.addressees == {"Ministry of Demoland": (SEALED,)}
    assert found.setting.cleared(found.ceiling, Classification("Farland", "BLUE"))


def test_a_level_with_its_scheme_behind_it_is_always_a_word():
    found = read('schemes.S.levels = ["LOW", "High"]')
    assert found.setting.words["high (s)"] == Classification("S", "High")


def test_a_scheme_without_a_ceiling_is_one_that_the_node_holds_nothing_of():
    found = read('schemes.S.levels = ["LOW"]')
    assert found.ceiling == ()
    assert not found.setting.cleared(found.ceiling, Classification("S", "LOW"))


def test_an_empty_file_changes_nothing():
    assert read("") == NONE


ONE = 'schemes.S.levels = ["LOW", "HIGH"]\n'


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[schemes", "cannot be read"),
        ("\ud800", "cannot be read"),
        ("levels = []", "unknown field `levels`"),
        ("schemes.S.levels = []", r"\$.schemes"),
        ('schemes.S.levels = [" "]', "cannot be read"),
        ("schemes.S.ceiling = 'LOW'", "missing required field `levels`"),
        (ONE + 'schemes.S.floor = "LOW"', "unknown field `floor`"),
        ('schemes.S.levels = ["LOW", "low"]', "schemes.S: a level stands there twice"),
        (ONE + 'schemes.S.ceiling = "TOP"', "schemes.S: its ceiling 'TOP' is none of its levels"),
        (ONE + 'schemes.S.markings.x = "TOP"', "S has no level TOP"),
        (ONE + 'schemes.S.markings."tlp:red" = "HIGH"', "marking of the TLP"),
        (
            ONE + f'schemes.S.markings."{next(iter(["marking-definition--"]))}'
            'e828b379-4e03-4974-9ac4-e53a884c97c1" = "HIGH"',
            "marking of the TLP",
        ),
        (ONE + 'schemes.S.markings.x = "LOW"\nschemes.S.markings.X = "HIGH"', "'X' means what"),
        (ONE + 'schemes.S.markings."high (S)" = "LOW"', "means what schemes.S.levels means"),
        (ONE + 'schemes.s.levels = ["LOW"]', "schemes.s means what schemes.S means"),
        ('default = "clear"', "free for everybody"),
        ('default = "purple"', "is no level of the TLP"),
        (ONE + f'schemes.S.markings."{"x" * 201}" = "LOW"', "cannot be read"),
        (
            ONE + '[[equivalences]]\nof = {scheme="S", level="TOP"}\n'
            'protected_as = {scheme="S", level="LOW"}',
            "correct the equivalence",
        ),
        (
            ONE + '[addressees.Office]\nclearances = [{scheme="T", level="LOW"}]',
            "correct the clearances of Office",
        ),
    ],
)
def test_a_fault_is_one_sentence_that_names_the_place(text, says):
    with pytest.raises(BadInput, match=says) as told:
        read_markings(text.encode("utf-8", "surrogatepass"))
    assert str(told.value).startswith("markings.toml")


LEVELS = st.lists(st.sampled_from(["A", "B", "C", "a", ""]), max_size=4)


@given(
    levels=LEVELS,
    ceiling=st.sampled_from(["A", "B", "Z"]),
    words=st.dictionaries(st.sampled_from(["x", "X", "y", "tlp:red"]), st.sampled_from("ABZ")),
)
def test_what_is_read_holds_together_or_is_refused(levels, ceiling, words):
    text = f"[schemes.S]\nlevels = {levels}\nceiling = '{ceiling}'\n[schemes.S.markings]\n"
    text += "".join(f"'{word}' = '{level}'\n" for word, level in words.items())
    with contextlib.suppress(BadInput):
        found = read(text)
        (scheme,) = found.setting.schemes
        assert len({level.casefold() for level in scheme.levels}) == len(scheme.levels)
        assert ceiling in scheme.levels
        for word, level in words.items():
            assert found.setting.words[word.casefold()].level == level


@given(st.text(max_size=80) | st.binary(max_size=80).map(lambda raw: raw.decode("latin-1")))
def test_whatever_stands_in_the_file_is_read_or_refused_with_a_sentence(text):
    with contextlib.suppress(BadInput):
        read_markings(text.encode())


def test_the_example_in_the_documentation_can_be_read():
    page = Path(__file__).parents[2] / "docs" / "how-to" / "handle-classified-material.md"
    (example,) = re.findall(r"```toml\n(.*?)```", page.read_text("utf-8"), re.DOTALL)
    assert read(example).ceiling == (GUARDED,)
