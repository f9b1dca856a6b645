"""Events that others published, read whole."""

import csv
import json
import warnings
from pathlib import Path
from typing import Any

import pytest
import stix2

from comity.errors import BadInput
from comity.formats.detect import detect, read
from comity.formats.misp.attributes import kept_as_notes
from comity.formats.misp.sheet import derived
from comity.formats.reading import Reading
from comity.stix.base import Sco
from comity.stix.sdo import AttackPattern, Indicator, IntrusionSet
from tests.formats.misp.events import SOURCE, literals, of, one

# (file below cases/misp, attributes in it, objects, indicators)
COUNTS = [
    ("201611_KeyBoy.json", 79, 168, 40),
    ("201705_TaintedLeaks.json", 12, 40, 12),
    ("201706_RecklessExploit.json", 126, 381, 125),
    ("eset/cloudmensis_cloudmensis.misp.json", 22, 79, 9),
    ("eset/powerpool_misp-powerpool.json", 18, 37, 0),
    ("eset/kryptocibule_misp-kryptocibule.json", 191, 324, 0),
    ("eset/stantinko_stantinko.misp-event.json", 263, 811, 230),
    ("eset/telebots_misp-telebots.json", 95, 247, 69),
    ("test_events_collection_1.json", 2, 8, 1),
    ("test_events_collection_2.json", 2, 11, 2),
]  # fmt: skip
ALONE = ("test_attributes_collection_", "test_objects_collection_")
COMPARED = frozenset(
    ("ip-src", "ip-dst", "domain", "hostname", "url", "email-src", "md5", "sha1", "sha256",
     "user-agent", "regkey")
)  # fmt: skip


def _read(file: Path) -> Reading:
    return read(file.read_bytes(), source=SOURCE)


def _events(file: Path) -> list[dict[str, Any]]:
    parsed = json.loads(file.read_text())
    inner = parsed.get("response", [parsed])
    return [part["Event"] for part in (inner if isinstance(inner, list) else [inner])]


def _attributes(file: Path) -> list[dict[str, Any]]:
    return [
        attribute
        for event in _events(file)
        for holder in (event, *event.get("Object", []))
        for attribute in holder.get("Attribute", [])
    ]


def _files(shared: Path) -> list[Path]:
    """Every published MISP file that holds an event."""
    found = [*(shared / "cases/misp").rglob("*.json"), *(shared / "cases/formats").rglob("*.json")]
    assert len(found) >= 35
    return sorted(file for file in found if not file.name.startswith(ALONE))


@pytest.mark.parametrize(("name", "attributes", "objects", "indicators"), COUNTS)
def test_a_published_event_gives_exactly_its_objects(
    name: str, attributes: int, objects: int, indicators: int, shared: Path
) -> None:
    file = shared / "cases/misp" / name
    reading = _read(file)
    assert len(_attributes(file)) == attributes
    assert (len(reading.objects), len(of(reading, Indicator))) == (objects, indicators)
    assert (reading.losses, reading.conflicts) == ((), ())


def test_every_attribute_of_every_published_event_is_carried(shared: Path) -> None:
    total = 0
    for file in _files(shared):
        assert detect(file.read_bytes()) == "misp-event"
        reading = _read(file)
        assert reading.losses == ()
        uuids = {str(item.received.value.id).split("--")[1] for item in reading.objects}
        sent = {attribute["uuid"] for attribute in _attributes(file)}
        assert sent <= uuids
        total += len(sent)
    assert total >= 1900


def test_attributes_and_objects_without_their_event_are_refused(shared: Path) -> None:
    files = [it for it in (shared / "cases/misp").iterdir() if it.name.startswith(ALONE)]
    assert len(files) == 4
    for file in files:
        with pytest.raises(BadInput, match="without their event, which says who may see them"):
            _read(file)


