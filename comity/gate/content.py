"""An object as parsed, and what of it says how far it may go."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from comity.stix.decode import Received
from comity.stix.parse import parse_object
from comity.stix.raise_2_0 import TYPES_2_0, raise_2_0
from comity.stix.types import Opaque


def content_of(received: Received) -> Opaque:
    """The whole object as parsed, in its 2.1 form: no struct names all that is sent."""
    sent = parse_object(received.raw)
    raised = received.spec_version == "2.0" and sent["type"] in TYPES_2_0
    return raise_2_0(sent) if raised else sent


def marking_refs(received: Received) -> tuple[str, ...]:
    """The markings of the object, of its parts and of what it carries inside."""
    parts = received.value.granular_markings
    return (
        *received.value.object_marking_refs,
        *(part.marking_ref for part in parts if part.marking_ref is not None),
        *nested_marking_refs(content_of(received)),
    )


def nested_marking_refs(content: Opaque) -> tuple[str, ...]:
    """Markings in what an object carries inside it, such as a whole object in a custom property.

    STIX gives them no meaning there; whoever put them there meant one.
    """
    return tuple(
        text
        for name, child in content.items()
        if name not in ("object_marking_refs", "granular_markings")
        for text in _marking_texts(child)
    )


def _marking_texts(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for name, child in value.items():
            if name in ("object_marking_refs", "marking_ref"):
                yield from texts(child)
            else:
                yield from _marking_texts(child)
    elif isinstance(value, list):
        for child in value:
            yield from _marking_texts(child)


def labels_of(received: Received) -> tuple[str, ...]:
    """Labels, also those of an object that should have none."""
    named = getattr(received.value, "labels", None)
    found = received.custom.get("labels", ()) if named is None else named
    return tuple(texts(list(found) if isinstance(found, tuple) else found))


def texts(value: Any) -> Iterator[str]:
    """Every text in parsed JSON, names of properties aside."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for child in value.values():
            yield from texts(child)
    elif isinstance(value, list):
        for child in value:
            yield from texts(child)
