"""Our reader beside MISP's own converter (misp-stix): what must agree, and what need not.

Each difference that is meant stands in a table with its reason. A new one fails, and so does
one that our own events no longer show.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from comity.formats.misp.values import HASHES
from tests.formats.misp.events import attribute, event, tags, uuid
from tests.formats.misp.oracle import (
    Both,
    attributes,
    both,
    compared,
    cves,
    different,
    levels,
    names,
    numbers,
    strictest,
)

NO_PATTERN = "they keep it as an object of their own, without a pattern"
REFUSED = "they drop a value that MISP's own check refuses"
TOO_WIDE = "alone it matches too much to be detected by, so with us it is a note"
WRONG_HASH = "they call a truncated SHA-512 by the name of another hash"
NO_URL = "a path alone is no URL; it is what a request asks for"
UNFLAGGED = "they make an indicator of every rule, also of one that is not flagged"
NO_FLAG = (
    "where the flag is missing they take MISP's default for the type, and we take it as not set"
)
HEADER = "they spell the header x_mailer, which no message has"
PART = "it is a part of a whole without a pattern of its own, so with us it is a note"
OWN_PROPERTY = "they put it under a property that STIX does not have"

# (type, who says more, what): why
DIFFERENT = {
    **{
        (kind, "ours", "all"): NO_PATTERN
        for kind in ("stix2-pattern", "target-email", "twitter-id", "whois-registrant-email",
                     "jabber-id", "onion-address", "own-thing object")
    },
    ("filename|impfuzzy", "ours", "all"): REFUSED,
    **{
        (kind, "theirs", "all"): TOO_WIDE
        for kind in ("email-header", "http-method", "port", "size-in-bytes")
    },
    **{
        (kind, who, f"file:hashes.'{name}'"): WRONG_HASH
        for length in ("224", "256")
        for kind in (f"sha512/{length}", f"filename|sha512/{length}")
        for who, name in (("ours", f"SHA-512-{length}"), ("theirs", f"SHA-{length}"))
    },
    ("unflagged domain", "theirs", "all"): NO_FLAG,
    ("unflagged yara", "theirs", "all"): UNFLAGGED,
    ("uri", "ours", "network-traffic:extensions.'http-request-ext'.request_value"): NO_URL,
    ("uri", "theirs", "url:value"): NO_URL,
    ("email-x-mailer", "ours", "email-message:additional_header_fields.'X-Mailer'"): HEADER,
    ("email-x-mailer", "theirs", "email-message:additional_header_fields.x_mailer"): HEADER,
    ("url object", "ours", "domain-name:value"): OWN_PROPERTY,
    ("url object", "theirs", "url:x_misp_domain"): OWN_PROPERTY,
    **{
        (f"{name} object", "theirs", path): PART
        for name, path in (
            ("file", "file:size"),
            ("http-request", "network-traffic:extensions.'http-request-ext'.request_method"),
            ("ip-port", "network-traffic:dst_port"),
            ("network-connection", "network-traffic:protocols[0]"),
            ("registry-key", "windows-registry-key:values.data"),
            ("registry-key", "windows-registry-key:values.name"),
            ("user-account", "all"),
            ("x509", "x509-certificate:issuer"),
        )
    },
}  # fmt: skip

VALUES = {
    "ip-src": "198.51.100.3", "ip-dst": "2001:DB8::1", "ip-src|port": "198.51.100.3|80",
    "ip-dst|port": "2001:db8::1|443", "domain": "X.example", "hostname": "h.x.example",
    "onion-address": "abcdefghijklmnop.onion", "domain|ip": "x.example|198.51.100.4",
    "hostname|port": "h.example|8080", "url": "http://x.example/a b", "uri": "/gate.php",
    "email": "Eve@X.example", "email-src": "a@x.example", "email-dst": "b@x.example",
    "email-reply-to": "c@x.example", "whois-registrant-email": "d@x.example",
    "target-email": "e@x.example", "email-subject": "It's due", "email-body": "Dear all",
    "email-message-id": "<1@x.example>", "email-x-mailer": "The Bat!", "email-header": "X: y",
    "filename": "a.exe", "email-attachment": "a.doc", "attachment": "b.doc",
    "malware-sample": f"a.exe|{'a' * 32}", "regkey": "HKLM\\Software\\X\\",
    "regkey|value": "HKCU\\Software\\X|evil", "mutex": "Global\\x",
    "mac-address": "00-00-5E-00-53-01", "AS": "AS64500", "user-agent": "hots scot",
    "github-username": "eve", "twitter-id": "eve", "jabber-id": "eve@x.example",
    "yara": "rule x { condition: true }", "sigma": "title: x", "snort": "alert tcp any any",
    "suricata": "alert tls any any", "stix2-pattern": "[url:value = 'http://x.example/']",
    "port": "80", "size-in-bytes": "12", "http-method": "POST",
    **{f"x509-fingerprint-{name}": "Ab" * (HASHES[name].digits // 2)
       for name in ("md5", "sha1", "sha256")},
}  # fmt: skip
DIGESTS = {
    **{name: "Ab" * (known.digits // 2) for name, known in HASHES.items() if known.digits},
    "ssdeep": "3:aXGBicFlg:aXGHFlg", "tlsh": "ab" * 35, "authentihash": "ab" * 32,
    "cdhash": "ab" * 20, "impfuzzy": "3:abc:def", "pehash": "ab" * 20, "telfhash": "ab" * 35,
    "vhash": "0" * 20,
}  # fmt: skip
SAMPLES = {
    **VALUES,
    **DIGESTS,
    **{
        f"filename|{name}": f"C:\\x\\A.exe|{value}"
        for name, value in DIGESTS.items()
        if name not in ("cdhash", "telfhash")  # MISP has them alone only
    },
}


def _object(name: str, number: int, *parts: tuple[str, str, str], **changes: Any) -> dict[str, Any]:
    """An object of flagged parts, each a relation, a type and a value."""
    return {
        "uuid": uuid(number), "name": name, "meta-category": "network", "description": "Any.",
        "template_uuid": uuid(9), "template_version": "1", "timestamp": "1772403600",
        "distribution": "5",
        "Attribute": [
            attribute(kind, value, number + at, object_relation=relation)
            for at, (relation, kind, value) in enumerate(parts, 1)
        ],
        **changes,
    }  # fmt: skip


OBJECTS = [
    _object("file", 200, ("filename", "filename", "C:\\x\\A.exe"), ("md5", "md5", "a" * 32),
            ("sha256", "sha256", "b" * 64), ("size-in-bytes", "size-in-bytes", "33")),
    _object("email", 210, ("from", "email-src", "a@x.example"), ("to", "email-dst", "b@x.example"),
            ("subject", "email-subject", "Hello"), ("message-id", "email-message-id", "<1@x>"),
            ("attachment", "email-attachment", "a.doc"),
            ("reply-to", "email-reply-to", "c@x.example")),
    _object("domain-ip", 220, ("domain", "domain", "x.example"), ("ip", "ip-dst", "198.51.100.3")),
    _object("ip-port", 230, ("ip", "ip-dst", "198.51.100.3"), ("dst-port", "port", "80")),
    _object("network-connection", 240, ("ip-src", "ip-src", "198.51.100.3"),
            ("ip-dst", "ip-dst", "203.0.113.4"), ("layer4-protocol", "text", "TCP")),
    _object("registry-key", 250, ("key", "regkey", "HKLM\\x\\y"), ("name", "text", "n"),
            ("data", "text", "d")),
    _object("url", 260, ("url", "url", "http://x.example/a"), ("domain", "domain", "x.example")),
    _object("http-request", 270, ("uri", "uri", "/x"), ("host", "hostname", "h.example"),
            ("user-agent", "user-agent", "hots scot"), ("method", "http-method", "GET")),
    _object("x509", 280, ("x509-fingerprint-sha1", "x509-fingerprint-sha1", "a" * 40),
            ("issuer", "text", "Any")),
    _object("user-account", 290, ("username", "text", "eve"), ("account-type", "text", "unix")),
    _object("own-thing", 300, ("ip", "ip-dst", "198.51.100.3")),
]  # fmt: skip

UNFLAGGED_ONES = [
    attribute("yara", "rule y { condition: true }", 2, to_ids=False),
    attribute("domain", "y.example", 3, to_ids=...),
]


def _cluster(galaxy: str, value: str, number: int, **meta: Any) -> dict[str, Any]:
    """A galaxy with one cluster in it."""
    tag = f'misp-galaxy:{galaxy}="{value}"'
    return {
        "type": galaxy, "name": galaxy, "uuid": uuid(8), "description": "Any.",
        "GalaxyCluster": [
            {"type": galaxy, "value": value, "uuid": uuid(number), "tag_name": tag,
             "description": "Known.", "meta": meta},
        ],
    }  # fmt: skip


GALAXIES = [
    _cluster("mitre-attack-pattern", "PowerShell - T1059.001", 600, external_id=["T1059.001"]),
    _cluster("mitre-intrusion-set", "APT28 - G0007", 601, external_id=["G0007"]),
    _cluster("mitre-malware", "X-Agent - S0023", 602, external_id=["S0023"]),
    _cluster("mitre-tool", "Mimikatz - S0002", 603, external_id=["S0002"]),
    _cluster("mitre-course-of-action", "Audit - M1047", 604, external_id=["M1047"]),
    _cluster("mitre-campaign", "Operation Dream Job - C0022", 605, external_id=["C0022"]),
    _cluster("threat-actor", "APT29", 606, synonyms=["Cozy Bear"], country="XX"),
    _cluster("microsoft-activity-group", "STRONTIUM", 607),
    _cluster("mitre-ics-groups", "XENOTIME", 608),
    _cluster("ransomware", "LockBit", 609),
    _cluster("malpedia", "Emotet", 610),
    _cluster("botnet", "Mirai", 611),
    _cluster("rat", "njRAT", 612),
    _cluster("tool", "PsExec", 613),
    _cluster("branded-vulnerability", "Heartbleed", 614, aliases=["CVE-2014-0160"]),
]
BY_TAG = 'misp-galaxy:mitre-attack-pattern="Phishing - T1566"'
SOFTWARE = "a botnet and a remote access trojan are malware, which they call tools"
GROUP = "ATT&CK has it as a group, which is an intrusion set with us as for its other matrices"
NO_OBJECT = "they keep it as an object that only they read, and lose its number"
TAG_ALONE = "they make nothing of a tag whose cluster is not described"
NAMED_OTHERWISE = {
    ("ours", "malware", "Mirai"): SOFTWARE,
    ("theirs", "tool", "Mirai"): SOFTWARE,
    ("ours", "malware", "njRAT"): SOFTWARE,
    ("theirs", "tool", "njRAT"): SOFTWARE,
    ("ours", "intrusion-set", "XENOTIME"): GROUP,
    ("theirs", "threat-actor", "XENOTIME"): GROUP,
    ("ours", "campaign", "Operation Dream Job"): NO_OBJECT,
    ("ours", "attack-pattern", "Phishing"): TAG_ALONE,
}
NAMED = (
    "attack-pattern", "campaign", "course-of-action", "intrusion-set", "malware", "threat-actor",
    "tool", "vulnerability",
)  # fmt: skip


def _apart(pair: Both) -> set[tuple[str, str, str]]:
    """What only one of the two names: who, type and name."""
    ours, theirs = names(pair.ours, *NAMED), names(pair.theirs or [], *NAMED)
    return {("ours", *it) for it in ours - theirs} | {("theirs", *it) for it in theirs - ours}


@pytest.fixture(scope="module")
def published(shared: Path) -> list[Both]:
    """Every published event, read by both."""
    files = [*(shared / "cases/misp").rglob("*.json"), *(shared / "cases/formats").rglob("*.json")]
    found = []
    for file in sorted(files):
        parsed = json.loads(file.read_text())
        inner = parsed.get("response", [parsed])
        found += [part["Event"] for part in inner if "Event" in part]
    assert len(found) >= 30
    return both(found)


def test_own_values_and_objects_differ_only_as_meant() -> None:
    values = [attribute(kind, it, 400 + at) for at, (kind, it) in enumerate(SAMPLES.items())]
    (pair,) = both([event(Attribute=[*values, *UNFLAGGED_ONES], Object=OBJECTS)])
    assert different(pair) == set(DIFFERENT)
    assert compared(pair) >= 100


def test_published_values_differ_only_as_meant(published: list[Both]) -> None:
    accepted = [pair for pair in published if pair.theirs is not None]
    assert {it for pair in accepted for it in different(pair)} <= set(DIFFERENT)
    assert sum(compared(pair) for pair in accepted) >= 1000


def test_own_clusters_and_numbers_differ_only_as_meant() -> None:
    known = [
        attribute("vulnerability", "cve-2012-0158", 1),
        attribute("vulnerability", "CVE-2014–0160", 2),
        attribute("domain", "x.example", 3, Galaxy=GALAXIES[:2], Tag=tags(BY_TAG)),
    ]
    (pair,) = both([event(Attribute=known, Galaxy=GALAXIES[2:])])
    assert _apart(pair) == set(NAMED_OTHERWISE)
    assert pair.theirs is not None
    assert cves(pair.ours) == cves(pair.theirs) == {"CVE-2012-0158", "CVE-2014-0160"}
    assert numbers(pair.ours) - numbers(pair.theirs) == {"C0022", "T1566"}
    assert numbers(pair.theirs) <= numbers(pair.ours)


def test_published_clusters_and_numbers_are_theirs_and_what_they_leave_out(
    published: list[Both],
) -> None:
    for pair in published:
        if pair.theirs is not None:
            assert cves(pair.ours) == cves(pair.theirs)
            assert numbers(pair.theirs) <= numbers(pair.ours)
            said = _left_out(pair.event)
            assert {it for it in _apart(pair) if it[0] == "theirs" or it[2] not in said} == set()


def _left_out(sent: dict[str, Any]) -> set[str]:
    """Names of clusters that only a tag names or that share a uuid, of which they keep one."""
    places = [sent, *sent.get("Object", []), *(one for one, _ in attributes(sent))]
    clusters = [
        cluster
        for place in places
        for galaxy in place.get("Galaxy", [])
        for cluster in galaxy.get("GalaxyCluster", [])
    ]
    by_uuid: dict[str, set[str]] = {}
    for cluster in clusters:
        by_uuid.setdefault(cluster["uuid"], set()).add(cluster["value"])
    described = {cluster["value"] for cluster in clusters}
    tagged = {
        tag["name"].partition('="')[2].removesuffix('"')
        for place in places
        for tag in place.get("Tag", [])
        if tag["name"].startswith("misp-galaxy:")
    }
    shared = {value for values in by_uuid.values() if len(values) > 1 for value in values}
    return {value.partition(" - ")[0] for value in (tagged - described) | shared}


def test_they_refuse_only_events_with_a_cluster_that_has_no_uuid(published: list[Both]) -> None:
    # We keep such a cluster, and the rest of its event too.
    refused = [pair for pair in published if pair.theirs is None]
    assert len(refused) == 1
    for pair in published:
        empty = any(
            cluster["uuid"] == ""
            for galaxy in pair.event.get("Galaxy", [])
            for cluster in galaxy["GalaxyCluster"]
        )
        assert empty == (pair.theirs is None)


TAGGED = ("white", "clear", "green", "amber", "amber+strict", "red")
DISTRIBUTIONS = ("0", "1", "2", "3")
# Distribution is a limit with us, and none with them (0 to 5; 5 is as the parent).
FLOORS = {"0": "amber+strict", "1": "amber", "2": "green", "4": "amber+strict"}


def _expected(chain: list[dict[str, Any]], theirs: dict[str, str]) -> str | None:
    """The level of an element: what they say of it and of all around it, and distributions.

    They mark an element with its own tags alone, so that what is red as an event is not red
    as an indicator; with us the strictest around an element binds it.
    """
    sent = [str(one.get("distribution")) for one in chain]
    said = [theirs.get(one["uuid"]) for one in chain] + [FLOORS.get(level) for level in sent]
    return strictest(said) or ("green" if "3" in sent else None)


def _marked(pair: Both) -> list[tuple[str, str | None, str | None]]:
    """Each attribute with its level and the level to expect."""
    ours, theirs = levels(pair.ours), levels(pair.theirs or [])
    found = []
    for sent, around in attributes(pair.event):
        chain = [one for one in (pair.event, around, sent) if one]
        found.append((sent["uuid"], ours.get(sent["uuid"]), _expected(chain, theirs)))
    return found


def test_published_elements_are_marked_as_theirs_and_everything_around_them(
    published: list[Both],
) -> None:
    marked = [it for pair in published if pair.theirs is not None for it in _marked(pair)]
    assert [it for it in marked if it[1] != it[2]] == []
    assert len({level for _, level, _ in marked}) >= 2


@pytest.mark.parametrize("around", TAGGED)
@pytest.mark.parametrize("distribution", DISTRIBUTIONS)
def test_own_elements_are_marked_as_theirs_and_everything_around_them(
    around: str, distribution: str, own_marked: dict[tuple[str, str], Both]
) -> None:
    pair = own_marked[around, distribution]
    assert pair.theirs is not None
    said = levels(pair.theirs)
    assert (said[pair.event["uuid"]], said[uuid(2)]) == (strictest([around]), "amber")
    assert [it for it in _marked(pair) if it[1] != it[2]] == []


@pytest.fixture(scope="module")
def own_marked() -> dict[tuple[str, str], Both]:
    """Events of each level and distribution, with elements of other levels in them."""
    places = [(level, sent) for level in TAGGED for sent in DISTRIBUTIONS]
    events = [
        event(
            Tag=tags(f"tlp:{level}"),
            distribution=sent,
            Attribute=[
                attribute("domain", "x.example", 1),
                attribute("domain", "y.example", 2, Tag=tags("tlp:amber")),
                attribute("vulnerability", "CVE-2012-0158", 3, Tag=tags("tlp:green")),
                attribute("text", "z", 4, Tag=tags("tlp:red", "tlp:white")),
            ],
        )
        for level, sent in places
    ]
    return dict(zip(places, both(events), strict=True))


def test_a_tag_in_capitals_and_a_tag_inside_an_object_limit_with_us_alone() -> None:
    capitals = attribute("domain", "x.example", 1, Tag=tags("TLP:RED"))
    around = _object("domain-ip", 10, ("domain", "domain", "y.example"), ("ip", "ip-dst", "::1"))
    around["Attribute"][0]["Tag"] = tags("tlp:red")
    (pair,) = both([event(Attribute=[capitals], Object=[around])])
    assert levels(pair.theirs or []) == {}
    ours = levels(pair.ours)
    assert [ours[uuid(number)] for number in (1, 11, 12)] == ["red", "red", "green"]


def test_what_was_deleted_is_withdrawn_with_us_and_stands_with_them() -> None:
    gone = attribute("domain", "x.example", 1, deleted=True)
    (pair,) = both([event(Attribute=[gone])])
    assert pair.theirs is not None
    for said, revoked in ((pair.ours, True), (pair.theirs, False)):
        (indicator,) = (one for one in said if one["type"] == "indicator")
        assert indicator.get("revoked", False) is revoked
