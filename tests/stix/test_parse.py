import json
import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.stix.error import StixError
from comity.stix.parse import inexact_number, parse_object, parse_plain

# Few keys, each in several spellings, so that equal ones meet; texts that look like keys.
_KEYS = st.sampled_from(
    [b'"a"', b'"\\u0061"', b'"b"', b'""', b'"a\\\\"', b'"a\\""', b'"\\u005c\\u0022"', b'":"']
)
_TEXTS = st.sampled_from(
    [
        b'"x"', b'""', b'":"', b'"\\"a\\":"', b'"\\\\"', b'"\\\\\\""', b'"\\\\\\\\"', b'"\\u0022"',
        b'"\\u005c"', '"é\\ud83d\\ude00"'.encode(), b'" : "', b'"{\\"a\\":1,\\"a\\":2}"', b'"\\/"',
    ]
)  # fmt: skip
_NUMBERS = st.sampled_from(
    [
        b"0", b"-0", b"-0.0", b"1.5", b"1e2", b"1E400", b"5e-324", b"1e-400", b"9007199254740991",
        b"9007199254740992", b"-9007199254740992", b"9" * 30, b"0." + b"0" * 400 + b"1",
    ]
)  # fmt: skip
_WORDS = st.sampled_from([b"true", b"false", b"null"])
_BROKEN = st.sampled_from([b"", b"01", b"NaN", b'"\\ud800"', b'"\xff"', b'"\t"', b'"\\"', b"{,}"])
_BLANK = st.sampled_from([b"", b"", b" ", b"\n\t\r "])


@st.composite
def _object(draw, parts):
    # Each key its own half of the time, so that both answers come often enough.
    unique = draw(st.booleans())
    keys = draw(st.lists(_KEYS, max_size=5, unique_by=json.loads if unique else None))
    blank = [draw(_BLANK) for _ in range(4)]
    pairs = [blank[0] + key + blank[1] + b":" + blank[2] + draw(parts) for key in keys]
    return b"{" + (blank[3] + b",").join(pairs) + blank[3] + b"}"


def _inside(parts):
    lists = st.builds(
        lambda items, blank: b"[" + (blank + b",").join(items) + b"]",
        st.lists(parts, max_size=4),
        _BLANK,
    )
    return lists | _object(parts)


_SOUND = st.recursive(_TEXTS | _NUMBERS | _WORDS, _inside, max_leaves=12)
_ANY = st.recursive(_TEXTS | _NUMBERS | _WORDS | _BROKEN, _inside, max_leaves=12)


def _exact_or_none(text):
    try:
        return parse_object(text)
    except StixError:
        return None


def _bits(value):
    """Tell apart what ``==`` does not: true from one, zero from minus zero, orders of keys."""
    if isinstance(value, dict):
        return [(key, _bits(child)) for key, child in value.items()]
    if isinstance(value, list):
        return [_bits(child) for child in value]
    return struct.pack("d", value) if isinstance(value, float) else (type(value), value)


@settings(max_examples=500)
@given(_object(_SOUND) | _object(_ANY))
def test_what_is_plain_is_exactly_what_the_full_check_lets_through(text):
    exact, plain = _exact_or_none(text), parse_plain(text)
    if exact is None or None in exact.values() or inexact_number(exact):
        assert plain is None
    else:
        assert plain is not None
        assert _bits(plain) == _bits(exact)


@given(st.binary(max_size=40) | st.text(max_size=40).map(str.encode))
def test_no_bytes_are_plain_that_the_full_check_refuses(text):
    plain = parse_plain(text)
    assert plain is None or _bits(plain) == _bits(parse_object(text))


TWICE = {
    "at_the_top": b'{"a":1,"a":2}',
    "with_a_text_lost": b'{"a":"x","a":"y"}',
    "below": b'{"x":[{"y":{"a":1,"a":2}}]}',
    "in_a_part_that_is_lost_itself": b'{"x":{"a":1,"a":2},"x":1}',
    "by_escape": b'{"a":1,"\\u0061":2}',
    "with_blanks": b'{"a" : 1 ,\n"a"\t: 2}',
    "beside_texts_like_keys": b'{"a":"\\"b\\":","a":":"}',
    "beside_escaped_backslashes": b'{"a":"\\\\","a":"\\\\\\""}',
    "empty": b'{"":1,"":1}',
}


@pytest.mark.parametrize("text", TWICE.values(), ids=TWICE)
def test_a_key_twice_is_never_plain(text):
    assert parse_plain(text) is None
    with pytest.raises(StixError, match="more than once"):
        parse_object(text)


@pytest.mark.parametrize("depth", [50, 98, 99, 100, 101, 198, 300, 5000])
@pytest.mark.parametrize(("opening", "closing"), [(b"[", b"]"), (b'{"a":', b"}")])
def test_depth_is_left_to_the_full_check(depth, opening, closing):
    text = b'{"a":' + opening * depth + b"1" + closing * depth + b"}"
    assert (parse_plain(text) is not None) == (depth < 100)
    if depth < 100:
        assert parse_plain(text) == parse_object(text)