def test_an_event_that_was_cut_off_is_one_clear_refusal(shared: Path) -> None:
    whole = (shared / "cases/misp/201611_KeyBoy.json").read_bytes()
    assert detect(whole[:30_000]) == "misp-event"
    with pytest.raises(BadInput, match=r"^The JSON stops before its end, at byte 30000 \(line"):
        read(whole[:30_000], source=SOURCE)


def test_an_empty_galaxy_uuid_costs_nothing(shared: Path) -> None:
    name = "oceanlotus_oceanlotus-wateringhole-2018.misp.event.json"
    reading = _read(shared / "cases/misp/eset" / name)
    cluster = one(reading, IntrusionSet)
    own = derived('misp-galaxy:mitre-intrusion-set="APT32"')
    assert cluster.id == f"intrusion-set--{own}"
    assert (cluster.name, cluster.aliases) == ("APT32", ("OceanLotus Group",))
    assert len(reading.objects) == 249


def test_clusters_that_were_given_one_uuid_stay_three(shared: Path) -> None:
    reading = _read(shared / "cases/misp/eset/powerpool_misp-powerpool.json")
    assert {it.name for it in of(reading, AttackPattern)} >= {
        "Exploitation of Vulnerability",
        "Pass the Hash",
        "PowerShell",
    }


def test_what_has_no_mapping_is_counted(shared: Path) -> None:
    reading = _read(shared / "cases/misp/eset/kryptocibule_misp-kryptocibule.json")
    assert kept_as_notes(reading) == {"btc": 9, "dash": 1, "windows-scheduled-task": 2, "xmr": 1}


def _normal(kind: str, value: str) -> str:
    if kind == "url":
        return value.replace(" ", "%20")
    if kind == "regkey":
        return value.rstrip("\\").replace("HKLM\\", "HKEY_LOCAL_MACHINE\\")
    return value if kind == "user-agent" else value.lower()


def test_the_indicators_are_the_values_that_were_flagged(shared: Path) -> None:
    for file in _files(shared):
        flagged = {
            _normal(it["type"], it["value"].strip())
            for it in _attributes(file)
            if it["type"] in COMPARED and it.get("to_ids")
        }
        assert literals(_read(file), *COMPARED) == flagged


# The MISP file of this campaign is another team's later edition: it holds every value of the
# list, flags twelve more and no longer flags four of its hashes.
OTHER_EDITION = "201611_KeyBoy"


def test_the_indicators_are_those_of_the_published_list(shared: Path) -> None:
    compared = 0
    for folder in sorted((shared / "cases/formats").iterdir()):
        files = list(folder.glob("*.json"))
        if not files:
            continue
        (listed,) = (it for it in folder.glob("*.csv") if it.name in ("iocs.csv", "indicators.csv"))
        with listed.open(newline="") as rows:
            flagged, values = set(), set()
            for row in csv.DictReader(rows):
                if row["type"] in COMPARED:
                    value = _normal(row["type"], row["value"].strip())
                    values.add(value)
                    if row["to_ids"] == "1":
                        flagged.add(value)
        reading = _read(files[0])
        found = literals(reading, *COMPARED)
        if folder.name == OTHER_EDITION:
            assert (len(flagged - found), len(found - flagged)) == (4, 12)
        else:
            assert found == flagged
        observed = {getattr(it, "value", "") or getattr(it, "key", "") for it in of(reading, Sco)}
        observed |= {
            digest for it in of(reading, Sco) for digest in getattr(it, "hashes", {}).values()
        }
        assert values - found <= observed
        compared += 1
    assert compared == 9


def test_stix2_accepts_every_object(shared: Path) -> None:
    accepted = 0
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name in ("eset/cloudmensis_cloudmensis.misp.json", "201611_KeyBoy.json"):
            for item in _read(shared / "cases/misp" / name).objects:
                stix2.parse(json.loads(item.received.raw), allow_custom=True)
                accepted += 1
    assert accepted == 247
