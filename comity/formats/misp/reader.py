"""MISP event JSON: one event, a list of them, or the response of a search.

Source: draft-dulaunoy-misp-core-format section 2. Each event becomes a report that refers to
everything in it; reading the same bytes gives the same objects and ids.
"""

from collections.abc import Iterator

import msgspec

from comity.errors import BadInput
from comity.formats.json_text import cut, refuse_twice, split
from comity.formats.misp.event import read_event
from comity.formats.reading import Loss, Reading, ReadObject, reading_of
from comity.formats.text import utf8
from comity.stix.error import StixError

FORMAT = "misp-event"
READER = "misp-event/1"

_Top = dict[str, msgspec.Raw]
# Keys of which no other format has two at its top.
_MARKS = frozenset(("Attribute", "Object", "info", "distribution", "threat_level_id", "Orgc"))
_PARTS = frozenset(("Attribute", "Object"))
# What every attribute has and no STIX object: cut out of its event, it says not who may see it.
_ATTRIBUTE = frozenset(("type", "category", "value"))
_FRAGMENT = (
    "The file holds MISP attributes or objects without their event, which says who may see them;"
    " export the whole event."
)


def recognises(text: bytes) -> bool:
    """Whether the text is, or began as, one or several MISP events."""
    try:
        top = _first(text)
        if top is not None and "response" in top:
            answer = bytes(top["response"])
            if answer == b"[]":  # a search that found nothing
                return True
            found = _first(answer)
            return found is not None and (_is_event(found) or bool(_PARTS & found.keys()))
        return top is not None and (_is_event(top) or _is_fragment(top))
    except (msgspec.MsgspecError, RecursionError):
        # Broken: reading it says where.
        return b'"Event"' in text or (b'"Attribute"' in text and b'"info"' in text)


def _first(text: bytes) -> _Top | None:
    """The object that the text is or, if it is a list, begins with."""
    if text.lstrip()[:1] == b"[":
        pieces = cut(text, list[msgspec.Raw])
        text = bytes(pieces[0]) if pieces else b""
    return cut(text, _Top) if text.lstrip()[:1] == b"{" else None


def _is_event(top: _Top) -> bool:
    return "Event" in top or ("type" not in top and len(_MARKS & top.keys()) > 1)


def _is_fragment(top: _Top) -> bool:
    # Somebody's own STIX type may have such keys too, but its id is written TYPE--UUID.
    attribute = top.keys() >= _ATTRIBUTE and b"--" not in bytes(top.get("id", b""))
    return attribute or (bool(top) and top.keys() <= _PARTS)


def _holds_fragment(text: bytes) -> bool:
    """Whether a text that has been cut into events without a fault begins with a fragment."""
    top = _first(text) or {}
    if "response" in top:
        top = _first(bytes(top["response"])) or {}
    return _is_fragment(top)


def read(data: bytes, *, source: str) -> Reading:
    """Read MISP events; ``source`` is the SHA-256, in hex, of ``data``.

    A bad attribute, object, tag or cluster becomes a ``Loss`` and the rest is kept; of several
    events a bad one does. Raises ``BadInput`` for a fault of the whole file: empty, too large,
    not UTF-8, not JSON, cut off, nested too deeply, or without an event that can be read.
    """
    text = utf8(data)
    objects: list[ReadObject] = []
    losses: list[Loss] = []
    events = 0
    for position, raw in _events(text):
        try:
            read_objects, lost = read_event(raw, position, source)
        except StixError as error:
            losses.append(Loss(None, position, error.path, error.rule))
        else:
            events += 1
            objects += read_objects
            losses += lost
    if not events and _holds_fragment(text):
        raise BadInput(_FRAGMENT)
    if not events:
        first = f"; the first says: {losses[0]}" if losses else "."
        raise BadInput(f"The file holds no MISP event that can be read{first}")
    return reading_of(FORMAT, READER, objects, losses)


def _events(text: bytes) -> Iterator[tuple[str, bytes]]:
    """Cut the text into events with their JSON pointers."""
    position = ""
    if text.lstrip()[:1] != b"[":
        top = split(text, _Top, of="MISP")
        if "response" not in top:
            yield _unwrapped(position, text, top)
            return
        position, inner = "/response", bytes(top["response"])
        refuse_twice(text, (inner,), what="The response around the events")
        text = inner
        if text[:1] != b"[":
            yield _unwrapped(position, text, split(text, _Top, of="MISP"))
            return
    for index, raw in enumerate(split(text, list[msgspec.Raw], of="MISP")):
        at, piece = f"{position}/{index}", bytes(raw)
        top = split(piece, _Top, of="MISP") if piece[:1] == b"{" else {}
        yield _unwrapped(at, piece, top)


def _unwrapped(position: str, text: bytes, top: _Top) -> tuple[str, bytes]:
    if "Event" not in top:
        return position, text
    inner = bytes(top["Event"])
    refuse_twice(text, (inner,), what="The object around the event")
    return f"{position}/Event", inner
