"""Where people may sign on, as an operator writes it: identity providers by OIDC or SAML.

A table for each provider; its name is the provider's id, which stands in addresses. Nothing secret
stands in the file: it names where the client secret is.
"""

from __future__ import annotations

import re
import tomllib
from typing import Annotated

import msgspec

from comity.errors import BadInput

FILE = "sign-on.toml"
LARGEST = 64 << 10  # bytes
_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,29}")
# Without query, fragment and user: OpenID Connect Discovery 1.0, section 4.1 (issuer).
_HTTPS = re.compile(r"https://[A-Za-z0-9.-]+(:\d{1,5})?(/[\w.~/-]*)?", re.ASCII)
_THIS_MACHINE = re.compile(r"http://localhost(:\d{1,5})?(/[\w.~/-]*)?", re.ASCII)

_Line = Annotated[str, msgspec.Meta(min_length=1, max_length=200, pattern=r"^[^\r\n\x00]*$")]
_Name = Annotated[str, msgspec.Meta(min_length=1, max_length=60, pattern=r"^[^\r\n\x00]*$")]


class Oidc(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="oidc"):
    """A provider by OpenID Connect. One of the last two fields says where the client secret is."""

    name: _Name
    issuer: _Line
    client_id: _Line
    client_secret_file: _Line = ""
    client_secret_env: _Line = ""


class Saml(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="saml"):
    """A provider by SAML 2.0; its metadata are a file in the data folder.

    ``subject_attribute``: the attribute that names a person for ever; without it a NameID of the
    persistent format does.
    """

    name: _Name
    entity_id: _Line
    metadata_file: _Line
    subject_attribute: _Line = ""


Source = Oidc | Saml


def read_sources(body: bytes) -> dict[str, Source]:
    """The providers of the file by their id, in its order. Raises BadInput, naming the table."""
    try:
        found = msgspec.convert(tomllib.loads(body.decode()), dict[str, Source])
    except (ValueError, RecursionError) as error:  # tomllib's, msgspec's and the decoder's own
        raise BadInput(f"{FILE} cannot be read: {error}") from error
    for ident, source in found.items():
        if not _ID.fullmatch(ident):
            raise BadInput(
                f"{FILE}: {ident}: name the table with at most 30 small letters, digits and hyphens"
            )
        if isinstance(source, Oidc):
            if not safe_address(source.issuer):
                raise BadInput(f"{FILE}: {ident}: the issuer has to be an https address")
            if bool(source.client_secret_file) is bool(source.client_secret_env):
                raise BadInput(
                    f"{FILE}: {ident}: say either client_secret_file or client_secret_env"
                )
    return found


def safe_address(address: str) -> bool:
    """Whether nobody on the way can read or change what goes to an address: https, or here."""
    return bool(_HTTPS.fullmatch(address) or _THIS_MACHINE.fullmatch(address))
