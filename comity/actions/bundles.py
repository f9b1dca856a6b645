"""Objects that are put together for somebody outside, behind the gate and four eyes."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Literal, get_args

import msgspec

from comity.access.roles import Act, Actor, Decision
from comity.actions.desk import Desk
from comity.actions.handling import terms_of
from comity.actions.ledger import payload_at
from comity.actions.outbound import OWN, in_circles, organisation
from comity.assess.facts import odd_time
from comity.errors import BadInput
from comity.formats.stix_bundle import bundle_of
from comity.gate.compose import Composed, compose
from comity.gate.purpose import Purpose
from comity.gate.recipient import PUBLIC, Recipient
from comity.gate.setting import Consent, Setting, Terms
from comity.record.payload import Bundle, BundleFor, Handling, Import, encode, sha256_hex
from comity.record.payload import Consent as ConsentEntry
from comity.record.store import Record
from comity.stix.decode import Received, decode
from comity.stix.timestamp import Timestamp
from comity.wording import say

COMMUNITY = "the community of this node"
PURPOSES: tuple[Purpose, ...] = get_args(Purpose)
_NO_CONSENT = say(
    "There is no such consent to take back. Write the organisation as in the one that was noted."
)
# Drawn once as a random UUIDv4: who sent a report that does not say so itself.
_SENDERS = uuid.UUID("5e3b2f0e-6a0c-4b57-9f5c-6c1d2b7a4f10")


class Held(msgspec.Struct, frozen=True):
    """An object that the node holds: the entry of its report, its place there, what it is."""

    entry: int
    place: int
    received: Received


def held_of(record: Record, reports: Iterable[int]) -> list[Held]:
    """Every object of these reports that can be read, in the order in which they came."""
    found = []
    for index in reports:
        made = payload_at(record, index)
        for place, ref in enumerate(made.objects if isinstance(made, Import) else (), 1):
            try:
                found.append(Held(index, place, decode(record.blob(ref.content_hash))))
            except BadInput:  # of a type or a form that is not read any more: it cannot go either
                continue
    return found


class Said(msgspec.Struct, frozen=True):
    """What was noted of reports, each by its entry: who agreed to what, and what limits them."""

    consents: Mapping[int, Sequence[ConsentEntry]]
    handling: Mapping[int, Handling]


class Fate(msgspec.Struct, frozen=True):
    """What the gate decided of one object: ``stays``, goes ``whole``, or goes ``in part``.

    ``why`` are the reasons against it, or against the parts in ``removed``; they are for people
    inside. ``sent_as`` is the id under which it goes.
    """

    entry: int
    place: int
    id: str
    fate: Literal["stays", "whole", "in part"]
    why: tuple[str, ...]
    sent_as: str | None
    removed: tuple[str, ...]


class Parcel(msgspec.Struct, frozen=True):
    """A bundle as it would leave (None: nothing may), and what became of each object."""

    raw: bytes | None
    fates: tuple[Fate, ...]

    @property
    def sha256(self) -> str | None:
        """What names the bundle, None where nothing may leave."""
        return None if self.raw is None else sha256_hex(self.raw)


def pack(
    chosen: Sequence[Held],
    others: Iterable[Held],
    to: BundleFor,
    said: Said,
    *,
    at: datetime,
    setting: Setting,
    key: bytes,
    by: str,
    reader: Recipient | None = None,
) -> Parcel:
    """Ask the gate what of the chosen objects may leave, and put that together. Pure.

    ``others`` are the rest of what the node holds of the incident, which must not be given away;
    ``said`` are the last words on each report; ``reader`` is a person of the recipient who reads
    it here. Raises BadInput for a purpose that there is not.
    """
    if to.purpose not in PURPOSES:
        raise BadInput(f"The purpose is one of: {', '.join(PURPOSES)}.")
    if (to.name is None) != (to.purpose == "publish"):
        raise BadInput("What is for everybody is to publish, and nothing else is.")
    rest = tuple(others)
    composed = compose(
        [one.received for one in chosen],
        (_recipient(to, reader, setting, said.handling),),
        to.purpose,
        Timestamp.of(at),
        _with(setting, (*chosen, *rest), said),
        key=key,
        held=[one.received for one in rest],
        by=by,
    )
    bodies = [one.raw for one in composed.leaving]
    return Parcel(bundle_of(bodies) if bodies else None, tuple(_fates(chosen, composed)))


def put_together(desk: Desk, *, incident: str, title: str, to: BundleFor, parcel: Parcel) -> str:
    """Record a bundle for somebody; return its UUID. Raises BadInput where nothing may leave."""
    if parcel.raw is None:
        raise BadInput("Nothing of what you chose may leave: the reasons stand beside each object.")
    body = sha256_hex(parcel.raw)
    decided = msgspec.json.format(msgspec.json.encode(parcel.fates), indent=1)
    entry = Bundle(
        at=desk.at,
        by=desk.by,
        incident=incident,
        document=str(uuid.uuid4()),
        account=desk.actor.account,
        audience="public" if to.name is None else "external",
        title=title,
        to=to,
        blobs=(body, sha256_hex(decided)),
    )
    blobs = {body: parcel.raw, entry.blobs[1]: decided}
    desk.ledger(Act.SHARE, incident).append([encode(entry)], blobs)
    return entry.document


def note_consent(desk: Desk, entry: ConsentEntry) -> int:
    """Note that an originator lets a report go on, or takes that back; return the entry.

    Raises Refused where there is nothing to take back: else a consent of another spelling stands.
    """
    if not entry.said_by.strip():
        raise BadInput("Say who agreed for the originator, and how.")
    if entry.until is not None and (odd := odd_time(entry.until)):
        raise BadInput(f"The end {odd}.")

    def also(_person: Actor) -> Decision:
        if entry.index not in desk.projections.reports_of(entry.incident):
            return Decision(allowed=False, reason=say("There is no such report in this incident."))
        agreed = consents_of(desk, entry.incident).get(entry.index, ())
        if not entry.given and _plain(entry.to) not in {_plain(one.to) for one in agreed}:
            return Decision(allowed=False, reason=_NO_CONSENT)
        return Decision(allowed=True, reason=say("It is a report of this incident."))

    return desk.ledger(Act.SHARE, entry.incident, also).append([encode(entry)]).first_index


def consents_of(desk: Desk, incident: str) -> dict[int, list[ConsentEntry]]:
    """The last word for each recipient, by report; what was taken back is left out."""
    said = (payload_at(desk.record, index) for index in desk.projections.consents_of(incident))
    last = {(one.index, _plain(one.to)): one for one in said if isinstance(one, ConsentEntry)}
    found: dict[int, list[ConsentEntry]] = {}
    for one in last.values():
        if one.given:
            found.setdefault(one.index, []).append(one)
    return found


def _plain(name: str | None) -> str | None:
    return None if name is None else organisation(name).organisation


def _recipient(
    to: BundleFor, reader: Recipient | None, setting: Setting, handling: Mapping[int, Handling]
) -> Recipient:
    groups = (COMMUNITY,) if to.community else ()
    if reader is not None:
        return in_circles(msgspec.structs.replace(reader, groups=groups), handling)
    if to.name is None:
        return Recipient(kind="public")
    one = organisation(to.name, groups, setting.addressees.get(to.name, ()))
    return in_circles(one, handling)


def _with(setting: Setting, held: Iterable[Held], said: Said) -> Setting:
    """The setting with what was recorded of these objects: who sent each, limits, consents.

    A report's sender counts beside whoever an object says made it. Else the consent for one report
    would let go what another one says under the same id, and whoever gives out an object as this
    node's own work would need none.
    """
    terms, agreed = [], []
    for one in held:
        value = one.received.value
        if value.id is None:
            continue
        sender = f"identity--{uuid.uuid5(_SENDERS, str(one.entry))}"
        terms.append(Terms(object=value.id, originator=sender))
        if one.entry in said.handling:
            terms.append(terms_of(said.handling[one.entry], value.id))
        maker = getattr(value, "created_by_ref", None) or sender
        agreed += [
            Consent(
                originator=originator,
                object=value.id,
                audience=(PUBLIC if yes.to is None else str(organisation(yes.to).organisation),),
                until=None if yes.until is None else Timestamp.of(yes.until),
            )
            for yes in said.consents.get(one.entry, ())
            for originator in {sender, maker}
        ]
    return msgspec.structs.replace(
        setting,
        own=setting.own or OWN,
        communities=(*setting.communities, COMMUNITY),
        terms=(*setting.terms, *terms),
        consents=(*setting.consents, *agreed),
    )


def _fates(chosen: Sequence[Held], composed: Composed) -> Iterable[Fate]:
    for one, item in zip(chosen, composed.items, strict=True):
        against = [reason for reason in item.decision.reasons if not reason.allows]
        against += [part.reason for part in item.decision.redactions]
        whole = item.sent is not None and not item.removed
        yield Fate(
            entry=one.entry,
            place=one.place,
            id=one.received.value.id or "",
            fate="stays" if item.sent is None else "whole" if whole else "in part",
            why=tuple(dict.fromkeys(str(reason.text) for reason in against)),
            sent_as=None if item.sent is None else item.sent.value.id,
            removed=tuple(part.selector for part in item.removed),
        )
