"""Objects whose attributes describe one thing together (published MISP object templates).

A maker returns what stands for several attributes, and which of them are about it. An attribute
that no maker takes is about its own observables, as it is outside an object. Deleted ones
describe nothing any more and never reach a maker.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple, TypeAlias, TypeVar

from comity.formats.misp.attributes import Item
from comity.formats.misp.observables import Endpoint, Link, resolves, traffic
from comity.formats.misp.scalars import text
from comity.formats.misp.sheet import Common, identified
from comity.formats.misp.things import vulnerability
from comity.formats.misp.values import HASHES, digest, parts, port
from comity.stix.base import Sco, StixObject
from comity.stix.sco import (
    DomainName,
    EmailAddress,
    EmailMessage,
    File,
    IPv4Address,
    IPv6Address,
    WindowsRegistryKey,
    WindowsRegistryValue,
)


class Composite(NamedTuple):
    """What several attributes describe together.

    ``about`` gives, by an attribute's position, the ids that it is about.
    """

    values: tuple[StixObject, ...] = ()
    links: tuple[Link, ...] = ()
    about: Mapping[str, tuple[str, ...]] = {}


class Whole(NamedTuple):
    """The object whose attributes are composed."""

    uuid: str
    items: Sequence[Item]
    common: Common

    def of(self, *relations: str) -> list[Item]:
        """The attributes with one of these relations."""
        wanted = frozenset(relations)
        return [item for item in self.items if text(item.attribute.object_relation) in wanted]

    def first(self, *relations: str) -> str | None:
        """The first value with one of these relations."""
        return next((item.value for item in self.of(*relations)), None)


_K = TypeVar("_K", bound=Sco)
_Make: TypeAlias = Callable[[Whole], Composite]


def compose(name: str, whole: Whole) -> Composite:
    """What the attributes of an object of this template describe together."""
    make = _MAKERS.get(name)
    return make(whole) if make else Composite()


def _about(value: StixObject, items: Sequence[Item]) -> dict[str, tuple[str, ...]]:
    """Each item is about the whole, and about what it names itself if that is another thing."""
    about: dict[str, tuple[str, ...]] = {}
    for item in items:
        own = item.observed.scos if item.observed else ()
        others = tuple(sco.id for sco in own if not isinstance(sco, type(value)))
        named = bool(own) and own[0].id in others
        about[item.position] = (*others, value.id) if named else (value.id, *others)
    return about


def _others(value: StixObject, items: Sequence[Item]) -> tuple[StixObject, ...]:
    """The items' own observables that are another kind of thing than the whole."""
    return tuple(
        sco
        for item in items
        for sco in (item.observed.scos if item.observed else ())
        if not isinstance(sco, type(value))
    )


def _composite(value: StixObject, items: Sequence[Item]) -> Composite:
    return Composite((value, *_others(value, items)), (), _about(value, items))


def _file(whole: Whole) -> Composite:
    samples = [item for item in whole.items if item.attribute.type == "malware-sample"]
    hashed = [item for item in whole.items if item.attribute.type in HASHES]
    named = [item for item in whole.of("filename") if item.attribute.type == "filename"]
    # A second hash of one kind is of something else; its attribute still says it.
    hashes: dict[str, str] = {}
    for item in hashed:
        hashes = {**digest(item.attribute.type, item.value), **hashes}
    for item in samples:
        hashes = {**digest("md5", parts(item.value, last=True)[1]), **hashes}
    files = (_own(item, File) for item in (*named, *samples))
    file = next((file for file in files if file), None)
    if not hashes and file is None:
        return Composite()
    value = identified(
        File(
            spec_version="2.1",
            id="",
            hashes=hashes,
            name=file.name if file else None,
            size=_count(whole.first("size-in-bytes")),
            mime_type=whole.first("mimetype"),
            parent_directory_ref=file.parent_directory_ref if file else None,
        )
    )
    described = whole.of("size-in-bytes", "mimetype")
    return _composite(value, (*named, *samples, *hashed, *described))


