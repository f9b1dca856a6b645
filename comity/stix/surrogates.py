r"""Halves of surrogate pairs in JSON text: ``\ud800`` alone is no letter (RFC 8259 §8.2).

A reader that cuts JSON into pieces refuses the whole text for one such half. With the halves
masked the text can be cut, and only the piece that holds one is refused.
"""

import re

# Pairs first, then halves; any other escape is stepped over, so that in ``\\ud800`` none is seen.
_ESCAPES = re.compile(
    rb"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}"
    rb"|\\u([dD])([89a-fA-F])([0-9a-fA-F]{2})|\\.",
    re.DOTALL,
)
_MASKS = re.compile(rb"\\u([eE])([0-9a-d])([0-9a-fA-F]{2})|\\.", re.DOTALL)
_HALVES, _MASKED = b"89abcdefABCDEF", b"0123456789abcd"
_MASK_OF = dict(zip(_HALVES, _MASKED, strict=True))
_HALF_OF = dict(zip(_MASKED, _HALVES, strict=True))


def has_half(text: bytes) -> bool:
    """Whether JSON text holds half a surrogate pair."""
    return any(match[1] for match in _ESCAPES.finditer(text))


def masked(text: bytes) -> bytes | None:
    """The text, as long as before, with each half as a private-use letter instead.

    ``None`` if it holds no half, or writes such letters itself, so that ``unmasked`` could
    not tell them apart.
    """
    if not has_half(text) or any(match[1] for match in _MASKS.finditer(text)):
        return None
    return _ESCAPES.sub(lambda found: _shifted(found, 1, _MASK_OF), text)


def unmasked(text: bytes) -> bytes:
    """What was masked, or a piece of it, byte for byte as it was."""
    return _MASKS.sub(lambda found: _shifted(found, -1, _HALF_OF), text)


def _shifted(found: re.Match[bytes], by: int, second: dict[int, int]) -> bytes:
    """An escape with its first hex digit ``by`` further and its second one looked up."""
    if found[1] is None:
        return found[0]
    return b"\\u" + bytes([found[1][0] + by, second[found[2][0]]]) + found[3]
