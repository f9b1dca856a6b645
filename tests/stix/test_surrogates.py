import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.stix.surrogates import has_half, masked, unmasked

_DIGITS = st.text("0123456789abcdefABCDEF", min_size=2, max_size=2)
HALF = st.builds(
    "\\u{}{}{}".format, st.sampled_from("dD"), st.sampled_from("89abcdefABCDEF"), _DIGITS
)
OTHER = st.sampled_from(["x", "\\\\", "\\n", "\\ud83d\\ude00", "\\u00e9", '\\"', "\\\\ud800"])


@given(st.lists(HALF | OTHER))
def test_what_was_masked_comes_back_byte_for_byte(parts):
    text = f'"{"".join(parts)}"'.encode()
    assert has_half(text) == (masked(text) is not None)
    if has_half(text):
        hidden = masked(text)
        assert hidden is not None
        assert len(hidden) == len(text)
        assert not has_half(hidden)
        json.loads(hidden).encode()  # which half a surrogate would not survive
        assert unmasked(hidden) == text


@pytest.mark.parametrize(
    "text",
    [b'"\\ud83d\\ude00"', b'"\\\\ud800"', b'"ud800"', b"{}"],
    ids=["a_pair", "an_escaped_backslash", "no_escape", "none"],
)
def test_whole_letters_are_no_halves(text):
    assert masked(text) is None


def test_a_text_that_has_the_masks_itself_is_left_alone():
    assert has_half(b'"\\ud800\\ue000"')
    assert masked(b'"\\ud800\\ue000"') is None
