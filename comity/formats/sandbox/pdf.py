"""The child process that takes the text out of a PDF (ISO 32000): bytes in, JSON out.

Run as ``python -I -m comity.formats.sandbox.pdf``. It writes one ``Answer``.
"""

import encodings
import io
import sys

import msgspec
import pypdf
from pypdf.errors import FileNotDecryptedError, LimitReachedError, PyPdfError

from comity.formats.sandbox.answer import Answer, Refusal
from comity.formats.sandbox.limits import confine, import_all

MOST_TEXT = 8 * 1024 * 1024  # characters
MOST_PAGES = 2_000
MOST_ANNOTATIONS = 50_000
MOST_NAMES = 100
LONGEST_NAME = 255  # characters

# The parser meets structures that it did not expect with whichever error comes first; where
# it would open a file or import more, the limits answer.
_UNEXPECTED = (
    ArithmeticError, AssertionError, AttributeError, ImportError, LookupError, OSError,
    RuntimeError, TypeError, ValueError,
)  # fmt: skip


def answer(data: bytes) -> Answer:
    """The text of each page, or the reason why there is none."""
    try:
        return _pages(data)
    except FileNotDecryptedError:
        return Answer(refused="password")
    except (LimitReachedError, MemoryError):
        return Answer(refused="size")
    except (PyPdfError, *_UNEXPECTED):
        return Answer(refused="damaged")


def _pages(data: bytes) -> Answer:
    reader = pypdf.PdfReader(io.BytesIO(data))
    # Many PDFs are encrypted with an empty password, only to forbid printing.
    if reader.is_encrypted and not reader.decrypt(""):
        return Answer(refused="password")
    count = len(reader.pages)
    if count > MOST_PAGES:
        return Answer(refused="pages")
    pages: list[str] = []
    left = MOST_TEXT
    for page in reader.pages:
        try:
            text = page.extract_text()
        except (FileNotDecryptedError, LimitReachedError):
            raise
        except (PyPdfError, *_UNEXPECTED):
            text = ""  # one broken page must not cost the others; an empty one is a loss
        text = _letters(text)
        left -= len(text)
        if left < 0:
            return Answer(refused="size")
        pages.append(text)
    if not any(map(str.strip, pages)):
        return Answer(refused="picture")
    embedded, links, whole = left_inside(reader, MOST_ANNOTATIONS)
    return Answer(
        pages=tuple(pages),
        embedded=tuple(name[:LONGEST_NAME] for name in embedded[:MOST_NAMES]),
        more_embedded=len(embedded[MOST_NAMES:]),
        links=links,
        not_searched=not whole,
    )


def left_inside(reader: pypdf.PdfReader, most: int) -> tuple[list[str], int, bool]:
    """The embedded files by name, the number of links out, and whether that is all of them.

    Looks at no more than ``most`` annotations and files (ISO 32000-2 §7.11.4, §12.5.6.5 and
    §12.5.6.15).
    """
    embedded: list[str] = []
    links = 0
    try:
        for file in reader.attachment_list:
            embedded.append(_letters(file.alternative_name or file.name))
            if len(embedded) == most:
                return embedded, links, False
        for page in reader.pages:
            for reference in page.get("/Annots") or ():
                most -= 1
                if most < 0:
                    return embedded, links, False
                annotation = reference.get_object()
                if annotation.get("/Subtype") == "/FileAttachment":
                    file = annotation.get("/FS", {}).get_object()
                    embedded.append(_letters(file.get("/UF") or file.get("/F") or ""))
                elif "/URI" in annotation.get("/A", {}):
                    links += 1
    except (PyPdfError, *_UNEXPECTED):
        return embedded, links, False
    return embedded, links, True


def _letters(name: object) -> str:
    return str(name).encode("utf-8", "replace").decode()


def main() -> None:
    """Confine the process, then read."""
    import_all(pypdf, encodings)
    confine()
    refusal: Refusal | None = None
    try:
        reply = msgspec.json.encode(answer(sys.stdin.buffer.read()))
    except MemoryError:
        refusal = "size"
    if refusal:
        reply = msgspec.json.encode(Answer(refused=refusal))
    sys.stdout.buffer.write(reply)


if __name__ == "__main__":
    main()