def _email(whole: Whole) -> Composite:
    ends = {
        name: [sco.id for item in whole.of(name) if (sco := _own(item, EmailAddress))]
        for name in ("from", "to", "cc", "bcc")
    }
    headers = {
        header: value
        for header, relation in (("Reply-To", "reply-to"), ("X-Mailer", "x-mailer"))
        if (value := whole.first(relation))
    }
    message = EmailMessage(
        spec_version="2.1",
        id=f"email-message--{whole.uuid}",
        is_multipart=False,  # STIX asks and MISP does not say
        from_ref=next(iter(ends["from"]), None),
        to_refs=tuple(ends["to"]),
        cc_refs=tuple(ends["cc"]),
        bcc_refs=tuple(ends["bcc"]),
        subject=whole.first("subject"),
        body=whole.first("email-body"),
        message_id=whole.first("message-id"),
        additional_header_fields=dict(headers),
    )
    taken = whole.of(
        "from", "to", "cc", "bcc", "subject", "email-body", "message-id", "reply-to", "x-mailer"
    )
    if not taken:
        return Composite()
    # Nothing else of a message makes its id; without these the object's uuid stands for it.
    if message.from_ref or message.subject or message.body:
        message = identified(message)
    return _composite(message, taken)


def _domain_ip(whole: Whole) -> Composite:
    found = [_endpoint(item) for item in whole.items]
    names = [end for end in found if isinstance(end, DomainName)]
    addresses = [end for end in found if end and not isinstance(end, DomainName)]
    links = (resolves(name, target) for name in names for target in addresses)
    return Composite(links=tuple(dict.fromkeys(links)))


def _network(whole: Whole) -> Composite:
    source = _ends(whole, "ip-src", "hostname-src")
    target = _ends(whole, "ip-dst", "hostname-dst", "ip", "domain", "hostname")
    ports = [whole.of(side) for side in ("src-port", "dst-port")]
    spoken = whole.of("layer3-protocol", "layer4-protocol", "layer7-protocol", "protocol")
    if not (source or target) or not (ports[0] or ports[1] or (source and target)):
        return Composite()
    flow = traffic(
        source[0][1] if source else None,
        target[0][1] if target else None,
        port(ports[0][0].value) if ports[0] else None,
        port(ports[1][0].value) if ports[1] else None,
        tuple(dict.fromkeys(item.value.lower() for item in spoken)),
    )
    taken = [ends[0][0] for ends in (source, target) if ends]
    taken += [some[0] for some in ports if some]
    return _composite(flow, (*taken, *spoken))


def _registry_key(whole: Whole) -> Composite:
    keys = [key for item in whole.of("key") if (key := _own(item, WindowsRegistryKey))]
    name, data = whole.first("name"), whole.first("data")
    if not keys or not (name or data):
        return Composite()
    entry = WindowsRegistryValue(name=name, data=data)
    value = identified(
        WindowsRegistryKey(spec_version="2.1", id="", key=keys[0].key, values=(entry,))
    )
    return _composite(value, whole.of("key", "name", "data"))


def _vulnerability(whole: Whole) -> Composite:
    name = whole.first("id")
    if name is None:
        return Composite()
    summary = whole.first("summary") or whole.first("description")
    value = vulnerability(whole.uuid, name, summary, whole.common)
    taken = [item for item in whole.of("id", "summary", "description") if not item.observed]
    return Composite((value,), (), _about(value, taken))


def _count(value: str | None) -> int | None:
    """A size; one beyond what JSON holds exactly stays in its attribute alone."""
    fits = value is not None and len(value) <= 15 and value.isascii() and value.isdecimal()
    return int(value) if value is not None and fits else None


def _own(item: Item, kind: type[_K]) -> _K | None:
    """The observable of this kind that an attribute has of its own."""
    scos = item.observed.scos if item.observed else ()
    return next((sco for sco in scos if isinstance(sco, kind)), None)


def _endpoint(item: Item) -> Endpoint | None:
    return (
        _own(item, DomainName) or _own(item, IPv4Address) or _own(item, IPv6Address)
        if item.attribute.type in _ENDPOINTS
        else None
    )


def _ends(whole: Whole, *relations: str) -> list[tuple[Item, Endpoint]]:
    """Addresses before names: of both, the address is what the traffic went to."""
    ends = [(item, end) for item in whole.of(*relations) if (end := _endpoint(item))]
    return sorted(ends, key=lambda found: isinstance(found[1], DomainName))


_ENDPOINTS = frozenset(("ip-src", "ip-dst", "domain", "hostname"))
_MAKERS: Mapping[str, _Make] = {
    "file": _file,
    "email": _email,
    "domain-ip": _domain_ip,
    **dict.fromkeys(("network-connection", "ip-port"), _network),
    "registry-key": _registry_key,
    "vulnerability": _vulnerability,
}
