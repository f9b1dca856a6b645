"""Drafts as DOCX: real headings, lists and tables, a header on every page, no personal metadata."""

from __future__ import annotations

import datetime as dt
import io
import struct
import zipfile

import docx
from docx.document import Document
from docx.enum.table import WD_TABLE_ALIGNMENT, WD_TABLE_DIRECTION
from docx.enum.text import WD_BREAK, WD_COLOR_INDEX
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt
from docx.text.paragraph import Paragraph as WordParagraph

from comity.documents.drafts.model import (
    Blank,
    Block,
    Bullets,
    Draft,
    Heading,
    Paragraph,
    Runs,
    Table,
    Text,
)

# 1 January 1980, 00:00, the earliest time that a ZIP entry can bear: the file does not say when it
# was made.
_ZIP_TIME = struct.pack("<HH", 0, 1 << 5 | 1)


def draft_docx(draft: Draft) -> bytes:
    """The draft as DOCX; the same draft gives the same bytes."""
    document = docx.Document()
    _Writer(document, draft).write()
    buffer = io.BytesIO()
    document.save(buffer)
    return _settled(buffer.getvalue())


class _Writer:
    def __init__(self, document: Document, draft: Draft) -> None:
        self.document = document
        self.draft = draft
        self.rtl = draft.direction == "rtl"

    def write(self) -> None:
        """Fill the document."""
        draft = self.draft
        self._properties()
        self._page()
        self._heading(draft.title, 1)
        self._rows([((Text(field.label),), field.runs) for field in draft.header], head=())
        for block in draft.blocks:
            self._block(block)
        if draft.before_release:
            self._before_release()

    def _before_release(self) -> None:
        draft, document = self.draft, self.document
        document.add_paragraph().add_run().add_break(WD_BREAK.PAGE)
        labels = draft.labels
        self._heading(labels.before_release, 2)
        self._line(document.add_paragraph(), (Text(labels.not_part),), bold=True)
        self._heading(labels.to_do, 3)
        for text in draft.before_release:
            self._line(self._item("List Bullet"), (Text(text),))
        self._heading(f"{labels.to_fill_in} ({len(draft.blanks)})", 3)
        for what in draft.blanks:
            self._line(self._item("List Number"), (Text(what),))
        if not draft.blanks:
            self._line(document.add_paragraph(), (Text(labels.nothing_to_fill_in),))

    def _properties(self) -> None:
        core = self.document.core_properties
        created = dt.datetime.fromisoformat(self.draft.created).replace(tzinfo=None)
        core.title = f"{self.draft.title} – {self.draft.status}"
        core.subject = self.draft.marking
        core.author = core.last_modified_by = core.comments = core.keywords = core.category = ""
        core.language = self.draft.language
        for spoken in self.document.styles.element.iter(qn("w:lang")):
            for kind in ("w:val", "w:eastAsia", "w:bidi"):
                spoken.set(qn(kind), self.draft.language)
        core.created = core.modified = created
        core.revision = 1

    def _page(self) -> None:
        section = self.document.sections[0]
        section.page_width, section.page_height = Cm(21), Cm(29.7)
        section.left_margin = section.right_margin = Cm(2.3)
        normal = self.document.styles["Normal"]
        normal.font.name, normal.font.size = "Noto Sans", Pt(10)
        paragraph = section.header.paragraphs[0]
        self._line(paragraph, (Text(f"{self.draft.status}   ·   {self.draft.marking}"),), bold=True)
        footer = section.footer.paragraphs[0]
        self._line(footer, (*self.draft.header[0].runs, Text(f"   ·   {self.draft.labels.page} ")))
        _page_number(footer)

    def _heading(self, text: str, level: int) -> None:
        self._line(self._item(f"Heading {level}"), (Text(text),))

    def _item(self, style: str) -> WordParagraph:
        paragraph = self.document.add_paragraph()
        # By its id: the search by name that python-docx does takes longer than all the rest.
        paragraph._p.style = style.replace(" ", "")  # noqa: SLF001
        return paragraph

    def _block(self, block: Block) -> None:
        match block:
            case Heading(text=text):
                self._heading(text, 2)
            case Paragraph(runs=runs):
                self._line(self.document.add_paragraph(), runs)
            case Bullets(items=items):
                for item in items:
                    self._line(self._item("List Bullet"), item)
            case Table(head=head, rows=rows):
                self._rows(list(rows), head=head)

    def _rows(self, rows: list[tuple[Runs, ...]], *, head: tuple[str, ...]) -> None:
        first: tuple[Runs, ...] = tuple((Text(word),) for word in head)
        written = [first, *rows] if head else rows
        table = self.document.add_table(rows=len(written), cols=len(rows[0]))
        table.style = "Table Grid"
        table.alignment = WD_TABLE_ALIGNMENT.LEFT
        if self.rtl:
            table.table_direction = WD_TABLE_DIRECTION.RTL
        # Cell by cell as they stand in the file: python-docx's own way to them looks for merged
        # cells each time.
        lines = table._tbl.tr_lst  # noqa: SLF001
        for number, (line, row) in enumerate(zip(lines, written, strict=True)):
            for cell, runs in zip(line.tc_lst, row, strict=True):
                self._line(
                    WordParagraph(cell.p_lst[0], table), runs, bold=bool(head) and not number
                )
        if head:
            lines[0].get_or_add_trPr().append(OxmlElement("w:tblHeader"))
        self.document.add_paragraph()

    def _line(self, paragraph: WordParagraph, runs: Runs, *, bold: bool = False) -> None:
        if self.rtl:
            paragraph._p.get_or_add_pPr().append(OxmlElement("w:bidi"))  # noqa: SLF001
        for run in runs:
            if isinstance(run, Blank):
                written = paragraph.add_run(_xml_text(run.shown))
                written.bold = True
                written.font.highlight_color = WD_COLOR_INDEX.YELLOW
            else:
                # In a line from right to left, marks (U+200E) keep an address or a time in order.
                mark = "\N{LEFT-TO-RIGHT MARK}" if self.rtl and run.ltr else ""
                written = paragraph.add_run(mark + _xml_text(run.text) + mark)
                written.bold = bold or None
            if self.rtl:
                written.font.rtl = isinstance(run, Blank) or not run.ltr


def _xml_text(text: str) -> str:
    """Text that XML can hold (XML 1.0 §2.2)."""
    return "".join(
        c if c.isprintable() or c in "\n\t" else "\N{REPLACEMENT CHARACTER}" for c in text
    )


def _page_number(paragraph: WordParagraph) -> None:
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), "PAGE")
    paragraph._p.append(field)  # noqa: SLF001


def _settled(data: bytes) -> bytes:
    """The same archive with one fixed time, written over in place: packing again takes longer.

    The time stands in each local header and in each entry of the directory (APPNOTE.TXT §4.3.7
    and §4.3.12), 10 and 12 bytes after their start.
    """
    fixed = bytearray(data)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        at = archive.start_dir
        for entry in archive.infolist():
            fixed[entry.header_offset + 10 : entry.header_offset + 14] = _ZIP_TIME
            fixed[at + 12 : at + 16] = _ZIP_TIME
            at += 46 + sum(struct.unpack_from("<HHH", data, at + 28))
    return bytes(fixed)
