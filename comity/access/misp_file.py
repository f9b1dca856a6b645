"""The MISP instance that an operator names: where it is, and where its key is.

The key itself never stands in the file.
"""

from __future__ import annotations

import tomllib
from typing import Annotated

import msgspec

from comity.access.sign_on_file import safe_address
from comity.errors import BadInput

FILE = "misp.toml"
LARGEST = 64 << 10  # bytes

_Line = Annotated[str, msgspec.Meta(min_length=1, max_length=200, pattern=r"^[^\r\n\x00]*$")]


class Misp(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A MISP instance. One of ``key_file`` and ``key_env`` says where the key of its API is.

    ``organisation`` is what people call the instance; ``ca_file`` the certificates that it is
    trusted by, where the system's are not enough; ``timeout`` the seconds that it has to answer.
    """

    url: _Line
    organisation: _Line
    key_file: _Line = ""
    key_env: _Line = ""
    ca_file: _Line = ""
    timeout: Annotated[int, msgspec.Meta(ge=1, le=300)] = 30


def read_misp(body: bytes) -> Misp:
    """What the file says. Raises BadInput that says what is wrong with it."""
    try:
        found = msgspec.convert(tomllib.loads(body.decode()), Misp)
    except (ValueError, RecursionError) as error:  # tomllib's, msgspec's and the decoder's own
        raise BadInput(f"{FILE} cannot be read: {error}") from error
    if not safe_address(found.url):
        raise BadInput(f"{FILE}: the url has to be an https address")
    if bool(found.key_file) is bool(found.key_env):
        raise BadInput(f"{FILE}: say either key_file or key_env")
    return found
