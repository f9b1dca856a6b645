"""One galaxy cluster as the STIX object that its galaxy stands for.

Galaxy names and what each holds: MISP core format 2.10 and the published galaxies. What has no
object in STIX becomes a note, so that it survives.
"""

import re
from collections.abc import Callable, Mapping
from typing import NamedTuple, TypeAlias

from comity.formats.misp.scalars import text
from comity.formats.misp.shapes import Cluster, Meta
from comity.formats.misp.sheet import Common
from comity.formats.misp.things import cve_of
from comity.stix.base import Versioned
from comity.stix.convert import to_struct
from comity.stix.error import StixError
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
from comity.stix.types import ExternalReference

# A name that ends in its number in ATT&CK, such as "PowerShell - T1059.001".
_NUMBER = r"[A-Z]{1,3}[0-9]{4}(?:\.[0-9]{3})?"
_NUMBERED = re.compile(rf"(.+) - ({_NUMBER})", re.DOTALL).fullmatch
_IS_NUMBER = re.compile(_NUMBER).fullmatch
_IS_COUNTRY = re.compile(r"[A-Za-z]{2}").fullmatch
_AREA = re.compile(r"[0-9]{3} - (.+)").fullmatch  # UN M49


class _Parts(NamedTuple):
    """What a cluster gives to any object; ``event`` is what a mere note is about."""

    uuid: str
    name: str
    description: str | None
    aliases: tuple[str, ...]
    meta: Meta
    common: Common
    references: tuple[ExternalReference, ...]
    event: str


def cluster_object(cluster: Cluster, tag: str, uuid: str, common: Common, event: str) -> Versioned:
    """The object of a cluster; ``event`` is the id of the event's report."""
    numbered = _NUMBERED(cluster.value)
    name = numbered[1] if numbered else cluster.value
    meta = _meta(cluster.meta)
    numbers = [numbered[2]] if numbered else []
    if cluster.type.startswith("mitre-"):
        numbers += (number for number in _texts(meta.external_id) if _IS_NUMBER(number))
    parts = _Parts(
        uuid=uuid,
        name=name,
        description=text(cluster.description) or None,
        aliases=tuple(alias for alias in _texts(meta.synonyms) if alias != name),
        meta=meta,
        common=common,
        references=(
            *(
                ExternalReference(source_name="mitre-attack", external_id=number)
                for number in dict.fromkeys(numbers)
            ),
            ExternalReference(source_name="misp-galaxy", external_id=tag),
            *(ExternalReference(source_name="misp-galaxy", url=url) for url in _texts(meta.refs)),
        ),
        event=event,
    )
    return _MAKERS.get(cluster.type, _note)(parts)


def _meta(sent: object) -> Meta:
    """What is understood of ``meta``; a part of another shape says nothing."""
    if not isinstance(sent, dict):
        return Meta()
    try:
        return to_struct(sent, Meta)
    except StixError:
        return Meta()


def _texts(said: str | list[str]) -> tuple[str, ...]:
    several = [said] if isinstance(said, str) else said
    return tuple(dict.fromkeys(one for one in several if one.strip()))


_Aliased: TypeAlias = (
    type[AttackPattern] | type[Campaign] | type[IntrusionSet] | type[ThreatActor] | type[Tool]
)
_Make: TypeAlias = Callable[[_Parts], Versioned]


def _aliased(cls: _Aliased) -> _Make:
    return lambda of: cls(
        id=f"{cls.__struct_config__.tag}--{of.uuid}",
        name=of.name,
        description=of.description,
        aliases=of.aliases,
        external_references=of.references,
        **of.common,
    )


def _course(of: _Parts) -> Versioned:
    return CourseOfAction(
        id=f"course-of-action--{of.uuid}",
        name=of.name,
        description=of.description,
        external_references=of.references,
        **of.common,
    )


