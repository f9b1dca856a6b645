"""Which format a received file has, judged by its content alone."""

from collections.abc import Callable
from typing import NamedTuple, Protocol

from comity.errors import BadInput
from comity.formats import ndjson, stix_bundle
from comity.formats.reading import Reading
from comity.formats.text import utf8


class _Read(Protocol):
    def __call__(self, data: bytes, *, source: str) -> Reading: ...


class Format(NamedTuple):
    """One format that can be read."""

    name: str
    title: str
    recognises: Callable[[bytes], bool]
    read: _Read


# In order of trial: the narrower format comes first. A new format is one line here.
FORMATS = (
    Format(ndjson.FORMAT, "STIX objects one per line", ndjson.recognises, ndjson.read),
    Format(stix_bundle.FORMAT, "STIX 2.0 or 2.1 JSON", stix_bundle.recognises, stix_bundle.read),
)


def detect(data: bytes) -> str:
    """Return the name of the file's format.

    Raises ``BadInput`` that lists what can be read, or that says why nothing can be: the file
    is empty, too large or not UTF-8.
    """
    return _format_of(data).name


def read(data: bytes, *, source: str) -> Reading:
    """Read a file of any known format; ``source`` is the SHA-256, in hex, of ``data``.

    Raises ``BadInput`` as ``detect`` and the format's own reader do.
    """
    return _format_of(data).read(data, source=source)


def _format_of(data: bytes) -> Format:
    text = utf8(data)
    for format_ in FORMATS:
        if format_.recognises(text):
            return format_
    known = "; ".join(format_.title for format_ in FORMATS)
    raise BadInput(f"The file is of no format that can be read. These can: {known}.")
