"""The description of the API (OpenAPI 3.1), made from its operations and their types."""

from __future__ import annotations

from collections.abc import Iterable
from http import HTTPStatus
from inspect import cleandoc
from typing import Any

import msgspec

from comity import __version__
from comity.access.roles import Act
from comity.api.endpoint import Endpoint, File
from comity.api.problem import MEDIA, ProblemBody

_REFUSALS = {
    HTTPStatus.BAD_REQUEST: "The request cannot be read.",
    HTTPStatus.UNAUTHORIZED: "There is no live token with it.",
    HTTPStatus.FORBIDDEN: "Roles or scopes do not allow it, or the record says no.",
    HTTPStatus.NOT_FOUND: "There is no such thing.",
    HTTPStatus.NOT_ACCEPTABLE: "The answer is of a type that Accept leaves out.",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "The body is too large.",
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: "The body is no JSON in UTF-8.",
    HTTPStatus.UNPROCESSABLE_ENTITY: "What was sent is understood and cannot be done.",
    HTTPStatus.SERVICE_UNAVAILABLE: "The disk or a lock stands in the way: try again.",
}


def describe(endpoints: Iterable[Endpoint], root: str) -> dict[str, Any]:
    """The document as values that JSON can hold."""
    every = list(endpoints)
    kinds = [kind for one in every for kind in _kinds(one)]
    schemas, components = msgspec.json.schema_components(
        [ProblemBody, *kinds], ref_template="#/components/schemas/{name}"
    )
    of = dict(zip(map(repr, [ProblemBody, *kinds]), schemas, strict=True))
    for component in components.values():
        component["description"] = _markdown(component.get("description", ""))
    paths: dict[str, dict[str, Any]] = {}
    for one in every:
        paths.setdefault(one.path, {})[one.method.lower()] = _operation(one, of)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Comity",
            "version": __version__,
            "summary": "What the pages of a node can do, for programs.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": root}],
        "security": [{"token": []}],
        "paths": paths,
        "components": {
            "schemas": components,
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


def _kinds(endpoint: Endpoint) -> list[Any]:
    """Every type that an operation takes or gives."""
    queried = [field.type for field in _fields(endpoint)]
    own = [kind for kind in (endpoint.body, endpoint.answer) if kind not in {None, File}]
    return [*endpoint.parts.values(), *queried, *own]


def _fields(endpoint: Endpoint) -> tuple[msgspec.structs.FieldInfo, ...]:
    return msgspec.structs.fields(endpoint.query) if endpoint.query else ()


def _operation(endpoint: Endpoint, of: dict[str, dict[str, Any]]) -> dict[str, Any]:
    problem = {MEDIA: {"schema": of[repr(ProblemBody)]}}
    described: dict[str, Any] = {
        "operationId": endpoint.name,
        "summary": _markdown(endpoint.summary).partition("\n")[0],
        "description": _needed(endpoint),
        "parameters": [
            *(
                {"name": name, "in": "path", "required": True, "schema": of[repr(kind)]}
                for name, kind in endpoint.parts.items()
            ),
            *(
                {"name": field.name, "in": "query", "schema": of[repr(field.type)]}
                for field in _fields(endpoint)
            ),
        ],
        "responses": {
            str(endpoint.status.value): {"description": "Done.", "content": _answer(endpoint, of)},
            **{
                str(status.value): {"description": _REFUSALS[status], "content": problem}
                for status in refusals(endpoint)
            },
        },
    }
    if endpoint.needs == "nothing":
        described["security"] = []
    if endpoint.body is not None:
        content = {"application/json": {"schema": of[repr(endpoint.body)]}}
        described["requestBody"] = {"required": True, "content": content}
    return described


def _answer(endpoint: Endpoint, of: dict[str, dict[str, Any]]) -> dict[str, Any]:
    if endpoint.answer is File:
        return {media: {} for media in endpoint.media}
    return {media: {"schema": of[repr(endpoint.answer)]} for media in endpoint.media}


def _markdown(docstring: str) -> str:
    return cleandoc(docstring).replace("``", "`")


def _needed(endpoint: Endpoint) -> str:
    if isinstance(endpoint.needs, Act):
        return f"Takes a token made to {endpoint.needs.value}, and a role that may."
    return "Takes no token." if endpoint.needs == "nothing" else "Takes any live token."


def refusals(endpoint: Endpoint) -> list[HTTPStatus]:
    """The statuses with which an operation refuses, in their order."""
    found = {HTTPStatus.BAD_REQUEST, HTTPStatus.NOT_ACCEPTABLE, HTTPStatus.SERVICE_UNAVAILABLE}
    if endpoint.needs != "nothing":
        found.add(HTTPStatus.UNAUTHORIZED)
    if isinstance(endpoint.needs, Act):
        found.add(HTTPStatus.FORBIDDEN)
    if endpoint.parts:
        found.add(HTTPStatus.NOT_FOUND)
    if endpoint.body is not None:
        found |= {HTTPStatus.REQUEST_ENTITY_TOO_LARGE, HTTPStatus.UNSUPPORTED_MEDIA_TYPE}
    if endpoint.body is not None or endpoint.query is not None or endpoint.method == "POST":
        found.add(HTTPStatus.UNPROCESSABLE_ENTITY)
    return sorted(found)
