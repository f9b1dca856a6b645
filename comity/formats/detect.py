"""Which format a received file has, judged by its content alone."""

import re
from collections.abc import Callable
from typing import NamedTuple, Protocol

import msgspec

from comity.errors import BadInput
from comity.formats import (
    csv_table,
    email_message,
    html_report,
    ndjson,
    pdf_report,
    stix_bundle,
    text_report,
)
from comity.formats.json_text import split
from comity.formats.misp import reader as misp
from comity.formats.pdf_report import PdfReader, no_pdf
from comity.formats.plain import decoded, refuse_binary
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


class TextFormat(NamedTuple):
    """One format that is for people first, in whichever encoding it comes."""

    name: str
    title: str
    recognises: Callable[[str], bool]
    read: _Read


# In order of trial: the narrower format comes first. A new JSON format is one line here.
FORMATS = (
    Format(ndjson.FORMAT, "STIX objects one per line", ndjson.recognises, ndjson.read),
    Format(misp.FORMAT, "MISP event JSON", misp.recognises, misp.read),
    Format(stix_bundle.FORMAT, "STIX 2.0 or 2.1 JSON", stix_bundle.recognises, stix_bundle.read),
)
EMAIL = Format(
    email_message.FORMAT, "an e-mail (.eml)", email_message.recognises, email_message.read
)
# These follow; any text that is no other markup is prose at last.
TEXT_FORMATS = (
    TextFormat(html_report.FORMAT, "HTML", html_report.recognises, html_report.read),
    TextFormat(csv_table.FORMAT, "CSV", csv_table.recognises, csv_table.read),
    TextFormat(
        text_report.FORMAT, "plain text", lambda text: not _is_markup(text), text_report.read
    ),
)
_TITLES = (*(one.title for one in (*FORMATS, EMAIL)), "PDF", *(one.title for one in TEXT_FORMATS))
# A file of the largest size with this many has 13 bytes for each, names and all; STIX takes thrice.
MOST_VALUES = 5_000_000
_TAG = re.compile(r"<(?:\?xml|[A-Za-z_][\w:.-]{0,100}+[\s/>])").match
_KEY = re.compile(r"[^\w\"]{1,40}+\"[\w-]{1,40}+\"\s{0,9}:").match


def detect(data: bytes) -> str:
    """Return the name of the file's format.

    Raises ``BadInput`` that lists what can be read, or that says why nothing can be: the file
    is empty, too large or no text.
    """
    return pdf_report.FORMAT if pdf_report.recognises(data) else _format_of(data).name


def read(data: bytes, *, source: str, pdf_text: PdfReader = no_pdf) -> Reading:
    """Read a file of any known format; ``source`` is the SHA-256, in hex, of ``data``.

    ``pdf_text`` takes the text out of a PDF; without one, PDFs are refused. Raises
    ``BadInput`` as ``detect``, ``pdf_text`` and the format's own reader do.
    """
    if pdf_report.recognises(data):
        return pdf_report.read_pages(pdf_text(data), source=source)
    return _format_of(data).read(data, source=source)


def _format_of(data: bytes) -> Format | TextFormat:
    refuse_binary(data)
    beginning = _beginning(data)
    if beginning in ("{", "["):
        if found := _json_format(data, strict=beginning == "{"):
            return found
    elif EMAIL.recognises(data):
        return EMAIL
    text = decoded(data).text
    for format_ in TEXT_FORMATS:
        if format_.recognises(text):
            return format_
    raise _unknown()


def _beginning(data: bytes) -> str:
    """The first character that is no blank, read as Unicode in either of its usual forms."""
    encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    return data[:1024].decode(encoding, "ignore").lstrip()[:1]


def _json_format(data: bytes, *, strict: bool) -> Format | None:
    """The JSON format of the file; ``None`` if it is prose that begins with a bracket."""
    try:
        text = utf8(data)
    except BadInput:
        if strict:
            raise
        return None
    if text.count(b",") > MOST_VALUES:
        raise BadInput("The file has more values than can be read safely; split it.")
    for format_ in FORMATS:
        if format_.recognises(text):
            return format_
    if strict:
        split(text, dict[str, msgspec.Raw], of="JSON")  # says where it is broken
        raise _unknown()
    try:
        msgspec.json.decode(text)
    except (msgspec.MsgspecError, RecursionError):
        return None
    raise _unknown()


def _is_markup(text: str) -> bool:
    """Whether the text is XML or broken JSON, whose names would be taken for indicators."""
    start = text.lstrip()[:200]
    return _KEY(start) is not None or (_TAG(start) is not None and text.rstrip().endswith(">"))


def _unknown() -> BadInput:
    return BadInput(f"The file is of no format that can be read. These can: {'; '.join(_TITLES)}.")
