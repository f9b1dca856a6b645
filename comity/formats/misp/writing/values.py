"""Patterns and observables as type and value of an attribute.

Whatever is proposed here is put through the reader: it counts only if that makes the same
pattern of it. What is no single thing that MISP has a type for stays a pattern.
"""

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from comity.formats.misp.observables import OBSERVABLES, Observed
from comity.formats.misp.values import HASHES
from comity.stix.base import Foreign, Sco, StixObject
from comity.stix.error import StixError
from comity.stix.sco import (
    AutonomousSystem,
    Directory,
    DomainName,
    EmailAddress,
    EmailMessage,
    File,
    IPv4Address,
    IPv6Address,
    MacAddress,
    Mutex,
    NetworkTraffic,
    Url,
    UserAccount,
    WindowsRegistryKey,
    X509Certificate,
)

# By object path (STIX 2.1 §9.6) what it is equal to.
Terms = dict[str, str]

_LONGEST = 10_000
_TERM = re.compile(
    r"\s*(?P<path>[a-z0-9-]{1,250}:(?:[\w.*\[\]-]|'[^'\\]{1,250}')+)\s*=\s*"
    r"(?:'(?P<text>(?:[^'\\]|\\.)*)'|(?P<number>[0-9]{1,15}))\s*",
    re.DOTALL,
)
_NAMES = {algorithm.key: name for name, algorithm in HASHES.items()}
# Observables of one property that counts.
_SIMPLE: Mapping[type[Sco], str] = {
    **dict.fromkeys((IPv4Address, IPv6Address, DomainName, Url, EmailAddress, MacAddress), "value"),
    Directory: "path",
    Mutex: "name",
    AutonomousSystem: "number",
}
RULES = frozenset(("yara", "sigma", "snort", "suricata"))


class Valued(NamedTuple):
    """Type and value of an attribute."""

    kind: str
    value: str


def observed(kind: str, value: str) -> Observed | None:
    """What the reader makes of an attribute, ``None`` where it takes the value for none."""
    make = OBSERVABLES.get(kind)
    try:
        return make(value.strip()) if make and value.strip() else None
    except StixError:
        return None


def of_pattern(pattern: str, language: str) -> Valued | None:
    """The attribute of an indicator; ``None`` for a language that MISP has no type for."""
    if language in RULES:
        return Valued(language, pattern)
    if language != "stix":
        return None
    terms = terms_of(pattern)
    return (of_terms(terms) if terms else None) or Valued("stix2-pattern", pattern)


def terms_of(pattern: str) -> Terms | None:
    """The comparisons of a pattern of one observation in which equalities hold together."""
    text = pattern.strip()
    if len(text) > _LONGEST or text[:1] != "[" or text[-1:] != "]":
        return None
    terms: Terms = {}
    at, end = 1, len(text) - 1
    while match := _TERM.match(text, at, end):
        path = match["path"].replace("'", "")
        if path in terms:
            return None
        said = match["text"]
        terms[path] = (
            match["number"] if said is None else re.sub(r"\\(.)", r"\1", said, flags=re.DOTALL)
        )
        at = match.end()
        if at == end:
            return terms
        if text[at : at + 3] != "AND":
            return None
        at += 3
    return None


def of_terms(terms: Terms) -> Valued | None:
    """The attribute that says exactly these comparisons."""
    for valued in _proposed(terms):
        made = observed(*valued)
        if made is not None and _folded(terms_of(made.pattern)) == _folded(terms):
            return valued
    return None


def same_terms(one: str, other: str) -> bool:
    """Whether two patterns compare the same things, however they are spelled."""
    terms = _folded(terms_of(one))
    return bool(terms) and terms == _folded(terms_of(other))


def _folded(terms: Terms | None) -> Terms:
    # The reader brings hashes and host names to lower case and changes no letter otherwise.
    return {path: value.casefold() for path, value in (terms or {}).items()}


def of_observable(sco: Sco, known: Mapping[str, StixObject | Foreign]) -> list[Valued]:
    """The attributes of an observable: one, or several of a file that has several hashes.

    ``known`` has the objects that it may refer to. None where MISP has no type for it.
    """
    if isinstance(sco, File):
        return _of_file(sco, known)
    valued = of_terms(_said(sco, known))
    return [valued] if valued else []


def _said(sco: Sco, known: Mapping[str, StixObject | Foreign]) -> Terms:
    """The comparisons that a pattern for the observable has."""
    if path := _SIMPLE.get(type(sco)):
        return {f"{sco.type}:{path}": str(getattr(sco, path))}
    match sco:
        case X509Certificate():
            return {f"x509-certificate:hashes.{k}": v for k, v in sco.hashes.items()}
        case WindowsRegistryKey() if sco.key is not None:
            data = next((entry.data for entry in sco.values if entry.data), None)
            more = {"windows-registry-key:values[*].data": data} if data else {}
            return {"windows-registry-key:key": sco.key, **more}
        case EmailMessage():
            path, text = ("subject", sco.subject) if sco.subject else ("body", sco.body)
            return {f"email-message:{path}": text} if text else {}
        case UserAccount() if sco.account_type and sco.account_login:
            return {
                "user-account:account_type": sco.account_type,
                "user-account:account_login": sco.account_login,
            }
        case NetworkTraffic():
            return _flow(sco, known)
        case _:
            return {}


