"""Bech32, with the examples of BIP 173."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.dispatch import bech32
from comity.errors import BadInput

LONG = "an83characterlonghumanreadablepartthatcontainsthenumber1andtheexcludedcharactersbio1tt5tgs"


@pytest.mark.parametrize(
    "text",
    [
        "A12UEL5L",
        "a12uel5l",
        LONG,
        "abcdef1qpzry9x8gf2tvdw0s3jn54khce6mua7lmqqqxw",
        "split1checkupstagehandshakeupstreamerranterredcaperred2y9e3w",
    ],
)
def test_the_valid_examples_of_bip_173_are_read_and_written_again(text: str) -> None:
    assert bech32.encode(*bech32.decode(text)) == text.lower()


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("\x201nwldj5", "and no space"),
        ("\x7f1axkwrx", "and no space"),
        ("\x801eym55h", "and no space"),
        ("A12UEL5\N{KELVIN SIGN}", "and no space"),
        ("A12uEL5L", "not in both"),
        ("pzry9x0s0muk", "begins with what it is"),
        ("1pzry9x0s0muk", "begins with what it is"),
        ("10a06t8", "begins with what it is"),
        ("", "begins with what it is"),
        ("x1b4n0q5v", "a character that it may not hold"),
        ("li1dgmt3", "too short to hold its checksum"),
        ("A1G7SGD8", "The checksum of the Bech32 string is wrong"),
        ("a" * 4_097, "at most 4096 characters"),
    ],
)
def test_each_malformed_string_has_its_sentence(text: str, sentence: str) -> None:
    with pytest.raises(BadInput) as caught:
        bech32.decode(text)
    assert sentence in str(caught.value)


@pytest.mark.parametrize("values", [(0,), (31,), (0, 1), (0,) * 6])
def test_bits_left_over_that_are_no_byte_are_refused(values: tuple[int, ...]) -> None:
    """One letter too many, or a last one whose spare bits are not zero, under a good checksum."""
    state = bech32._polymod((*bech32._expand("a"), *values, *(0,) * 6)) ^ 1
    checksum = [(state >> 5 * (5 - at)) & 31 for at in range(6)]
    text = "a1" + "".join(bech32._CHARSET[value] for value in (*values, *checksum))

    with pytest.raises(BadInput, match="canonical form"):
        bech32.decode(text)


@settings(max_examples=40)
@given(st.binary(max_size=80), st.from_regex(r"[a-z0-9-]{1,20}", fullmatch=True))
def test_what_is_written_is_read(data: bytes, prefix: str) -> None:
    assert bech32.decode(bech32.encode(prefix, data)) == (prefix, data)


@given(st.text(max_size=40))
def test_the_parser_is_total(text: str) -> None:
    try:
        bech32.decode(text)
    except BadInput:
        return
