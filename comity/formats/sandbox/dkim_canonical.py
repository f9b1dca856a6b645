"""The two ways in which DKIM reads a message before it hashes it (RFC 6376 §3.4).

Every step takes time in proportion to the text, whatever stands in it.
"""

import re

_BLANKS = re.compile(rb"[ \t]+")


def body(text: bytes, way: str) -> bytes:
    """The body as it is hashed; ``way`` is simple or relaxed."""
    if way == "relaxed":
        text = _BLANKS.sub(b" ", text).replace(b" \r\n", b"\r\n")
        text = text[:-1] if text.endswith(b" ") else text
    end = len(text)
    while text[end - 2 : end] == b"\r\n" and end >= 2:
        end -= 2
    if not end:
        return b"" if way == "relaxed" else b"\r\n"
    return text[:end] + b"\r\n"


def header(raw: bytes, way: str) -> bytes:
    """One header field as it is hashed, with its CRLF."""
    if way == "simple":
        return raw
    name, _, value = raw.partition(b":")
    value = _BLANKS.sub(b" ", value.replace(b"\r\n", b"")).strip(b" ")
    return name.lower().rstrip(b" \t") + b":" + value + b"\r\n"
