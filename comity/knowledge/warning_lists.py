"""Lists of values that are common or benign, as data: the form of MISP's warning lists.

Source: the README of MISP/misp-warninglists, "Format of a warning list".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

import msgspec

#: What a value is, as far as these lists tell values apart.
Kind = Literal["address", "domain", "url", "email", "hash"]
#: How an entry is compared: MISP's own names.
Match = Literal["string", "substring", "hostname", "cidr", "regex"]

ALL_KINDS: frozenset[Kind] = frozenset(("address", "domain", "url", "email", "hash"))
# The attribute types of MISP whose values the material gives us, one by one.
KIND_OF: Mapping[str, Kind] = {
    "ip-src": "address", "ip-dst": "address",
    "domain": "domain", "hostname": "domain",
    "url": "url", "uri": "url",
    "email": "email", "email-src": "email", "email-dst": "email", "target-email": "email",
    "whois-registrant-email": "email", "dns-soa-email": "email",
    "md5": "hash", "sha1": "hash", "sha224": "hash", "sha256": "hash", "sha512": "hash",
}  # fmt: skip


class WarningList(msgspec.Struct, frozen=True, kw_only=True):
    """One list. ``kinds`` are the values it is meant for; ``sha256`` names its bytes.

    ``source`` says where it comes from and under which licence. ``fault`` says why it could
    not be read; it has no entries then.
    """

    name: str
    version: str
    match: Match
    kinds: frozenset[Kind]
    entries: Sequence[str]
    source: str
    sha256: str
    fault: str | None = None
