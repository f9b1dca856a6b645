"""The body of a request: the one place that reads ``wsgi.input``.

It reads blocks of a given size and nothing else. Servers differ in what they make of a line of the
body: one version of granian gave the first and dropped the rest.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from comity.api.problem import Problem

if TYPE_CHECKING:
    from wsgiref.types import WSGIEnvironment

_BLOCK = 256 << 10
_LONGEST_NUMBER = 18  # digits of a length that anybody can mean


def is_there(environ: WSGIEnvironment) -> bool:
    """Whether the request says that it has a body: by its length, or by coming in chunks."""
    return environ.get("CONTENT_LENGTH", "") not in {"", "0"} or _chunked(environ)


def read(environ: WSGIEnvironment, most: int) -> bytes:
    """The whole body, of at most ``most`` bytes. Raises Problem: 400 if it is cut off, else 413."""
    said = environ.get("CONTENT_LENGTH", "")
    if said and not (said.isascii() and said.isdigit() and len(said) <= _LONGEST_NUMBER):
        raise Problem(HTTPStatus.BAD_REQUEST, "Content-Length is no number of bytes.")
    length = int(said) if said else None
    if length is None and not _chunked(environ):
        return b""
    if length is not None and length > most:
        raise _too_large(most)
    stream, blocks, left = environ["wsgi.input"], [], most + 1 if length is None else length
    while left > 0 and (block := stream.read(min(left, _BLOCK))):
        blocks.append(block)
        left -= len(block)
    if length is None and left == 0:
        raise _too_large(most)
    if length is not None and left > 0:
        raise Problem(HTTPStatus.BAD_REQUEST, "The body stopped before its end: send it again.")
    return b"".join(blocks)


def _chunked(environ: WSGIEnvironment) -> bool:
    return "chunked" in environ.get("HTTP_TRANSFER_ENCODING", "").lower()


def _too_large(most: int) -> Problem:
    size = f"{most >> 20} MiB" if most >> 20 else f"{most} bytes"
    return Problem(
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        f"At most {size} can be sent to this address at once: send less.",
    )
