"""STIX objects one per line (newline-delimited JSON); blank lines do not count."""

from collections.abc import Iterator

import msgspec

from comity.errors import BadInput
from comity.formats.json_text import cut
from comity.formats.reading import Reading, reading_of
from comity.formats.stix_bundle import decode_all
from comity.formats.text import utf8

FORMAT = "stix-ndjson"
READER = "stix-ndjson/1"


def recognises(text: bytes) -> bool:
    """Whether the first line alone is a JSON object and another line follows."""
    first, _, rest = text.lstrip().partition(b"\n")
    if first[:1] != b"{" or not rest.strip():
        return False
    try:
        return "type" in cut(first, dict[str, msgspec.Raw])
    except (msgspec.MsgspecError, RecursionError):
        return False


def read(data: bytes, *, source: str) -> Reading:
    """Read one STIX object per line; ``source`` is the SHA-256, in hex, of ``data``.

    A line that is no good object becomes a ``Loss``. Raises ``BadInput`` for a file that is
    empty, too large or not UTF-8, and for one in which no line is an object.
    """
    objects, losses = decode_all(_lines(utf8(data)), source)
    if not objects and all(loss.id is None for loss in losses):
        raise BadInput(f"No line of the file is a STIX object; the first says: {losses[0]}")
    return reading_of(FORMAT, READER, objects, losses)


def _lines(text: bytes) -> Iterator[tuple[str, bytes]]:
    at = number = 0
    while at < len(text):
        end = text.find(b"\n", at)
        end = len(text) if end < 0 else end
        number += 1
        if raw := text[at:end].strip():
            yield f"line {number}", raw
        at = end + 1
