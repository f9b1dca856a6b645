"""What was seen of an event of MISP, as STIX sightings that say exactly this and nothing else."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from datetime import datetime

import msgspec

from comity.access.roles import Act, Actor, Decision
from comity.actions.desk import Desk
from comity.actions.ledger import payload_at
from comity.actions.outbound import OWN, for_people, organisation
from comity.actions.tickets import label, tickets_at
from comity.errors import BadInput
from comity.formats.misp.reader import READER
from comity.formats.stix_bundle import bundle_of
from comity.gate.release import release
from comity.gate.setting import Setting, Terms
from comity.record.payload import Import, Sightings, encode, sha256_hex
from comity.record.store import Record
from comity.stix.canonical import canonical
from comity.stix.decode import decode
from comity.stix.markings import TLP_2_IDS, Tlp, tlp_of
from comity.stix.registry import SCO_TYPES
from comity.stix.timestamp import Timestamp
from comity.wording import Sentence, say

KINDS: Mapping[str, Sentence] = {
    "seen": say("seen here"),
    "false-positive": say("false positive"),
    "expired": say("expired"),
}
"""What can be told of an attribute."""
MOST = 100
"""Attributes that are told of together: more than that nobody has looked at."""
_EVENT = re.compile(r"misp-event-[0-9a-f-]{36}\.json")
_PLACE = re.compile(r"/Event/(?:Object/\d+/)?Attribute/\d+")
_ATTRIBUTE, _CASE = "misp-attribute", "ticket"


class Attribute(msgspec.Struct, frozen=True):
    """An attribute of an event as received: its UUID, type, value, and the object read from it."""

    uuid: str
    type: str
    value: str
    object: str


class Seen(msgspec.Struct, frozen=True):
    """What is told of one attribute. ``source`` is the number of the case, or empty.

    ``marking`` is a TLP label.
    """

    attribute: str
    object: str
    kind: str
    source: str
    marking: str
    at: datetime


class _Attribute(msgspec.Struct):
    uuid: str = ""
    type: str = ""
    value: str | int | float | None = None


class _Object(msgspec.Struct):
    attributes: list[_Attribute] = msgspec.field(name="Attribute", default_factory=list)


class _Event(_Object):
    objects: list[_Object] = msgspec.field(name="Object", default_factory=list)


class _Answer(msgspec.Struct):
    event: _Event = msgspec.field(name="Event")


class _Reference(msgspec.Struct):
    source_name: str
    external_id: str


class _Sighting(msgspec.Struct):
    created: datetime
    sighting_of_ref: str
    labels: list[str]
    external_references: list[_Reference]
    object_marking_refs: list[str]


class _Bundle(msgspec.Struct):
    objects: list[_Sighting]


class _Objects(msgspec.Struct):
    objects: list[msgspec.Raw]


def attributes_of(record: Record, report: int) -> tuple[Attribute, ...]:
    """The attributes of a fetched event that an object was read from; none of any other report."""
    made = payload_at(record, report)
    if not (isinstance(made, Import) and made.reader == READER and _EVENT.match(made.file_name)):
        return ()
    try:
        event = msgspec.json.decode(record.blob(made.source), type=_Answer).event
    except (BadInput, msgspec.MsgspecError):  # erased, or bent: nobody can tell of it
        return ()
    sent = {f"/Event/Attribute/{n}": one for n, one in enumerate(event.attributes)} | {
        f"/Event/Object/{n}/Attribute/{m}": one
        for n, thing in enumerate(event.objects)
        for m, one in enumerate(thing.attributes)
    }
    found: dict[str, Attribute] = {}
    for ref in made.objects:
        one = sent.get(ref.position) if _PLACE.fullmatch(ref.position) else None
        kind, _, key = ref.id.partition("--")
        if one and key == one.uuid.lower() and kind not in SCO_TYPES and kind != "relationship":
            found.setdefault(key, Attribute(key, one.type, str(one.value), ref.id))
    return tuple(found.values())


def propose(
    desk: Desk,
    *,
    incident: str,
    report: int,
    kinds: Mapping[str, str],
    marking: str,
    source: str,
    to: str,
) -> str:
    """Record what is to be told of attributes (UUID: a key of KINDS); return the UUID.

    ``source`` goes along with each, and is empty or the label of a ticket that stands. Raises
    BadInput for what is not of the event, and where the gate would keep it in.
    """
    level = next((level for level in Tlp if level.label == marking), None)
    if level is None:
        raise BadInput("Choose one of the markings.")
    if not 0 < len(kinds) <= MOST:
        raise BadInput(f"Say of at least one attribute, and of at most {MOST}, what was seen.")
    known = {one.uuid: one for one in attributes_of(desk.record, report)}
    if odd := kinds.keys() - known.keys():
        raise BadInput(f"The event has no attribute {min(odd)} that can be told of.")
    if odd := set(kinds.values()) - KINDS.keys():
        raise BadInput(f"What was seen is one of: {', '.join(KINDS)}.")
    tickets = tickets_at(desk.record, desk.projections.tickets_of(incident))
    if source and source not in map(label, tickets):
        raise BadInput("The number that goes along is none that is noted of this incident.")
    raw = bundle_of(
        [_sighting(known[key], kind, level, source, desk.at) for key, kind in kinds.items()]
    )
    body = sha256_hex(raw)
    gate = judge(raw, to, desk.at, desk.setting(), desk.actor.account)
    if not gate.allowed:
        raise BadInput(str(gate.reason))
    entry = Sightings(
        at=desk.at, by=desk.by, incident=incident, document=str(uuid.uuid4()),
        account=desk.actor.account, audience="external", title=f"Sightings for {to}",
        report=report, to=to, blobs=(body,),
    )  # fmt: skip

    def also(_person: Actor) -> Decision:
        if report not in desk.projections.reports_of(incident):
            return Decision(allowed=False, reason=say("There is no such report in this incident."))
        return Decision(allowed=True, reason=say("It is a report of this incident."))

    desk.ledger(Act.SHARE, incident, also).append([encode(entry)], {body: raw})
    return entry.document


def seen_in(raw: bytes) -> tuple[Seen, ...]:
    """What the sightings of a version say: what is sent is read out of what was approved."""
    found = []
    for one in msgspec.json.decode(raw, type=_Bundle).objects:
        names = {ref.source_name: ref.external_id for ref in one.external_references}
        (kind,) = one.labels
        level = tlp_of(one.object_marking_refs[0])
        found.append(
            Seen(
                attribute=names[_ATTRIBUTE],
                object=one.sighting_of_ref,
                kind=kind,
                source=names.get(_CASE, ""),
                marking=level.label if level is not None else "",
                at=one.created,
            )
        )
    return tuple(found)


def judge(raw: bytes, to: str, at: datetime, setting: Setting, by: str) -> Decision:
    """What the gate says of all sightings of a version, for the organisation that is told."""
    recipient = organisation(to)
    for one in msgspec.json.decode(raw, type=_Objects).objects:
        received = decode(bytes(one))
        terms = Terms(
            object=str(received.value.id),
            originator=OWN.identities[0],
            named=(str(recipient.organisation),),
        )
        here = msgspec.structs.replace(setting, terms=(*setting.terms, terms))
        gate = release(received, (recipient,), "inform", Timestamp.of(at), here, by=by)
        if not gate.allowed:  # they say the same of markings, so one stands for all
            return for_people(gate)
    return Decision(allowed=True, reason=say("The gate lets it go."))


def _sighting(attribute: Attribute, kind: str, level: Tlp, source: str, at: datetime) -> bytes:
    references = [{"source_name": _ATTRIBUTE, "external_id": attribute.uuid}]
    if source:
        references.append({"source_name": _CASE, "external_id": source})
    stamp = str(Timestamp.of(at))
    return canonical(
        {
            "type": "sighting",
            "spec_version": "2.1",
            "id": f"sighting--{uuid.uuid4()}",
            "created": stamp,
            "modified": stamp,
            "created_by_ref": OWN.identities[0],
            "sighting_of_ref": attribute.object,
            "labels": [kind],
            "external_references": references,
            "object_marking_refs": [TLP_2_IDS[level]],
        }
    )