def _vulnerability(of: _Parts) -> Versioned:
    """A vulnerability with a name of its own; its galaxy has the numbers as aliases."""
    found = (cve_of(alias) for alias in (of.name, *_texts(of.meta.aliases)))
    return Vulnerability(
        id=f"vulnerability--{of.uuid}",
        name=of.name,
        description=of.description,
        external_references=(
            *(
                ExternalReference(source_name="cve", external_id=number)
                for number in dict.fromkeys(found)
                if number
            ),
            *of.references,
        ),
        **of.common,
    )


def _malware(of: _Parts) -> Versioned:
    return Malware(
        id=f"malware--{of.uuid}",
        name=of.name,
        is_family=True,
        description=of.description,
        aliases=of.aliases,
        external_references=of.references,
        **of.common,
    )


def _sector(of: _Parts) -> Versioned:
    return Identity(
        id=f"identity--{of.uuid}",
        name=of.name,
        identity_class="class",
        sectors=(of.name.lower(),),
        description=of.description,
        external_references=of.references,
        **of.common,
    )


def _country(of: _Parts) -> Versioned:
    """A location needs the country's code, which a tag alone does not tell."""
    codes = (*_texts(of.meta.iso), *_texts(of.meta.iso_code), of.name)
    code = next((code.upper() for code in codes if _IS_COUNTRY(code)), None)
    if code is None:
        return _note(of)
    return Location(
        id=f"location--{of.uuid}",
        name=of.name,
        country=code,
        description=of.description,
        external_references=of.references,
        **of.common,
    )


def _region(of: _Parts) -> Versioned:
    area = _AREA(of.name)
    name = area[1] if area else of.name
    return Location(
        id=f"location--{of.uuid}",
        name=name,
        region=name.lower().replace(" ", "-"),
        description=of.description,
        external_references=of.references,
        **of.common,
    )


def _note(of: _Parts) -> Versioned:
    return Note(
        id=f"note--{of.uuid}",
        abstract=of.name,
        content=of.description or of.name,
        object_refs=(of.event,),
        external_references=of.references,
        **of.common,
    )


_MAKERS: Mapping[str, _Make] = {
    **dict.fromkeys(
        (
            "mitre-attack-pattern", "mitre-enterprise-attack-attack-pattern",
            "mitre-mobile-attack-attack-pattern", "mitre-pre-attack-attack-pattern",
            "mitre-ics-techniques", "mitre-atlas-attack-pattern", "cmtmf-attack-pattern",
            "stix-2.1-attack-pattern",
        ),
        _aliased(AttackPattern),
    ),
    **dict.fromkeys(
        (
            "mitre-intrusion-set", "mitre-enterprise-attack-intrusion-set",
            "mitre-mobile-attack-intrusion-set", "mitre-pre-attack-intrusion-set",
            "mitre-ics-groups", "stix-2.1-intrusion-set",
        ),
        _aliased(IntrusionSet),
    ),
    **dict.fromkeys(
        (
            "threat-actor", "microsoft-activity-group", "360net-threat-actor",
            "stix-2.1-threat-actor",
        ),
        _aliased(ThreatActor),
    ),
    **dict.fromkeys(
        (
            "mitre-malware", "mitre-enterprise-attack-malware", "mitre-mobile-attack-malware",
            "mitre-ics-software", "malpedia", "ransomware", "android", "backdoor", "banker",
            "cryptominers", "stealer", "botnet", "rat", "stix-2.1-malware",
        ),
        _malware,
    ),
    **dict.fromkeys(
        (
            "mitre-tool", "mitre-enterprise-attack-tool", "mitre-mobile-attack-tool", "tool",
            "exploit-kit", "tds", "stix-2.1-tool",
        ),
        _aliased(Tool),
    ),
    **dict.fromkeys(
        (
            "mitre-course-of-action", "mitre-enterprise-attack-course-of-action",
            "mitre-mobile-attack-course-of-action", "stix-2.1-course-of-action",
        ),
        _course,
    ),
    **dict.fromkeys(("mitre-campaign", "stix-2.1-campaign"), _aliased(Campaign)),
    **dict.fromkeys(("branded-vulnerability", "stix-2.1-vulnerability"), _vulnerability),
    **dict.fromkeys(("country", "target-information"), _country),
    "sector": _sector,
    "region": _region,
}  # fmt: skip
