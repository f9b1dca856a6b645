"""What logs, witnesses and monitors ask without a token: a log's own signatures say who it is.

``/witness/`` is this node as a witness (C2SP tlog-witness), ``/log/`` its own log for monitors
(C2SP tlog-tiles). Without ``witnesses.toml`` all of it is not found. No content of any entry is
here: tiles and entry bundles are hashes and salted commitments.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable
from contextlib import closing
from hashlib import sha256
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Final

from django.conf import settings

from comity.api import body
from comity.api.handler import always, check_host
from comity.api.problem import Problem
from comity.errors import BadInput, ComityError
from comity.node import witnesses
from comity.node.services import now, open_record
from comity.record import cosigned, note, tiles
from comity.record.evidence import Kind
from comity.record.witness import MAX_REQUEST, TEXT_MEDIA, Answer

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIEnvironment

_OF_A_LOG: Final = re.compile(r"/witness/([0-9a-f]{64})/(checkpoint|fork)")
_BYTES: Final = "application/octet-stream"
_NOT_FOUND: Final = Answer(HTTPStatus.NOT_FOUND, TEXT_MEDIA, b"There is nothing here.\n")
_log = logging.getLogger(__name__)


class Logs:
    """Answers what begins with ``/witness/`` or ``/log/``."""

    def __init__(self) -> None:
        self._always = always()

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        answer = _answer(environ)
        headers = [("Content-Type", answer.media), ("Content-Length", str(len(answer.body)))]
        start(f"{answer.status.value} {answer.status.phrase}", headers + self._always)
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [answer.body]


def _answer(environ: WSGIEnvironment) -> Answer:
    try:
        check_host(environ)
        path, method = environ.get("PATH_INFO", ""), environ["REQUEST_METHOD"]
        if path == "/witness/add-checkpoint":
            return _add_checkpoint(environ) if method == "POST" else _only("POST")
        if method not in {"GET", "HEAD"}:
            return _only("GET")
        if match := _OF_A_LOG.fullmatch(path):
            return _checkpoint(match[1]) if match[2] == "checkpoint" else _fork(match[1])
        return _own(path.removeprefix("/log/")) if path.startswith("/log/") else _NOT_FOUND
    except Problem as error:
        return _say(error.status, str(error))
    except ComityError as error:  # the operator's file or the disk: nobody outside is told which
        _log.warning("%s", error)
    except Exception:  # noqa: BLE001  # the last line of defence: never a page
        _log.exception("%s failed", environ.get("PATH_INFO", ""))
    return _say(HTTPStatus.SERVICE_UNAVAILABLE, "This node cannot answer now: try again.")


def _add_checkpoint(environ: WSGIEnvironment) -> Answer:
    found = witnesses.configured()
    if found is None or not found.logs:
        return _NOT_FOUND
    request = body.read(environ, MAX_REQUEST)
    with closing(witnesses.open_state()) as state:
        witness = witnesses.witness(state)
        if witness is None:
            return _NOT_FOUND
        return witness.add_checkpoint(request, int(now().timestamp()))


def _checkpoint(digest: str) -> Answer:
    origin = _origin(digest)
    if origin is None:
        return _NOT_FOUND
    with closing(witnesses.open_state()) as state:
        last = state.last(origin)
    return Answer(HTTPStatus.OK, TEXT_MEDIA, last) if last else _NOT_FOUND


def _fork(digest: str) -> Answer:
    """The first proven fork of a log, as a file of evidence: one is proof enough."""
    origin = _origin(digest)
    if origin is None:
        return _NOT_FOUND
    kept = witnesses.evidence(origin)
    proven = [bytes(one.evidence) for one in kept if one.evidence.kind is Kind.FORK]
    return Answer(HTTPStatus.OK, TEXT_MEDIA, proven[0]) if proven else _NOT_FOUND


def _origin(digest: str) -> str | None:
    """The origin of a log that this node cosigns, by its SHA-256."""
    found = witnesses.configured()
    known = found.logs if found else ()
    return next((one for one in known if sha256(one.encode()).hexdigest() == digest), None)


def _own(path: str) -> Answer:
    """Checkpoint and tiles of the node's own log, where the operator lets monitors read them."""
    found = witnesses.configured()
    if found is None or not found.monitors:
        return _NOT_FOUND
    with open_record() as record:
        if path == "checkpoint":
            head, met = record.checkpoint(), cosigned.last_met(Path(settings.HOME))
            if head is None:
                return _NOT_FOUND
            same = met is not None and note.parse(met).text == note.parse(head).text
            return Answer(HTTPStatus.OK, TEXT_MEDIA, met if met and same else head)
        try:
            tile = record.tile(tiles.parse_path(path))
        except BadInput:
            return _NOT_FOUND
    return _NOT_FOUND if tile is None else Answer(HTTPStatus.OK, _BYTES, tile)


def _only(method: str) -> Answer:
    return _say(HTTPStatus.METHOD_NOT_ALLOWED, f"This address takes {method}.")


def _say(status: HTTPStatus, sentence: str) -> Answer:
    return Answer(status, TEXT_MEDIA, f"{sentence}\n".encode())
