"""The one place that speaks to MISP: one event by its UUID, and sightings that are told back.

What holds of every call:

* Without ``misp.toml`` there is none. PyMISP is the client.
* Certificates are always checked. No redirect is followed: the key goes to the address of the file.
* An answer has ``timeout`` seconds to begin and as many again to end, and no more bytes than the
  readers take (``formats.text.MAX_BYTES``). PyMISP asks four times before it asks for anything.
* Nothing is tried twice here: whoever asked for the job is told, and ``comity.node.jobs`` tries
  again what is Unavailable. What asking again cannot mend is BadInput.
* Neither the key nor a word of the answer is in a log or an error.
"""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import lru_cache
from http import HTTPStatus
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings

from comity.access.misp_file import FILE, LARGEST, Misp, read_misp
from comity.errors import BadInput, ComityError, Unavailable
from comity.formats.text import MAX_BYTES
from comity.node.services import operator_file

_REFUSED = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.METHOD_NOT_ALLOWED})
_TYPES = {"seen": "0", "false-positive": "1", "expired": "2"}  # as MISP counts them
_BUSY = frozenset({HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_MANY_REQUESTS})


def configured() -> Misp | None:
    """The instance of ``misp.toml``; None without the file. Raises BadInput where it is wrong."""
    body = operator_file(FILE, LARGEST)
    return None if body is None else _parsed(body)


def offered() -> Misp | None:
    """The instance to show on a page: none while the file is wrong, which the log says."""
    try:
        return configured()
    except ComityError as error:
        logging.getLogger(__name__).warning("%s", error)
        return None


def fault() -> str | None:
    """What keeps the node from asking MISP, in a sentence, found without asking it."""
    try:
        misp = configured()
        if misp is not None:
            _key(misp)
            _trusted(misp)
    except ComityError as error:
        return str(error)
    return None


def file_name(event: UUID) -> str:
    """The name under which an event is filed."""
    return f"misp-event-{event}.json"


def fetch(event: UUID) -> bytes:
    """The event as MISP sent it, in JSON. Raises BadInput and Unavailable, in a sentence."""
    return Instance().event(event)


class Instance:
    """The instance of ``misp.toml``, asked for its version and for who the node is to it.

    Each of its functions raises BadInput and Unavailable, in a sentence.
    """

    def __init__(self) -> None:
        # It takes half a second, which only the worker of a node with MISP has to spend.
        from pymisp import PyMISP  # noqa: PLC0415

        misp = configured()
        if misp is None:
            raise BadInput(f"MISP is not set up on this node any more: there is no {FILE}.")
        logging.getLogger("pymisp").setLevel(logging.CRITICAL + 1)  # it quotes answers
        self._misp, self._answers = misp, _Answers(misp)
        with _in_a_sentence(misp):
            self._client = PyMISP(
                f"{misp.url.rstrip('/')}/",
                _key(misp),
                ssl=_trusted(misp),
                timeout=misp.timeout,
                auth=self._answers.watched,
                tool="Comity",
                http_headers={"Connection": "close"},
            )

    def event(self, event: UUID) -> bytes:
        """One event, the bytes that came."""
        self._answers.missing = (
            f"MISP has no event {event}, or does not show it to the key of this node."
        )
        with _in_a_sentence(self._misp):
            found = self._client.get_event(str(event))
        inner = found.get("Event") if isinstance(found, dict) else None
        if not isinstance(inner, dict) or str(inner.get("uuid")).lower() != str(event):
            raise BadInput("MISP answered with something else than this event.")
        return self._answers.last

    def tell(self, attribute: str, kind: str, source: str, at: datetime) -> None:
        """Add one sighting. BadInput: MISP refused it. Unavailable: it may have arrived.

        MISP cannot tell a second one from the first, so nobody may try again by itself.
        """
        self._answers.missing = (
            "MISP does not have this attribute any more, or not for the key of this node."
        )
        self._answers.refused = False
        said = {"type": _TYPES[kind], "source": source, "timestamp": int(at.timestamp())}
        try:
            with _in_a_sentence(self._misp):
                found = self._client.add_sighting(said, attribute)
        except BadInput as error:
            if self._answers.refused:
                raise
            raise Unavailable(str(error)) from None
        if not isinstance(found, dict) or "Sighting" not in found:
            raise Unavailable("MISP answered with something else than the sighting.")


