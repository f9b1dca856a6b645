"""JSON text to one parsed object, with what JSON leaves open refused (RFC 8259, RFC 7493)."""

import math
import re
from collections.abc import Iterable
from typing import Any

import jiter
import msgspec

from comity.stix.error import StixError
from comity.stix.surrogates import has_half, masked
from comity.stix.types import ID_PATTERN, MAX_INTEGER, Opaque

_is_id = re.compile(ID_PATTERN).match
_DUPLICATE = re.compile(r'Detected duplicate key "(.{0,80})')
_AT = re.compile(r" at line \d+ column \d+$")


_object_of = msgspec.json.Decoder(Opaque).decode
_DEEPEST_PLAIN = 100  # jiter, which says what is too deep, reads 200
_NOT_PLAIN = -(2**62)  # less than any text can make up for


class _Head(msgspec.Struct):
    id: Any = None


def parse_plain(raw: bytes) -> Opaque | None:
    """Parse one object of which it is sure without a second look that it has no key twice.

    ``None`` says only that ``parse_object`` has to look, as it has for a null at the top and for
    an inexact number; what is given back is what it would give. Each key and each string has two
    quotes in the text, and of a key that came twice one is lost in parsing: the text then has
    more quotes than the value accounts for.
    """
    try:
        value = _object_of(raw)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None
    if b"\\" in raw:
        # An escaped quote is no end of a string. Escaped backslashes go first: they escape none.
        raw = raw.replace(b"\\\\", b"").replace(b'\\"', b"")
    return value if raw.count(b'"') == 2 * _strings(value, 1) else None


def parse_object(raw: bytes) -> Opaque:
    """Parse one JSON object; a key twice, NaN, bad UTF-8 or half a surrogate is refused.

    Raises ``StixError`` with the id where even the broken text shows one. Numbers that JSON
    can write and readers cannot hold are found by ``inexact_number``.
    """
    try:
        value = jiter.from_json(raw, catch_duplicate_keys=True, allow_inf_nan=False)
    except ValueError as error:
        raise StixError(_glimpse_id(raw), "", _json_rule(raw, str(error))) from None
    if not isinstance(value, dict):
        raise StixError(None, "", "must be a JSON object")
    return value


def readable_id(value: object) -> str | None:
    """The id if it has the form of one, so that an error can name it safely."""
    return value if isinstance(value, str) and _is_id(value) else None


def inexact_number(value: object) -> tuple[str, str] | None:
    """Return (path, rule) of the first number below ``value`` without an exact exchange form."""
    if isinstance(value, dict):
        for key, child in value.items():
            if type(child) is not str and (found := inexact_number(child)):
                return f".{key}{found[0]}", found[1]
    elif isinstance(value, list):
        for index, child in enumerate(value):
            if type(child) is not str and (found := inexact_number(child)):
                return f"[{index}]{found[0]}", found[1]
    elif isinstance(value, float) and not math.isfinite(value):
        return "", "must be a finite number"
    elif isinstance(value, int) and not -MAX_INTEGER <= value <= MAX_INTEGER:
        return "", f"must lie within ±{MAX_INTEGER} to be exchanged exactly"
    return None


def _strings(value: Opaque | list[Any], depth: int) -> int:
    """Count the keys and strings in ``value``; far less than none if it cannot be plain."""
    count = len(value)
    children: Iterable[Any] = value
    if type(value) is dict:
        count += len(value)
        children = value.values()
    for child in children:
        kind = type(child)
        if kind is str:
            continue
        count -= 1
        if kind is dict or kind is list:
            if depth == _DEEPEST_PLAIN:
                return _NOT_PLAIN
            count += _strings(child, depth + 1)
        elif inexact_number(child) or (child is None and depth == 1):
            return _NOT_PLAIN
    return count


def _glimpse_id(raw: bytes) -> str | None:
    try:
        return readable_id(msgspec.json.decode(masked(raw) or raw, type=_Head).id)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None


def _json_rule(raw: bytes, message: str) -> str:
    duplicate = _DUPLICATE.match(message)
    if duplicate:
        key = duplicate[1].rsplit('"', 1)[0]
        return f"has the key {key!r} more than once"
    if message.startswith("recursion limit"):
        return "is nested too deeply"
    if has_half(raw):
        return "holds half a surrogate pair, which is no letter"
    return f"is not valid JSON ({_AT.sub('', message)})"
