"""Small files of every kind of prose, and what was read of them."""

import hashlib
from typing import Any

from comity.formats.detect import read
from comity.formats.pdf_report import PdfReader, no_pdf
from comity.formats.reading import Reading

SHA256 = "a1" * 32


def reading(data: bytes, pdf_text: PdfReader = no_pdf) -> Reading:
    return read(data, source=hashlib.sha256(data).hexdigest(), pdf_text=pdf_text)


def objects(got: Reading, type_: str) -> list[Any]:
    values = [item.received.value for item in got.objects]
    return [value for value in values if value.type == type_]


def positions(got: Reading, type_: str) -> list[str]:
    items = [item for item in got.objects if item.received.value.type == type_]
    return [item.origin.position for item in items]
