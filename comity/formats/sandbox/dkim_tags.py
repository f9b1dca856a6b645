"""Tag lists, the signature and the key record of DKIM (RFC 6376 §3.2, §3.5 and §3.6.1)."""

import base64
import binascii
import re
from collections.abc import Mapping
from typing import NamedTuple

from comity.errors import BadInput

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*\Z")
_DOMAIN = re.compile(
    r"(?=.{4,253}\Z)(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)+[a-z0-9-]{2,63}\Z"
)
_SELECTOR = re.compile(r"[a-z0-9_](?:[a-z0-9_.-]{0,200}[a-z0-9_])?\Z")
_DIGITS = re.compile(r"[0-9]{1,11}\Z")  # as seconds, to the year 5138
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*+)"')
_BLANKS = re.compile(r"[ \t\r\n]+")
ALGORITHMS = {"rsa-sha256": "rsa", "ed25519-sha256": "ed25519"}  # RFC 8301 §3.1, RFC 8463 §3
_WAYS = ("simple", "relaxed")
_INFIX = "._domainkey."  # §3.6.2.1


class Signature(NamedTuple):
    """One DKIM-Signature field. Times are seconds since 1970; ``headers`` are small letters."""

    domain: str
    selector: str
    identity: str
    algorithm: str
    header_way: str
    body_way: str
    headers: tuple[bytes, ...]
    body_hash: bytes
    signature: bytes
    length: int | None
    signed: int | None
    expires: int | None

    @property
    def record(self) -> str:
        """Where the domain publishes the key (§3.6.2.1)."""
        return f"{self.selector}{_INFIX}{self.domain}"


class KeyRecord(NamedTuple):
    """A published key: its ``kind`` (rsa or ed25519), its bytes, and what limits its use."""

    kind: str
    key: bytes
    hashes: tuple[str, ...]
    services: tuple[str, ...]
    testing: bool
    exact: bool


def tags(text: str) -> dict[str, str]:
    """The tags of a list; BadInput for one that is written twice or not as a tag."""
    found: dict[str, str] = {}
    parts = text.split(";")
    if not parts[-1].strip():
        parts.pop()
    for part in parts:
        name, sign, value = part.partition("=")
        name = name.strip(" \t\r\n")
        if not sign or not _NAME.match(name):
            raise BadInput("its tags are broken")
        if name in found:
            raise BadInput(f"it says {name}= twice")
        found[name] = value.strip(" \t\r\n")
    return found


def read_signature(value: bytes) -> Signature:
    """Read what stands in a DKIM-Signature field; BadInput says in half a sentence what is wrong.

    ``value`` is the field without its name.
    """
    found = tags(value.decode("ascii", "replace"))
    for name in ("v", "a", "b", "bh", "d", "h", "s"):
        if not found.get(name):
            raise BadInput(f"it does not say {name}=")
    if found["v"] != "1":
        raise BadInput("it is of a version that is not known")
    if found["a"] not in ALGORITHMS:
        raise BadInput(f"its algorithm {found['a'][:40]!r} is not one that is still trusted")
    selector, domain = named(f"{found['s']}{_INFIX}{found['d']}".lower())
    if "dns/txt" not in _listed(found.get("q", "dns/txt")):
        raise BadInput("its key is not published in the domain's records")
    identity = found.get("i", f"@{domain}").rpartition("@")[2].lower()
    if identity != domain and not identity.endswith(f".{domain}"):
        raise BadInput("it speaks for somebody outside its domain (i=)")
    ways = found.get("c", "simple/simple").split("/")
    if len(ways) > 2 or not set(ways) <= set(_WAYS):
        raise BadInput("its way of reading the text (c=) is not known")
    signed, expires = _number(found, "t"), _number(found, "x")
    if signed is not None and expires is not None and expires < signed:
        raise BadInput("it ends before it begins")
    return Signature(
        domain=domain,
        selector=selector,
        identity=identity,
        algorithm=found["a"],
        header_way=ways[0],
        body_way=ways[1] if len(ways) == 2 else "simple",
        headers=tuple(name.lower().encode("ascii", "replace") for name in _listed(found["h"])),
        body_hash=_bytes(found["bh"], "bh"),
        signature=_bytes(found["b"], "b"),
        length=_number(found, "l"),
        signed=signed,
        expires=expires,
    )


def named(record: str) -> tuple[str, str]:
    """The selector and the domain in a record's name; BadInput if they are no names."""
    selector, _, domain = record.partition(_INFIX)
    if not _DOMAIN.match(domain) or not _SELECTOR.match(selector):
        raise BadInput("its domain or selector is no name")
    return selector, domain


def without_signature(value: bytes) -> bytes:
    """The field's value with nothing behind ``b=`` (§3.7): this is what was signed."""
    parts = value.split(b";")
    for number, part in enumerate(parts):
        name, sign, _ = part.partition(b"=")
        if name.strip() == b"b":
            parts[number] = name + sign
    return b";".join(parts)


def published(data: bytes) -> str:
    """The text of a TXT record: as it is, or the quoted strings that ``dig`` and zone files show.

    RFC 6376 §3.6.2.2: the strings of one record are joined with nothing between.
    """
    text = data.decode("ascii", "replace")
    if '"' not in text:
        return text
    return "".join(re.sub(r"\\(.)", r"\1", part) for part in _QUOTED.findall(text))


def read_record(data: bytes) -> KeyRecord:
    """Read a key record; BadInput says in half a sentence what is wrong with it."""
    found = tags(published(data))
    if found.get("v", "DKIM1") != "DKIM1" or "p" not in found:
        raise BadInput("it is no DKIM key record (v=DKIM1; p=...)")
    if not found["p"]:
        raise BadInput("its domain has withdrawn it (p= is empty)")
    flags = _listed(found.get("t", ""))
    return KeyRecord(
        kind=found.get("k", "rsa"),
        key=_bytes(found["p"], "p"),
        hashes=_listed(found.get("h", "sha256")),
        services=_listed(found.get("s", "*")),
        testing="y" in flags,
        exact="s" in flags,
    )


def _listed(text: str) -> tuple[str, ...]:
    return tuple(part.strip(" \t\r\n") for part in text.split(":"))


def _bytes(text: str, name: str) -> bytes:
    try:
        return base64.b64decode(_BLANKS.sub("", text), validate=True)
    except (binascii.Error, ValueError):
        raise BadInput(f"its {name}= is no base64") from None


def _number(found: Mapping[str, str], name: str) -> int | None:
    text = found.get(name)
    if text is None:
        return None
    if not _DIGITS.match(text):
        raise BadInput(f"its {name}= is no number")
    return int(text)
