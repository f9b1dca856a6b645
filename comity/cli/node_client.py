"""A running node, as the command line asks it: JSON over HTTP with a token, nothing else.

No redirect is followed and no proxy asked: either would be handed the token.
"""

from __future__ import annotations

import http.client
import ipaddress
import json
import ssl
import urllib.error
import urllib.request
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import urlsplit

import msgspec

from comity.cli import common
from comity.errors import BadInput, Refused, Unavailable

if TYPE_CHECKING:
    from collections.abc import Mapping

T = TypeVar("T")
_PATIENCE = 120.0  # seconds: another writer may hold the record
_LARGEST = 16 << 20
_HANDLERS = (
    urllib.request.HTTPHandler,
    urllib.request.HTTPSHandler,
    urllib.request.HTTPDefaultErrorHandler,
    urllib.request.HTTPErrorProcessor,
)
_NOT_LIVE, _FORBIDDEN, _FAILED = 401, 403, 500


class Me(msgspec.Struct, frozen=True):
    """Whose token it is and what it can do, as ``GET /me`` says."""

    name: str
    roles: tuple[str, ...]
    token: str
    expires_at: str
    may: tuple[str, ...]


class _Problem(msgspec.Struct, frozen=True):
    detail: str


class Row(msgspec.Struct, frozen=True):
    """What a list says of a document."""

    title: str
    audience: str
    body: str


class PersonalData(msgspec.Struct, frozen=True):
    """Words of a document that look like personal data, and why."""

    text: str
    where: tuple[str, ...]
    why: str


class Document(msgspec.Struct, frozen=True):
    """What a person has to see of a document before they decide on it."""

    row: Row
    marking: str
    marking_before: str
    blanks: tuple[str, ...]
    before_release: tuple[str, ...]
    personal_data: tuple[PersonalData, ...]
    personal_data_sha256: str
    not_reached: tuple[str, ...] = ()


class Recorded(msgspec.Struct, frozen=True):
    """The entry that a decision became."""

    entry: int


class NodeClient:
    """Asks one node with one token. Errors are BadInput, Refused and Unavailable."""

    def __init__(self, url: str, token: str) -> None:
        self.url, self._token = url, token
        self._opener = urllib.request.OpenerDirector()
        for handler in _HANDLERS:
            self._opener.add_handler(handler())

    def get(self, path: str, kind: type[T]) -> T:
        """Read something."""
        return self._ask("GET", path, None, kind)

    def post(self, path: str, value: Mapping[str, object], kind: type[T]) -> T:
        """Do something."""
        return self._ask("POST", path, json.dumps(value).encode(), kind)

    def revoke(self) -> None:
        """End the token itself."""
        self._ask("DELETE", "me/token", None, dict)

    def _ask(self, method: str, path: str, body: bytes | None, kind: type[T]) -> T:
        headers = {"Authorization": f"Bearer {self._token}", "Accept": "application/json"}
        if body is not None:
            headers["Content-Type"] = "application/json"
        request = urllib.request.Request(  # noqa: S310  # ``address`` takes http and https only
            f"{self.url}/api/v1/{path}", body, headers, method=method
        )
        try:
            with self._opener.open(request, timeout=_PATIENCE) as answer:
                return msgspec.json.decode(answer.read(_LARGEST), type=kind)
        except urllib.error.HTTPError as error:
            with error:
                raise self._sorry(error.code, error.read(_LARGEST)) from None
        except (OSError, http.client.HTTPException) as error:
            raise self._no_answer(error) from None
        except (msgspec.MsgspecError, UnicodeDecodeError):
            raise self._stranger() from None

    def _sorry(self, status: int, body: bytes) -> Exception:
        try:
            said = msgspec.json.decode(body, type=_Problem).detail
        except (msgspec.MsgspecError, UnicodeDecodeError):
            return self._stranger()
        if status == _NOT_LIVE:
            return BadInput(
                f"the token for {self.url} has expired or was revoked: make one at "
                f"{self.url}/tokens/ and run '{common.command()} token add {self.url}'"
            )
        if status == _FORBIDDEN:
            return Refused(said)
        return BadInput(said) if status < _FAILED else Unavailable(said)

    def _no_answer(self, error: Exception) -> Exception:
        reason = getattr(error, "reason", error)
        if isinstance(reason, ssl.SSLCertVerificationError):
            return Unavailable(
                f"the certificate of {self.url} is not one that this machine trusts, so nothing "
                "was sent"
            )
        return Unavailable(f"the node at {self.url} does not answer ({reason}): is it running?")

    def _stranger(self) -> Exception:
        return Unavailable(f"what answers at {self.url} is no node of this version")


def address(text: str) -> str:
    """The address of a node without its end. BadInput where a token would be sent in the open."""
    url = urlsplit(text.rstrip("/"))
    if url.scheme not in {"http", "https"} or not url.hostname or url.path or url.query:
        raise BadInput("give the address of the node, such as https://comity.example.org")
    if url.scheme == "http" and not _on_this_machine(url.hostname):
        raise BadInput(
            f"over http anybody on the way could read the token: use https://{url.netloc}"
        )
    return f"{url.scheme}://{url.netloc}"


def _on_this_machine(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
