"""Bech32 (BIP 173) without its limit on length, as age writes its keys (C2SP age v1.1.0).

The libraries for it refuse more than 90 characters; a hybrid recipient has 1,959.
"""

from collections.abc import Iterable
from typing import Final

from comity.errors import BadInput

MAX_TEXT: Final = 4_096
"""Characters accepted in one string."""

_CHARSET: Final = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_VALUE: Final = {letter: value for value, letter in enumerate(_CHARSET)}
_GENERATOR: Final = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
_CHECKSUM: Final = 6
"""Letters of the checksum."""


def encode(prefix: str, data: bytes) -> str:
    """Return ``data`` under the human-readable part ``prefix``, in lower case."""
    values = _regroup(data, 8, 5)
    state = _polymod((*_expand(prefix), *values, *(0,) * _CHECKSUM)) ^ 1
    checksum = ((state >> 5 * (_CHECKSUM - 1 - at)) & 31 for at in range(_CHECKSUM))
    return prefix + "1" + "".join(_CHARSET[value] for value in (*values, *checksum))


def decode(text: str) -> tuple[str, bytes]:
    """Return the human-readable part, in lower case, and the data; BadInput if malformed.

    No sentence repeats the text: it may be a secret.
    """
    if len(text) > MAX_TEXT:
        raise BadInput(f"A Bech32 string has at most {MAX_TEXT} characters.")
    if not all("!" <= letter <= "~" for letter in text):
        raise BadInput("A Bech32 string holds plain letters, digits and signs, and no space.")
    if text not in {text.lower(), text.upper()}:
        raise BadInput("A Bech32 string is written in capitals or in small letters, not in both.")
    prefix, separator, letters = text.lower().rpartition("1")
    if not separator or not prefix:
        raise BadInput("A Bech32 string begins with what it is, and then has a 1.")
    if len(letters) < _CHECKSUM:
        raise BadInput("The Bech32 string is too short to hold its checksum.")
    try:
        values = tuple(_VALUE[letter] for letter in letters)
    except KeyError:
        raise BadInput("The Bech32 string holds a character that it may not hold.") from None
    if _polymod((*_expand(prefix), *values)) != 1:
        raise BadInput("The checksum of the Bech32 string is wrong: it was mistyped or cut off.")
    values = values[:-_CHECKSUM]
    data = bytes(_regroup(values, 5, 8)[: len(values) * 5 // 8])
    if _regroup(data, 8, 5) != values:
        raise BadInput("The Bech32 string is not written in its canonical form.")
    return prefix, data


def _expand(prefix: str) -> tuple[int, ...]:
    codes = prefix.encode("ascii")
    return (*(code >> 5 for code in codes), 0, *(code & 31 for code in codes))


def _polymod(values: Iterable[int]) -> int:
    state = 1
    for value in values:
        top = state >> 25
        state = (state & 0x1FFFFFF) << 5 ^ value
        for bit, generator in enumerate(_GENERATOR):
            if top >> bit & 1:
                state ^= generator
    return state


def _regroup(values: Iterable[int], old: int, new: int) -> tuple[int, ...]:
    """Return the bits of ``values`` in groups of ``new`` bits, the last one filled with zeroes."""
    bits = count = 0
    out = []
    for value in values:
        bits = bits << old | value
        count += old
        while count >= new:
            count -= new
            out.append(bits >> count)
            bits &= (1 << count) - 1
    if count:
        out.append(bits << (new - count))
    return tuple(out)
