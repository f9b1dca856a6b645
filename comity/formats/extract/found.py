"""What a scan finds, named by kind."""

from typing import Literal

from msgspec import Struct

Kind = Literal[
    "ipv4",
    "ipv6",
    "domain",
    "url",
    "email",
    "md5",
    "sha1",
    "sha256",
    "sha512",
    "cve",
    "technique",
    "tactic",
    "software",
    "group",
    "campaign",
]


class Found(Struct, frozen=True, gc=False):
    """One value that stands in a text.

    ``as_written`` is the text from ``start`` to ``end``; ``value`` is the same put into its
    usual form: refanged, hexadecimal digits and host names in lower case.
    """

    kind: Kind
    value: str
    start: int
    end: int
    as_written: str
    defanged: bool
