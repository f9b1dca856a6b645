"""A report as PDF, once its text has been taken out of it.

Taking it out runs a parser that a stranger's file could break, so it is done by
``comity.formats.sandbox`` and handed to this pure reader as text.
"""

from collections.abc import Callable
from typing import TypeAlias

from msgspec import Struct

from comity.errors import BadInput
from comity.formats.hits import Passage
from comity.formats.prose import Prose, read_prose
from comity.formats.reading import Loss, Reading

FORMAT = "pdf"
READER = "pdf/1"


class PdfText(Struct, frozen=True):
    """The text of each page of a PDF."""

    pages: tuple[str, ...]


PdfReader: TypeAlias = Callable[[bytes], PdfText]


def recognises(data: bytes) -> bool:
    """Whether the file begins as a PDF (ISO 32000-2 §7.5.2)."""
    return data[:1024].lstrip().startswith(b"%PDF-")


def no_pdf(data: bytes) -> PdfText:  # noqa: ARG001
    """The ``PdfReader`` of a place that has none: it refuses every PDF."""
    raise BadInput("The file is a PDF, and PDFs are not read here; hand in its text instead.")


def read_pages(text: PdfText, *, source: str) -> Reading:
    """Read the text of a PDF; ``source`` is the SHA-256, in hex, of the PDF itself.

    Positions name page and line of the text as it was taken out. A page without text is a
    loss: it may be a picture of text.
    """
    passages = [
        Passage(page.replace("\r\n", "\n"), f"page {number}, ")
        for number, page in enumerate(text.pages, start=1)
    ]
    rule = "gave no text: it may be damaged or a picture of text; hand in that page as text"
    losses = [
        Loss(None, f"page {number}", "", rule)
        for number, page in enumerate(text.pages, start=1)
        if not page.strip()
    ]
    return read_prose(FORMAT, READER, Prose(passages), source=source, losses=losses)
