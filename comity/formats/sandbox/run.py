"""The text of a PDF, taken out by a child process."""

import msgspec

from comity.errors import BadInput, Unavailable
from comity.formats.pdf_report import PdfText
from comity.formats.sandbox import process
from comity.formats.sandbox.answer import SENTENCES, Answer
from comity.formats.text import MAX_BYTES

_CHILD = process.command("pdf")
_ENDED = "The PDF could not be read within the time and memory set for it; send its text instead."


def pdf_text(data: bytes) -> PdfText:
    """Return the text of a PDF, page by page, taken out by a confined child process.

    Raises ``BadInput`` with one sentence for a PDF that is protected, damaged, without text
    or too large, and ``Unavailable`` if no process can be started.
    """
    if len(data) > MAX_BYTES:
        raise BadInput(f"The PDF has {len(data)} bytes and at most {MAX_BYTES} are read; split it.")
    try:
        raw = process.exchange(_CHILD, data)
    except OSError as error:
        raise Unavailable(f"No process could be started to read the PDF: {error}.") from None
    try:
        answer = msgspec.json.decode(raw, type=Answer)
    except (msgspec.MsgspecError, RecursionError):
        raise BadInput(_ENDED) from None
    if answer.refused is not None:
        raise BadInput(SENTENCES[answer.refused])
    return PdfText(
        pages=answer.pages,
        embedded=answer.embedded,
        more_embedded=answer.more_embedded,
        links=answer.links,
        not_searched=answer.not_searched,
    )
