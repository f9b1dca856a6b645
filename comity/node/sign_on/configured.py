"""What the operator set up: ``sign-on.toml``, and the files that it names in the data folder."""

from __future__ import annotations

import hashlib
import logging
import os
from functools import lru_cache

import msgspec

from comity.access.sign_on_file import FILE, LARGEST, Oidc, Source, read_sources
from comity.errors import BadInput, ComityError
from comity.node.services import operator_file
from comity.node.sign_on import saml

_LARGEST_METADATA = 4 << 20  # bytes: those of a whole federation are larger, and not for here


def sources() -> dict[str, Source]:
    """The providers by their id; none without the file. Raises BadInput where it is wrong."""
    body = operator_file(FILE, LARGEST)
    return {} if body is None else _parsed(body)


def offered() -> dict[str, Source]:
    """The providers to show on a page: none while the file is wrong, which the log says."""
    try:
        return sources()
    except ComityError as error:
        logging.getLogger(__name__).warning("%s", error)
        return {}


def faults() -> list[str]:
    """What keeps people from signing on, a sentence each, found without asking anybody."""
    found = []
    try:
        configured = sources()
    except ComityError as error:
        return [str(error)]
    for ident, source in configured.items():
        try:
            if isinstance(source, Oidc):
                secret(ident, source)
            else:
                saml.check(ident, source, metadata(ident, source.metadata_file))
        except ComityError as error:
            found.append(str(error))
    return found


def secret(ident: str, source: Oidc) -> str:
    """What the provider knows this node by. Raises BadInput that says where it is missing."""
    if source.client_secret_env:
        found = os.environ.get(source.client_secret_env, "")
        where = f"the variable {source.client_secret_env}"
    else:
        body = operator_file(source.client_secret_file, LARGEST) or b""
        found, where = body.decode("utf-8", "replace").strip(), source.client_secret_file
    if not found:
        raise BadInput(f"{FILE}: {ident}: there is no client secret in {where}")
    return found


def metadata(ident: str, file: str) -> bytes:
    """The metadata of a SAML provider, as they lie in the data folder."""
    body = operator_file(file, _LARGEST_METADATA)
    if body is None:
        raise BadInput(f"{FILE}: {ident}: there is no file {file} in the data folder")
    return body


def uid(issuer: str, subject: str) -> str:
    """How a tie is kept: by who said it and of whom, so that neither alone can be exchanged.

    A hash, because a subject may be longer than the column, and says more than the tie needs.
    """
    return hashlib.sha256(msgspec.json.encode([issuer, subject])).hexdigest()


@lru_cache(maxsize=1)
def _parsed(body: bytes) -> dict[str, Source]:
    return read_sources(body)
