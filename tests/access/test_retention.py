"""How long content is kept: nothing is due without a rule, and each fault is said in a sentence."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.access.retention import KINDS, Rule, may_fall_due, may_hold, read_retention
from comity.errors import BadInput
from comity.record import erasure, payload


def test_a_kind_has_the_days_that_its_line_says_and_others_have_no_rule():
    assert read_retention(b"[days]\nwatch = 365\nimport = 1825\n") == {
        "import": Rule("import", 1825), "watch": Rule("watch", 365),
    }  # fmt: skip


@pytest.mark.parametrize("text", ["", "[days]\n"])
def test_where_nobody_said_anything_nothing_is_due(text):
    assert read_retention(text.encode()) == {}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[days]\nrole = 10", "role has no rule"),
        ("[days]\nincident = 10", "incident has no rule"),
        ("[days]\nwatch = 0", "cannot be read"),
        ("[days]\nwatch = -1", "cannot be read"),
        ("[days]\nwatch = 99999999", "cannot be read"),
        ('[days]\nwatch = "a year"', "cannot be read"),
        ("watch = 10", "cannot be read"),
        ("[days", "cannot be read"),
    ],
)
def test_what_is_wrong_with_a_file_is_said(text, says):
    with pytest.raises(BadInput, match=says):
        read_retention(text.encode())


@given(st.binary(max_size=200))
def test_no_file_breaks_the_reader(body):
    with contextlib.suppress(BadInput):
        read_retention(body)


def test_no_rule_can_be_about_what_must_not_be_erased():
    assert not {*KINDS} & (erasure.LASTING | {"erasure", "incident"})


def test_whatever_holds_a_text_or_a_file_and_can_be_erased_can_have_a_rule():
    holding = {
        kind.__struct_config__.tag
        for kind in payload.Claim.__subclasses__()
        if {"blobs", "source", "result"} & {*kind.__struct_fields__}
    }
    assert "bundle" in holding
    assert holding - erasure.LASTING <= {*KINDS}


def test_a_hold_is_put_once_lifted_once_and_stops_every_rule():
    assert may_hold(held=False, wanted=True).allowed
    assert may_hold(held=True, wanted=False).allowed
    assert not may_hold(held=True, wanted=True).allowed
    assert not may_hold(held=False, wanted=False).allowed
    assert may_fall_due(held=False).allowed
    assert not may_fall_due(held=True).allowed
