"""The parts of an e-mail: what is read as its text, and what is only listed (RFC 2045-2049)."""

import codecs
import hashlib
import re
from collections.abc import Iterator
from email import errors
from email.message import EmailMessage as Mail
from typing import Any

from comity.formats.hits import Passage
from comity.formats.html_report import passages_of
from comity.formats.html_text import page
from comity.formats.reading import Loss
from comity.stix.base import StixObject
from comity.stix.ids import sco_id
from comity.stix.sco import File

_UNKNOWN_LETTERS = (
    "A part of the e-mail does not say in which encoding its letters are, or names none that is"
    " known; it was read as Windows-1252."
)
_BROKEN_LETTERS = (
    "A part of the e-mail is not written as it says it is (base64); what could be read of it was."
)
_CUT_OFF = "The e-mail ends before its parts do: something of it is missing."
_NO_TEXT = "The e-mail has no text of its own."
# What the standard library's parser raises on messages that break the grammar.
BROKEN = (
    ArithmeticError, AttributeError, LookupError, NameError, RecursionError, TypeError, ValueError,
)  # fmt: skip
_BASE64 = (
    errors.InvalidBase64CharactersDefect, errors.InvalidBase64LengthDefect,
    errors.InvalidBase64PaddingDefect,
)  # fmt: skip
_ENDS = (errors.CloseBoundaryNotFoundDefect, errors.StartBoundaryNotFoundDefect)
# Encodings of letters that real mail uses; some others need quadratic time or are no text.
_LETTERS = re.compile(
    r"(?:utf-?(?:8|16|32)\w*|ascii|us-ascii|iso-?8859-?\d+|cp\d+|koi8-[rut]|gb\w+|big5\w*|euc[-_]\w+"
    r"|shift_jis\w*|iso2022_\w+|mac-\w+|latin-?\d+)\Z"
).match


def header(mail: Mail, name: str) -> Any:
    """The first header of a name, parsed; ``None`` if it is missing or cannot be parsed."""
    try:
        return mail[name]
    except BROKEN:
        return None


def bodies(mail: Mail) -> tuple[list[Passage], tuple[str, ...]]:
    """The text of a message: its plain parts, then its HTML with the links that it hides.

    Both are searched, because nothing makes the two say the same.
    """
    plain: list[Passage] = []
    markup: list[Passage] = []
    notes: list[str] = []
    parts = [part for part in _leaves(mail) if not _is_attachment(part)]
    for part in parts:
        text = _content(part, notes)
        if part.get_content_type() == "text/plain" and text.strip():
            plain.append(Passage(text, "body, "))
        elif part.get_content_type() == "text/html":
            markup += passages_of(page(text), "body, ")
    defects = [defect for part in mail.walk() for defect in part.defects]
    if any(isinstance(defect, _BASE64) for defect in defects):
        notes.append(_BROKEN_LETTERS)
    if any(isinstance(defect, _ENDS) for defect in defects):
        notes.append(_CUT_OFF)
    found = plain + markup
    if not any(passage.text.strip() for passage in found):
        notes.append(_NO_TEXT)
    return found, tuple(dict.fromkeys(notes))


def attachments(mail: Mail) -> tuple[list[tuple[StixObject, str]], list[Loss]]:
    """Each attached file as a ``file`` object, and the loss of what is inside it."""
    files: list[tuple[StixObject, str]] = []
    losses: list[Loss] = []
    for number, part in enumerate(filter(_is_attachment, _leaves(mail)), start=1):
        position = f"attachment {number}"
        file = _file(part, position)
        files.append((file, position))
        rule = f"is the attached file {file.name!r}, which is not opened; hand it in by itself"
        losses.append(Loss(None, position, "", rule))
    return files, losses


def _file(part: Mail, position: str) -> File:
    name = _name(part) or position
    content = _bytes_of(part)
    given: dict[str, Any] = {"name": name}
    if content:
        given |= {"hashes": {"SHA-256": hashlib.sha256(content).hexdigest()}}
    return File(
        spec_version="2.1",
        id=sco_id("file", given),
        size=len(content),
        mime_type=part.get_content_type(),
        **given,
    )


def _name(part: Mail) -> str | None:
    try:
        name = part.get_filename()
        if name is None and part.get_content_type() == "message/rfc822":
            name = str(part.get_payload(0)["Subject"] or "") or None  # type: ignore[index]
    except BROKEN:
        return None
    return " ".join(str(name).split())[:255] or None if name else None


def _leaves(mail: Mail) -> Iterator[Any]:
    """Every part that holds content, in order; a message inside a message is one part."""
    waiting: list[Any] = [mail]
    while waiting:
        part = waiting.pop()
        if part.is_multipart() and part.get_content_type() != "message/rfc822":
            waiting.extend(reversed(part.get_payload()))
        else:
            yield part


def _is_attachment(part: Mail) -> bool:
    try:
        named = part.get_filename() is not None
        kind, disposition = part.get_content_type(), part.get_content_disposition()
    except BROKEN:
        return True
    return named or disposition == "attachment" or kind not in ("text/plain", "text/html")


def _bytes_of(part: Mail) -> bytes:
    try:
        raw = part.get_payload(decode=True)
    except BROKEN:
        return b""
    return raw if isinstance(raw, bytes) else b""


def _content(part: Mail, notes: list[str]) -> str:
    try:
        raw = part.get_payload(decode=True)
        content = raw if isinstance(raw, bytes) else b""
        charset = codecs.lookup(part.get_content_charset("utf-8")).name
        if not _LETTERS(charset):
            raise LookupError(charset)
        text = content.decode(charset)
    except BROKEN:
        notes.append(_UNKNOWN_LETTERS)
        text = _bytes_of(part).decode("cp1252", "replace")
    text = text.encode("utf-8", "replace").decode()  # half a surrogate is no text
    return text.replace("\r\n", "\n").replace("\r", "\n")
