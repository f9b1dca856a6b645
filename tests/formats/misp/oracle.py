"""What our reader and MISP's own converter each say of an event, in words that compare.

Only forms are made equal here, each for the reason beside it; what the two say differently
is a difference, and the tests have the list of those that are meant.
"""

import ipaddress
import json
import re
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from comity.formats.misp import reader
from tests.formats.misp.events import SOURCE

ROOT = Path(__file__).parent.parent.parent.parent
Sent = dict[str, Any]
Said = list[dict[str, Any]]
Term = tuple[str, str]

_TERM = re.compile(r"([a-z0-9-]+:[^\s=]+) = (?:'((?:[^'\\]|\\.)*)'|([0-9]+))")
_END = re.compile(
    r"network-traffic:(?:src|dst)_ref\.value|domain-name:resolves_to_refs\[\*\]\.value"
)
_WRITER = re.compile(
    r"email-message:(?:(?:from_ref|to_refs\[[*0]\])\.value|additional_header_fields\.reply_to)"
)
_NUMBER = re.compile(r"(?:T[0-9]{4}(?:\.[0-9]{3})?|[GSMC][0-9]{4})").fullmatch
_HIVES = {"HKLM": "HKEY_LOCAL_MACHINE", "HKCU": "HKEY_CURRENT_USER"}
LEVELS = ("clear", "green", "amber", "amber+strict", "red")


class Both(NamedTuple):
    """An event and what each makes of it; ``theirs`` is ``None`` where they refuse it."""

    event: Sent
    ours: Said
    theirs: Said | None


def both(events: list[Sent]) -> list[Both]:
    """Read the events with our reader, and with MISP's converter in one child process."""
    child = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "tests.formats.misp.misp_stix_child"],
        input=json.dumps(events), check=True, cwd=ROOT, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,  # it names what it does not map there
    )  # fmt: skip
    return [
        Both(event, _ours(event), theirs)
        for event, theirs in zip(events, json.loads(child.stdout), strict=True)
    ]


def _ours(event: Sent) -> Said:
    reading = reader.read(json.dumps({"Event": event}).encode(), source=SOURCE)
    return [json.loads(item.received.raw) for item in reading.objects]


def attributes(event: Sent) -> Iterator[tuple[Sent, Sent | None]]:
    """All attributes, each with the object around it if there is one."""
    yield from ((sent, None) for sent in event.get("Attribute", []))
    for around in event.get("Object", []):
        yield from ((sent, around) for sent in around.get("Attribute", []))


def different(pair: Both) -> set[tuple[str, str, str]]:
    """Where the patterns differ: type of the attribute or object, who says more, and what.

    MISP's converter makes one pattern of an object and we one of each attribute, so those of
    an object are taken together.
    """
    holder: dict[str, str] = {}
    kinds: dict[str, str] = {}
    for sent, around in attributes(pair.event):
        holder[sent["uuid"]] = (around or sent)["uuid"]
        alone = sent["type"] if sent.get("to_ids") else f"unflagged {sent['type']}"
        kinds[(around or sent)["uuid"]] = f"{around['name']} object" if around else alone
    ours, theirs = _terms(pair.ours, holder), _terms(pair.theirs or [], holder)
    found = set()
    for uuid, kind in kinds.items():
        one, other = ours.get(uuid, set()), theirs.get(uuid, set())
        if bool(one) != bool(other):  # only one of them has a pattern at all
            found.add((kind, "ours" if one else "theirs", "all"))
            continue
        found |= {(kind, "ours", path) for path, _ in one - other}
        found |= {(kind, "theirs", path) for path, _ in other - one}
    return found


def compared(pair: Both) -> int:
    """How many patterns of ours there were to compare."""
    return sum(said["type"] == "indicator" for said in pair.ours)


def _terms(said: Said, holder: dict[str, str]) -> dict[str, set[Term]]:
    found: dict[str, set[Term]] = defaultdict(set)
    for one in said:
        if one["type"] == "indicator":
            uuid = one["id"].partition("--")[2]
            found[holder.get(uuid, uuid)] |= set(_terms_of(one["pattern"], one["pattern_type"]))
    return found


def _terms_of(pattern: str, language: str) -> Iterator[Term]:
    if language != "stix":
        # They put rules of every language into brackets, which no engine reads.
        inner = pattern[1:-1] if pattern[:1] == "[" and pattern[-1:] == "]" else pattern
        yield language, inner.strip()
        return
    for path, quoted, number in _TERM.findall(pattern):
        yield from _plain(path, re.sub(r"\\(.)", r"\1", quoted).strip() or number)


def _plain(path: str, value: str) -> Iterator[Term]:
    if path.endswith(("_ref.type", ".content_disposition")):
        return  # they say beside the value what the value is
    if _END.fullmatch(path):
        path = f"{_kind_of(value)}:value"  # they keep a direction, which is a label with us
    elif _WRITER.fullmatch(path):
        path = "email-addr:value"  # likewise
    elif re.fullmatch(r"email-message:body_multipart\[[*0]\]\.body_raw_ref\.name", path):
        path = "file:name"  # likewise
    path = re.sub(r"values(\[[*0]\])?\.", "values.", path)  # any one of a key's values
    if path == "file:name":
        folder, cut, value = re.fullmatch(r"(?:(.*)([/\\]))?(.*)", value, re.DOTALL).groups()  # type: ignore[union-attr]
        if cut:  # they leave a path in the name, where STIX has a directory
            yield "file:parent_directory_ref.path", folder
    elif path == "windows-registry-key:key":
        hive, cut, rest = value.rstrip("\\").partition("\\")
        value = _HIVES.get(hive, hive) + cut + rest  # STIX has hives in full
    elif path == "url:value":
        value = value.replace(" ", "%20")  # no blank may stand in a URL
    elif path == "email-addr:value":
        value = value.lower()  # they fold the local part too
    yield path, value


def _kind_of(value: str) -> str:
    try:
        return f"ipv{ipaddress.ip_interface(value).version}-addr"
    except ValueError:
        return "domain-name"


def cves(said: Said) -> set[str]:
    """The CVE numbers that vulnerabilities refer to."""
    return {
        ref["external_id"]
        for one in said
        if one["type"] == "vulnerability"
        for ref in one.get("external_references", ())
        if ref["source_name"] == "cve"
    }


def numbers(said: Said) -> set[str]:
    """The ids in ATT&CK that anything refers to."""
    return {
        ref["external_id"]
        for one in said
        for ref in one.get("external_references", ())
        if _NUMBER(ref.get("external_id", ""))
    }


def names(said: Said, *types: str) -> set[Term]:
    """Types and names of the objects of these types."""
    return {(one["type"], one["name"]) for one in said if one["type"] in types}


def levels(said: Said) -> dict[str, str]:
    """The strictest TLP of the object that stands for an event, object or attribute, by uuid."""
    marks = {
        one["id"]: one["name"].lower().removeprefix("tlp:")
        for one in said
        if one["type"] == "marking-definition" and one.get("name", "").startswith("TLP:")
    }
    found: dict[str, str] = {}
    for one in said:
        if one["type"] not in ("observed-data", "relationship"):
            marked = (marks.get(ref) for ref in one.get("object_marking_refs", ()))
            uuid = one["id"].partition("--")[2]
            if level := strictest([*marked, found.get(uuid)]):
                found[uuid] = level
    return found


def strictest(said: Iterable[str | None]) -> str | None:
    """The most restrictive of these levels."""
    known = ["clear" if level == "white" else level for level in said if level]
    return max(known, key=LEVELS.index, default=None)
