"""The second WSGI application of the node, for programs: a token instead of a session.

It shares the node's tables and actions with the pages and none of their middleware. Whatever goes
wrong is a problem in JSON, never a page.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable
from http import HTTPStatus
from typing import TYPE_CHECKING

import msgspec
from django.conf import settings
from django.core.signals import request_finished, request_started
from django.db import OperationalError
from django.http.request import split_domain_port, validate_host

from comity.access.roles import Act, may
from comity.api import problem, reading
from comity.api.endpoint import Call, Endpoint, File
from comity.api.problem import Problem, missing
from comity.api.routes import ROOT, find
from comity.errors import BadInput, Refused, Unavailable
from comity.node import tokens
from comity.node.services import now

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIEnvironment

_log = logging.getLogger(__name__)
_BEARER = re.compile(r"bearer +(\S+) *", re.IGNORECASE)
Answer = tuple[HTTPStatus, list[tuple[str, str]], bytes]

ALWAYS = [
    ("Cache-Control", "no-store"),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
    ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
]


def always() -> list[tuple[str, str]]:
    """The headers of every answer to a program."""
    seconds = settings.SECURE_HSTS_SECONDS
    secure = [("Strict-Transport-Security", f"max-age={seconds}")] if seconds else []
    return [*ALWAYS, *secure]


class Machines:
    """Answers what begins with ``/api/``."""

    def __init__(self) -> None:
        self._always = always()

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        request_started.send(sender=type(self), environ=environ)
        try:
            status, headers, body = _answer(environ)
        finally:
            request_finished.send(sender=type(self))
        headers.append(("Content-Length", str(len(body))))
        start(f"{status.value} {status.phrase}", headers + self._always)
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]


def _answer(environ: WSGIEnvironment) -> Answer:
    try:
        return _answered(environ)
    except Problem as error:
        found = error
    except Refused as error:
        found = Problem(HTTPStatus.FORBIDDEN, str(error))
    except BadInput as error:
        found = Problem(HTTPStatus.UNPROCESSABLE_ENTITY, str(error))
    except Unavailable as error:
        found = Problem(HTTPStatus.SERVICE_UNAVAILABLE, str(error))
    except OperationalError:  # somebody writes for very long, or the database is away
        _log.exception("%s %s failed", environ["REQUEST_METHOD"], environ.get("PATH_INFO", ""))
        text = "The database of the node is busy or away: try again in a moment."
        found = Problem(HTTPStatus.SERVICE_UNAVAILABLE, text)
    except Exception:  # noqa: BLE001  # the last line of defence: never a page
        _log.exception("%s %s failed", environ["REQUEST_METHOD"], environ.get("PATH_INFO", ""))
        text = "The node failed at this. Nothing that it acknowledged is lost; its log says more."
        found = Problem(HTTPStatus.INTERNAL_SERVER_ERROR, text)
    return found.status, [("Content-Type", problem.MEDIA), *found.headers], found.body()


def _answered(environ: WSGIEnvironment) -> Answer:
    endpoint, parts = _route(environ)
    call = _caller(environ, endpoint)
    _refuse_other_media(environ.get("HTTP_ACCEPT", ""), endpoint)
    given = {name: reading.part(kind, parts[name]) for name, kind in endpoint.parts.items()}
    if endpoint.query is not None:
        given["query"] = reading.query(endpoint.query, environ.get("QUERY_STRING", ""))
    if endpoint.body is not None:
        given["body"] = reading.json(environ, endpoint)
    else:
        reading.refuse_body(environ)
    answer = endpoint.run(call, **given)
    if isinstance(answer, File):
        named = f'attachment; filename="{answer.name}"'
        headers = [("Content-Type", answer.media), ("Content-Disposition", named)]
        return endpoint.status, headers, answer.body
    return endpoint.status, [("Content-Type", reading.JSON)], msgspec.json.encode(answer)


def check_host(environ: WSGIEnvironment) -> None:
    """Raise Problem where a page of somebody else leads a browser here under another name."""
    domain, _port = split_domain_port(environ.get("HTTP_HOST", ""))
    if not validate_host(domain, settings.ALLOWED_HOSTS):
        raise Problem(HTTPStatus.BAD_REQUEST, "The node is not known by the name in Host.")


def _route(environ: WSGIEnvironment) -> tuple[Endpoint, dict[str, str]]:
    check_host(environ)
    try:
        path = environ.get("PATH_INFO", "").encode("latin-1").decode("utf-8")
    except UnicodeError:
        raise Problem(HTTPStatus.BAD_REQUEST, "The address is not UTF-8: encode it.") from None
    methods, parts = find(path.removeprefix(ROOT)) if path.startswith(ROOT) else ({}, {})
    if not methods:
        raise missing(f"address: {ROOT}/openapi.json lists them")
    method = environ["REQUEST_METHOD"]
    endpoint = methods.get("GET" if method == "HEAD" else method)
    if endpoint is None:
        allowed = ", ".join(sorted({*methods, *(["HEAD"] if "GET" in methods else [])}))
        text = f"This address takes {allowed}."
        raise Problem(HTTPStatus.METHOD_NOT_ALLOWED, text, ("Allow", allowed))
    return endpoint, parts


def _caller(environ: WSGIEnvironment, endpoint: Endpoint) -> Call | None:
    """Whoever sent a live token that covers this operation. Raises Problem: 401 or 403.

    One answer to a missing, wrong, expired and revoked token alike.
    """
    if endpoint.needs == "nothing":
        return None
    sent = _BEARER.fullmatch(environ.get("HTTP_AUTHORIZATION", ""))
    at = now()
    token = tokens.find(sent[1], at) if sent else None
    if token is None:
        raise Problem(
            HTTPStatus.UNAUTHORIZED,
            "This takes a token that is live: make one on the page Tokens of the node, and send "
            f"it as Authorization: Bearer {tokens.PREFIX}…",
            ("WWW-Authenticate", "Bearer"),
        )
    tokens.use(token, at)
    actor, by = tokens.bearer(token)
    if isinstance(endpoint.needs, Act):
        decision = may(actor, endpoint.needs)
        if not decision.allowed:
            raise Problem(HTTPStatus.FORBIDDEN, str(decision.reason))
    return Call(actor, by, token)


def _refuse_other_media(accept: str, endpoint: Endpoint) -> None:
    """Refuse to answer somebody who says that they cannot read the answer."""
    ranges = [part.partition(";")[0].strip().lower() for part in accept.split(",")]
    kinds = {media.partition(";")[0] for media in endpoint.media}
    wanted = {"*/*", *kinds, *(f"{kind.partition('/')[0]}/*" for kind in kinds)}
    if accept.strip() and not wanted & set(ranges):
        raise Problem(
            HTTPStatus.NOT_ACCEPTABLE, f"The answer is {' or '.join(sorted(kinds))}: accept that."
        )
