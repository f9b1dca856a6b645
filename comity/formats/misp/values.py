"""Values of attributes, checked and brought to the one form that compares equal.

Raises ``StixError`` at ``value``; a value that is not what its type says is not guessed at.
"""

import ipaddress
import re
from typing import NamedTuple, NoReturn

from comity.stix.error import StixError

_HEX = re.compile(r"[0-9a-f]+").fullmatch
_DOMAIN = re.compile(r"[^\s/@:|\\,;'\"<>()\[\]{}]{1,253}").fullmatch
_MAC = re.compile(r"[0-9a-f]{2}(?:[:-][0-9a-f]{2}){5}").fullmatch
_AS = re.compile(r"(?:AS)?([0-9]{1,10})", re.IGNORECASE).fullmatch
# STIX 2.1 §6.17: the hive is written in full.
_HIVES = {
    "HKLM": "HKEY_LOCAL_MACHINE",
    "HKCU": "HKEY_CURRENT_USER",
    "HKCR": "HKEY_CLASSES_ROOT",
    "HKU": "HKEY_USERS",
    "HKCC": "HKEY_CURRENT_CONFIG",
}


class Algorithm(NamedTuple):
    """A hash: its key in STIX (§10.7, or our own name) and its digits, 0 where they vary."""

    key: str
    digits: int


# The keys of the open vocabulary first; what it does not name keeps MISP's name in upper case.
HASHES = {
    "md5": Algorithm("MD5", 32),
    "sha1": Algorithm("SHA-1", 40),
    "sha256": Algorithm("SHA-256", 64),
    "sha512": Algorithm("SHA-512", 128),
    "sha3-256": Algorithm("SHA3-256", 64),
    "sha3-512": Algorithm("SHA3-512", 128),
    "ssdeep": Algorithm("SSDEEP", 0),
    "tlsh": Algorithm("TLSH", 0),
    "sha224": Algorithm("SHA-224", 56),
    "sha384": Algorithm("SHA-384", 96),
    "sha512/224": Algorithm("SHA-512-224", 56),
    "sha512/256": Algorithm("SHA-512-256", 64),
    "sha3-224": Algorithm("SHA3-224", 56),
    "sha3-384": Algorithm("SHA3-384", 96),
    "authentihash": Algorithm("AUTHENTIHASH", 0),
    "cdhash": Algorithm("CDHASH", 0),
    "imphash": Algorithm("IMPHASH", 32),
    "impfuzzy": Algorithm("IMPFUZZY", 0),
    "pehash": Algorithm("PEHASH", 0),
    "telfhash": Algorithm("TELFHASH", 0),
    "vhash": Algorithm("VHASH", 0),
}


def refuse(rule: str) -> NoReturn:
    """Raise ``StixError`` for the value of the attribute at hand."""
    raise StixError(None, "value", rule)


def digest(name: str, value: str) -> dict[str, str]:
    """A hash by its STIX key; hexadecimal ones in lower case."""
    key, digits = HASHES[name]
    if not digits:
        return {key: value}
    folded = value.lower()
    if len(folded) != digits or not _HEX(folded):
        refuse(f"must be {digits} hexadecimal digits to be a {name}")
    return {key: folded}


def ip(value: str) -> tuple[str, str]:
    """The STIX type of an address or network, and its text in lower case."""
    folded = value.lower()
    try:
        version = ipaddress.ip_interface(folded).version
    except ValueError:
        refuse("must be an IP address or a network in CIDR form")
    return ("ipv4-addr" if version == 4 else "ipv6-addr"), folded


def domain(value: str) -> str:
    """A domain name in lower case without the root's dot."""
    folded = value.lower().removesuffix(".")
    if not _DOMAIN(folded):
        refuse("must be a domain name")
    return folded


def email(value: str) -> str:
    """An address; its domain is in lower case, its local part as sent."""
    local, at, host = value.rpartition("@")
    if not at or not local or any(char.isspace() for char in value):
        refuse("must be an e-mail address")
    return f"{local}@{domain(host)}"


def url(value: str) -> str:
    """A URL as sent; a blank, which RFC 3986 does not let stand in one, is encoded."""
    encoded = value.replace(" ", "%20")
    if any(char.isspace() for char in encoded):
        refuse("must be a URL on one line")
    return encoded


def port(value: str) -> int:
    """A port number."""
    if not (value.isascii() and value.isdecimal()) or len(value) > 5 or int(value) > 65535:
        refuse("must end in a port from 0 to 65535")
    return int(value)


def mac(value: str) -> str:
    """A MAC address in lower case with colons (STIX 2.1 §6.10)."""
    folded = value.lower()
    if not _MAC(folded):
        refuse("must be a MAC address of six pairs of hexadecimal digits")
    return folded.replace("-", ":")


def as_number(value: str) -> int:
    """The number of an autonomous system, written with or without AS."""
    match = _AS(value)
    if match is None:
        refuse("must be the number of an autonomous system")
    return int(match[1])


def registry_key(value: str) -> str:
    """A registry key with its hive in full and no trailing backslash."""
    hive, slash, rest = value.rstrip("\\").partition("\\")
    if not hive:
        refuse("must be a registry key")
    return _HIVES.get(hive.upper(), hive) + slash + rest


def parts(value: str, *, last: bool) -> tuple[str, str]:
    """The two halves of a composite value, cut at its last or its first bar."""
    left, bar, right = value.rpartition("|") if last else value.partition("|")
    if not bar or not left.strip() or not right.strip():
        refuse("must be two values with | between them")
    return left.strip(), right.strip()
