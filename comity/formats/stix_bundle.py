"""STIX JSON: a bundle, a TAXII envelope, a list of objects, or one object.

Sources: STIX 2.1 §8 and STIX 2.0 part 1 §5 (bundle), TAXII 2.1 §3.7 (envelope).
"""

import re
from collections.abc import Iterable, Iterator
from typing import TypeVar

import msgspec

from comity.errors import BadInput
from comity.formats.reading import Loss, Origin, Reading, ReadObject, reading_of
from comity.formats.text import place, utf8
from comity.stix.decode import decode
from comity.stix.error import StixError
from comity.stix.parse import parse_object

FORMAT = "stix-bundle"
READER = "stix-bundle/1"

_T = TypeVar("_T")
_Top = dict[str, msgspec.Raw]
_BYTE = re.compile(r"\(byte (\d+)\)")


def recognises(text: bytes) -> bool:
    """Whether the text is, or began as, STIX JSON in one piece."""
    start = text.lstrip()[:1]
    if start == b"[":
        return b'"type"' in text
    if start != b"{":
        return False
    try:
        top = msgspec.json.decode(text, type=_Top)
    except (msgspec.MsgspecError, RecursionError):
        return b'"type"' in text  # broken: reading it says where
    return "type" in top or "objects" in top


def read(data: bytes, *, source: str) -> Reading:
    """Read STIX 2.0 or 2.1 JSON; ``source`` is the SHA-256, in hex, of ``data``.

    A bad object becomes a ``Loss`` and the others are kept. Raises ``BadInput`` for a fault
    of the whole file: empty, too large, not UTF-8, not JSON, cut off, nested too deeply, no
    STIX, or a key of the bundle itself given twice.
    """
    text = utf8(data)
    bundle_version, pieces = _pieces(text)
    objects, losses = decode_all(pieces, source, bundle_version)
    return reading_of(FORMAT, READER, objects, losses)


def decode_all(
    pieces: Iterable[tuple[str, bytes]], source: str, bundle_version: str | None = None
) -> tuple[list[ReadObject], list[Loss]]:
    """Decode (position, raw) pairs one by one; each becomes an object or a loss."""
    objects: list[ReadObject] = []
    losses: list[Loss] = []
    for position, raw in pieces:
        try:
            received = decode(raw, bundle_version=bundle_version)
        except StixError as error:
            losses.append(Loss(error.id, position, error.path, error.rule))
        else:
            objects.append(ReadObject(received, Origin(source, position)))
    return objects, losses


def _pieces(text: bytes) -> tuple[str | None, Iterable[tuple[str, bytes]]]:
    """Split the text into its objects without parsing them."""
    if text.lstrip()[:1] == b"[":
        return None, _numbered("", _split(text, list[msgspec.Raw]))
    top = _split(text, _Top)
    if "type" not in top and "objects" not in top:
        raise BadInput("The file is JSON but not STIX: it has neither 'type' nor 'objects'.")
    if "type" in top and _text(top["type"]) != "bundle":
        return None, (("", text),)
    inner = bytes(top.get("objects", b"[]"))
    _refuse_twice(text, inner)
    if inner[:1] != b"[":
        raise BadInput("The file's 'objects' is no list; STIX needs a list of objects there.")
    return _text(top.get("spec_version")), _numbered("/objects", _split(inner, list[msgspec.Raw]))


def _numbered(pointer: str, pieces: list[msgspec.Raw]) -> Iterator[tuple[str, bytes]]:
    return ((f"{pointer}/{index}", bytes(piece)) for index, piece in enumerate(pieces))


def _split(text: bytes, kind: type[_T]) -> _T:
    """Cut JSON text at its top level, which checks that it is JSON all the way down."""
    try:
        return msgspec.json.decode(text, type=kind)
    except RecursionError:
        raise BadInput("The file is nested too deeply to be STIX.") from None
    except msgspec.ValidationError:
        raise BadInput("The file is JSON but not STIX; STIX is an object or a list.") from None
    except msgspec.DecodeError as error:
        raise BadInput(_malformed(text, str(error))) from None


def _malformed(text: bytes, complaint: str) -> str:
    if "truncated" in complaint:
        return f"The JSON stops before its end, at {place(text, len(text))}; send all of it."
    at = _BYTE.search(complaint)
    where = f" at {place(text, int(at[1]))}" if at else ""
    return f"The file is not valid JSON{where}; export it again."


def _refuse_twice(text: bytes, objects: bytes) -> None:
    """Refuse a key that the bundle itself has twice.

    Splitting keeps the last of two equal keys. The text without one copy of ``objects`` is
    small, and whatever key was there twice is there twice still, or is ``objects`` itself.
    """
    skeleton = text.replace(objects, b"[]", 1)
    try:
        parse_object(skeleton)
    except StixError as error:
        raise BadInput(f"The bundle around the objects {error.rule}.") from None


def _text(raw: msgspec.Raw | None) -> str | None:
    if raw is None:
        return None
    try:
        return msgspec.json.decode(raw, type=str)
    except msgspec.MsgspecError:
        return None
