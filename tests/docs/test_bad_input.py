"""The page of bad input says what the command says."""

import pytest

from tests.docs.bad_input import ALL, HEAD, PAGE, Bad, outcome, row


@pytest.mark.parametrize("bad", ALL, ids=lambda bad: bad.title)
def test_each_bad_input_gets_the_sentence_of_the_page(bad: Bad) -> None:
    came = outcome(bad)
    assert row(bad, came) in PAGE.read_text("utf-8").splitlines()
    assert came.code in (0, 2)
    assert came.kept != "something"
    for sentence in came.said:
        assert "\n" not in sentence
        assert "Traceback" not in sentence


def test_the_page_has_no_line_of_an_input_that_is_gone() -> None:
    text = PAGE.read_text("utf-8")
    assert text.startswith(HEAD)
    lines = [line for line in text.splitlines() if line.startswith("| ")]
    assert len(lines) == len(ALL) + 2  # and the two heads
