"""Attributes that name a thing STIX has an object of its own for (MISP core format 2.3.2.3)."""

import re
from collections.abc import Callable, Mapping

from comity.formats.misp.sheet import Common
from comity.stix.base import Versioned
from comity.stix.sdo import Campaign, Identity, ThreatActor, Vulnerability
from comity.stix.types import ExternalReference

_CVE = re.compile(r"CVE-[0-9]{4}-[0-9]{4,}").fullmatch

Make = Callable[[str, str, str | None, Common], Versioned]


def vulnerability(uuid: str, value: str, comment: str | None, common: Common) -> Versioned:
    """A vulnerability; a CVE number is a reference to its register too (STIX 2.1 §4.19)."""
    cve = cve_of(value)
    return Vulnerability(
        id=f"vulnerability--{uuid}",
        name=cve or value,
        description=comment,
        external_references=(
            (ExternalReference(source_name="cve", external_id=cve),) if cve else ()
        ),
        **common,
    )


def cve_of(value: str) -> str | None:
    """The CVE number that the whole value is, ``None`` if it is none."""
    # Published lists have numbers in which typesetting made a dash of the hyphen.
    plain = value.replace("–", "-").upper()
    return plain if _CVE(plain) else None


def _threat_actor(uuid: str, value: str, comment: str | None, common: Common) -> Versioned:
    return ThreatActor(id=f"threat-actor--{uuid}", name=value, description=comment, **common)


def _campaign(uuid: str, value: str, comment: str | None, common: Common) -> Versioned:
    return Campaign(id=f"campaign--{uuid}", name=value, description=comment, **common)


def _target(identity_class: str) -> Make:
    def make(uuid: str, value: str, comment: str | None, common: Common) -> Versioned:
        return Identity(
            id=f"identity--{uuid}",
            name=value,
            description=comment,
            identity_class=identity_class,
            **common,
        )

    return make


THINGS: Mapping[str, Make] = {
    "vulnerability": vulnerability,
    "threat-actor": _threat_actor,
    "campaign-name": _campaign,
    "target-user": _target("individual"),
    "target-org": _target("organization"),
    "target-machine": _target("system"),
    "target-external": _target("unspecified"),
}
