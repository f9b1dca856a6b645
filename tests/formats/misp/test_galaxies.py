from typing import Any

import pytest

from comity.formats.misp.sheet import derived
from comity.stix.base import Versioned
from comity.stix.markings import Tlp
from comity.stix.sdo import (
    AttackPattern,
    Campaign,
    CourseOfAction,
    Identity,
    Indicator,
    IntrusionSet,
    Location,
    Malware,
    Note,
    Report,
    ThreatActor,
    Tool,
    Vulnerability,
)
from comity.stix.sro import Relationship
from tests.formats.misp.events import (
    EVENT,
    attribute,
    galaxy,
    level,
    of,
    one,
    only,
    read,
    rules,
    tags,
    uuid,
)

POWERSHELL = 'misp-galaxy:mitre-attack-pattern="PowerShell - T1059.001"'


def cluster(kind: str, value: str, **changes: Any) -> dict[str, Any]:
    tag = f'misp-galaxy:{kind}="{value}"'
    return {"uuid": uuid(40), "type": kind, "value": value, "tag_name": tag, **changes}


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        ("mitre-attack-pattern", "PowerShell - T1059.001", AttackPattern),
        ("mitre-intrusion-set", "APT32 - G0050", IntrusionSet),
        ("threat-actor", "Sofacy", ThreatActor),
        ("mitre-malware", "KeyBoy - S0387", Malware),
        ("malpedia", "KeyBoy", Malware),
        ("ransomware", "Ryuk", Malware),
        ("mitre-tool", "Mimikatz - S0002", Tool),
        ("tool", "Mimikatz", Tool),
        ("mitre-course-of-action", "Audit - M1047", CourseOfAction),
        ("mitre-campaign", "Operation Dream Job - C0022", Campaign),
        ("branded-vulnerability", "Heartbleed", Vulnerability),
        ("region", "154 - Northern Europe", Location),
    ],
)
def test_a_cluster_is_what_its_galaxy_stands_for(
    kind: str, value: str, expected: type[Versioned]
) -> None:
    reading = read(Galaxy=galaxy(cluster(kind, value, description="Known.")))
    made = one(reading, expected)
    name, _, number = value.partition(" - ")
    if kind != "region":
        assert getattr(made, "name", None) == name
    assert made.id.endswith(uuid(40))
    numbers = [
        it.external_id for it in made.external_references if it.source_name == "mitre-attack"
    ]
    assert numbers == ([number] if kind.startswith("mitre-") else [])
    assert made.id in one(reading, Report).object_refs
    assert reading.losses == ()


def test_a_cluster_brings_its_other_names_and_references() -> None:
    meta = {
        "synonyms": ["APT32", "OceanLotus", "OceanLotus"],
        "refs": "https://x.example/",
        "external_id": ["G0050", "no number"],
        "country": ["XX"],
    }
    made = one(
        read(Galaxy=galaxy(cluster("mitre-intrusion-set", "APT32", meta=meta))), IntrusionSet
    )
    assert made.aliases == ("OceanLotus",)
    assert [(it.source_name, it.external_id, it.url) for it in made.external_references] == [
        ("mitre-attack", "G0050", None),
        ("misp-galaxy", 'misp-galaxy:mitre-intrusion-set="APT32"', None),
        ("misp-galaxy", None, "https://x.example/"),
    ]
    assert (made.created, made.created_by_ref) == ("1970-01-01T00:00:00.000Z", None)


def test_a_vulnerability_with_a_name_brings_its_numbers() -> None:
    meta = {"aliases": ["CVE-2014–0160", "cve-2014-0160", "Bleed", "CVE-2014-0346"]}
    sent = galaxy(cluster("branded-vulnerability", "Heartbleed", meta=meta))
    made = one(read(Galaxy=sent), Vulnerability)
    assert made.name == "Heartbleed"
    assert [it.external_id for it in made.external_references if it.source_name == "cve"] == [
        "CVE-2014-0160",
        "CVE-2014-0346",
    ]


@pytest.mark.parametrize("meta", [None, [], "x", {"synonyms": 7}, {"refs": [7]}])
def test_a_meta_of_another_shape_says_nothing(meta: Any) -> None:
    reading = read(Galaxy=galaxy(cluster("threat-actor", "Sofacy", meta=meta)))
    assert one(reading, ThreatActor).aliases == ()
    assert reading.losses == ()


def test_a_tag_alone_names_a_cluster() -> None:
    reading = only(Tag=tags(POWERSHELL))
    made = one(reading, AttackPattern)
    assert made.id == f"attack-pattern--{derived(POWERSHELL)}"
    assert made.name == "PowerShell"
    assert made.external_references[0].external_id == "T1059.001"
    assert POWERSHELL in one(reading, Report).labels


