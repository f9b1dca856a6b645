"""JSON of others, into one type."""

from typing import Annotated

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.dispatch import strict_json
from comity.errors import BadInput


class Inner(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    word: Annotated[str, msgspec.Meta(pattern=r"\A[a-z]+\Z", max_length=3)]
    number: Annotated[int, msgspec.Meta(ge=1)] = 1


class Outer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    inner: tuple[Inner, ...]


def test_what_fits_is_read() -> None:
    assert strict_json.decode(b'{"inner":[{"word":"abc"}]}', Outer, "It") == Outer((Inner("abc"),))


@pytest.mark.parametrize(
    ("raw", "sentence"),
    [
        (b"{", "It is not JSON."),
        (b"\xff", "It is not JSON."),
        (b'{"inner":[]}{}', "It is not JSON."),
        (b'{"inner":NaN}', "It is not JSON."),
        (b'{"inner":' + b"[" * 5_000, "It is not JSON."),
        (b'{"inner":[],"inner":[]}', "It has the member 'inner' twice."),
        (b'{"inner":[{"word":"a","w\\u006frd":"b"}]}', "It has the member 'word' twice."),
        (b"{}", "It has no member 'inner'."),
        (b'{"inner":[{}]}', "It has no member 'word' (in inner[0])."),
        (b'{"inner":[],"x":1}', "It has a member that is unknown: 'x'."),
        (b'{"inner":[{"word":"A"}]}', "in the form it has to be (in inner[0].word)."),
        (b'{"inner":[{"word":"a\\n"}]}', "in the form it has to be (in inner[0].word)."),
        (b'{"inner":[{"word":"abcd"}]}', "a value of a length not allowed (in inner[0].word)."),
        (b'{"inner":[{"word":"a","number":0}]}', "a number out of range (in inner[0].number)."),
        (b'{"inner":{}}', "It has a value of another type than it has to be (in inner)."),
        (b"null", "It has a value of another type than it has to be."),
    ],
)
def test_each_refusal_has_its_sentence(raw: bytes, sentence: str) -> None:
    with pytest.raises(BadInput) as caught:
        strict_json.decode(raw, Outer, "It")
    assert str(caught.value).endswith(sentence)


@given(st.binary(max_size=100))
def test_the_parser_is_total(raw: bytes) -> None:
    with pytest.raises(BadInput):
        strict_json.decode(raw, Outer, "It")
