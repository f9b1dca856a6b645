"""Small PDFs (ISO 32000-2 §7.5), written by hand so that each has just one defect."""

import io
import zlib

from pypdf import PdfWriter
from pypdf.annotations import Link


def pdf(*pages: bytes, packed: bool = False) -> bytes:
    """A PDF whose pages have the given content streams."""
    kids = " ".join(f"{3 + 2 * n} 0 R" for n in range(len(pages)))
    parts = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Count {len(pages)} /Kids [{kids}] >>".encode(),
    ]
    font = b"<< /Font << /F << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >>"
    for number, content in enumerate(pages):
        stream = zlib.compress(content) if packed else content
        head = b"/Filter /FlateDecode " if packed else b""
        parts.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Resources %s"
            b" /Contents %d 0 R >>" % (font, 4 + 2 * number)
        )
        parts.append(b"<< %s/Length %d >>\nstream\n%s\nendstream" % (head, len(stream), stream))
    out, starts = b"%PDF-1.7\n", []
    for number, part in enumerate(parts, start=1):
        starts.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, part)
    table = b"".join(b"%010d 00000 n \n" % start for start in starts)
    size = len(parts) + 1
    return out + (
        b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<< /Size %d /Root 1 0 R >>\n"
        b"startxref\n%d\n%%%%EOF\n" % (size, table, size, len(out))
    )


def text(*lines: str) -> bytes:
    """A content stream that shows lines of text."""
    shown = " ".join(f"({line}) Tj T*" for line in lines)
    return f"BT /F 12 Tf 14 TL 72 700 Td {shown} ET".encode()


def encrypted(password: str) -> bytes:
    """A PDF protected by a password; an empty one only forbids printing."""
    writer = PdfWriter(clone_from=io.BytesIO(pdf(text("Seen at 1.2.3[.]4"))))
    writer.encrypt(password, owner_password="owner", algorithm="AES-256")  # noqa: S106
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def with_extras(data: bytes) -> bytes:
    """The same PDF with an embedded file and, on its first page, a link that leads out."""
    writer = PdfWriter(clone_from=io.BytesIO(data))
    writer.add_attachment("plan.docm", b"not looked at")
    writer.add_annotation(0, Link(rect=(0, 0, 9, 9), url="https://evil.example/"))
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()
