"""HTML, DOCX and PDF of one draft: the same words, on every page what it is, the same bytes."""

import datetime as dt
import io
import re
import zipfile

import docx
import msgspec
import pytest
from pypdf import PdfReader

from comity.documents.drafts.docx import draft_docx
from comity.documents.drafts.html import draft_page
from comity.documents.drafts.model import (
    Blank,
    Bullets,
    Draft,
    Heading,
    Paragraph,
    Table,
    Text,
    text_of,
)
from comity.documents.drafts.pdf import draft_pdf
from tests.documents.drafts.samples import INCIDENT, drafted, indicator, the

HOSTILE = '#emph[x] $y$ \\ @z <b>&amp; *s* _u_ `c` "q" = - + / // /* #read("/etc/passwd")'
FORMS = (draft_page, draft_docx, draft_pdf)


@pytest.fixture(scope="module")
def draft() -> Draft:
    return the(drafted()[0], "notification-che")


def pdf_text(data: bytes) -> list[str]:
    return [page.extract_text() for page in PdfReader(io.BytesIO(data)).pages]


def where(reader: PdfReader) -> list[tuple[str, float]]:
    """Each piece of text with its distance from the left edge, in points."""
    found: list[tuple[str, float]] = []
    for page in reader.pages:
        page.extract_text(
            visitor_text=lambda text, page_at, text_at, *_: found.append(
                (text.strip(), page_at[4] + text_at[4])
            )
        )
    return found


def is_arabic(letter: str) -> bool:
    return "\u0600" <= letter <= "\u06ff"


def words(text: str) -> str:
    return "".join(text.split())


def docx_text(data: bytes) -> str:
    document = docx.Document(io.BytesIO(data))
    cells = [c.text for table in document.tables for row in table.rows for c in row.cells]
    return "\n".join([*(p.text for p in document.paragraphs), *cells])


def with_text(draft: Draft, text: str, **changes: str) -> Draft:
    blocks = (
        Heading(text),
        Paragraph((Text(text, outside=True), Blank(text, f"[ to fill in: {text} ]"))),
        Bullets(((Text(text),),)),
        Table(text, (text, text), (((Text(text),), (Text(text),)),)),
    )
    return msgspec.structs.replace(draft, blocks=blocks, title=text, **changes)


def test_every_page_of_the_pdf_says_that_it_is_a_draft_and_its_marking(draft):
    pages = pdf_text(draft_pdf(draft))
    assert len(pages) >= 2
    for page in pages:
        assert "DRAFT, NOT RELEASED" in page
        assert draft.marking in page


def test_the_three_forms_say_the_same_words(draft):
    pdf = words("".join(pdf_text(draft_pdf(draft))))
    word = words(docx_text(draft_docx(draft)))
    page = words(re.sub(r"<[^>]*>", "", draft_page(draft).decode()).replace("&#39;", "'"))
    for line in text_of(draft).splitlines()[1:]:
        # The header of a DOCX is no part of its body, and tables have no captions there.
        if line not in (draft.status, draft.marking, "Facts"):
            assert words(line) in page, line
            assert words(line) in word, line
            assert all(words(part) in pdf for part in line.split()), line


@pytest.mark.parametrize("write", FORMS)
def test_the_same_draft_gives_the_same_bytes(draft, write):
    assert write(draft) == write(draft)


def test_the_document_of_a_word_processor_has_headings_lists_tables_and_a_header(draft):
    document = docx.Document(io.BytesIO(draft_docx(draft)))
    styles = [p.style.name if p.style else "" for p in document.paragraphs]
    assert styles.count("Heading 1") == 1
    assert {"Heading 2", "Heading 3", "List Bullet", "List Number"} <= set(styles)
    assert len(document.tables) >= 2
    (section,) = document.sections
    assert "DRAFT, NOT RELEASED" in section.header.paragraphs[0].text
    assert draft.marking in section.header.paragraphs[0].text
    blank = next(
        run for p in document.paragraphs for run in p.runs if run.text.startswith("[ to fill in")
    )
    assert blank.bold
    assert blank.font.highlight_color is not None


def test_the_language_of_a_document_is_said_to_whoever_reads_it_aloud(draft):
    arabic = with_text(draft, ARABIC, language="ar", direction="rtl")
    root = PdfReader(io.BytesIO(draft_pdf(arabic))).root_object
    assert str(root["/Lang"]) == "ar"
    assert "/StructTreeRoot" in root
    with zipfile.ZipFile(io.BytesIO(draft_docx(arabic))) as archive:
        assert b'w:bidi="ar"' in archive.read("word/styles.xml")
        assert b"<w:bidi/>" in archive.read("word/document.xml")
    assert '<html lang="ar" dir="rtl">' in draft_page(arabic).decode()


