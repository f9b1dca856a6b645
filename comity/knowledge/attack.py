"""What MITRE ATT&CK and ATLAS publish, as far as profiles of clusters need it.

An official bundle is STIX with properties of its own (https://github.com/mitre-attack/attack-stix-data).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

import msgspec

from comity.errors import BadInput

NAMES = frozenset({"mitre-attack", "mitre-mobile-attack", "mitre-ics-attack", "mitre-atlas"})
"""What bundles call the publisher of an id."""

_CITATION = re.compile(r"\(Citation: ([^)]+)\)")
_KINDS = frozenset({"attack-pattern", "malware", "tool", "intrusion-set", "campaign"})


class AttackObject(msgspec.Struct, frozen=True, kw_only=True):
    """A technique, piece of software, group or campaign: its STIX id and its ATT&CK id."""

    stix_id: str
    external_id: str
    name: str
    aliases: tuple[str, ...] = ()

    @property
    def kind(self) -> str:
        """The STIX type."""
        return self.stix_id.partition("--")[0]


class AttackLink(msgspec.Struct, frozen=True, kw_only=True):
    """A relationship; ``cited`` are the references that its description names."""

    stix_id: str
    kind: str
    source: str
    target: str
    cited: tuple[str, ...]


class Attack(msgspec.Struct, frozen=True, kw_only=True):
    """Objects by STIX id and their relationships, current ones only, and where they come from."""

    objects: Mapping[str, AttackObject]
    links: tuple[AttackLink, ...]
    sources: tuple[str, ...]


def cited_in(description: str) -> tuple[str, ...]:
    """The references a description names."""
    return tuple(dict.fromkeys(_CITATION.findall(description)))


class _Reference(msgspec.Struct):
    source_name: str = ""
    external_id: str | None = None


class _Sent(msgspec.Struct):
    type: str = ""
    id: str = ""
    name: str = ""
    aliases: tuple[str, ...] = ()
    external_references: tuple[_Reference, ...] = ()
    relationship_type: str = ""
    source_ref: str = ""
    target_ref: str = ""
    description: str = ""
    x_mitre_version: str = ""
    revoked: bool = False
    x_mitre_deprecated: bool = False


class _Bundle(msgspec.Struct):
    type: str
    objects: list[_Sent]


def read_bundle(data: bytes, *, source: str) -> Attack:
    """An official bundle: enterprise, mobile, ICS or ATLAS, any version.

    ``source`` is the name that pages show for it. Raises BadInput for anything else.
    """
    try:
        bundle = msgspec.json.decode(data, type=_Bundle)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise BadInput(f"{source} is no STIX bundle: {error}") from error
    current = [o for o in bundle.objects if not o.revoked and not o.x_mitre_deprecated]
    objects = {}
    for sent in current:
        ident = next(
            (r.external_id for r in sent.external_references if r.source_name in NAMES), None
        )
        if sent.type in _KINDS and ident:
            objects[sent.id] = AttackObject(
                stix_id=sent.id, external_id=ident, name=sent.name, aliases=sent.aliases
            )
    if bundle.type != "bundle" or not objects:
        raise BadInput(
            f"{source} holds no technique, software or group with an ATT&CK or ATLAS id: take an "
            "official bundle such as enterprise-attack.json"
        )
    versions = {o.x_mitre_version for o in current if o.type == "x-mitre-collection"} - {""}
    return Attack(
        objects=objects,
        links=tuple(
            AttackLink(
                stix_id=sent.id,
                kind=sent.relationship_type,
                source=sent.source_ref,
                target=sent.target_ref,
                cited=cited_in(sent.description),
            )
            for sent in current
            if sent.type == "relationship"
        ),
        sources=(f"{source}, version {', '.join(sorted(versions)) or 'not stated'}",),
    )


def together(parts: Iterable[Attack]) -> Attack:
    """Several bundles as one: domains share groups and software under one id."""
    objects: dict[str, AttackObject] = {}
    links: dict[str, AttackLink] = {}
    sources: list[str] = []
    for part in parts:
        objects |= part.objects
        links |= {link.stix_id: link for link in part.links}
        sources += part.sources
    return Attack(objects=objects, links=tuple(links.values()), sources=tuple(sources))
