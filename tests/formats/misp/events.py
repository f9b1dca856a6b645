"""Small MISP events, and ways to look at what was read of them."""

import json
import re
from typing import Any, TypeVar

from comity.formats.misp import reader
from comity.formats.reading import Reading
from comity.stix.audience import Audience, audience_of
from comity.stix.base import StixObject
from comity.stix.markings import Tlp, tlp_of
from comity.stix.meta import MarkingDefinition
from comity.stix.sdo import Indicator

SOURCE = "0" * 64
EVENT = "5d1a9c3e-6b0f-4a53-9a55-000000000001"
ORG = "5d1a9c3e-6b0f-4a53-9a55-000000000002"
SEEN = "2026-03-01T10:00:00.250000+02:00"
GROUP = {
    "id": "7",
    "uuid": "5d1a9c3e-6b0f-4a53-9a55-000000000007",
    "name": "Baltic CSIRTs",
    "SharingGroupOrg": [
        {"Organisation": {"uuid": ORG, "name": "CSIRT of Examplia"}},
        {"Organisation": {"uuid": "5d1a9c3e-6b0f-4a53-9a55-000000000003", "name": "Another"}},
    ],
}

_S = TypeVar("_S", bound=StixObject)


def uuid(number: int) -> str:
    """A valid uuid for each number."""
    return f"5d1a9c3e-6b0f-4a53-8a55-{number:012d}"


def event(**changes: Any) -> dict[str, Any]:
    """An event as MISP exports it; ``...`` takes a key away."""
    whole: dict[str, Any] = {
        "id": "12",
        "uuid": EVENT,
        "info": "Phishing of ministries",
        "date": "2026-03-01",
        "timestamp": "1772400000",
        "publish_timestamp": "1772409600",
        "published": True,
        "threat_level_id": "2",
        "analysis": "1",
        "distribution": "3",
        "sharing_group_id": "0",
        "Org": {"id": "1", "name": "Holder", "uuid": uuid(99)},
        "Orgc": {"id": "2", "name": "CSIRT of Examplia", "uuid": ORG},
        "Attribute": [],
        **changes,
    }
    return {key: value for key, value in whole.items() if value is not ...}


def attribute(kind: str, value: Any, number: int = 10, **changes: Any) -> dict[str, Any]:
    """An attribute as MISP exports it; ``...`` takes a key away."""
    whole: dict[str, Any] = {
        "uuid": uuid(number),
        "type": kind,
        "category": "Network activity",
        "to_ids": True,
        "timestamp": "1772403600",
        "comment": "",
        "deleted": False,
        "distribution": "5",
        "SharingGroup": [],
        "value": value,
        **changes,
    }
    return {key: value for key, value in whole.items() if value is not ...}


def tags(*names: str) -> list[dict[str, Any]]:
    return [{"name": name, "exportable": True} for name in names]


def galaxy(*clusters: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"type": "any", "name": "Any", "GalaxyCluster": list(clusters)}]


def read(**changes: Any) -> Reading:
    """Read one event made of ``changes``."""
    return reader.read(json.dumps({"Event": event(**changes)}).encode(), source=SOURCE)


def only(*attributes: dict[str, Any], **changes: Any) -> Reading:
    """Read an event with these attributes, which must not lose anything."""
    reading = read(Attribute=list(attributes), **changes)
    assert reading.losses == ()
    return reading


def of(reading: Reading, kind: type[_S]) -> list[_S]:
    """The objects of one type."""
    values = (item.received.value for item in reading.objects)
    return [value for value in values if isinstance(value, kind)]


def one(reading: Reading, kind: type[_S]) -> _S:
    """The only object of a type."""
    (value,) = of(reading, kind)
    return value


def rules(reading: Reading) -> list[tuple[str, str, str]]:
    return [(loss.position, loss.path, loss.rule) for loss in reading.losses]


def level(value: StixObject) -> Tlp | None:
    """The TLP level of an object, of which there must be at most one."""
    levels = [tlp for ref in value.object_marking_refs if (tlp := tlp_of(ref)) is not None]
    assert len(levels) <= 1
    return levels[0] if levels else None


def audiences(reading: Reading, value: StixObject) -> list[Audience]:
    """The audiences that an object is marked with."""
    markings = {marking.id: marking for marking in of(reading, MarkingDefinition)}
    found = (audience_of(markings[ref]) for ref in value.object_marking_refs)
    return [audience for audience in found if audience is not None]


def literals(reading: Reading, *kinds: str) -> set[str]:
    """Every value that a STIX pattern compares with, of attributes of these types if any."""
    wanted = {f'misp:type="{kind}"' for kind in kinds}
    patterns = (
        item.pattern
        for item in of(reading, Indicator)
        if item.pattern_type == "stix" and (not wanted or wanted & set(item.labels))
    )
    texts = (text for it in patterns for text in re.findall(r"= '((?:[^'\\]|\\.)*)'", it))
    return {re.sub(r"\\(.)", r"\1", text) for text in texts}
