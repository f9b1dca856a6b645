"""One operation of the API as a value: a method, a path, the right it takes, its types.

``endpoint`` reads the types off the function that does the work: ``body`` is the JSON of the
request, ``query`` what stands behind the question mark, every other parameter after the first is a
part of the path, and what is returned is the answer.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any, Literal, get_type_hints

import msgspec

from comity.access.roles import Act, Actor
from comity.node.models import Token

SMALL = 1 << 20
"""Bytes of a body that holds words."""

Needs = Act | Literal["a token", "nothing"]
"""The right that an operation takes. Any live token does for what concerns its owner alone."""


class Call(msgspec.Struct, frozen=True):
    """Who calls: the person, how the record names them through this token, and the token."""

    actor: Actor
    by: str
    token: Token


class File(msgspec.Struct, frozen=True):
    """An answer that is a file: its bytes, its media type, its name."""

    body: bytes
    media: str
    name: str


class Request(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What requests are made of: a field that nobody knows is refused."""


class Endpoint(msgspec.Struct, frozen=True, kw_only=True):
    """An operation. ``media`` are the types of its answer, ``most`` the bytes of its body."""

    method: str
    path: str
    needs: Needs
    name: str
    summary: str
    parts: Mapping[str, Any]
    query: type[Request] | None
    body: type[Request] | None
    answer: Any
    status: HTTPStatus
    media: tuple[str, ...]
    most: int
    run: Callable[..., object]


def endpoint(
    method: str,
    path: str,
    needs: Needs,
    *,
    status: HTTPStatus = HTTPStatus.OK,
    media: tuple[str, ...] = ("application/json",),
    most: int = SMALL,
) -> Callable[[Callable[..., object]], Endpoint]:
    """Make an operation of a function. Its docstring is the summary, its name the operation's."""

    def made(run: Callable[..., object]) -> Endpoint:
        hints = get_type_hints(run, include_extras=True)
        answer = hints.pop("return")
        _call, *given = inspect.signature(run).parameters
        return Endpoint(
            method=method,
            path=path,
            needs=needs,
            name=run.__name__,
            summary=inspect.cleandoc(run.__doc__ or ""),
            parts={name: hints[name] for name in given if name not in {"body", "query"}},
            query=hints.get("query"),
            body=hints.get("body"),
            answer=answer,
            status=status,
            media=media,
            most=most,
            run=run,
        )

    return made
