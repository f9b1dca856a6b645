"""Canonical JSON and the hash that names a content (RFC 8785)."""

import hashlib
from collections.abc import Mapping
from typing import Any

import msgspec
import rfc8785

from comity.errors import BadInput
from comity.stix.parse import parse_object
from comity.stix.types import MAX_INTEGER


def canonical(content: msgspec.Struct | Mapping[str, Any]) -> bytes:
    """Return the JCS bytes of a struct or of parsed JSON.

    Raises ``BadInput`` for what two readers could read differently: a number that is not
    finite, an integer beyond 2^53-1 either way, half a surrogate pair.
    """
    try:
        return rfc8785.dumps(msgspec.to_builtins(content, enc_hook=str))
    except rfc8785.IntegerDomainError:
        raise BadInput(
            f"An integer beyond {MAX_INTEGER} either way cannot be exchanged exactly;"
            " send it as text."
        ) from None
    except rfc8785.FloatDomainError:
        raise BadInput(
            "A number that is infinite or not a number has no form in JSON; leave it out."
        ) from None
    except rfc8785.CanonicalizationError as error:
        raise BadInput(f"The content has no canonical form: {error}.") from None
    except RecursionError:
        raise BadInput("The content is nested too deeply; flatten it.") from None


def content_hash(content: bytes | msgspec.Struct | Mapping[str, Any]) -> str:
    """Return the SHA-256, in hex, of the canonical form of raw bytes or of an object.

    Blanks and the order of keys do not change it. Raises ``BadInput`` as ``canonical`` does,
    and ``StixError`` for bytes that are not one JSON object.
    """
    value = parse_object(content) if isinstance(content, bytes) else content
    return hashlib.sha256(canonical(value)).hexdigest()
