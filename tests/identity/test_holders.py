"""The rule of the threshold, over every shape of a document."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.errors import BadInput
from comity.identity.holders import Holder, check_threshold, majority
from comity.identity.pair import PublicPair


def holders(*sizes: int) -> tuple[Holder, ...]:
    pair = PublicPair(bytes(32), bytes(1952))
    return tuple(Holder(f"Office {at}", (pair,) * size) for at, size in enumerate(sizes))


@pytest.mark.parametrize(
    ("sizes", "threshold"), [((1, 1, 1), 4), ((2,), 3), ((1, 1), 3), ((1,) * 5, 6)]
)
def test_more_than_half_of_the_keys_is_a_threshold(sizes: tuple[int, ...], threshold: int) -> None:
    assert majority(holders(*sizes)) == threshold
    check_threshold(holders(*sizes), threshold)


@given(st.lists(st.integers(1, 4), min_size=1, max_size=8), st.integers(0, 20))
def test_no_kind_of_key_and_no_person_of_several_reaches_a_threshold_that_is_accepted(
    sizes: list[int], threshold: int
) -> None:
    try:
        check_threshold(holders(*sizes), threshold)
    except BadInput:
        return
    of_one_kind = sum(sizes)
    assert of_one_kind < threshold < 2 * of_one_kind
    assert len(sizes) == 1 or 2 * max(sizes) < threshold


@pytest.mark.parametrize(
    ("sizes", "threshold", "sentence"),
    [
        ((), 1, "at least one holder"),
        ((1, 1, 1), 3, "The 3 keys of one kind would reach the threshold of 3"),
        ((2,), 2, "The 2 keys of one kind would reach"),
        ((1, 1, 1), 6, "takes all 6 keys"),
        ((1,), 2, "one person needs two pairs"),
        ((2, 1), 4, "Office 0 alone would reach the threshold of 4"),
        ((1,) * 9, 10, "at most 8 pairs"),
    ],
)
def test_a_threshold_that_could_be_reached_wrongly_or_never_is_refused(
    sizes: tuple[int, ...], threshold: int, sentence: str
) -> None:
    with pytest.raises(BadInput, match=sentence):
        check_threshold(holders(*sizes), threshold)


def test_two_holders_of_one_name_are_refused() -> None:
    with pytest.raises(BadInput, match="Two holders of root keys have the same name"):
        check_threshold((*holders(1), *holders(1)), 3)


@pytest.mark.parametrize("name", ["", " Desk", "Desk\n", "D\u202eesk", "x" * 201])
def test_a_name_that_cannot_be_shown_as_it_is_is_refused(name: str) -> None:
    with pytest.raises(BadInput, match="The name of a holder is one line"):
        Holder(name, holders(1)[0].pairs)


@pytest.mark.parametrize("count", [0, 9])
def test_a_holder_of_nothing_or_of_too_much_is_refused(count: int) -> None:
    with pytest.raises(BadInput, match="A holder has 1 to 8 pairs"):
        Holder("Desk", holders(1)[0].pairs * count)
