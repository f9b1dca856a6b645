"""A report as plain text, AsciiDoc and Markdown among it."""

from comity.formats.hits import Passage
from comity.formats.plain import decoded
from comity.formats.prose import Prose, read_prose
from comity.formats.reading import Reading

FORMAT = "text"
READER = "text/1"


def read(data: bytes, *, source: str) -> Reading:
    """Read prose; ``source`` is the SHA-256, in hex, of ``data``.

    The first line names the report and the first paragraph describes it. Raises ``BadInput``
    for a file that is empty, too large or no text.
    """
    text, notes = decoded(data)
    return read_prose(FORMAT, READER, Prose([Passage(text)]), source=source, notes=notes)
