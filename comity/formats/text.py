"""What every text format asks of a received file before it looks inside."""

import codecs

from comity.errors import BadInput

MAX_BYTES = 64 * 1024 * 1024

# UTF-32 first: its little-endian mark begins with that of UTF-16.
_MARKS = (
    (codecs.BOM_UTF32_LE, "UTF-32"),
    (codecs.BOM_UTF32_BE, "UTF-32"),
    (codecs.BOM_UTF16_LE, "UTF-16"),
    (codecs.BOM_UTF16_BE, "UTF-16"),
)


def utf8(data: bytes) -> bytes:
    """Return the file without a UTF-8 byte order mark.

    Raises ``BadInput`` for a file that is empty, larger than ``MAX_BYTES`` or not UTF-8.
    """
    if len(data) > MAX_BYTES:
        raise BadInput(
            f"The file has {len(data)} bytes and at most {MAX_BYTES} are read; split it."
        )
    for mark, name in _MARKS:
        if data.startswith(mark):
            raise BadInput(f"The file is {name}; save it as UTF-8.")
    if b"\0" in data[:4]:
        raise BadInput("The file looks like UTF-16 or UTF-32 without a mark; save it as UTF-8.")
    text = data.removeprefix(codecs.BOM_UTF8)
    if not text.strip():
        raise BadInput("The file is empty.")
    try:
        text.decode()
    except UnicodeDecodeError as error:
        raise BadInput(
            f"The file is not UTF-8 at {place(text, error.start)}; save it as UTF-8."
        ) from None
    return text


def place(text: bytes, offset: int) -> str:
    """Name a byte for a person: ``byte 17 (line 2)``, the byte counted from 0."""
    return f"byte {offset} (line {text.count(10, 0, offset) + 1})"
