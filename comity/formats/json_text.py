"""JSON text cut into pieces that are not parsed yet, with the faults of the whole said once."""

import re
from collections.abc import Iterable
from typing import TypeVar

import msgspec

from comity.errors import BadInput
from comity.formats.text import place
from comity.stix.error import StixError
from comity.stix.parse import parse_object
from comity.stix.surrogates import has_half, masked, unmasked

_T = TypeVar("_T", list[msgspec.Raw], dict[str, msgspec.Raw])
_BYTE = re.compile(r"\(byte (\d+)\)")
_NO_NUMBER = re.compile(rb"-?(?:NaN|Infinity)")


def cut(text: bytes, kind: type[_T]) -> _T:
    """Cut JSON text at its top level into pieces that are not parsed yet, byte for byte as sent.

    Half a surrogate pair costs only the piece that holds it: whoever parses that one refuses
    it. Raises what ``msgspec.json.decode`` does.
    """
    try:
        return msgspec.json.decode(text, type=kind)
    except msgspec.ValidationError:
        raise
    except msgspec.DecodeError:
        whole = masked(text)
        if whole is None:
            raise
    pieces = msgspec.json.decode(whole, type=kind)
    if isinstance(pieces, list):
        return [msgspec.Raw(unmasked(bytes(piece))) for piece in pieces]
    return {key: msgspec.Raw(unmasked(bytes(piece))) for key, piece in pieces.items()}


def split(text: bytes, kind: type[_T], *, of: str) -> _T:
    """Cut JSON text at its top level, which checks that it is JSON all the way down.

    Raises ``BadInput``, naming the format ``of`` the file, for text that is cut off, no JSON,
    nested too deeply or of another kind.
    """
    try:
        return cut(text, kind)
    except RecursionError:
        raise BadInput(f"The file is nested too deeply to be {of}; export it again.") from None
    except msgspec.ValidationError:
        raise BadInput(f"The file is JSON but not {of}; {of} is an object or a list.") from None
    except msgspec.DecodeError as error:
        raise BadInput(_malformed(text, str(error))) from None


def skeleton(text: bytes, pieces: Iterable[bytes]) -> bytes:
    """Return an object's text with each of ``pieces``, its lists and objects, emptied once.

    Splitting keeps the last of two equal keys. What is left here is small, and whatever key
    was there twice is there twice still, so that parsing it finds the second one. The longest
    go first, because a short one may stand inside a long one too.
    """
    for piece in sorted(pieces, key=len, reverse=True):
        text = text.replace(piece, b"[]" if piece[:1] == b"[" else b"{}", 1)
    return text


def refuse_twice(text: bytes, pieces: Iterable[bytes], *, what: str) -> None:
    """Raise ``BadInput`` for a key that the object ``what`` itself has twice."""
    try:
        parse_object(skeleton(text, pieces))
    except StixError as error:
        raise BadInput(f"{what} {error.rule}; export it again.") from None


def _malformed(text: bytes, complaint: str) -> str:
    if "truncated" in complaint:
        return f"The JSON stops before its end, at {place(text, len(text))}; send all of it."
    at = _BYTE.search(complaint)
    begin = int(at[1]) if at else 0
    if word := _NO_NUMBER.match(text, max(0, begin - 1)) or _NO_NUMBER.match(text, begin):
        return (
            f"The file has {word[0].decode()} at {place(text, word.start())}, which is no number"
            " in JSON; export it again without that value."
        )
    if has_half(text):
        return "The file has half a surrogate pair, which is no letter; export it again."
    where = f" at {place(text, int(at[1]))}" if at else ""
    return f"The file is not valid JSON{where}; export it again."
