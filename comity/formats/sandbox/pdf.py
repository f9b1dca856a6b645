"""The child process that takes the text out of a PDF (ISO 32000): bytes in, JSON out.

Run as ``python -I -m comity.formats.sandbox.pdf``. It writes one ``Answer``.
"""

import encodings
import importlib
import io
import pkgutil
import sys

import msgspec
import pypdf
from pypdf.errors import FileNotDecryptedError, LimitReachedError, PyPdfError

from comity.formats.sandbox.answer import Answer, Refusal
from comity.formats.sandbox.limits import confine

MOST_TEXT = 8 * 1024 * 1024  # characters
MOST_PAGES = 2_000

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
        text = text.encode("utf-8", "replace").decode()
        left -= len(text)
        if left < 0:
            return Answer(refused="size")
        pages.append(text)
    return Answer(pages=tuple(pages)) if any(map(str.strip, pages)) else Answer(refused="picture")


def import_all() -> None:
    """Import all of the parser and all encodings, for the limits leave no file to open."""
    for package in (pypdf, encodings):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            try:
                importlib.import_module(module.name)
            except ImportError:
                continue  # needs what is not installed, such as pictures or another system


def main() -> None:
    """Confine the process, then read."""
    import_all()
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
