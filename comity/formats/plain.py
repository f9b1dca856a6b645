"""Bytes of prose to text, in whichever of the usual encodings they were saved."""

import codecs
from typing import NamedTuple

from comity.errors import BadInput
from comity.formats.text import MAX_BYTES

READ_AS_WINDOWS = (
    "The text is not UTF-8 and was read as Windows-1252; letters beyond English may be wrong."
)
# What begins like this is no text, whatever follows. (magic, what it is, what to do)
_BINARY = (
    (b"PK\x03\x04", "a ZIP archive or an Office document", "save it as PDF or as plain text"),
    (b"PK\x05\x06", "an empty ZIP archive", "send the report itself"),
    (b"\xd0\xcf\x11\xe0", "an old Office or Outlook file", "save it as PDF, .eml or plain text"),
    (b"\x89PNG", "a picture", "type what it shows, or send the text"),
    (b"\xff\xd8\xff", "a picture", "type what it shows, or send the text"),
    (b"GIF8", "a picture", "type what it shows, or send the text"),
    (b"\x1f\x8b", "a gzip archive", "unpack it and send the report itself"),
    (b"7z\xbc\xaf", "a 7-Zip archive", "unpack it and send the report itself"),
    (b"Rar!", "a RAR archive", "unpack it and send the report itself"),
    (b"{\\rtf", "a Rich Text document", "save it as PDF or as plain text"),
    (b"MZ", "a Windows program", "never send a program as a report"),
    (b"\x7fELF", "a Linux program", "never send a program as a report"),
)


# What control characters other than white space, escape and backspace say of a text.
_CONTROLS = bytes(set(range(32)) - set(b"\b\t\n\v\f\r\x1b"))
_SAMPLE = 65_536
_NO_TEXT = "The file holds bytes that no text has"


class Decoded(NamedTuple):
    """Text with what a person has to know of how it was decoded."""

    text: str
    notes: tuple[str, ...] = ()


def refuse_binary(data: bytes) -> None:
    """Raise ``BadInput`` for a file that is empty, too large or no text at all."""
    if len(data) > MAX_BYTES:
        raise BadInput(
            f"The file has {len(data)} bytes and at most {MAX_BYTES} are read; split it."
        )
    if not data.removeprefix(codecs.BOM_UTF8).strip():
        raise BadInput("The file is empty.")
    for magic, what, advice in _BINARY:
        if data.startswith(magic) and (magic != b"MZ" or b"\0" in data[:512]):
            raise BadInput(f"The file is {what}, which is not read; {advice}.")
    if data.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        raise BadInput("The file is UTF-32; save it as UTF-8.")
    wide = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    if not wide and b"\0" in data:
        raise BadInput(f"{_NO_TEXT}, or is UTF-16 without its mark; save it as UTF-8 text.")
    sample = data[:_SAMPLE]
    controls = len(sample) - len(sample.translate(None, _CONTROLS))
    # One in fifty: random bytes have six times as many, text has none.
    if not wide and controls * 50 > len(sample):
        raise BadInput(f"{_NO_TEXT}; save the report as PDF or as UTF-8 text.")


def decoded(data: bytes) -> Decoded:
    """Return the text of a file: UTF-8, UTF-16 with its mark, else Windows-1252.

    Line ends become ``\\n``. Raises ``BadInput`` as ``refuse_binary`` does, and for UTF-16
    that is damaged.
    """
    refuse_binary(data)
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        text = data.decode("utf-16", "replace")
        if "\0" in text or "\ufffd" in text:
            raise BadInput("The file is damaged UTF-16; save it as UTF-8.")
        return Decoded(_lines(text))
    try:
        return Decoded(_lines(data.decode("utf-8-sig")))
    except UnicodeDecodeError:
        # Five bytes mean nothing in Windows-1252; they show as the replacement character.
        return Decoded(_lines(data.decode("cp1252", "replace")), (READ_AS_WINDOWS,))


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")
