"""What an attribute of each type observes, and the pattern that finds it again.

Types and the form of their values: MISP core format 2.3.2.3. A direction (``ip-src``) is not
in the observable and the pattern: an address that was a source once may be a target next, and
equal values must be one object. The type stays beside them as a label.
"""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from comity.formats.misp import values
from comity.formats.misp.pattern import comparison, hashed, observed
from comity.formats.misp.sheet import identified
from comity.stix.base import Sco
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
    WindowsRegistryValue,
    X509Certificate,
)

Address = IPv4Address | IPv6Address
Endpoint = Address | DomainName


class Link(NamedTuple):
    """A relationship between two observables."""

    kind: str
    source: str
    target: str


class Observed(NamedTuple):
    """The observables of a value, the one that it is about first, and its pattern."""

    scos: tuple[Sco, ...]
    pattern: str
    pattern_type: str = "stix"
    links: tuple[Link, ...] = ()


def address(value: str) -> Address:
    """The observable of an IP address or network."""
    kind, text = values.ip(value)
    if kind == "ipv4-addr":
        return identified(IPv4Address(spec_version="2.1", id="", value=text))
    return identified(IPv6Address(spec_version="2.1", id="", value=text))


def domain_name(value: str) -> DomainName:
    """The observable of a domain or host name."""
    return identified(DomainName(spec_version="2.1", id="", value=values.domain(value)))


def email_address(value: str) -> EmailAddress:
    """The observable of an e-mail address."""
    return identified(EmailAddress(spec_version="2.1", id="", value=values.email(value)))


def path_of(value: str) -> tuple[Directory | None, str]:
    """The directory, if the file name is a path, and the name in it (STIX 2.1 §6.7)."""
    cut = max(value.rfind("/"), value.rfind("\\"))
    folder, name = value[: max(cut, 0)], value[cut + 1 :]
    if not name:
        values.refuse("must be the name of a file")
    if not folder:
        return None, name
    return identified(Directory(spec_version="2.1", id="", path=folder)), name


def resolves(name: DomainName, target: Address) -> Link:
    """The relationship that STIX has for a name and its address (§6.4)."""
    return Link("resolves-to", name.id, target.id)


def traffic(
    source: Endpoint | None,
    target: Endpoint | None,
    source_port: int | None = None,
    target_port: int | None = None,
    protocols: tuple[str, ...] = (),
) -> NetworkTraffic:
    """Traffic between ends; where no protocol was said, only that of the addresses is known."""
    kinds = {type(end) for end in (source, target) if end is not None}
    known = {IPv4Address: "ipv4", IPv6Address: "ipv6"}.get(kinds.pop()) if len(kinds) == 1 else None
    return identified(
        NetworkTraffic(
            spec_version="2.1",
            id="",
            protocols=protocols or (known or "ip",),
            src_ref=source.id if source else None,
            dst_ref=target.id if target else None,
            src_port=source_port,
            dst_port=target_port,
        )
    )


def _value(sco: Address | DomainName | EmailAddress | Url | MacAddress) -> Observed:
    return Observed((sco,), observed(comparison(f"{sco.type}:value", sco.value)))


def _ip_port(side: str) -> Callable[[str], Observed]:
    def make(value: str) -> Observed:
        host, number = values.parts(value, last=True)
        return _at_port(address(host), values.port(number), side)

    return make


def _host_port(value: str) -> Observed:
    host, number = values.parts(value, last=True)
    return _at_port(domain_name(host), values.port(number), "dst")


def _at_port(end: Endpoint, number: int, side: str) -> Observed:
    source = side == "src"
    flow = traffic(end, None, number) if source else traffic(None, end, None, number)
    pattern = observed(
        comparison(f"network-traffic:{side}_ref.value", end.value),
        comparison(f"network-traffic:{side}_port", number),
    )
    return Observed((flow, end), pattern)


def _domain_ip(value: str) -> Observed:
    host, number = values.parts(value, last=False)
    name, target = domain_name(host), address(number)
    pattern = observed(
        comparison("domain-name:value", name.value),
        comparison("domain-name:resolves_to_refs[*].value", target.value),
    )
    return Observed((name, target), pattern, links=(resolves(name, target),))


def _file(value: str) -> Observed:
    if value[:-1] and value[-1] in "/\\":
        folder = identified(Directory(spec_version="2.1", id="", path=value[:-1]))
        return Observed((folder,), observed(comparison("directory:path", folder.path)))
    return _named_file(value, {})


def _named_file(value: str, hashes: dict[str, str]) -> Observed:
    folder, name = path_of(value)
    file = identified(
        File(
            spec_version="2.1",
            id="",
            name=name,
            hashes=hashes,
            parent_directory_ref=folder.id if folder else None,
        )
    )
    found = [comparison("file:name", name), *hashed("file", hashes)]
    if folder is None:
        return Observed((file,), observed(*found))
    found.insert(1, comparison("file:parent_directory_ref.path", folder.path))
    return Observed((file, folder), observed(*found))


def _hash(name: str) -> Callable[[str], Observed]:
    def make(value: str) -> Observed:
        hashes = values.digest(name, value)
        file = identified(File(spec_version="2.1", id="", hashes=hashes))
        return Observed((file,), observed(*hashed("file", hashes)))

    return make


