"""The one place that speaks to witnesses over HTTP: ``actions.witnesses.Transport``.

Certificates are always checked, no redirect is followed, an answer has ten seconds in all and at
most ``MAX_ANSWER`` bytes. Not a word of an answer is in an error.
"""

from __future__ import annotations

import http.client
import time
from typing import TYPE_CHECKING, Final
from urllib.error import HTTPError
from urllib.request import HTTPRedirectHandler, Request, build_opener

from comity.actions.witnesses import MAX_ANSWER, Reply
from comity.errors import Unavailable

if TYPE_CHECKING:
    from http.client import HTTPResponse

TIMEOUT: Final = 10.0
"""Seconds that an answer has."""
_BLOCK: Final = 16 << 10
_AGENT: Final = "Comity"


class _Stays(HTTPRedirectHandler):
    """Makes an answer of a redirect."""

    def redirect_request(self, *_: object) -> None:
        return None


class Http:
    """``Transport`` over the network."""

    def __init__(self, timeout: float = TIMEOUT) -> None:
        self._timeout = timeout
        self._open = build_opener(_Stays).open

    def post(self, url: str, body: bytes) -> Reply:
        """Send a body and return the answer, whatever its status."""
        return self._asked(Request(url, body, {"Content-Type": "text/plain"}))  # noqa: S310 - https

    def get(self, url: str) -> Reply:
        """Return the answer, whatever its status."""
        return self._asked(Request(url))  # noqa: S310 - https by the operator's file

    def _asked(self, request: Request) -> Reply:
        request.add_header("User-Agent", _AGENT)
        until = time.monotonic() + self._timeout
        try:
            try:
                with self._open(request, timeout=self._timeout) as answer:
                    return Reply(answer.status, _read(answer, until))
            except HTTPError as error:
                with error:
                    return Reply(error.code, _read(error, until))
        except (OSError, ValueError, http.client.HTTPException):
            raise Unavailable("The witness does not answer.") from None


def _read(answer: HTTPResponse | HTTPError, until: float) -> bytes:
    """Return the body, one byte more than may be where it is longer; OSError if it is too slow."""
    blocks, left = [], MAX_ANSWER + 1
    while left > 0 and (block := answer.read1(min(left, _BLOCK))):
        blocks.append(block)
        left -= len(block)
        if time.monotonic() > until:
            raise TimeoutError
    return b"".join(blocks)
