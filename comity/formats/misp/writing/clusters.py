"""Techniques, malware, actors and the like as galaxy clusters and the tags that name them.

What came from MISP bears its tag as an external reference. For anything else the galaxies stand
that MISP's own converter uses: MITRE's where a number in ATT&CK is known, else ``stix-2.1-...``.
"""

import re
from typing import NamedTuple

from comity.formats.misp.writing.losses import Sent
from comity.stix.base import Foreign, StixObject
from comity.stix.sdo import (
    AttackPattern,
    Campaign,
    CourseOfAction,
    Identity,
    IntrusionSet,
    Location,
    Malware,
    Note,
    ThreatActor,
    Tool,
    Vulnerability,
)

_TAG = re.compile(r'misp-galaxy:([^=]+)="(.*)"', re.DOTALL).fullmatch
_NUMBER = re.compile(r"[A-Z]{1,3}[0-9]{4}(?:\.[0-9]{3})?").fullmatch
_MITRE = {
    "attack-pattern": "T",
    "intrusion-set": "G",
    "malware": "S",
    "tool": "S",
    "course-of-action": "M",
    "campaign": "C",
}

ClusterObject = (
    AttackPattern
    | Campaign
    | CourseOfAction
    | Identity
    | IntrusionSet
    | Location
    | Malware
    | Note
    | ThreatActor
    | Tool
    | Vulnerability
)


class Cluster(NamedTuple):
    """A cluster: the tag that names it, its galaxy, and all that is said of it."""

    tag: str
    galaxy: str
    sent: Sent


def cluster_of(value: StixObject | Foreign) -> Cluster | None:
    """The cluster that an object is; ``None`` if it is none."""
    if not isinstance(value, ClusterObject):
        return None
    named = _named(value)
    if named is None:
        return None
    galaxy, name = named
    tag = f'misp-galaxy:{galaxy}="{name}"'
    sent: Sent = {
        "type": galaxy,
        "value": name,
        "uuid": value.id.partition("--")[2].lower(),
        "tag_name": tag,
        "description": _description(value) or "",
        "meta": _meta(value, name),
    }
    return Cluster(tag, galaxy, sent)


def _named(value: ClusterObject) -> tuple[str, str] | None:
    """Galaxy and name."""
    for reference in value.external_references:
        if reference.source_name == "misp-galaxy" and (found := _TAG(reference.external_id or "")):
            return found[1], found[2]
    name = (getattr(value, "name", None) or "").strip()
    match value:
        case Note() | Vulnerability():
            return None
        case Identity():
            return ("sector", name) if value.identity_class == "class" and value.sectors else None
        case Location():
            if value.country:
                return "country", name or value.country
            return ("region", name or value.region) if value.region else None
        case _ if not name:
            return None
    letter = _MITRE.get(value.type, "-")
    number = next((one for one in _numbers(value) if one.startswith(letter)), None)
    if number is None:
        return f"stix-2.1-{value.type}", name
    # A report that only cites the number is read with the number as name.
    return f"mitre-{value.type}", name if name == number else f"{name} - {number}"


def _numbers(value: ClusterObject) -> list[str]:
    return [
        reference.external_id
        for reference in value.external_references
        if reference.source_name.startswith("mitre-")
        and reference.external_id
        and _NUMBER(reference.external_id)
    ]


def _description(value: ClusterObject) -> str | None:
    if isinstance(value, Note):
        return value.content if value.content != value.abstract else None
    return value.description


def _meta(value: ClusterObject, name: str) -> Sent:
    references = value.external_references
    said: Sent = {
        "synonyms": list(getattr(value, "aliases", ())),
        "external_id": [one for one in _numbers(value) if not name.endswith(f" - {one}")],
        "aliases": [one.external_id for one in references if one.source_name == "cve"],
        "refs": [one.url for one in references if one.url],
        "ISO": [value.country] if isinstance(value, Location) and value.country else [],
    }
    return {key: part for key, part in said.items() if part}
