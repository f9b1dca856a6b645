"""Files that others published, read whole."""

import json
import warnings
from pathlib import Path

import pytest
import stix2
from stix2.exceptions import STIXError

from comity.errors import BadInput
from comity.formats.detect import read
from comity.formats.reading import Reading
from comity.stix.base import Foreign

SOURCE = "0" * 64

# (file below cases/stix, objects, losses, written in 2.0)
COUNTS = [
    ("valid/apt1.json", 76, 0, 0),
    ("valid/poisonivy.json", 155, 0, 0),
    ("valid/wintego_helios.stix2", 352, 0, 0),
    ("valid/novispy.stix2", 37, 0, 0),
    ("valid/infrastructure.json", 10, 0, 0),
    ("valid/interop-objectmarking-test.json", 1, 0, 0),
    ("valid/test_events_collection_stix20.json", 15, 0, 15),
    ("valid/test_objects_collection_stix20.json", 10, 0, 10),
    ("valid/test_events_collection_stix21.json", 20, 0, 0),
    ("valid/test_objects_collection_stix21.json", 18, 0, 0),
    ("validator_examples/identity_custom.json", 1, 0, 0),
    ("validator_examples/invalid_identity.json", 0, 1, 0),
    ("validator_examples/invalid_timestamp.json", 0, 1, 0),
]


def _read(file: Path) -> Reading:
    return read(file.read_bytes(), source=SOURCE)


@pytest.mark.parametrize(("name", "objects", "losses", "old"), COUNTS)
def test_a_published_file_gives_exactly_its_objects(
    name: str, objects: int, losses: int, old: int, shared: Path
) -> None:
    reading = _read(shared / "cases/stix" / name)
    assert (len(reading.objects), len(reading.losses)) == (objects, losses)
    assert sum(item.received.spec_version == "2.0" for item in reading.objects) == old
    assert not any(isinstance(item.received.value, Foreign) for item in reading.objects)
    assert reading.conflicts == ()


def test_every_published_file_is_read_or_refused_by_a_sentence(shared: Path) -> None:
    files = [file for file in (shared / "cases/stix").rglob("*") if file.is_file()]
    assert len(files) >= 36
    refused = []
    for file in files:
        try:
            _read(file)
        except BadInput:
            refused.append(file.name)
    assert sorted(refused) == ["invalid_braces.json", "invalid_comma.json"]


def test_what_stix2_accepts_is_read_without_loss(shared: Path) -> None:
    accepted, refused = 0, set()
    for file in sorted((shared / "cases/stix/valid").iterdir()):
        parsed = json.loads(file.read_text())
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            for sent in parsed.get("objects", [parsed]):
                version = sent.get("spec_version", parsed.get("spec_version", "2.1"))
                try:
                    stix2.parse(sent, allow_custom=True, version=version)
                    accepted += 1
                except STIXError:
                    refused.add((version, sent["type"]))
        assert _read(file).losses == ()
    assert accepted > 700
    # stix2 asks for UUIDv4 in 2.0, which the producers of these did not write.
    assert refused == {("2.0", "relationship"), ("2.0", "report")}
