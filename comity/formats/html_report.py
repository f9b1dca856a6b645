"""A report as a web page: its text, and where its links really lead."""

import re

from comity.errors import BadInput
from comity.formats.hits import Passage
from comity.formats.html_text import Page, page
from comity.formats.plain import decoded
from comity.formats.prose import Prose, read_prose
from comity.formats.reading import Reading
from comity.formats.stated import as_timestamp

FORMAT = "html"
READER = "html/1"

_BEGINS = re.compile(
    r"\s{0,1000}+(?:<!--.{0,4000}?-->\s{0,1000}+)?(?:<\?xml[^>]{0,200}>\s{0,1000}+)?"
    r"<(?:!doctype\s+html|html|head|body|title|meta|div|p|table|article|section|main|h[1-6]|ul|ol"
    r"|span|center|font|style)\b",
    re.IGNORECASE | re.DOTALL,
).match


def recognises(text: str) -> bool:
    """Whether the text begins as an HTML document or a piece of one."""
    return _BEGINS(text) is not None


def read(data: bytes, *, source: str) -> Reading:
    """Read a web page; ``source`` is the SHA-256, in hex, of ``data``.

    Positions name lines of the page's source. Raises ``BadInput`` for a file that is empty,
    too large or no text, and for a page that shows none.
    """
    text, notes = decoded(data)
    taken = page(text)
    if not taken.text.strip() and not taken.links:
        raise BadInput(
            "The page holds no text: a script may draw it. Print it as PDF, or copy its text."
        )
    prose = Prose(
        passages_of(taken),
        title=taken.title,
        summary=taken.summary,
        at=as_timestamp(taken.date) if taken.date else None,
    )
    return read_prose(FORMAT, READER, prose, source=source, notes=notes)


def passages_of(taken: Page, before: str = "") -> list[Passage]:
    """The page's text, then each link that the text does not show as it is."""
    text = Passage(taken.text, before, exact=False)
    shown = set(taken.text.split())
    hidden = {link.target: link for link in taken.links if link.target not in shown}
    links = (
        Passage(link.target, f"{before}link on ", link.line, exact=False)
        for link in hidden.values()
    )
    return [text, *links]
