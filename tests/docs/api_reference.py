"""The page docs/reference/api.md, made from the description that the node serves.

It is written from here (tools/api.py) and held to here (test_api_reference.py).
"""

from pathlib import Path
from typing import Any

import msgspec

from comity.api.openapi import describe
from comity.api.routes import ENDPOINTS, ROOT

PAGE = Path(__file__).parent.parent.parent / "docs" / "reference" / "api.md"
_HEAD = f"""# API

Made from the code by `tools/api.py`; do not edit. How to work with it:
[Use the API](../how-to/use-the-api.md). The node serves the same as OpenAPI 3.1 at
`{ROOT}/openapi.json`. All addresses begin with `{ROOT}`.

* A request carries a token: `Authorization: Bearer comity_…`. It takes the scope named below, and
  a role that may do it at that moment.
* Bodies are JSON in UTF-8 with `Content-Type: application/json`. Unknown fields, keys that come
  twice and control characters are refused. Times carry their zone. Files are base64 in the JSON.
* A refusal is a problem (RFC 9457, `application/problem+json`) with `status`, `title` and a
  sentence in `detail`.
* Nothing is cached. A list goes on where the answer says `next`.

| status | means |
|---|---|
| 400 | the request cannot be read: address, header, JSON |
| 401 | no live token: missing, wrong, expired, revoked, or of a closed account |
| 403 | scope or roles do not allow it, or the record says no |
| 404 | there is no such thing |
| 405, 406, 413, 415 | the method, the type of the answer, the size, the type of the body |
| 422 | understood, and cannot be done: the sentence says why |
| 503 | the disk or a lock stands in the way: try again |
"""


def page() -> str:
    """The whole page."""
    document = msgspec.to_builtins(describe(ENDPOINTS, ROOT))
    schemas = document["components"]["schemas"]
    used: dict[str, None] = {}
    parts = [_HEAD, "## Operations\n"]
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            parts.append(_operation(method, path, operation, used))
    parts.append("## Types\n")
    shown: set[str] = set()
    while left := [name for name in used if name not in shown]:
        for name in left:
            shown.add(name)
            parts.append(_type(name, schemas[name], used))
    return "\n".join(parts)


def _operation(method: str, path: str, operation: dict[str, Any], used: dict[str, None]) -> str:
    lines = [
        f"### {method.upper()} {path}\n",
        f"{operation['summary']} {operation['description']}\n",
    ]
    lines += [
        f"* `?{one['name']}=` {_words(one['schema'], used)}"
        for one in operation["parameters"]
        if one["in"] == "query"
    ]
    if "requestBody" in operation:
        (body,) = operation["requestBody"]["content"].values()
        lines.append(f"* takes {_words(body['schema'], used)}")
    status, answer = next(iter(operation["responses"].items()))
    (first, *others) = answer["content"].items()
    said = _words(first[1].get("schema", {}), used) if first[0] == "application/json" else ""
    lines.append(f"* {status}: {said or ', '.join(f'`{media}`' for media, _ in (first, *others))}")
    refused = [code for code in operation["responses"] if code != status]
    lines.append(f"* refuses with {', '.join(refused)}\n")
    return "\n".join(lines)


def _type(name: str, schema: dict[str, Any], used: dict[str, None]) -> str:
    lines = [f"### {name}\n"]
    if text := schema.get("description", ""):
        lines.append(f"{' '.join(text.split()).replace('``', '`')}\n")
    if "enum" in schema:
        return "\n".join([*lines, f"One of {', '.join(f'`{one}`' for one in schema['enum'])}.\n"])
    required = schema.get("required", ())
    for field, kind in schema.get("properties", {}).items():
        may = "" if field in required else ", optional"
        lines.append(f"* `{field}`{may}: {_words(kind, used)}")
    return "\n".join([*lines, ""])


def _words(schema: dict[str, Any], used: dict[str, None]) -> str:  # noqa: PLR0911
    """A schema as one would say it."""
    if reference := schema.get("$ref"):
        name = reference.rpartition("/")[2]
        used[name] = None
        return f"[{name}](#{name.lower()})"
    if kinds := schema.get("anyOf"):
        return " or ".join(_words(kind, used) for kind in kinds)
    if words := schema.get("enum"):
        return ", ".join(f"`{word}`" for word in words)
    match schema.get("type"):
        case "array":
            most = f" (at most {schema['maxItems']})" if "maxItems" in schema else ""
            return f"list{most} of {_words(schema.get('items', {}), used)}"
        case "object":
            return "texts by text"
        case "string":
            said = {"date-time": "time", "uuid": "UUID"}.get(schema.get("format", ""), "text")
            if "contentEncoding" in schema:
                said = "base64"
            longest = schema.get("maxLength")
            return f"{said} (at most {longest:,} characters)" if longest else said
        case "null":
            return "null"
        case str(kind):
            low, high = schema.get("minimum"), schema.get("maximum")
            return f"{kind} ({low} to {high})" if high and high < 2**53 else kind
        case _:
            return "JSON"
