"""Every refusal as a problem (RFC 9457): a status, and a sentence that says what to do."""

from __future__ import annotations

from http import HTTPStatus

import msgspec

MEDIA = "application/problem+json"


class ProblemBody(msgspec.Struct, frozen=True):
    """A refusal. ``title`` names the status, ``detail`` says what is wrong and what to do."""

    status: int
    title: str
    detail: str
    type: str = "about:blank"


class Problem(Exception):
    """The answer to a request that cannot be done. ``headers`` go with it."""

    def __init__(self, status: HTTPStatus, detail: str, *headers: tuple[str, str]) -> None:
        super().__init__(detail)
        self.status, self.detail, self.headers = status, detail, headers

    def body(self) -> bytes:
        """The problem as JSON."""
        return msgspec.json.encode(ProblemBody(self.status, self.status.phrase, self.detail))


def missing(what: str) -> Problem:
    """There is no such thing."""
    return Problem(HTTPStatus.NOT_FOUND, f"There is no such {what}.")
