"""Whose keys they were at an entry of the log."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.errors import BadInput
from comity.identity import ceremony
from comity.identity.document import parse
from comity.identity.history import History, check_signer, keys_at, root_at
from tests.identity.support import NEWCOMER, NEXT_ONLINE, NOW, ONLINE, pair, root_1

OLD, NEW, THIRD = (pair(number).public for number in (ONLINE, NEXT_ONLINE, NEWCOMER))
V2 = parse(ceremony.renew(root_1(), NOW, online=NEW)).root
HISTORY: History = ((5, root_1()), (17, V2))


@pytest.mark.parametrize(("index", "held"), [(5, OLD), (16, OLD), (17, NEW), (10_000, NEW)])
def test_a_version_holds_from_its_entry_to_the_next(index: int, held: object) -> None:
    assert keys_at(HISTORY, index) == held


def test_before_the_first_version_nothing_is_known() -> None:
    with pytest.raises(BadInput, match="whose keys these are is not known"):
        root_at(HISTORY, 4)
    with pytest.raises(BadInput, match="whose keys these are is not known"):
        root_at((), 4)


def test_keys_that_were_rotated_out_are_refused_from_the_entry_of_the_new_version() -> None:
    assert check_signer(HISTORY, 16, OLD) == root_1()
    with pytest.raises(BadInput, match="document were replaced or revoked before entry 17"):
        check_signer(HISTORY, 17, OLD)


def test_keys_that_were_not_announced_yet_are_refused() -> None:
    assert check_signer(HISTORY, 17, NEW) == V2
    with pytest.raises(BadInput, match="not yet announced at entry 16, where version 1 holds"):
        check_signer(HISTORY, 16, NEW)


def test_keys_of_nobody_are_refused() -> None:
    with pytest.raises(BadInput, match="in no version of the signer's root document"):
        check_signer(HISTORY, 20, THIRD)


def test_what_was_signed_under_a_version_that_has_expired_since_still_verifies() -> None:
    assert check_signer(HISTORY, 6, OLD).expired(root_1().expires)


@pytest.mark.parametrize(
    "history",
    [((17, root_1()), (5, V2)), ((5, root_1()), (5, V2)), ((5, V2), (17, root_1()))],
    ids=["indices backwards", "two at one entry", "versions backwards"],
)
def test_a_history_that_is_not_in_the_order_of_the_log_is_refused(history: History) -> None:
    with pytest.raises(BadInput, match="stand in the log one after the other"):
        root_at(history, 20)


@given(st.integers(0, 30), st.integers(0, 30), st.integers(0, 30))
def test_at_each_entry_one_pair_at_most_may_sign(first: int, gap: int, index: int) -> None:
    history = ((first, root_1()), (first + gap + 1, V2))
    accepted = []
    for signer in (OLD, NEW, THIRD):
        try:
            check_signer(history, index, signer)
        except BadInput:
            continue
        accepted.append(signer)
    assert accepted == ([] if index < first else [OLD] if index < first + gap + 1 else [NEW])
