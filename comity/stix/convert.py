"""Parsed JSON to a struct, with msgspec's complaints turned into STIX rules."""

import re
from typing import TypeVar

import msgspec

from comity.stix.error import StixError
from comity.stix.parse import readable_id
from comity.stix.timestamp import timestamp_of
from comity.stix.types import (
    HEX_PATTERN,
    ID_PATTERN,
    KEY_PATTERN,
    SELECTOR_PATTERN,
    TYPE_PATTERN,
    Opaque,
)

_T = TypeVar("_T", bound=msgspec.Struct)

_PATTERN_RULES = {
    repr(HEX_PATTERN): "must be written in pairs of hexadecimal digits",
    repr(ID_PATTERN): "must be an id of the form type--UUID",
    repr(KEY_PATTERN): "must have keys of letters, digits, hyphens and underscores only",
    repr(TYPE_PATTERN): "must be a name of lower-case letters, digits and hyphens",
    repr(SELECTOR_PATTERN): "must be a selector such as external_references.[0].url",
}
_KINDS = {
    "str": "text",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "array": "a list",
    "object": "a dictionary",
    "null": "null",
}
_AT = re.compile(r"(.*) - at (?:`key` in )?`\$\.?(.*)`", re.DOTALL)
_MISSING = re.compile(r"Object missing required field `(\w+)`")
_REF = re.compile(r"\(\?:([a-z0-9|-]+)\)--\[")
_NOT_REF = re.compile(r"\(\?!\(\?:([a-z0-9|-]+)\)--\)")
_BOUND = re.compile(r"Expected `(?:int|float)(?: \| null)?` ([<>]=) (\S+)")
_LENGTH = re.compile(r"Expected `(array|object)` of length")
_KIND = re.compile(r"Expected `([a-z |]+)`, got `(\w+)`")


def to_struct(value: Opaque, cls: type[_T], *, of: object = None, path: str = "") -> _T:
    """Build ``cls`` out of parsed JSON; properties that it does not name are passed over.

    Raises ``StixError`` with the id ``of`` the object, if it has the form of one, and with the
    property's path below ``path``.
    """
    try:
        return msgspec.convert(value, cls, dec_hook=timestamp_of)
    except msgspec.ValidationError as error:
        raise _stix_error(error, readable_id(of), path) from None


def _stix_error(error: msgspec.ValidationError, id_: str | None, path: str) -> StixError:
    message, where = str(error), path
    if at := _AT.fullmatch(message):
        message, where = at[1], _join(path, at[2])
    cause = error.__cause__
    if isinstance(cause, StixError):
        return StixError(id_, _join(where, cause.path), cause.rule)
    missing = _MISSING.match(message)
    if missing:
        return StixError(id_, _join(where, missing[1]), "is required")
    return StixError(id_, where, _rule(message))


def _join(path: str, name: str) -> str:
    return f"{path}{'.' if path and name and not name.startswith('[') else ''}{name}"


def _rule(message: str) -> str:
    """Say msgspec's complaint as a predicate; the value itself is never repeated."""
    if message.startswith("Expected `str` matching regex "):
        return _pattern_rule(message.removeprefix("Expected `str` matching regex "))
    if message.startswith("Invalid enum value"):
        return "must be a value of its closed vocabulary"
    if length := _LENGTH.match(message):
        return f"must not be an empty {'list' if length[1] == 'array' else 'dictionary'}"
    if bound := _BOUND.match(message):
        return f"must be {'at least' if bound[1] == '>=' else 'at most'} {bound[2]}"
    if kind := _KIND.match(message):
        kinds = kind[1].removesuffix(" | null").split(" | ")
        wanted = " or ".join(_KINDS.get(name, name) for name in kinds)
        return f"must be {wanted}, not {_KINDS.get(kind[2], kind[2])}"
    return message


def _pattern_rule(pattern: str) -> str:
    if forbidden := _NOT_REF.search(pattern):
        return f"must be an id of none of these types: {forbidden[1].replace('|', ', ')}"
    if allowed := _REF.search(pattern):
        forms = " or ".join(f"{name}--UUID" for name in allowed[1].split("|"))
        return f"must be an id of the form {forms}"
    return _PATTERN_RULES[pattern]
