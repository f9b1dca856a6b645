"""Whether a piece of text is a host: its grammar, and the doubts about a bare one.

The grammar is RFC 1035 §2.3.4 (sizes) and RFC 1123 §2.1 (labels), with the underscore that
service labels use and letters of other scripts as they stand; addresses are RFC 791 and
RFC 4291 §2.2. The doubts are ours: prose is full of names with dots that are no domains.
"""

import ipaddress
import re

from comity.formats.extract.tlds import TLDS

# Top-level domains that are also common endings of file names. `com`, `cc`, `ml` and `id`
# are endings too, but far more often what they say.
FILE_ENDINGS = frozenset(
    [
        "ai",
        "app",
        "bz",
        "cab",
        "cat",
        "cfd",
        "cpa",
        "java",
        "md",
        "mm",
        "mov",
        "mp",
        "pl",
        "pm",
        "ps",
        "pub",
        "py",
        "rs",
        "sh",
        "so",
        "zip",
    ]
)
_PACKAGE_ROOTS = frozenset({"com", "org", "net", "io", "edu", "gov", "android", "java"})
_PRODUCTS = frozenset({"asp.net", "ado.net", "vb.net", "ml.net", "paint.net"})
_LABEL = re.compile(r"_?[^\W_](?:[\w-]{0,61}+(?<=[^\W_]))?").fullmatch
_TOP = re.compile(r"xn--[a-z0-9-]{1,59}|[^\W\d_]{2,63}").fullmatch
_VERSION_WORDS = frozenset(
    [
        "v",
        "ver",
        "version",
        "versions",
        "release",
        "releases",
        "build",
        "firmware",
        "revision",
        "patch",
        "update",
    ]
)


def ipv4(text: str) -> bool:
    """Whether the text is an IPv4 address, or a network in CIDR form, written without zeros."""
    address, slash, length = text.partition("/")
    parts = address.split(".")
    if len(parts) != 4 or (slash and not (length.isdecimal() and int(length) <= 32)):
        return False
    return all(
        part.isascii() and part.isdecimal() and int(part) <= 255 and str(int(part)) == part
        for part in parts
    )


def ipv6(text: str) -> bool:
    """Whether the text is an IPv6 address without a zone, or a network in CIDR form."""
    if len(text) > 49 or "%" in text:
        return False
    try:
        ipaddress.IPv6Network(text, strict=False)
    except ValueError:
        return False
    return True


def doubtful_ipv6(text: str) -> bool:
    """Whether a bare address could as well be code (``fe::add``) or a row of bytes."""
    if "::" in text:
        return not any(char.isdigit() for char in text) or text.count(":") < 2
    return max(map(len, text.split(":"))) < 3


def domain(text: str) -> bool:
    """Whether the text, in lower case, is a domain name of at least two labels."""
    labels = text.split(".")
    return (
        len(text) <= 253
        and len(labels) > 1
        and _TOP(labels[-1]) is not None
        and all(_LABEL(label) for label in labels)
    )


def in_root_zone(name: str) -> bool:
    """Whether the last label of the name, in lower case, is a top-level domain."""
    top = _top(name)
    return top in TLDS or _punycode(top) in TLDS


def doubtful_domain(text: str) -> bool:
    """Whether a name that stands bare in prose is more likely a file, a package or code."""
    if text != text.lower() and not text.isupper() and not _top(text).islower():
        return True  # System.Net; the end of a sentence.And the next
    name = text.lower()
    labels = name.split(".")
    if not in_root_zone(name) or name in _PRODUCTS:
        return True
    if labels[-1] in FILE_ENDINGS and labels[0] != "www":
        return True
    if labels[0] in _PACKAGE_ROOTS and len(labels) > 2:
        return True  # com.example.service: a Java package is a domain reversed
    return any("_" in label for label in labels[-2:])


def after_version_word(text: str) -> bool:
    """Whether text that ends here announces a version number rather than an address."""
    words = text.rstrip(" \t\n:=.\"'(").split()
    return bool(words) and words[-1].lower().lstrip("(\"'") in _VERSION_WORDS


def _top(text: str) -> str:
    return text.rpartition(".")[2]


def _punycode(label: str) -> str:
    try:
        return label.encode("idna").decode()
    except UnicodeError:
        return ""