def _flow(sco: NetworkTraffic, known: Mapping[str, StixObject | Foreign]) -> Terms:
    for side, ref, port in (
        ("dst", sco.dst_ref, sco.dst_port),
        ("src", sco.src_ref, sco.src_port),
    ):
        end = known.get(ref or "")
        if port is not None and isinstance(end, IPv4Address | IPv6Address | DomainName):
            return {
                f"network-traffic:{side}_ref.value": end.value,
                f"network-traffic:{side}_port": str(port),
            }
    return {}


def _of_file(sco: File, known: Mapping[str, StixObject | Foreign]) -> list[Valued]:
    """Name and first hash together, for they make the id of the file; then the other hashes."""
    folder = known.get(sco.parent_directory_ref or "")
    name = sco.name
    if name is not None and isinstance(folder, Directory):
        name = _joined(folder.path, name)
    ordered = [key for key in _NAMES if key in sco.hashes]
    digests = [Valued(_NAMES[key], sco.hashes[key]) for key in ordered]
    if name is not None and digests:
        first = digests[0]
        digests[0] = Valued(f"filename|{first.kind}", f"{name}|{first.value}")
    elif name is not None:
        digests = [Valued("filename", name)]
    return [valued for valued in digests if observed(*valued)]


def _joined(folder: str, name: str) -> str:
    return f"{folder}{'/' if '/' in folder or chr(92) not in folder else chr(92)}{name}"


def _proposed(terms: Terms) -> Iterable[Valued]:
    """Attributes that may say the comparisons, the likelier first."""
    paths, kinds = _WHOLE.get(frozenset(terms), ((), ()))
    for kind in kinds:
        yield Valued(kind, "|".join(terms[path] for path in paths))
    yield from _files(terms)
    if (folder := terms.get("directory:path")) is not None:
        yield Valued("filename", _joined(folder, ""))
    if (service := terms.get("user-account:account_type", "")) in _ACCOUNTS:
        yield Valued(_ACCOUNTS[service], terms.get("user-account:account_login", ""))


def _files(terms: Terms) -> Iterable[Valued]:
    name = terms.get("file:name")
    folder = terms.get("file:parent_directory_ref.path")
    keys = [path.removeprefix("file:hashes.") for path in terms if path.startswith("file:hashes.")]
    hashes = [(_NAMES[key], terms[f"file:hashes.{key}"]) for key in keys if key in _NAMES]
    if name is None:
        yield from (Valued(kind, value) for kind, value in hashes[:1])
        return
    whole = name if folder is None else _joined(folder, name)
    if hashes:
        kind, digest = hashes[0]
        yield Valued(f"filename|{kind}", f"{whole}|{digest}")
    else:
        yield Valued("filename", whole)


_ACCOUNTS = {"github": "github-username", "twitter": "twitter-id", "jabber": "jabber-id"}
_HTTP = "network-traffic:extensions.http-request-ext"
# By the paths that are compared, in the order of their values, the types that may say it.
_TYPES: Mapping[tuple[str, ...], tuple[str, ...]] = {
    # A direction that nobody stated is not known; what is hunted for is mostly a target.
    ("ipv4-addr:value",): ("ip-dst",),
    ("ipv6-addr:value",): ("ip-dst",),
    ("domain-name:value",): ("domain",),
    ("domain-name:value", "domain-name:resolves_to_refs[*].value"): ("domain|ip",),
    ("url:value",): ("url",),
    ("email-addr:value",): ("email",),
    ("email-message:subject",): ("email-subject",),
    ("email-message:body",): ("email-body",),
    ("email-message:message_id",): ("email-message-id",),
    ("email-message:additional_header_fields.X-Mailer",): ("email-x-mailer",),
    ("mac-addr:value",): ("mac-address",),
    ("mutex:name",): ("mutex",),
    ("autonomous-system:number",): ("AS",),
    ("windows-registry-key:key",): ("regkey",),
    ("windows-registry-key:key", "windows-registry-key:values[*].data"): ("regkey|value",),
    ("network-traffic:dst_ref.value", "network-traffic:dst_port"): ("ip-dst|port", "hostname|port"),
    ("network-traffic:src_ref.value", "network-traffic:src_port"): ("ip-src|port",),
    (f"{_HTTP}.request_header.User-Agent",): ("user-agent",),
    (f"{_HTTP}.request_value",): ("uri",),
    **{
        (f"x509-certificate:hashes.{key}",): (f"x509-fingerprint-{name}",)
        for key, name in (("MD5", "md5"), ("SHA-1", "sha1"), ("SHA-256", "sha256"))
    },
}
_WHOLE: Mapping[frozenset[str], tuple[tuple[str, ...], tuple[str, ...]]] = {
    frozenset(paths): (paths, kinds) for paths, kinds in _TYPES.items()
}
