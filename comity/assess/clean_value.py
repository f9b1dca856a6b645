"""The one form in which a value may leave: an address, a host name, a plain URL or a digest.

Whatever could carry a sentence, or the name of the one for whom it was made, stays inside.
"""

from __future__ import annotations

import base64
import binascii
import ipaddress
import re
import unicodedata
from collections.abc import Callable
from typing import Literal

from comity.formats.extract.special import special_address, special_name
from comity.formats.extract.tlds import TLDS

Kind = Literal["ipv4-addr", "ipv6-addr", "domain-name", "url", "file"]
Problem = Literal["pattern", "special", "personal", "official"]
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

# Only one equality on one value: what a person at the other end can act on and check.
_SINGLE = re.compile(
    r"\[\s*(?P<type>ipv4-addr|ipv6-addr|domain-name|url|file):"
    r"(?P<path>value|hashes\.(?:'[A-Za-z0-9-]{3,12}'|[A-Za-z0-9]{3,12}))\s*=\s*"
    r"'(?P<value>(?:[^'\\]|\\['\\])+)'\s*\]"
)
_DIGESTS = {"md5": 32, "sha1": 40, "sha224": 56, "sha256": 64, "sha384": 96, "sha512": 128}
# Governments and armed forces, of whichever state: to name one of their hosts is a decision.
_OFFICIAL = frozenset({"gov", "govt", "gob", "gouv", "gub", "go", "mil", "bund", "admin", "int"})
# Letters, digits and hyphens (RFC 952, RFC 1123), the underscore that is met, and a top-level
# domain in letters or in its ASCII form (RFC 5890).
_NAME = re.compile(
    r"(?:(?!-)[a-z0-9_-]{1,63}(?<!-)\.){1,9}(?:[a-z]{2,24}|xn--[a-z0-9-]{2,59})\.?", re.IGNORECASE
)
_LABEL = re.compile(r"[a-z0-9_-]{1,63}")
_URL = re.compile(
    r"(?:https?|ftp)://(?P<host>\[[0-9a-f:.]+\]|[^/:?#@\[\]\s]+)(?::[0-9]{1,5})?(?P<path>/.*)?",
    re.IGNORECASE,
)
_SEGMENT = re.compile(r"[A-Za-z0-9._~+-]{0,32}")
_MAIL = re.compile(rb"[\w.+-]{1,64}@[\w-]{1,64}\.")
_ESCAPED = re.compile(r"(?:%[0-9A-Fa-f]{2})+")
_LONGEST, _LONGEST_PATH = 300, 96
# No state can be asked to act on more than a small block of addresses.
_WIDEST = {4: 24, 6: 48}


def single(pattern: str) -> tuple[Kind, str] | None:
    """The kind and value of a STIX pattern that is one equality; None for any other."""
    match = _SINGLE.fullmatch(pattern.strip())
    if match is None or (match["type"] == "file") != match["path"].startswith("hashes"):
        return None
    kind: Kind = match["type"]  # type: ignore[assignment]  # the pattern names these five alone
    value = re.sub(r"\\(['\\])", r"\1", match["value"])
    if kind == "file":
        algorithm = re.sub(r"[^a-z0-9]", "", match["path"].partition(".")[2].lower())
        digest = re.fullmatch(r"[0-9A-Fa-f]+", value)
        if not digest or len(value) != _DIGESTS.get(algorithm):
            return None
    return kind, value


def problem(kind: Kind, value: str) -> Problem | None:
    """Why a value must not leave in itself; None where it may."""
    if kind == "file":
        return None
    if kind == "url":
        return _problem_of_url(value)
    if network_of(value) is None and kind != "domain-name":
        return "pattern"
    return _problem_of_host(value)


def _problem_of_url(value: str) -> Problem | None:
    match = _URL.fullmatch(value)
    if match is None or len(value) > _LONGEST:
        # A query, a fragment or a user is where a link says for whom it was made.
        return "personal" if set(value) & set("?#@") else "pattern"
    if not _plain_path(match["path"] or ""):
        return "personal"
    return _problem_of_host(match["host"].strip("[]"))


def _problem_of_host(host: str) -> Problem | None:
    network = network_of(host)
    if network is not None:
        if network.prefixlen < _WIDEST[network.version]:
            return "pattern"
        return "special" if special_address(host) or network.is_private else None
    name = host.lower().rstrip(".")
    labels = name.split(".")
    if not _NAME.fullmatch(name):
        return "special" if _LABEL.fullmatch(name) else "pattern"
    if special_name(name) or labels[-1] not in TLDS:
        return "special"  # reserved, or of somebody's own network
    return "official" if _OFFICIAL & set(labels[-2:]) else None


def host_of(value: str) -> str:
    """The host of a URL, and any other value as it is; lower case, without a closing dot."""
    match = _URL.match(value)
    return (match["host"].strip("[]") if match else value).lower().rstrip(".")


def unescaped(text: str) -> str:
    """Percent-encoding turned back into characters (RFC 3986 §2.1), also where it is doubled."""
    for _ in range(3):
        plain = _ESCAPED.sub(
            lambda run: bytes.fromhex(run[0].replace("%", "")).decode("utf-8", "replace"), text
        )
        if plain == text:
            break
        text = plain
    return text


def folded(text: str) -> str:
    """A text without case, accents and invisible characters."""
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    return "".join(c for c in plain if unicodedata.category(c) not in ("Mn", "Cf", "Me"))


def network_of(text: str) -> Network | None:
    """An address or a network in CIDR form; None for anything else."""
    try:
        return ipaddress.ip_network(text, strict=False)
    except ValueError:
        return None


def _plain_path(path: str) -> bool:
    """Short words alone, none of which is an address of mail in another writing."""
    segments = path.split("/")
    return (
        len(path) <= _LONGEST_PATH
        and all(map(_SEGMENT.fullmatch, segments))
        and not any(_MAIL.search(text) for part in segments for text in _decoded(part))
    )


def _decoded(part: str) -> list[bytes]:
    tries: tuple[Callable[[bytes], bytes], ...] = (base64.urlsafe_b64decode, binascii.unhexlify)
    found = []
    for decode in tries:
        for padding in ("", "=", "=="):
            try:
                found.append(decode((part + padding).encode()))
            except ValueError:
                continue
    return found