def test_a_tag_and_the_cluster_it_names_are_one() -> None:
    sent = attribute("domain", "x.example", Tag=tags(POWERSHELL))
    described = cluster("mitre-attack-pattern", "PowerShell - T1059.001", description="Shell.")
    reading = only(sent, Galaxy=galaxy(described), Tag=tags(POWERSHELL))
    assert one(reading, AttackPattern).description == "Shell."


@pytest.mark.parametrize("own", ["", "x", None, ...])
def test_a_cluster_without_a_usable_uuid_takes_an_id_by_its_tag(own: Any) -> None:
    sent = cluster("threat-actor", "Sofacy")
    sent = {key: value for key, value in {**sent, "uuid": own}.items() if value is not ...}
    reading = read(Galaxy=galaxy(sent), Attribute=[attribute("domain", "x.example")])
    assert reading.losses == ()
    made = one(reading, ThreatActor)
    assert made.id == f"threat-actor--{derived(str(sent['tag_name']))}"
    assert len(of(reading, Indicator)) == 1


def test_clusters_that_share_a_uuid_are_told_apart_by_their_tags() -> None:
    first, second = cluster("mitre-attack-pattern", "A"), cluster("mitre-attack-pattern", "B")
    reading = only(attribute("domain", "x.example", Galaxy=galaxy(second)), Galaxy=galaxy(first))
    assert {it.id for it in of(reading, AttackPattern)} == {
        f"attack-pattern--{derived(str(it['tag_name']))}" for it in (first, second)
    }


@pytest.mark.parametrize(
    ("sent", "position", "path"),
    [
        ([7], "/Event/Galaxy/0", ""),
        ([{"GalaxyCluster": 7}], "/Event/Galaxy/0", "GalaxyCluster"),
        (galaxy({"uuid": uuid(1)}), "/Event/Galaxy/0/GalaxyCluster/0", "type"),
        (galaxy(cluster("tool", "x", local=True)), "/Event/Galaxy/0/GalaxyCluster/0", ""),
    ],
)
def test_a_bad_or_local_cluster_costs_only_itself(sent: Any, position: str, path: str) -> None:
    reading = read(Galaxy=sent, Attribute=[attribute("domain", "x.example")])
    assert [(at, where) for at, where, _ in rules(reading)] == [(position, path)]
    assert len(of(reading, Indicator)) == 1


def test_sectors_and_countries_are_identities_and_locations() -> None:
    reading = only(
        Galaxy=galaxy(
            cluster("sector", "Energy", uuid=uuid(1)),
            cluster("country", "estonia", uuid=uuid(2), meta={"ISO": "EE"}),
            cluster("target-information", "Latvia", uuid=uuid(3), meta={"iso-code": ["lv"]}),
        ),
        Orgc=...,
    )
    assert (one(reading, Identity).identity_class, one(reading, Identity).sectors) == (
        "class",
        ("energy",),
    )
    assert [it.country for it in of(reading, Location)] == ["EE", "LV"]


@pytest.mark.parametrize("name", ['misp-galaxy:country="estonia"', 'misp-galaxy:surveillance="x"'])
def test_what_stix_has_no_object_for_is_a_note(name: str) -> None:
    note = one(only(Tag=tags(name)), Note)
    assert note.object_refs == (f"report--{EVENT}",)
    assert note.external_references[0].external_id == name


def test_a_cluster_of_an_attribute_is_related_to_it_as_misp_says() -> None:
    said = [{"name": POWERSHELL, "relationship_type": "uses"}]
    reading = only(
        attribute("domain", "x.example", 1, Tag=tags(POWERSHELL)),
        attribute("domain", "y.example", 2, Tag=said),
        attribute("vulnerability", "CVE-2026-0001", 3, Tag=tags(POWERSHELL)),
        attribute("text", "z", 4, Tag=said),
    )
    target = one(reading, AttackPattern).id
    links = [it for it in of(reading, Relationship) if it.target_ref == target]
    assert [(it.source_ref, it.relationship_type) for it in links] == [
        (f"indicator--{uuid(1)}", "related-to"),
        (f"indicator--{uuid(2)}", "uses"),
        (f"vulnerability--{uuid(3)}", "related-to"),
        (f"note--{uuid(4)}", "uses"),
    ]
    assert target in one(reading, Note).object_refs


def test_a_cluster_of_the_event_is_related_only_where_misp_says_how() -> None:
    assert of(only(Tag=tags(POWERSHELL)), Relationship) == []
    said = cluster("threat-actor", "Sofacy", relationship_type="attributed-to")
    link = one(only(Galaxy=galaxy(said)), Relationship)
    assert (link.source_ref, link.relationship_type) == (f"report--{EVENT}", "attributed-to")


def test_a_cluster_is_as_visible_as_what_wears_it() -> None:
    red = attribute("domain", "x.example", Tag=tags(POWERSHELL, "tlp:red"))
    assert level(one(only(red), AttackPattern)) is Tlp.RED
    assert level(one(only(red, Tag=tags(POWERSHELL)), AttackPattern)) is Tlp.GREEN
