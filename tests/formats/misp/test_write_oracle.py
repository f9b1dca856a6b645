"""What is written for MISP, put before MISP's own library and its own converter."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from comity.formats.detect import read
from comity.formats.misp import reader
from comity.formats.misp.write import write
from tests.formats.misp.events import GROUP, SOURCE, attribute, event, tags, uuid
from tests.formats.misp.oracle import ROOT, attributes

Sent = dict[str, Any]


def _taken(events: list[Sent]) -> list[Sent]:
    child = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "tests.formats.misp.accepted_child"],
        input=json.dumps(events), check=True, cwd=ROOT, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,  # it names what it does not map there
    )  # fmt: skip
    found: list[Sent] = json.loads(child.stdout)
    return found


def _written(data: bytes) -> list[Sent]:
    whole = json.loads(write(read(data, source=SOURCE).objects).data)
    return [one["Event"] for one in whole.get("response", [whole])]


def _published(shared: Path) -> Iterator[tuple[Sent, Sent]]:
    """Each published event as it was sent and as it was written."""
    alone = ("test_attributes_collection_", "test_objects_collection_")
    for file in sorted((shared / "cases/misp").rglob("*.json")):
        if not file.name.startswith(alone):
            whole = json.loads(file.read_bytes())
            inner = whole.get("response", [whole])
            several = inner if isinstance(inner, list) else [inner]
            sent = [one["Event"] for one in several]
            yield from zip(sent, _written(file.read_bytes()), strict=True)


def _values(sent: Sent) -> set[tuple[str, str, str, bool]]:
    return {
        (it["uuid"], it["type"], str(it["value"]).strip(), bool(it.get("to_ids")))
        for it, _ in attributes(sent)
    }


def test_pymisp_and_misp_stix_take_every_published_event_as_it_was_sent(shared: Path) -> None:
    pairs = list(_published(shared))
    assert len(pairs) >= 25
    for (sent, written), taken in zip(pairs, _taken([it for _, it in pairs]), strict=True):
        assert (taken["uuid"], taken["info"]) == (sent["uuid"], sent["info"])
        assert {(it[0], it[1], it[2].strip(), it[3]) for it in taken["attributes"]} == _values(sent)
        assert _values(written) == _values(sent)
        assert {tag["name"] for tag in sent.get("Tag", ())} <= set(taken["tags"])
        assert taken["distribution"] == int(sent.get("distribution") or 0)
        assert taken["errors"] == {}
        assert taken["objects"] > len(taken["attributes"])


def test_they_take_sharing_groups_at_every_level_and_references_of_objects() -> None:
    group = {"distribution": "4", "SharingGroup": GROUP}
    sent = event(
        Tag=tags("tlp:amber+strict"),
        Attribute=[attribute("domain", "x.example", 20, **group, comment="C2")],
        Object=[
            {
                "uuid": uuid(30),
                "name": "file",
                "meta-category": "file",
                "template_uuid": "688c46fb-5edb-40a3-8273-1af7923e2215",
                "template_version": "24",
                "Attribute": [attribute("md5", "a" * 32, 31, object_relation="md5")],
                "ObjectReference": [
                    {
                        "uuid": uuid(40),
                        "referenced_uuid": uuid(20),
                        "relationship_type": "connects-to",
                    }
                ],
                **group,
            }
        ],
        **group,
    )
    (written,) = _written(json.dumps({"Event": sent}).encode())
    (taken,) = _taken([written])
    assert taken["distribution"] == 4
    assert [it[2] for it in taken["attributes"]] == ["x.example", "a" * 32]
    assert taken["errors"] == {}


@pytest.mark.parametrize("name", ["ransomware-hse-2021", "wiper-albania-2022"])
def test_they_take_what_is_written_of_stix_from_elsewhere(name: str) -> None:
    (written,) = _written((ROOT / "examples" / name / "bundle.json").read_bytes())
    (taken,) = _taken([written])
    assert taken["errors"] == {}
    assert taken["misplaced"] == []


_VALUES = [
    ("ipv4-addr:value", "198.51.100.3"),
    ("domain-name:value", "x.example"),
    ("url:value", "https://x.example/a"),
    ("email-addr:value", "a@x.example"),
    ("email-message:subject", "Invoice"),
    ("email-message:body", "Dear all"),
    ("email-message:message_id", "<1@x.example>"),
    ("email-message:additional_header_fields.'X-Mailer'", "Mailer 1"),
    ("mac-addr:value", "00:00:5e:00:53:01"),
    ("mutex:name", "abc"),
    ("windows-registry-key:key", "HKEY_LOCAL_MACHINE\\\\x"),
    ("directory:path", "C:\\\\x"),
    ("file:name", "a.exe"),
    ("file:hashes.MD5", "a" * 32),
    ("file:hashes.'SHA-256'", "a" * 64),
    ("file:hashes.SSDEEP", "3:abc:def"),
    ("x509-certificate:hashes.'SHA-1'", "a" * 40),
    ("network-traffic:extensions.'http-request-ext'.request_header.'User-Agent'", "Agent 1"),
    ("network-traffic:extensions.'http-request-ext'.request_value", "/a/b"),
    ("artifact:mime_type", "text/plain"),
]


def test_each_type_stands_in_a_category_that_misp_has_for_it() -> None:
    patterns = [f"[{path} = '{value}']" for path, value in _VALUES]
    patterns += [
        "[autonomous-system:number = 64496]",
        (
            "[domain-name:value = 'x.example'"
            " AND domain-name:resolves_to_refs[*].value = '198.51.100.3']"
        ),
        "[network-traffic:dst_ref.value = '198.51.100.3' AND network-traffic:dst_port = 443]",
        "[network-traffic:src_ref.value = '198.51.100.3' AND network-traffic:src_port = 443]",
        "[network-traffic:dst_ref.value = 'x.example' AND network-traffic:dst_port = 443]",
        f"[file:name = 'a.exe' AND file:hashes.MD5 = '{'a' * 32}']",
        "[user-account:account_type = 'github' AND user-account:account_login = 'x']",
        "[user-account:account_type = 'twitter' AND user-account:account_login = 'x']",
        "[user-account:account_type = 'jabber' AND user-account:account_login = 'x@y.example']",
        (
            "[windows-registry-key:key = 'HKEY_LOCAL_MACHINE\\\\x'"
            " AND windows-registry-key:values[*].data = 'y']"
        ),
    ]
    at = "2026-03-01T00:00:00.000Z"
    common = {"spec_version": "2.1", "created": at, "modified": at}
    objects: list[Sent] = [
        {**common, "type": "indicator", "id": f"indicator--{uuid(n)}", "valid_from": at}
        | {"pattern": pattern, "pattern_type": "stix"}
        for n, pattern in enumerate(patterns, 1)
    ]
    objects += [
        {**common, "type": "indicator", "id": f"indicator--{uuid(n)}", "valid_from": at}
        | {"pattern": "rule", "pattern_type": language}
        for n, language in enumerate(("yara", "sigma", "snort", "suricata"), 100)
    ]
    objects += [
        {**common, "type": "vulnerability", "id": f"vulnerability--{uuid(200)}"}
        | {"name": "CVE-2026-0001"},
        {**common, "type": "note", "id": f"note--{uuid(201)}", "content": "words"}
        | {"object_refs": [f"vulnerability--{uuid(200)}"]},
    ]
    bundle = {"type": "bundle", "id": f"bundle--{uuid(1)}", "objects": objects}
    (written,) = _written(json.dumps(bundle).encode())
    (taken,) = _taken([written])
    assert taken["misplaced"] == []
    assert len({it[1] for it in taken["attributes"]}) >= 30


def test_what_is_read_again_of_a_search_is_what_is_written(shared: Path) -> None:
    """The response of a search is MISP's own form for several events."""
    file = shared / "cases/misp/test_events_collection_2.json"
    written = write(read(file.read_bytes(), source=SOURCE).objects)
    assert reader.recognises(written.data)
    assert len(_taken(_written(written.data))) == 2
