import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.errors import BadInput
from comity.stix.canonical import canonical, content_hash
from comity.stix.error import StixError
from tests.stix.samples import sample


def test_blanks_and_key_order_do_not_change_the_hash() -> None:
    assert content_hash(b'{"b": 1.0,\n "a": "\\u00e9"}') == content_hash('{"a":"é","b":1}'.encode())


@given(st.permutations(list(sample("indicator"))), st.sampled_from([None, 1, 4]))
def test_any_order_of_keys_gives_one_hash(names: list[str], indent: int | None) -> None:
    sent = sample("indicator")
    text = json.dumps({name: sent[name] for name in names}, indent=indent).encode()
    assert content_hash(text) == content_hash(sent)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ({"a": 2**53}, "cannot be exchanged exactly"),
        ({"a": -(2**53)}, "cannot be exchanged exactly"),
        ({"a": float("inf")}, "infinite or not a number"),
        ({"a": float("nan")}, "infinite or not a number"),
        ({"a": "\ud800"}, "no canonical form"),
    ],
)
def test_what_readers_could_read_differently_is_refused(
    content: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(BadInput, match=sentence):
        canonical(content)


def test_content_too_deep_to_write_is_refused() -> None:
    deep: dict[str, Any] = {}
    for _ in range(100_000):
        deep = {"a": deep}
    with pytest.raises(BadInput, match="too deeply"):
        canonical(deep)


def test_the_limits_of_exact_integers_are_kept() -> None:
    assert canonical({"a": 2**53 - 1}) == b'{"a":9007199254740991}'


def test_bytes_that_are_no_object_have_no_hash() -> None:
    with pytest.raises(StixError):
        content_hash(b"[1]")
