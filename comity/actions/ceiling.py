"""What a node may hold: whether a report is above it, and what its text says of that."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import suppress
from functools import lru_cache
from pathlib import Path

from comity.actions import operator_file
from comity.errors import BadInput, Unavailable
from comity.formats import email_message, html_report
from comity.formats.reading import Reading
from comity.gate.carried import set_off
from comity.gate.cleared import may_take_in
from comity.gate.markings_file import FILE, LARGEST, NONE, Markings, read_markings

_STRING = re.compile(r'"((?:[^"\\]|\\.)*+)"')
_ALSO_AS_SENT = frozenset({email_message.FORMAT, html_report.FORMAT})
"""Formats with headers or markup, in which a marking can stand beside the text for people."""


def load(home: Path) -> Markings:
    """The marking schemes of a data folder; ``NONE`` where nobody set any up.

    Raises Unavailable for a file that is wrong: whoever hands something in cannot mend it, and
    nothing may come in or leave meanwhile.
    """
    try:
        body = operator_file.read(home, FILE, LARGEST)
        return NONE if body is None else _read(body)
    except BadInput as error:
        raise Unavailable(
            f"{error}. Until the operator has mended it, nothing is taken in or released."
        ) from error


@lru_cache(maxsize=1)
def _read(body: bytes) -> Markings:
    return read_markings(body)


def refuse_above(
    name: str, data: bytes, reading: Reading | None, markings: Markings
) -> tuple[str, ...]:
    """Refuse a file that carries more than the node may hold; else return what its text says.

    Raises BadInput that names the place and the level, and quotes nothing. What is returned are the
    words of the schemes that are set off in its text or its name. ``reading`` is None for a sheet
    of facts. Pictures, embedded and attached files are not looked into, nor is a sentence read
    for what it means.
    """
    setting = markings.setting
    if not setting.schemes:
        return ()
    for got in reading.objects if reading else ():
        decision = may_take_in(got.received, setting, markings.ceiling)
        if not decision.allowed:
            _refuse(name, got.origin.position, str(decision.reasons[0].text))
    found: dict[str, None] = {}
    for place, text in _texts(name, data, reading):
        for line, word in set_off(text, setting.words):
            level = setting.words[word]
            if not setting.cleared(markings.ceiling, level):
                where = place if place.endswith("name") else f"{place}line {line}"
                _refuse(name, where, f"{level.title} is above what this node may hold")
            found[word] = None
    return tuple(sorted(found))


def _refuse(name: str, position: str, why: str) -> None:
    raise BadInput(
        f"{name}: {position}: {why}. Take that out of it, or file it on a node that is cleared"
        " for it."
    )


def _texts(name: str, data: bytes, reading: Reading | None) -> Iterator[tuple[str, str]]:
    """Every text of a file with what leads its places. Of one with objects: all strings.

    An object that could not be read is among the bytes all the same.
    """
    yield "its name", re.sub(r"\.\w{1,8}$", "", name)
    if reading is None:
        yield "", data.decode("utf-8", "replace")
    elif reading.prose:
        yield from reading.prose
        if reading.format in _ALSO_AS_SENT:
            yield "as sent, ", data.decode("utf-8", "replace")
    else:
        yield from _strings(data.decode("utf-8-sig", "replace"))


def _strings(text: str) -> Iterator[tuple[str, str]]:
    """Every string of JSON text, also in a key that comes twice or in what is no JSON."""
    for match in _STRING.finditer(text):
        said = match[1]
        if "\\" in said:
            with suppress(ValueError):
                said = json.loads(match[0], strict=False)
        yield f"byte {match.start()}, ", said
