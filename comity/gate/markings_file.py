"""Marking schemes that an operator sets up: what is classified, and what the node may hold.

``default`` is the TLP level of what carries none. A table under ``schemes`` for each scheme: its
``levels``, the lowest first; ``markings``, ids of marking-definitions and words, each with its
level; ``ceiling``, the highest level that the node may hold, without which it may hold none.
``equivalences`` say which level of one scheme another one protects as which; ``addressees`` name
the clearances of those to whom documents go.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from itertools import chain
from typing import Annotated

import msgspec

from comity.errors import BadInput
from comity.gate.classification import Classification, Equivalence, Scheme
from comity.gate.marks import worded
from comity.gate.setting import Setting
from comity.stix.markings import Tlp, tlp_named, tlp_of

FILE = "markings.toml"
LARGEST = 256 << 10  # bytes
LONGEST = 200
"""Characters of a word, a level or a name: nothing longer is compared with them."""

_Word = Annotated[str, msgspec.Meta(min_length=1, max_length=LONGEST, pattern=r"\S")]


class Markings(msgspec.Struct, frozen=True):
    """What the gate knows of the operator's schemes, and what the node itself is cleared for."""

    setting: Setting = Setting()
    ceiling: tuple[Classification, ...] = ()


NONE = Markings()
"""No file: no scheme, so that nothing is classified."""


class _Scheme(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    levels: Annotated[tuple[_Word, ...], msgspec.Meta(min_length=1, max_length=20)]
    markings: dict[_Word, _Word] = {}  # msgspec makes a new one each time
    ceiling: _Word | None = None


class _Level(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    scheme: _Word
    level: _Word


class _Equivalence(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    of: _Level
    protected_as: _Level


class _Addressee(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    clearances: tuple[_Level, ...]


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    default: str | None = None
    schemes: dict[_Word, _Scheme] = {}
    equivalences: tuple[_Equivalence, ...] = ()
    addressees: dict[_Word, _Addressee] = {}


def read_markings(body: bytes) -> Markings:
    """The schemes of a file. Raises BadInput, naming the place, for whatever is wrong in it."""
    try:
        found = msgspec.convert(tomllib.loads(body.decode()), _File)
    except (ValueError, RecursionError) as error:  # tomllib's, msgspec's and the decoder's own
        raise BadInput(f"{FILE} cannot be read: {error}") from error
    try:
        schemes = tuple(_scheme(name, one) for name, one in found.schemes.items())
        _refuse_twice(found)
        setting = Setting(
            default=_default(found.default),
            schemes=schemes,
            equivalences=tuple(
                Equivalence(of=_level(row.of), protected_as=_level(row.protected_as))
                for row in found.equivalences
            ),
            addressees={
                name: tuple(map(_level, one.clearances)) for name, one in found.addressees.items()
            },
        )
    except BadInput as error:
        raise BadInput(f"{FILE}: {error}") from error
    ceiling = (
        Classification(name, one.ceiling)
        for name, one in found.schemes.items()
        if one.ceiling is not None
    )
    return Markings(setting, tuple(ceiling))


def _default(word: str | None) -> Tlp:
    if word is None:
        return Tlp.RED
    for level in Tlp:
        if worded(word).removeprefix("tlp:") == worded(level.label).removeprefix("tlp:"):
            return level
    raise BadInput(f"default: {word!r} is no level of the TLP, such as amber+strict")


def _scheme(name: str, one: _Scheme) -> Scheme:
    if len(set(map(worded, one.levels))) < len(one.levels):
        raise BadInput(f"schemes.{name}: a level stands there twice")
    if one.ceiling is not None and one.ceiling not in one.levels:
        raise BadInput(f"schemes.{name}: its ceiling {one.ceiling!r} is none of its levels")
    for text in one.markings:
        if tlp_of(text) is not None or tlp_named(text) is not None:
            raise BadInput(f"schemes.{name}: {text!r} is a marking of the TLP, and stays one")
    return Scheme(name=name, levels=one.levels, markings=one.markings)


def _refuse_twice(found: _File) -> None:
    """Two meanings of one word, or two schemes that only capitals tell apart, are none."""
    seen: dict[str, str] = {}
    for text, where in chain(_names(found.schemes), _words(found.schemes)):
        if text in seen:
            raise BadInput(f"{where} means what {seen[text]} means already")
        seen[text] = where


def _names(schemes: Mapping[str, _Scheme]) -> Iterator[tuple[str, str]]:
    return ((f"scheme {worded(name)}", f"schemes.{name}") for name in schemes)


def _words(schemes: Mapping[str, _Scheme]) -> Iterator[tuple[str, str]]:
    for name, one in schemes.items():
        for level in one.levels:
            yield f"word {worded(Classification(name, level).title)}", f"schemes.{name}.levels"
        for text in one.markings:
            yield f"word {worded(text)}", f"schemes.{name}.markings.{text!r}"


def _level(one: _Level) -> Classification:
    return Classification(one.scheme, one.level)
