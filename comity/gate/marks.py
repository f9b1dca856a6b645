"""What the markings of an object, or of a part of it, say together."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from comity.gate.classification import Classification
from comity.stix.audience import (
    Audience,
    ComityMarking,
    Organisation,
    Pap,
    SharingGroup,
    comity_marking,
)
from comity.stix.comity_ext import COMITY
from comity.stix.error import StixError
from comity.stix.markings import TLP_2_EXTENSION, Tlp, strictest, tlp_named
from comity.stix.meta import MarkingDefinition
from comity.stix.stated import stated_level

PAP_ORDER: tuple[Pap, ...] = ("clear", "green", "amber", "red")
"""The Permissible Actions Protocol (MISP taxonomy PAP 3), the least strict first."""

_ORIGINATOR = re.compile(r"orcon|originator[ -]control(?:led)?")
_PAP = re.compile(r"pap ?[:=] ?\"?([^\"]*)\"?")


class Marks(msgspec.Struct, frozen=True):
    """Everything that binds at once. ``unknown`` are ids of markings that nobody has described."""

    levels: tuple[Tlp, ...] = ()
    audiences: tuple[Audience, ...] = ()
    pap: tuple[Pap, ...] = ()
    classified: tuple[Classification, ...] = ()
    originator_control: bool = False
    unknown: tuple[str, ...] = ()

    @property
    def level(self) -> Tlp | None:
        """The strictest TLP level; None where none is stated."""
        return strictest(self.levels)


def together(marks: Iterable[Marks]) -> Marks:
    """All of them bind."""
    every = tuple(marks)
    return Marks(
        levels=tuple(level for one in every for level in one.levels),
        audiences=tuple(audience for one in every for audience in one.audiences),
        pap=tuple(pap for one in every for pap in one.pap),
        classified=tuple(level for one in every for level in one.classified),
        originator_control=any(one.originator_control for one in every),
        unknown=tuple(id_ for one in every for id_ in one.unknown),
    )


def worded(text: str) -> str:
    """Words of a statement or label as they are compared: case, blanks and width aside."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def label_marks(labels: Iterable[str], words: Mapping[str, Classification]) -> Marks:
    """What labels state. It only ever tightens: nobody marks a thing by a label."""
    levels: list[Tlp] = []
    pap: list[Pap] = []
    classified: list[Classification] = []
    control = False
    for label in labels:
        said = worded(label)
        if (level := tlp_named(label)) is not None:
            levels.append(level)
        if match := _PAP.match(said):
            pap.append(_pap(match[1].strip()))
        if said in words:
            classified.append(words[said])
        control |= _ORIGINATOR.fullmatch(said) is not None
    return Marks(tuple(levels), (), tuple(pap), tuple(classified), control)


def marking_marks(marking: MarkingDefinition, words: Mapping[str, Classification]) -> Marks:
    """What one marking-definition says; what is not understood in full is unknown too.

    ``words`` are the ids, statements and labels of the operator's schemes.
    """
    parts = [_extension(marking, key) for key in marking.extensions]
    if marking.definition:
        parts.append(_definition(marking, words))
    name = marking.name or ""
    parts.append(label_marks([name], words))
    # An id that the operator set up is described, whatever its text says beside that.
    if (level := words.get(marking.id.lower())) is not None:
        said = together(parts)
        return msgspec.structs.replace(said, classified=(*said.classified, level), unknown=())
    return together(parts)


def _extension(marking: MarkingDefinition, key: str) -> Marks:
    unknown = Marks(unknown=(marking.id,))
    sent = marking.extensions[key]
    if key == TLP_2_EXTENSION:
        level = tlp_named(f"tlp:{sent.get('tlp_2_0')}")
        return Marks(levels=(Tlp.RED if level is None else level,))
    if key != COMITY:
        return unknown
    try:
        extension = comity_marking(marking)
    except StixError:
        return unknown
    # What a later version of the extension may add is a limit that this one cannot weigh.
    if extension is None or not _names(sent) <= _KNOWN:
        return unknown
    audience = extension.audience
    return Marks(
        audiences=() if audience is None else (audience,),
        pap=() if audience is None or audience.pap is None else (audience.pap,),
        originator_control=extension.originator_control is True,
    )


_KNOWN = frozenset(
    name
    for cls in (ComityMarking, Audience, SharingGroup, Organisation)
    for name in cls.__struct_fields__
)


def _names(sent: Any) -> set[str]:
    """The names of all properties in parsed JSON."""
    if isinstance(sent, dict):
        return set(sent).union(*map(_names, sent.values()))
    return set().union(*map(_names, sent)) if isinstance(sent, list) else set()


def _definition(marking: MarkingDefinition, words: Mapping[str, Classification]) -> Marks:
    kind = marking.definition_type or ""
    if worded(kind) == "tlp":
        level = tlp_named(f"tlp:{marking.definition.get('tlp')}")
        return Marks(levels=(Tlp.RED if level is None else level,))
    if (level := tlp_named(kind)) is not None:
        return Marks(levels=(level,))
    statement = marking.definition.get("statement")
    if kind != "statement" or not isinstance(statement, str):
        return Marks(unknown=(marking.id,))
    said = label_marks([statement], words)
    if said == Marks():
        stated = stated_level(statement)
        return Marks(levels=() if stated is None else (stated,), unknown=(marking.id,))
    return said


def _pap(word: str) -> Pap:
    """A PAP level by its word; what is none of them is the strictest. WHITE became CLEAR."""
    named = "clear" if word == "white" else word
    return next((level for level in PAP_ORDER if level == named), "red")
