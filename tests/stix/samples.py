"""One small valid object of every type."""

import json
from typing import Any

from comity.stix.incident_core import EVENT, IMPACT, TASK
from comity.stix.registry import SCO_TYPES

UUID = "8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f"
TIME = "2026-03-01T12:00:00.000Z"
NOTE_ID = f"note--{UUID}"

_OWN: dict[str, dict[str, Any]] = {
    "attack-pattern": {"name": "Spear phishing"},
    "campaign": {"name": "Green group attacks"},
    "course-of-action": {"name": "Block the address"},
    "grouping": {"context": "suspicious-activity", "object_refs": [f"indicator--{UUID}"]},
    "identity": {"name": "National CSIRT", "identity_class": "organization"},
    "incident": {"name": "Outage of a port"},
    "indicator": {
        "pattern": "[ipv4-addr:value = '198.51.100.3']",
        "pattern_type": "stix",
        "valid_from": TIME,
    },
    "infrastructure": {"name": "Relay"},
    "intrusion-set": {"name": "Green group"},
    "location": {"country": "EE"},
    "malware": {"is_family": False},
    "malware-analysis": {"product": "scanner", "result": "malicious"},
    "note": {"content": "Seen twice.", "object_refs": [f"indicator--{UUID}"]},
    "observed-data": {
        "first_observed": TIME,
        "last_observed": TIME,
        "number_observed": 1,
        "object_refs": [f"file--{UUID}"],
    },
    "opinion": {"opinion": "agree", "object_refs": [f"indicator--{UUID}"]},
    "report": {"name": "Report", "published": TIME, "object_refs": [f"indicator--{UUID}"]},
    "threat-actor": {"name": "Green actor"},
    "tool": {"name": "VNC"},
    "vulnerability": {"name": "CVE-2026-0001"},
    "relationship": {
        "relationship_type": "indicates",
        "source_ref": f"indicator--{UUID}",
        "target_ref": f"malware--{UUID}",
    },
    "sighting": {"sighting_of_ref": f"indicator--{UUID}"},
    "artifact": {"payload_bin": "dGVzdA=="},
    "autonomous-system": {"number": 64500},
    "directory": {"path": "/srv/x"},
    "domain-name": {"value": "example.org"},
    "email-addr": {"value": "a@example.org"},
    "email-message": {"is_multipart": False, "subject": "Hello", "body": "text"},
    "file": {"name": "a.exe", "hashes": {"SHA-256": "a" * 64, "MD5": "b" * 32}},
    "ipv4-addr": {"value": "198.51.100.3"},
    "ipv6-addr": {"value": "2001:db8::1"},
    "mac-addr": {"value": "d2:fb:49:24:37:18"},
    "mutex": {"name": "mutex"},
    "network-traffic": {
        "protocols": ["tcp"],
        "src_ref": f"ipv4-addr--{UUID}",
        "dst_port": 443,
    },
    "process": {"pid": 314},
    "software": {"name": "Word", "vendor": "Example"},
    "url": {"value": "https://example.org/"},
    "user-account": {"user_id": "1001", "account_login": "eve"},
    "windows-registry-key": {
        "key": "HKEY_LOCAL_MACHINE\\System\\Foo",
        "values": [{"name": "Foo", "data": "qwerty", "data_type": "REG_SZ"}],
    },
    "x509-certificate": {"serial_number": "36:f7", "issuer": "C=ZA"},
    "marking-definition": {"definition_type": "statement", "definition": {"statement": "Ours"}},
    "extension-definition": {
        "created_by_ref": f"identity--{UUID}",
        "name": "Extension",
        "schema": "In words.",
        "version": "1.0",
        "extension_types": ["property-extension"],
    },
    "language-content": {
        "object_ref": f"indicator--{UUID}",
        "contents": {"de": {"name": "Name"}},
    },
    "event": {"status": "occurred", "extensions": {EVENT: {"extension_type": "new-sdo"}}},
    "impact": {
        "impact_category": "availability",
        "extensions": {
            IMPACT: {"extension_type": "new-sdo"},
            "availability-ext": {"availability_impact": 70},
        },
    },
    "task": {"outcome": "successful", "extensions": {TASK: {"extension_type": "new-sdo"}}},
}
ALL_TYPES = tuple(_OWN)


def sample(kind: str, **changes: Any) -> dict[str, Any]:
    """A valid object of ``kind`` with properties replaced; ``...`` takes one away."""
    common: dict[str, Any] = {"type": kind, "spec_version": "2.1", "id": f"{kind}--{UUID}"}
    if kind not in SCO_TYPES:
        common["created"] = TIME
        if kind != "marking-definition":
            common["modified"] = TIME
    merged = {**common, **_OWN[kind], **changes}
    return {name: value for name, value in merged.items() if value is not ...}


def raw(kind: str, **changes: Any) -> bytes:
    """The JSON bytes of ``sample``."""
    return json.dumps(sample(kind, **changes)).encode()
