"""What one received object says at a glance: a name, the most telling time, its marking, its links.

For tables and lists. Nothing is inferred: each value stands in the object.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from comity.errors import BadInput
from comity.formats.produced import UNDATED
from comity.gate.content import content_of, labels_of, nested_marking_refs
from comity.gate.marks import label_marks, marking_marks
from comity.stix.audience import strictest_tlp
from comity.stix.decode import Received
from comity.stix.markings import Tlp, strictest, tlp_of
from comity.stix.meta import MarkingDefinition
from comity.stix.sro import Relationship
from comity.stix.timestamp import Timestamp
from comity.stix.types import ID_PATTERN, Opaque

OTHER = "other"
"""The marking of an object that refers to one of which no TLP level is known."""

# The first that an object has; of each type the property by which people know its objects.
_NAMES = (
    "name", "value", "subject", "abstract", "content", "key", "path", "display_name",
    "account_login", "user_id", "command_line", "pattern", "relationship_type", "explanation",
    "opinion", "country", "region", "product", "number", "serial_number", "url", "definition_type",
)  # fmt: skip
# When it happened before when it was written; the name of the property is kept beside the time.
TIMES = (
    "first_seen", "first_observed", "start_time", "start", "date", "created_time", "valid_from",
    "published", "analysis_started", "submitted", "created",
)  # fmt: skip
_NO_TIME = UNDATED.as_datetime()
WRITTEN = "created"
"""Of ``TIMES`` the one that says when the object was written, not when anything happened."""

# Who wrote an object and how it is marked is no link between things of the case.
_NO_LINK = ("created_by_ref", "object_marking_refs", "marking_ref")
_REF, _ID = re.compile(r"(.+)_refs?"), re.compile(ID_PATTERN).fullmatch
# Of others the name of the property says it: resolves-to, sighting-of.
_KINDS = {"object": "refers-to"}
_NO_WORDS = frozenset({"type", "spec_version", "lang", "selectors"})


class Link(msgspec.Struct, frozen=True):
    """That one object refers to another, both by STIX id; ``kind`` is how."""

    source: str
    kind: str
    target: str


class Glance(msgspec.Struct, frozen=True, kw_only=True):
    """An object for a list. ``marking`` is a TLP label, ``OTHER``, or empty where it has none.

    ``at`` is the time in the property ``at_of``; None and empty where it has no time. ``texts`` are
    all texts in it that people may look for.
    """

    type: str
    name: str
    at: Timestamp | None
    at_of: str
    marking: str
    links: tuple[Link, ...]
    texts: tuple[str, ...]


def stated_levels(objects: Iterable[Received]) -> Mapping[str, Tlp]:
    """The TLP level of each marking that is defined among these objects, as far as one is stated.

    Who defines an id a second time cannot lower what it says.
    """
    levels: dict[str, Tlp] = {}
    for one in objects:
        if isinstance(one.value, MarkingDefinition):
            marks = marking_marks(one.value, {})
            wide = (strictest_tlp(audience.distribution, None) for audience in marks.audiences)
            found = [*marks.levels, *(level for level in wide if level is not None)]
            if one.value.id in levels:
                found.append(levels[one.value.id])
            if (level := strictest(found)) is not None:
                levels[one.value.id] = level
    return levels


def glance(received: Received, levels: Mapping[str, Tlp]) -> Glance:
    """Look at an object; ``levels`` are those of markings that came with it."""
    content, value = content_of(received), received.value
    refs: list[tuple[str, str]] = []
    texts: list[str] = []
    _walk("", content, refs, texts)
    at, at_of = _time(content)
    return Glance(
        type=value.type,
        name=_name(content),
        at=at,
        at_of=at_of,
        marking=_marking(received, content, levels),
        links=_links(received, refs),
        texts=tuple(texts),
    )


def _name(content: Opaque) -> str:
    for name in _NAMES:
        said = content.get(name)
        if isinstance(said, str) and said.strip():
            return said
        if isinstance(said, int) and not isinstance(said, bool):
            return str(said)
    hashes = content.get("hashes")
    if isinstance(hashes, dict):
        return next((said for said in hashes.values() if isinstance(said, str)), "")
    return ""


def _time(content: Opaque) -> tuple[Timestamp | None, str]:
    for name in TIMES:
        said = content.get(name)
        if isinstance(said, str):
            try:
                at = Timestamp(said)
            except BadInput:  # of a type that has no struct: what it says is no time
                continue
            # Readers, and MISP, write the first moment of 1970 where a source names no time.
            return (None, "") if at.as_datetime() == _NO_TIME else (at, name)
    return None, ""


def _marking(received: Received, content: Opaque, levels: Mapping[str, Tlp]) -> str:
    value = received.value
    parts = (part.marking_ref for part in value.granular_markings)
    nested = nested_marking_refs(content)
    refs = [*value.object_marking_refs, *(ref for ref in parts if ref), *nested]
    known = [tlp_of(ref) if tlp_of(ref) is not None else levels.get(ref) for ref in refs]
    stated = [level for level in known if level is not None]
    level = strictest([*stated, *label_marks(labels_of(received), {}).levels])
    if level is not None:
        return level.label
    return OTHER if refs else ""


def _links(received: Received, refs: list[tuple[str, str]]) -> tuple[Link, ...]:
    value = received.value
    if isinstance(value, Relationship):
        return (Link(value.source_ref, value.relationship_type, value.target_ref),)
    if value.id is None:
        return ()
    return tuple(dict.fromkeys(Link(value.id, kind, target) for kind, target in refs))


def _walk(name: str, value: Any, refs: list[tuple[str, str]], texts: list[str]) -> None:
    """Collect references and texts of parsed JSON, in its order."""
    if isinstance(value, dict):
        for key, child in value.items():
            if key not in _NO_WORDS and key not in _NO_LINK:
                _walk(key, child, refs, texts)
    elif isinstance(value, list):
        for child in value:
            _walk(name, child, refs, texts)
    elif isinstance(value, str):
        kind = _REF.fullmatch(name)
        if kind and _ID(value):
            refs.append((_KINDS.get(kind[1]) or kind[1].replace("_", "-"), value))
        elif not _is_time(value):
            texts.append(value)


def _is_time(text: str) -> bool:
    # Cheaper than reading it: nobody looks for the time at which an object was written.
    return len(text) >= 20 and text[4] == "-" and text[10] == "T" and text[-1] == "Z"
