"""What is held about one person: how their names and addresses are found, and the list of places.

Pure. Words are compared without case, accents and what stands between them, telephone numbers by
their digits. It finds what was asked for, in any text, and knows of nobody else of the same name.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec
import phonenumbers

from comity.assess.clean_value import folded
from comity.documents.drafts.gate import ActorNames
from comity.errors import BadInput
from comity.formats.extract.refang import refang

MOST = 20
"""Names, addresses and numbers that can be looked for at once."""
_WORD = re.compile(r"[^\W_]+")
_NUMBER = re.compile(r"\+?\(?[0-9](?:[ ()./-]{0,3}[0-9]){5,19}")
_NO_DIGIT = re.compile(r"[^0-9]+")
_FEWEST_DIGITS = 6
_AROUND, _CHUNK, _OVERLAP = 120, 8_000, 400  # characters


class Person(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who asks, by what they are known as: each spelling, address, account and number of theirs."""

    names: tuple[str, ...] = ()
    mails: tuple[str, ...] = ()
    users: tuple[str, ...] = ()
    telephones: tuple[str, ...] = ()

    def every(self) -> tuple[str, ...]:
        """All that is looked for."""
        return (*self.names, *self.mails, *self.users, *self.telephones)


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """A place that holds something of theirs.

    ``entry`` is the entry of the record, None for what the node keeps beside it; ``where`` the
    field; ``asked`` what was looked for; ``around`` the words it stands among. ``withheld`` are the
    rules by which the gate would not let it go to this person: none means that it would.
    """

    entry: int | None
    kind: str
    at: dt.datetime | None
    incident: str
    where: str
    asked: str
    around: str
    withheld: tuple[str, ...]


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that was found, and what could not be looked through.

    ``entries`` is how many entries the record had. ``erased`` of them hold nothing any more.
    ``for_others`` are entries, by kind, that take a right which the one who looked does not have.
    ``not_text`` are files that are no text: only what was read out of them was looked through.
    """

    person: Person
    at: dt.datetime
    by: str
    entries: int
    erased: int
    places: tuple[Place, ...]
    for_others: Mapping[str, int]
    not_text: tuple[str, ...]


class Finder:
    """Looks for one person in texts. ``region`` is the state (ISO 3166-1 alpha-2) of numbers
    without a country code. BadInput for what would be found everywhere, or nowhere."""

    def __init__(self, person: Person, region: str | None) -> None:
        if not 0 < len(person.every()) <= MOST:
            raise BadInput(f"Name one to {MOST} names, addresses or numbers of the person.")
        words = (*person.names, *person.mails, *person.users)
        for one in words:
            if len("".join(_WORD.findall(one))) < 2:
                raise BadInput(f"“{one}” is too short: it would be found everywhere.")
        self._words = ActorNames(words)
        # A name without a letter is no name to ActorNames; a number of an account is.
        self._bare = {
            one: re.compile(rf"(?<!\w){re.escape(one)}(?!\w)")
            for one in words
            if not any(map(str.isalpha, one))
        }
        self._numbers = {one: _national(one, region) for one in person.telephones}
        keys = (max(_WORD.findall(folded(one)), key=len) for one in words)
        self._keys = tuple(dict.fromkeys(keys))

    def in_text(self, text: str) -> tuple[tuple[str, str], ...]:
        """What stands in a text: what was looked for, and the words around it."""
        if not self._likely(text):
            return ()
        return tuple((one, _around(text, one)) for one in self._found(text))

    def in_file(self, text: str) -> Iterator[tuple[str, str, int]]:
        """The same for a long text: each thing once, with how many parts of the text hold it."""
        seen: dict[str, tuple[str, int]] = {}
        for start in range(0, len(text), _CHUNK):
            for one, around in self.in_text(text[start : start + _CHUNK + _OVERLAP]):
                first, count = seen.get(one, (around, 0))
                seen[one] = first, count + 1
        for one, (around, count) in seen.items():
            yield one, around, count

    def _likely(self, text: str) -> bool:
        """Whether it is worth a closer look: most texts are not, and this is quick."""
        plain = text.lower() if text.isascii() else folded(text)
        if any(key in plain for key in self._keys):
            return True
        if not self._numbers:
            return False
        digits = _NO_DIGIT.sub("", plain)
        return any(number in digits for number in self._numbers.values())

    def _found(self, text: str) -> Iterator[str]:
        plain = refang(text).text
        yield from self._words.in_text(plain)
        yield from (one for one, form in self._bare.items() if form.search(plain))
        numbers = [_NO_DIGIT.sub("", match[0]) for match in _NUMBER.finditer(folded(plain))]
        for one, number in self._numbers.items():
            if any(written.endswith(number) for written in numbers):
                yield one


def strings(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Every text in parsed JSON with its place, such as ``external_references.0.url``.

    The name of a property is a text too: whoever made it may have named somebody in it.
    """
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for key, child in value.items():
            place = f"{path}.{key}" if path else str(key)
            yield place, str(key)
            yield from strings(child, place)
    elif isinstance(value, list | tuple):
        for at, child in enumerate(value):
            yield from strings(child, f"{path}.{at}" if path else str(at))


def _national(text: str, region: str | None) -> str:
    """The digits of a number that stand in each of its spellings: without country code and zero."""
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        digits = _NO_DIGIT.sub("", text).lstrip("0")
    else:
        digits = str(number.national_number)
    if len(digits) < _FEWEST_DIGITS:
        raise BadInput(f"“{text}” is no telephone number: write it with its country code.")
    return digits


def _around(text: str, asked: str) -> str:
    """The words around it, or the beginning where it is written so that only its words match."""
    words = r"[\W_]*".join(map(re.escape, _WORD.findall(asked)))
    match = re.search(words, text, re.IGNORECASE) if words else None
    start = max(0, match.start() - _AROUND) if match else 0
    return " ".join(text[start : (match.end() if match else 0) + _AROUND].split())
