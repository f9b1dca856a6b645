"""STIX JSON: a bundle, a TAXII envelope, a list of objects, or one object.

Sources: STIX 2.1 §8 and STIX 2.0 part 1 §5 (bundle), TAXII 2.1 §3.7 (envelope).
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence

import msgspec

from comity.errors import BadInput
from comity.formats.json_text import refuse_twice, split
from comity.formats.produced import produced_id
from comity.formats.reading import Loss, Origin, Reading, ReadObject, reading_of
from comity.formats.text import utf8
from comity.stix.decode import decode
from comity.stix.error import StixError

FORMAT = "stix-bundle"
READER = "stix-bundle/1"

# Each takes some kilobytes and an entry in the record; the whole of ATT&CK is 25,000.
MOST_OBJECTS = 200_000

_Top = dict[str, msgspec.Raw]


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
    """Decode (position, raw) pairs one by one; each becomes an object or a loss.

    Raises ``BadInput`` for more than ``MOST_OBJECTS``.
    """
    objects: list[ReadObject] = []
    losses: list[Loss] = []
    for number, (position, raw) in enumerate(pieces):
        if number == MOST_OBJECTS:
            raise BadInput(
                f"The file has more than {MOST_OBJECTS} objects, the most that is read; split it."
            )
        try:
            received = decode(raw, bundle_version=bundle_version)
        except StixError as error:
            losses.append(Loss(error.id, position, error.path, error.rule))
        else:
            objects.append(ReadObject(received, Origin(source, position)))
    return objects, losses


def write(objects: Sequence[ReadObject]) -> bytes:
    """Write a bundle of what was read, each object in the bytes in which it was received.

    Raises ``BadInput`` where there is none.
    """
    if not objects:
        raise BadInput("The file holds no object that could be written.")
    return bundle_of([item.received.raw for item in objects])


def bundle_of(objects: Sequence[bytes]) -> bytes:
    """Return the bundle (STIX 2.1 §8) of one or more objects; the same ones give the same bytes."""
    inner = b",\n".join(objects)
    id_ = produced_id("bundle", "objects", hashlib.sha256(inner).hexdigest())
    return b'{"type":"bundle","id":"%s","objects":[\n%s\n]}\n' % (id_.encode(), inner)


def _pieces(text: bytes) -> tuple[str | None, Iterable[tuple[str, bytes]]]:
    """Split the text into its objects without parsing them."""
    if text.lstrip()[:1] == b"[":
        return None, _numbered("", split(text, list[msgspec.Raw], of="STIX"))
    top = split(text, _Top, of="STIX")
    if "type" not in top and "objects" not in top:
        raise BadInput("The file is JSON but not STIX: it has neither 'type' nor 'objects'.")
    if "type" in top and _text(top["type"]) != "bundle":
        return None, (("", text),)
    inner = bytes(top.get("objects", b"[]"))
    refuse_twice(text, (inner,), what="The bundle around the objects")
    if inner[:1] != b"[":
        raise BadInput("The file's 'objects' is no list; STIX needs a list of objects there.")
    objects = split(inner, list[msgspec.Raw], of="STIX")
    return _text(top.get("spec_version")), _numbered("/objects", objects)


def _numbered(pointer: str, pieces: list[msgspec.Raw]) -> Iterator[tuple[str, bytes]]:
    return ((f"{pointer}/{index}", bytes(piece)) for index, piece in enumerate(pieces))


def _text(raw: msgspec.Raw | None) -> str | None:
    if raw is None:
        return None
    try:
        return msgspec.json.decode(raw, type=str)
    except msgspec.MsgspecError:
        return None
