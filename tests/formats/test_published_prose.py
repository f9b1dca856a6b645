"""Reports and tables that others published, and what stands in them."""

import re
from pathlib import Path

import pytest

from comity.errors import BadInput
from comity.formats.extract.refang import refang
from comity.formats.extract.scan import scan
from tests.formats.prose_samples import objects, reading

_LENGTHS = {"md5": 32, "sha1": 40, "sha256": 64}


def test_every_published_report_is_read_without_loss(shared: Path) -> None:
    files = sorted((shared / "cases/reports").glob("*.txt"))
    files += sorted((shared / "cases/reports_eset").rglob("*.adoc"))
    assert len(files) >= 80
    for file in files:
        got = reading(file.read_bytes())
        assert (got.format, got.losses, got.conflicts, got.notes) == ("text", (), (), ())
        assert objects(got, "report")[0].name


def test_every_hash_that_stands_in_a_report_is_found(shared: Path) -> None:
    standing = found = right = claimed = 0
    for folder in sorted((shared / "cases/reports_eset").iterdir()):
        text = "\n".join(file.read_text("utf-8", "replace") for file in folder.rglob("*.adoc"))
        published: set[str] = set()
        for kind, length in _LENGTHS.items():
            for file in folder.rglob(f"*.{kind}"):
                digits = re.compile(rf"\b[0-9a-f]{{{length}}}\b", re.IGNORECASE)
                published |= {one.lower() for one in digits.findall(file.read_text())}
        ours = {one.value for one in scan(text) if one.kind in _LENGTHS}
        there = {one for one in published if one in text.lower()}
        standing, found = standing + len(there), found + len(there & ours)
        if published:
            right, claimed = right + len(ours & published), claimed + len(ours)
    assert standing > 2_000
    assert found == standing
    assert right / claimed > 0.98


def test_every_published_table_is_read(shared: Path) -> None:
    files = sorted((shared / "cases/formats").glob("*/*.csv"))
    assert len(files) == 17
    lists = []
    for file in files:
        got = reading(file.read_bytes())
        assert got.conflicts == ()
        if got.format != "csv":
            lists.append(file.name)
        assert len(got.objects) > 5
    assert lists == ["assorted.csv"]  # one value a line and no header: read as text


@pytest.mark.parametrize(
    ("folder", "values"), [("201611_KeyBoy", 24), ("201608_NSO_Group", 62), ("201712_Cyberbit", 13)]
)
def test_every_value_of_a_table_of_misp_is_an_object(
    folder: str, values: int, shared: Path
) -> None:
    data = (shared / "cases/formats" / folder / "iocs.csv").read_bytes()
    got = reading(data)
    assert got.losses == ()
    assert len([one for one in objects(got, "indicator") if one.pattern_type == "stix"]) == values


def test_the_domains_of_a_table_are_found_in_the_prose_of_its_values(shared: Path) -> None:
    for file in sorted((shared / "cases/formats").glob("*/iocs.csv")):
        try:
            table = {one.value for one in objects(reading(file.read_bytes()), "domain-name")}
        except BadInput:
            continue
        prose = "They used " + ", ".join(one.replace(".", "[.]") for one in sorted(table)) + "."
        assert {one.value for one in scan(prose)} == table
        assert refang(prose).text.count("[.]") == 0
