"""A report as PDF, once its text has been taken out of it.

Taking it out runs a parser that a stranger's file could break, so it is done by
``comity.formats.sandbox`` and handed to this pure reader as text.
"""

from collections.abc import Callable, Iterator
from typing import TypeAlias

from msgspec import Struct

from comity.errors import BadInput
from comity.formats.hits import Passage
from comity.formats.prose import Prose, read_prose
from comity.formats.reading import Loss, Reading

FORMAT = "pdf"
READER = "pdf/1"


class PdfText(Struct, frozen=True):
    """The text of each page of a PDF, and what beside text was left in it.

    ``embedded`` names files inside the PDF, ``more_embedded`` counts further ones, ``links``
    those links that leave it. ``not_searched``: there may be more of either.
    """

    pages: tuple[str, ...]
    embedded: tuple[str, ...] = ()
    more_embedded: int = 0
    links: int = 0
    not_searched: bool = False


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
    loss: it may be a picture of text. So is each embedded file; links are told in a note.
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
    return read_prose(
        FORMAT,
        READER,
        Prose(passages),
        source=source,
        losses=(*losses, *_embedded(text)),
        notes=tuple(_notes(text)),
    )


def _embedded(text: PdfText) -> Iterator[Loss]:
    for number, name in enumerate(text.embedded, start=1):
        rule = f"is the embedded file {name!r}, which is not opened; hand it in by itself"
        yield Loss(None, f"embedded file {number}", "", rule)
    if text.more_embedded:
        yield Loss(None, "further files", "", f"is one of {text.more_embedded} embedded files more")


def _notes(text: PdfText) -> Iterator[str]:
    if text.links:
        where = "1 link leads" if text.links == 1 else f"{text.links} links lead"
        yield (
            f"{where} out of the PDF; where to was not read unless the text says it. Hand in the"
            " addresses that matter as text."
        )
    if text.not_searched:
        yield "The PDF could not be searched to its end for embedded files and links."