class _Answers:
    """Looks at each answer before PyMISP reads it; ``last`` are the bytes of the last one.

    ``refused``: MISP said no, so nothing was done.
    """

    def __init__(self, misp: Misp) -> None:
        self.last, self.refused = b"", False
        self.missing = f"There is no MISP at {misp.url}: look at {FILE}."
        self._misp = misp

    def watched(self, request: Any) -> Any:
        """For the ``auth`` of PyMISP, by which requests shows each one before it goes."""
        request.register_hook("response", self._look)
        return request

    def _look(self, response: Any, **_: Any) -> None:
        with _closed_after_a_fault(response):
            status = response.status_code
            self.refused = 300 <= status < 500 and status not in _BUSY
            self._judge(status)
            response.raw = _Limited(response.raw, self._misp.timeout)
            self.last = response.content

    def _judge(self, status: int) -> None:
        match status:
            case _ if status < 300:
                return
            case _ if status < 400:
                raise BadInput(
                    f"MISP sends the node on to another address, which it does not follow: write"
                    f" the right one into {FILE}."
                )
            case HTTPStatus.NOT_FOUND:
                raise BadInput(self.missing)
            case _ if status in _REFUSED:
                raise BadInput(
                    "MISP refuses the key of this node: an operator has to renew it, or the rights"
                    " of its user."
                )
            case _ if status >= 500 or status in _BUSY:
                raise Unavailable(f"MISP cannot answer now (it says {status}).")
            case _:
                raise BadInput(f"MISP does not take the question (it says {status}).")


class _Limited:
    """The body of an answer, with an end to its bytes and its time."""

    def __init__(self, raw: Any, seconds: int) -> None:
        self._raw, self._until = raw, time.monotonic() + seconds

    def stream(self, _size: int, decode_content: bool) -> Iterator[bytes]:  # noqa: FBT001  # as urllib3 has it
        size = 0
        # What has come, at once: a whole block of a trickle would never be seen.
        while chunk := self._raw.read1(decode_content=decode_content):
            size += len(chunk)
            if size > MAX_BYTES:
                raise BadInput(f"The answer of MISP has more than {MAX_BYTES >> 20} MiB.")
            if time.monotonic() > self._until:
                raise Unavailable("MISP is too slow: its answer did not end in time.")
            yield chunk
        if self._raw.length_remaining:
            raise Unavailable("MISP stopped in the middle of its answer.")

    def __getattr__(self, name: str) -> Any:
        return getattr(self._raw, name)


@contextmanager
def _closed_after_a_fault(response: Any) -> Iterator[None]:
    try:
        yield
    except BaseException:
        response.close()
        raise


@contextmanager
def _in_a_sentence(misp: Misp) -> Iterator[None]:
    """Say in a sentence of ours what went wrong: PyMISP's own words quote the answer."""
    from pymisp import PyMISPError  # noqa: PLC0415
    from requests.exceptions import RequestException, SSLError  # noqa: PLC0415

    try:
        yield
    except (PyMISPError, RequestException) as error:
        causes = list(_causes(error))
        for cause in causes:
            if isinstance(cause, ComityError):
                raise cause from None
        if any(isinstance(cause, SSLError) for cause in causes):
            raise BadInput(
                f"The certificate of {misp.url} cannot be trusted: look at ca_file in {FILE}."
            ) from None
        if any(isinstance(cause, RequestException) for cause in causes):
            raise Unavailable(f"{misp.url} cannot be reached, or does not answer.") from None
        raise BadInput("MISP answered with what cannot be read as an event.") from None


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _key(misp: Misp) -> str:
    if misp.key_env:
        found, where = os.environ.get(misp.key_env, ""), f"the variable {misp.key_env}"
    else:
        body = operator_file(misp.key_file, LARGEST) or b""
        found, where = body.decode("utf-8", "replace"), misp.key_file
    key = found.strip()
    if not (key.isascii() and key.isalnum()):
        raise BadInput(f"{FILE}: there is no key of letters and digits in {where}")
    return key


def _trusted(misp: Misp) -> str | bool:
    """The file of certificates for PyMISP; True for those that the system trusts."""
    if not misp.ca_file:
        return True
    file = Path(settings.HOME) / misp.ca_file
    if not file.is_file():
        raise BadInput(f"{FILE}: there is no file {misp.ca_file} of certificates")
    return str(file)


@lru_cache(maxsize=1)
def _parsed(body: bytes) -> Misp:
    return read_misp(body)