def test_the_files_name_nobody_and_their_times_are_those_of_the_draft(draft):
    data = draft_docx(draft)
    core = docx.Document(io.BytesIO(data)).core_properties
    assert (core.author, core.last_modified_by, core.comments) == ("", "", "")
    assert core.created.replace(tzinfo=dt.UTC).isoformat() == draft.created.replace("Z", "+00:00")
    assert {entry.date_time for entry in zipfile.ZipFile(io.BytesIO(data)).infolist()} == {
        (1980, 1, 1, 0, 0, 0)
    }
    about = PdfReader(io.BytesIO(draft_pdf(draft))).metadata
    assert about is not None
    assert set(about) <= {"/Title", "/Creator", "/CreationDate", "/ModDate"}


def test_text_is_never_read_as_markup(draft):
    hostile = with_text(draft, HOSTILE)
    assert words(HOSTILE) in words("".join(pdf_text(draft_pdf(hostile))))
    assert HOSTILE in docx_text(draft_docx(hostile))
    page = draft_page(hostile).decode()
    assert "<b>" not in page
    assert "&lt;b&gt;" in page


def test_a_page_needs_nothing_from_outside_and_runs_nothing(draft):
    page = draft_page(draft).decode()
    assert "default-src 'none'; style-src 'unsafe-inline'" in page
    for loader in ("src=", "@import", "url(", "<link", "<script", "<iframe"):
        assert loader not in page


ARABIC = "تقدم وزارة الخارجية تحياتها إلى السفارة وتتشرف بإبلاغها بما يلي"
CHINESE = "外交部向大使馆致意，并谨此通报以下网络事件。"


def test_arabic_is_set_in_its_own_font_from_the_right_edge(draft):
    data = draft_pdf(with_text(draft, ARABIC, language="ar", direction="rtl"))
    reader = PdfReader(io.BytesIO(data))
    assert any("NotoSansArabic" in str(f) for page in reader.pages for f in _fonts(page))
    placed = [(text, x) for text, x in where(reader) if any(map(is_arabic, text))]
    read = reader.pages[0].extract_text()
    # The letters come out in pieces, but none that is not in the text and none as an empty box.
    assert set(filter(is_arabic, read)) <= set(ARABIC)
    assert ".notdef" not in read
    width = float(reader.pages[0].mediabox.width)
    assert max(x for _, x in placed) > width * 0.75


def test_an_address_keeps_its_order_in_a_line_from_right_to_left():
    drafts, _ = drafted([INCIDENT, indicator(9, "[ipv4-addr:value = '45.77.1.9']")])
    draft = msgspec.structs.replace(the(drafts, "mitigation-che"), language="ar", direction="rtl")
    assert "45[.]77[.]1[.]9" in words("".join(pdf_text(draft_pdf(draft))))
    assert '<bdi dir="ltr">45[.]77[.]1[.]9</bdi>' in draft_page(draft).decode()
    assert "\u200e45[.]77[.]1[.]9\u200e" in docx_text(draft_docx(draft))


def test_a_long_hash_stays_in_its_column_and_is_copied_whole():
    digest = "ab12" * 32
    drafts, _ = drafted([INCIDENT, indicator(9, f"[file:hashes.'SHA-512' = '{digest}']")])
    reader = PdfReader(io.BytesIO(draft_pdf(the(drafts, "mitigation-che"))))
    assert digest in words("".join(page.extract_text() for page in reader.pages))
    pieces = [x for text, x in where(reader) if text.startswith("ab12")]
    assert len(pieces) > 1
    assert max(pieces) < min(x for text, x in where(reader) if text.startswith("open"))


def test_chinese_can_be_read_back_and_its_large_font_stands_only_where_it_is_needed(draft):
    data = draft_pdf(with_text(draft, CHINESE, language="zh"))
    assert CHINESE in words("".join(pdf_text(data)))
    assert any("CJK" in str(f) for p in PdfReader(io.BytesIO(data)).pages for f in _fonts(p))
    plain = PdfReader(io.BytesIO(draft_pdf(draft)))
    assert not any("CJK" in str(f) for p in plain.pages for f in _fonts(p))


def _fonts(page):
    return [font.get_object()["/BaseFont"] for font in page["/Resources"]["/Font"].values()]
