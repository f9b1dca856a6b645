"""The two ways in which DKIM reads a message before it hashes it (RFC 6376 §3.4).

Time and memory grow with the length of the text, whatever stands in it: expressions would make
millions of pieces of a text of blanks.
"""

_LINE = b"\r\n"
_LINES = (_LINE * 65_536, _LINE)


def body(text: bytes, way: str) -> bytes:
    """The body as it is hashed; ``way`` is simple or relaxed."""
    if way == "relaxed":
        text = _one_blank(text).replace(b" \r\n", _LINE).removesuffix(b" ")
    end = len(text)
    for lines in _LINES:
        while text.endswith(lines, 0, end):
            end -= len(lines)
    if not end:
        return b"" if way == "relaxed" else _LINE
    return text[:end] + _LINE


def header(raw: bytes, way: str) -> bytes:
    """One header field as it is hashed, with its CRLF."""
    if way == "simple":
        return raw
    name, _, value = raw.partition(b":")
    value = _one_blank(value.replace(_LINE, b"")).strip(b" ")
    return name.lower() + b":" + value + _LINE


def _one_blank(text: bytes) -> bytes:
    """Every run of blanks as one space; each round halves the longest run."""
    text = text.replace(b"\t", b" ")
    while b"  " in text:
        text = text.replace(b"  ", b" ")
    return text
