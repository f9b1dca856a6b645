"""What an object says as an attribute, or as a report inside the event."""

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from comity.formats.misp.observables import OBSERVABLES
from comity.formats.misp.things import THINGS, cve_of
from comity.formats.misp.writing.losses import Sent
from comity.formats.misp.writing.stock import Value
from comity.formats.misp.writing.values import RULES, observed, of_pattern
from comity.stix.sdo import Campaign, Identity, Indicator, Note, ThreatActor, Vulnerability
from comity.stix.timestamp import Timestamp

EVENT_REPORT = "EventReport"
_OWN = re.compile(r'misp:([a-z_]{1,20})="(.*)"', re.DOTALL).fullmatch
# What the reader of MISP keeps as a label because STIX has no property for it.
_ATTRIBUTE = frozenset(
    ("type", "category", "object_relation", "to_ids", "first_seen", "last_seen", "mapping")
)
# Thing by thing, the STIX type that the reader makes of such an attribute.
_THINGS = {
    "threat-actor": ThreatActor,
    "campaign-name": Campaign,
    **dict.fromkeys((kind for kind in THINGS if kind.startswith("target-")), Identity),
}
_CATEGORIES = {
    **dict.fromkeys(("comment", "text", "other"), "Other"),
    **dict.fromkeys(("vulnerability", "link"), "External analysis"),
    **dict.fromkeys(("threat-actor", "campaign-name"), "Attribution"),
    **dict.fromkeys(("github-username", "twitter-id", "jabber-id"), "Social network"),
    **dict.fromkeys(("mutex", "regkey", "regkey|value"), "Artifacts dropped"),
    **dict.fromkeys(
        (
            "ip-src", "ip-dst", "ip-src|port", "ip-dst|port", "hostname|port", "domain",
            "domain|ip", "hostname", "url", "uri", "user-agent", "AS", "mac-address", "email",
            "x509-fingerprint-md5", "x509-fingerprint-sha1", "x509-fingerprint-sha256",
        ),
        "Network activity",
    ),
}  # fmt: skip


class Core(NamedTuple):
    """The part of an attribute that only the object itself says."""

    kind: str
    value: str
    comment: str
    labels: tuple[str, ...]
    said: Mapping[str, str] = {}
    to_ids: bool = False


def own_labels(labels: Iterable[str], names: frozenset[str]) -> tuple[dict[str, str], list[str]]:
    """What the reader kept as labels of its own under these names, and all other labels."""
    said: dict[str, str] = {}
    rest: list[str] = []
    for label in labels:
        match = _OWN(label)
        if match and match[1] in names and match[1] not in said:
            said[match[1]] = match[2]
        else:
            rest.append(label)
    return said, rest


def category_of(kind: str) -> str:
    """The category that an attribute of this type has where nobody gave it one."""
    if kind.startswith("target-"):
        return "Targeting data"
    return _CATEGORIES.get(kind, "Payload delivery")


def core_of(value: Value) -> Core | None:
    """The attribute of an object; ``None`` if it is none."""
    if not isinstance(value, Indicator | Note | Vulnerability | ThreatActor | Campaign | Identity):
        return None
    said, rest = own_labels(value.labels, _ATTRIBUTE)
    kind = said.get("type", "")
    labels = tuple(rest)
    flagged = said.get("to_ids") == "1"
    match value:
        case Indicator():
            return _indicator(value, kind, said, labels)
        case Note():
            return _note(value, kind, said, labels)
        case Vulnerability():
            cve = next((cve for one in _cves(value) if (cve := cve_of(one))), None)
            name = value.name.strip() or cve or ""
            words = _words(None if cve in (None, name) else name, value.description)
            return Core("vulnerability", cve or name, words, labels, said, flagged)
        case _ if _THINGS.get(kind) is type(value):
            return Core(kind, value.name, value.description or "", labels, said, flagged)
    return None


def _cves(value: Vulnerability) -> tuple[str, ...]:
    found = [ref.external_id for ref in value.external_references if ref.source_name == "cve"]
    return (value.name, *(one for one in found if one))


def _indicator(
    value: Indicator, kind: str, said: dict[str, str], labels: tuple[str, ...]
) -> Core | None:
    text = value.pattern if value.name is None else value.name
    made = observed(kind, text)
    if made and (made.pattern, made.pattern_type) == (value.pattern, value.pattern_type):
        return Core(kind, text, value.description or "", labels, said, to_ids=True)
    found = of_pattern(value.pattern, value.pattern_type)
    if found is None:
        return None
    name = None if value.name == found.value else value.name
    return Core(*found, _words(name, value.description), value.labels, to_ids=True)


def _note(value: Note, kind: str, said: dict[str, str], labels: tuple[str, ...]) -> Core:
    """A note stays one only where its type names neither a thing nor, flagged, a pattern."""
    flagged = said.get("to_ids") == "1"
    fits = kind and kind not in THINGS
    if kind in OBSERVABLES:
        fits = not flagged and observed(kind, value.content) is not None
    if fits:
        return Core(kind, value.content, value.abstract or "", labels, said, flagged)
    return Core("comment", value.content, value.abstract or "", value.labels)


def _words(*texts: str | None) -> str:
    return ": ".join(text for text in texts if text)


def sent_core(core: Core) -> Sent:
    """The attribute without its uuid, time, limits and tags."""
    return {
        "type": core.kind,
        "category": core.said.get("category") or category_of(core.kind),
        "value": core.value,
        "to_ids": core.to_ids,
        "comment": core.comment,
        **{
            name: core.said[name]
            for name in ("object_relation", "first_seen", "last_seen")
            if core.said.get(name)
        },
    }


def seen_since(value: Value, core: Core) -> Timestamp | None:
    """From when an indicator holds, where that is no claim that something was observed."""
    if not isinstance(value, Indicator) or value.valid_from == value.modified:
        return None
    made = observed(core.kind, core.value)
    return value.valid_from if core.kind in RULES or (made and not made.scos) else None