def _file_hash(name: str) -> Callable[[str], Observed]:
    def make(value: str) -> Observed:
        # A bar may stand in a file name, never in a hash.
        left, right = values.parts(value, last=True)
        return _named_file(left, values.digest(name, right))

    return make


def _certificate(name: str) -> Callable[[str], Observed]:
    def make(value: str) -> Observed:
        hashes = values.digest(name, value.replace(":", ""))
        sco = identified(X509Certificate(spec_version="2.1", id="", hashes=hashes))
        return Observed((sco,), observed(*hashed("x509-certificate", hashes)))

    return make


def _registry(value: str) -> Observed:
    sco = identified(WindowsRegistryKey(spec_version="2.1", id="", key=values.registry_key(value)))
    return Observed((sco,), observed(comparison("windows-registry-key:key", str(sco.key))))


def _registry_value(value: str) -> Observed:
    left, data = values.parts(value, last=False)
    key = values.registry_key(left)
    entry = WindowsRegistryValue(data=data)
    sco = identified(WindowsRegistryKey(spec_version="2.1", id="", key=key, values=(entry,)))
    pattern = observed(
        comparison("windows-registry-key:key", key),
        comparison("windows-registry-key:values[*].data", data),
    )
    return Observed((sco,), pattern)


def _mutex(value: str) -> Observed:
    sco = identified(Mutex(spec_version="2.1", id="", name=value))
    return Observed((sco,), observed(comparison("mutex:name", value)))


def _autonomous_system(value: str) -> Observed:
    sco = identified(AutonomousSystem(spec_version="2.1", id="", number=values.as_number(value)))
    return Observed((sco,), observed(comparison("autonomous-system:number", sco.number)))


def _message(**said: str) -> Observed:
    # STIX asks whether it is multipart and MISP does not say; single is the weaker claim.
    sco = identified(
        EmailMessage(
            spec_version="2.1",
            id="",
            is_multipart=False,
            subject=said.get("subject"),
            body=said.get("body"),
        )
    )
    found = (comparison(f"email-message:{name}", value) for name, value in said.items())
    return Observed((sco,), observed(*found))


def _header(path: str) -> Callable[[str], Observed]:
    # Of a message's parts these make no id, so there is a pattern and no observable.
    return lambda value: Observed((), observed(comparison(f"email-message:{path}", value)))


def _account(service: str) -> Callable[[str], Observed]:
    def make(value: str) -> Observed:
        sco = UserAccount(spec_version="2.1", id="", account_type=service, account_login=value)
        pattern = observed(
            comparison("user-account:account_type", service),
            comparison("user-account:account_login", value),
        )
        return Observed((identified(sco),), pattern)

    return make


def _uri(value: str) -> Observed:
    if "://" in value:
        return _url(value)
    # A path alone is no URL; it is what a request asks for.
    values.url(value)
    path = "network-traffic:extensions.'http-request-ext'.request_value"
    return Observed((), observed(comparison(path, value)))


def _url(value: str) -> Observed:
    return _value(identified(Url(spec_version="2.1", id="", value=values.url(value))))


def _mac(value: str) -> Observed:
    return _value(identified(MacAddress(spec_version="2.1", id="", value=values.mac(value))))


def _user_agent(value: str) -> Observed:
    path = "network-traffic:extensions.'http-request-ext'.request_header.'User-Agent'"
    return Observed((), observed(comparison(path, value)))


def _rule(language: str) -> Callable[[str], Observed]:
    return lambda value: Observed((), value, language)


def _address(value: str) -> Observed:
    return _value(address(value))


def _domain(value: str) -> Observed:
    return _value(domain_name(value))


def _email(value: str) -> Observed:
    return _value(email_address(value))


OBSERVABLES: Mapping[str, Callable[[str], Observed]] = {
    **dict.fromkeys(("ip-src", "ip-dst"), _address),
    "ip-src|port": _ip_port("src"),
    "ip-dst|port": _ip_port("dst"),
    **dict.fromkeys(("domain", "hostname", "onion-address"), _domain),
    "domain|ip": _domain_ip,
    "hostname|port": _host_port,
    "url": _url,
    "uri": _uri,
    **dict.fromkeys(
        ("email", "email-src", "email-dst", "email-reply-to", "whois-registrant-email",
         "target-email"),
        _email,
    ),
    "email-subject": lambda value: _message(subject=value),
    "email-body": lambda value: _message(body=value),
    "email-message-id": _header("message_id"),
    "email-x-mailer": _header("additional_header_fields.'X-Mailer'"),
    **dict.fromkeys(("filename", "email-attachment", "attachment"), _file),
    **{name: _hash(name) for name in values.HASHES},
    **{f"filename|{name}": _file_hash(name) for name in values.HASHES},
    "malware-sample": _file_hash("md5"),
    **{f"x509-fingerprint-{name}": _certificate(name) for name in ("md5", "sha1", "sha256")},
    "regkey": _registry,
    "regkey|value": _registry_value,
    "mutex": _mutex,
    "mac-address": _mac,
    "AS": _autonomous_system,
    "user-agent": _user_agent,
    "github-username": _account("github"),
    "twitter-id": _account("twitter"),
    "jabber-id": _account("jabber"),
    **{name: _rule(name) for name in ("yara", "sigma", "snort", "suricata")},
    "stix2-pattern": _rule("stix"),
}  # fmt: skip
