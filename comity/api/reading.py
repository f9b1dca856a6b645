"""What came with a request, as the types of its operation; whatever does not fit is a problem."""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

import jiter
import msgspec

from comity.api import body
from comity.api.endpoint import Endpoint, Request
from comity.api.problem import Problem, missing

if TYPE_CHECKING:
    from wsgiref.types import WSGIEnvironment

JSON = "application/json"
_MOST_FIELDS = 20  # of a query; no operation has as many
_SAID = (
    (re.compile(r"Object missing required field `(\w+)`"), "{0} is missing"),
    (re.compile(r"Object contains unknown field `(.{1,80})`"), "there is no field {0}"),
    (re.compile(r"Expected `str` matching regex"), "it is not written as it has to be"),
    (re.compile(r"Expected `str` of length (\S+ \d+)"), "its length has to be {0}"),
    (re.compile(r"Expected `([^`]+)`, got `([^`]+)`"), "it has to be {0}, not {1}"),
    (re.compile(r"Invalid enum value '?(.{1,80}?)'?(?: - |$)"), "{0} is none of its values"),
)
_AT = re.compile(r" - at `(?:key in )?\$\.?([^`]*)`$")


def part(kind: Any, text: str) -> object:
    """A part of the path. What cannot be there is not found."""
    try:
        return msgspec.convert(text, kind, strict=False)
    except msgspec.ValidationError:
        raise missing("address") from None


def query(kind: type[Request], text: str) -> Request:
    """What stands behind the question mark."""
    try:
        pairs = parse_qsl(
            text, keep_blank_values=True, errors="strict", max_num_fields=_MOST_FIELDS
        )
    except ValueError:
        raise Problem(
            HTTPStatus.BAD_REQUEST, "What stands behind the ? cannot be read: encode it as UTF-8."
        ) from None
    fields = dict(pairs)
    if len(fields) < len(pairs):
        raise Problem(HTTPStatus.BAD_REQUEST, "Something stands twice behind the ?: say it once.")
    return _converted(fields, kind, strict=False)


def json(environ: WSGIEnvironment, endpoint: Endpoint) -> Request:
    """The body of a request."""
    assert endpoint.body is not None  # noqa: S101  # the handler asks for those that have one
    media, _, charset = environ.get("CONTENT_TYPE", "").partition(";")
    charset = charset.strip().lower().replace('"', "")
    if media.strip().lower() != JSON or charset not in {"", "charset=utf-8"}:
        raise Problem(
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
            f"Send JSON in UTF-8, and the header Content-Type: {JSON}.",
        )
    raw = body.read(environ, endpoint.most)
    try:
        # The decoder below takes the last of two equal keys; a reviewer may have read the first.
        jiter.from_json(raw, catch_duplicate_keys=True, allow_inf_nan=False, cache_mode="none")
        return msgspec.json.decode(raw, type=endpoint.body)
    except msgspec.ValidationError as error:
        raise _misfit(error) from None
    except (ValueError, RecursionError) as error:
        raise Problem(
            HTTPStatus.BAD_REQUEST, f"The body is not the JSON that is read here: {error}."
        ) from None


def refuse_body(environ: WSGIEnvironment) -> None:
    """Nobody is to think that what they sent had an effect."""
    if body.is_there(environ):
        raise Problem(HTTPStatus.BAD_REQUEST, "This operation takes no body: send none.")


def _converted(value: object, kind: type[Request], *, strict: bool) -> Request:
    try:
        return msgspec.convert(value, kind, strict=strict)
    except msgspec.ValidationError as error:
        raise _misfit(error) from None


def _misfit(error: msgspec.ValidationError) -> Problem:
    text = str(error)
    at = _AT.search(text)
    where = at[1] if at else ""
    why = text[: at.start()] if at else text
    for pattern, words in _SAID:
        if found := pattern.match(text):
            why = words.format(*found.groups())
            break
    said = f"{where}: {why}" if where else why
    return Problem(
        HTTPStatus.UNPROCESSABLE_ENTITY, f"{said}. /api/v1/openapi.json says what is taken."
    )
