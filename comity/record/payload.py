"""The payloads of log entries: frozen, tagged by ``kind``, canonical JSON (RFC 8785).

Kinds that this room does not know are kept as ``Opaque``, so a record written by a newer version
stays readable. Every kind carries ``at`` (RFC 3339 in UTC, a claim) and ``by`` (who).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256
from types import MappingProxyType
from typing import Annotated, Any, Final

import msgspec
import rfc8785

from comity.errors import BadInput
from comity.record.commitment import MAX_PAYLOAD

Sha256 = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}$", max_length=64)]
"""A SHA-256 in 64 lower-case hexadecimal digits: the name of a body in the blob store."""
Index = Annotated[int, msgspec.Meta(ge=0)]

ERASURE: Final = "erasure"
"""The kind of a tombstone."""

FetchBlob = Callable[[str], bytes]


class Claim(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="kind"
):
    """What every payload says: ``at`` this time, ``by`` this person, office or rule."""

    at: datetime
    by: str

    def __post_init__(self) -> None:
        """Refuse a time that is not in UTC."""
        if self.at.utcoffset() != timedelta(0):
            raise ValueError("the time is not in UTC")


class ObjectRef(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One object that an import brought in; its raw bytes are the blob ``content_hash``.

    ``modified`` is the object's own version time, or None if its type has none; ``position`` is
    where it stood in the source: a JSON pointer, or ``line 12``.
    """

    id: str
    modified: str | None
    content_hash: Sha256
    position: str


class SignatureCheck(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What was found when a signature of a report was checked as it was taken in.

    ``method``, ``verdict``, ``who``, ``aligned`` and ``reason`` are those of the checker; ``key``
    is the SHA-256 of the key file it used, or empty. The key itself is not held by the entry.
    """

    method: str
    verdict: str
    who: str
    aligned: bool
    reason: str
    key: str


class Import(Claim, frozen=True, kw_only=True, tag="import", omit_defaults=True):
    """A report taken in: the blob ``source``, which reader read it, and what it lost.

    ``authentication`` is what an e-mail claims of its sender; ``checks`` are what the
    node found when it checked that; ``incident`` is the UUID that it was filed under. ``stated``
    are words of the node's marking schemes that stood in its text then. Entries written before
    these were kept have none, and stay canonical.
    """

    source: Sha256
    file_name: str
    reader: str
    losses: tuple[str, ...]
    objects: tuple[ObjectRef, ...]
    authentication: tuple[str, ...] = ()
    checks: tuple[SignatureCheck, ...] = ()
    incident: str | None = None
    stated: tuple[str, ...] = ()


class Assessment(Claim, frozen=True, kw_only=True, omit_defaults=True, tag="assessment"):
    """A result of the rules: the blob ``result``, and the hashes of the packs and inputs used.

    ``packs`` and ``inputs`` name what was read, by pack name or object id; those bodies are not
    held by this entry. ``documents`` are blobs made from the same assessment, by file name.
    ``stated`` names the classifications that the reports it was made from carried then. Without
    one the field is left out, as in entries from before there were any.
    """

    result: Sha256
    packs: dict[str, Sha256]
    inputs: dict[str, Sha256]
    documents: dict[str, Sha256] = {}
    incident: str | None = None
    stated: tuple[str, ...] = ()


class Incident(Claim, frozen=True, kw_only=True, tag="incident"):
    """An incident is opened under a UUID and a title; what follows names the UUID."""

    incident: str
    title: str


class Statement(Claim, frozen=True, kw_only=True, tag="statement"):
    """A person says facts about an incident: the one blob of ``blobs`` holds them.

    A later statement on the same feature takes the place of an earlier one by the same person.
    """

    incident: str
    blobs: tuple[Sha256, ...]


class Ticket(Claim, frozen=True, kw_only=True, tag="ticket"):
    """An incident has the ``number`` in another system, as ``account`` noted; the last word counts.

    ``system`` is rtir, thehive or other; ``url`` where people find it, or None: the node never asks
    there. ``kept`` false takes it off.
    """

    incident: str
    account: str
    system: str
    number: str
    url: str | None
    kept: bool
    reason: str


class RoleGrant(Claim, frozen=True, kw_only=True, omit_defaults=True, tag="role"):
    """A person (``account``, a UUID, called ``name`` then) is given a role, or it is taken away.

    A deputy holds it for ``deputy_of``, the account that named them, and not beyond ``until``.
    """

    account: str
    name: str
    role: str
    granted: bool
    reason: str
    deputy_of: str | None = None
    until: datetime | None = None


class Affiliation(Claim, frozen=True, kw_only=True, tag="affiliation"):
    """A guest (``account``, called ``name`` then) reads what was released to this organisation.

    None: to none, only what was released to everybody.
    """

    account: str
    name: str
    organisation: str | None
    reason: str


class Clearance(Claim, frozen=True, kw_only=True, tag="clearance"):
    """A person (``account``, called ``name`` then) is cleared up to a level of a scheme.

    It ends with the day ``until``, in UTC, if there is one. A ``level`` of None takes away
    what was given; the last entry on a scheme counts.
    """

    account: str
    name: str
    scheme: str
    level: str | None
    until: date | None
    reason: str


class Document(Claim, frozen=True, kw_only=True, tag="document"):
    """A version of a document: the one blob of ``blobs`` is the draft as data.

    ``document`` is its UUID, the same for all versions; ``account`` the UUID of who wrote this one,
    ``template`` the kind of act, ``audience`` external, internal or public.
    """

    incident: str
    document: str
    account: str
    template: str
    audience: str
    title: str
    blobs: tuple[Sha256, ...]


class BundleFor(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """For whom a bundle is: ``name`` is an organisation, or None for the public.

    ``community``: whoever put it together says that it belongs to the node's community.
    """

    name: str | None
    community: bool
    purpose: str


class Bundle(Claim, frozen=True, kw_only=True, tag="bundle"):
    """Objects are put together for somebody: the first blob is the STIX bundle as it would leave.

    The second says what the gate decided of each object that was chosen. ``document`` is the UUID
    that approvals, release and carriage name, as they name that of a document; ``account`` put it
    together.
    """

    incident: str
    document: str
    account: str
    audience: str
    title: str
    to: BundleFor
    blobs: tuple[Sha256, Sha256]


class Sightings(Claim, frozen=True, kw_only=True, tag="sightings"):
    """What was seen of an event of MISP, to be told back: the blob holds it as STIX sightings.

    ``report`` is the entry of the event, ``to`` the organisation whose MISP is told. ``document``
    is the UUID that approvals and release name, as they name that of a document.
    """

    incident: str
    document: str
    account: str
    audience: str
    title: str
    report: Index
    to: str
    blobs: tuple[Sha256]


class Told(Claim, frozen=True, kw_only=True, tag="told"):
    """One sighting goes to MISP, which cannot tell a second one from the first.

    ``outcome`` is begun (written before it goes), then sent, refused or unknown: it may have
    arrived. ``attribute`` is the UUID of the attribute of MISP.
    """

    incident: str
    document: str
    account: str
    attribute: str
    outcome: str
    reason: str


class Consent(Claim, frozen=True, kw_only=True, tag="consent"):
    """Whoever sent the report of entry ``index`` lets it go on, as ``account`` was told.

    ``to`` is an organisation, or None for everybody; ``said_by`` who said so for the originator.
    ``given`` false takes it back; it ends at ``until``, if that is not None.
    """

    incident: str
    index: Index
    account: str
    to: str | None
    given: bool
    until: datetime | None
    said_by: str
    reason: str


class Handling(Claim, frozen=True, kw_only=True, tag="handling"):
    """Whoever sent the report of entry ``index`` limits its sharing, as ``account`` was told.

    Nothing of it leaves before ``embargo_until`` nor from ``expires`` on, and none of it goes
    outside ``circle``, names of organisations. None and empty limit nothing: an entry without any
    limit lifts what an earlier one set. ``said_by`` is who said so for the originator.
    """

    incident: str
    index: Index
    account: str
    embargo_until: datetime | None
    expires: datetime | None
    circle: tuple[str, ...]
    said_by: str
    reason: str

    @property
    def limits(self) -> bool:
        """Whether it limits anything; else it lifts what was said before it."""
        return bool(self.embargo_until or self.expires or self.circle)


class Deconfliction(Claim, frozen=True, kw_only=True, tag="deconfliction"):
    """A service says hold or clear to the version ``body``, before technical detail leaves.

    ``service`` is csirt, police or intelligence; ``said_by`` who spoke for it, ``account`` who
    noted it. Until it says clear, it may have an operation that the detail would give away.
    """

    incident: str
    document: str
    account: str
    body: Sha256
    service: str
    clear: bool
    said_by: str
    reason: str


class Approval(Claim, frozen=True, kw_only=True, omit_defaults=True, tag="approval"):
    """A person says yes or no, in a role, to the version whose blob is ``body``, and no other.

    ``personal_data`` is the SHA-256 of the list of personal data that they saw and said stays;
    without any, and in entries from before there were lists, it is left out.
    """

    incident: str
    document: str
    account: str
    role: str
    body: Sha256
    approved: bool
    reason: str
    personal_data: Sha256 | None = None


class Release(Claim, frozen=True, kw_only=True, omit_defaults=True, tag="release"):
    """The version ``body`` may leave. ``approvals`` are the entries that it rests on.

    Without one it is an emergency: one officer alone, to be reviewed. ``personal_data`` is as in
    an approval.
    """

    incident: str
    document: str
    account: str
    body: Sha256
    approvals: tuple[Index, ...]
    reason: str
    personal_data: Sha256 | None = None


class Carriage(Claim, frozen=True, kw_only=True, tag="carriage"):
    """How a released version left, as somebody asserts it: nothing here is proven.

    ``way`` is cable, e-mail, courier, telephone or portal; ``to`` whom it was for; ``carrier``
    who took it; ``carried_at`` when; ``evidence`` what shows that it arrived; ``answer`` what came
    back, if anything has.
    """

    incident: str
    document: str
    body: Sha256
    way: str
    to: str
    carrier: str
    carried_at: datetime
    evidence: str
    answer: str


class WatchNote(Claim, frozen=True, kw_only=True, tag="watch"):
    """Somebody on duty notes something: the one blob of ``blobs`` is the text, in UTF-8."""

    account: str
    incident: str | None
    blobs: tuple[Sha256, ...]


class Handover(Claim, frozen=True, kw_only=True, tag="handover"):
    """Who is on watch hands it over: the one blob of ``blobs`` is the sheet of what is open."""

    account: str
    blobs: tuple[Sha256, ...]


class Takeover(Claim, frozen=True, kw_only=True, tag="takeover"):
    """A person (``account``, called ``name`` then) takes the watch, having read a handover.

    ``handover`` is its entry, or None where there was none: then ``reason`` says why.
    """

    account: str
    name: str
    handover: Index | None
    reason: str


class PersonExport(Claim, frozen=True, kw_only=True, tag="person-export"):
    """Somebody (``account``) took out what the node holds about a person, for this reason.

    ``count`` is the number of places on the list, ``result`` the SHA-256 of the list. Who the
    person is does not stand here.
    """

    account: str
    reason: str
    count: Index
    result: Sha256


class Hold(Claim, frozen=True, kw_only=True, tag="hold"):
    """No rule of retention takes anything of an incident (``held``), or may do so again."""

    incident: str
    account: str
    held: bool
    reason: str


class Quarantine(Claim, frozen=True, kw_only=True, tag="quarantine"):
    """Entry ``index`` is not to be read by anybody (``held``), or is given back.

    ``of`` is its kind and ``incident`` what it is filed under: they have to be known when it is
    erased, for the sake of what was made from it. The reason quotes nothing of it.
    """

    index: Index
    of: str
    incident: str | None
    account: str
    held: bool
    reason: str


class ErasureWord(Claim, frozen=True, kw_only=True, tag="erasure-word"):
    """An officer asks that the content of entry ``index`` be erased, or is against it.

    The last word on an entry counts; the erasure itself is the tombstone.
    """

    index: Index
    account: str
    asks: bool
    reason: str


class Erasure(Claim, frozen=True, kw_only=True, omit_defaults=True, tag=ERASURE):
    """The tombstone of entry ``index``: two ``officers``, or the retention ``rule``, ordered it.

    Of a version of a document two things outlive it: which ``document`` it was one of, and the
    ``account`` that wrote it. Else erasing what one wrote would let one approve the rest.
    """

    index: Index
    reason: str
    officers: tuple[str, ...]
    rule: str | None
    document: str | None = None
    account: str | None = None


class Bulk(Claim, frozen=True, kw_only=True, tag="bulk"):
    """A payload of kind ``of`` that is too large for the log: its ``size`` bytes are a blob."""

    of: str
    body: Sha256
    size: Index


@dataclass(frozen=True, slots=True)
class Opaque:
    """A payload of a kind that is not known here. ``raw`` is its canonical JSON."""

    kind: str
    raw: bytes


Payload = (
    Import | Assessment | Incident | Statement | Ticket | RoleGrant | Affiliation | Clearance
    | Document | Bundle | Sightings | Told | Consent | Handling | Deconfliction | Approval
    | Release | Carriage | WatchNote | Handover | Takeover | Quarantine | ErasureWord | Erasure
    | PersonExport | Hold | Bulk
)  # fmt: skip
_KINDS = frozenset(
    {
        "import", "assessment", "incident", "statement", "ticket", "role", "affiliation",
        "clearance", "document", "bundle", "sightings", "told", "consent", "handling",
        "deconfliction", "approval", "release", "carriage", "watch", "handover", "takeover",
        "quarantine", "erasure-word", ERASURE, "person-export", "hold", "bulk",
    }
)  # fmt: skip
_decoder: msgspec.json.Decoder[Payload] = msgspec.json.Decoder(Payload)


class _Kind(msgspec.Struct):
    kind: str


class _Bodies(msgspec.Struct):
    """The field by which kinds that are not known here say which blobs they hold."""

    blobs: tuple[Sha256, ...] = ()


def sha256_hex(body: bytes) -> str:
    """Return the name of a body in the blob store."""
    return sha256(body).hexdigest()


def encode(payload: Claim) -> bytes:
    """Return the canonical JSON of a payload (RFC 8785); BadInput for a number it cannot hold."""
    try:
        return rfc8785.dumps(msgspec.to_builtins(payload))
    except rfc8785.IntegerDomainError:
        raise BadInput("A number in it is too large: there is no such entry.") from None


def decode(raw: bytes) -> Payload | Opaque:
    """Return the payload in ``raw``; raise BadInput if it is none.

    An unknown ``kind`` gives ``Opaque``. Only canonical JSON is accepted, so one payload has one
    spelling and no key can stand in it twice.
    """
    kind = kind_of(raw)
    if kind is None:
        raise BadInput("The payload is not a JSON object with a kind.")
    if kind not in _KINDS:
        if _canonical(raw) != raw:
            raise BadInput(f"The payload of kind “{kind}” is not canonical JSON.")
        return Opaque(kind, raw)
    try:
        payload = _decoder.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BadInput(f"The payload of kind “{kind}” is malformed: {error}.") from None
    if encode(payload) != raw:
        raise BadInput(f"The payload of kind “{kind}” is not canonical JSON.")
    return payload


def kind_of(raw: bytes) -> str | None:
    """Return the kind of a payload, or None if it is not a JSON object that has one."""
    try:
        return msgspec.json.decode(raw, type=_Kind).kind
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None


def pack(payload: Claim) -> tuple[bytes, Mapping[str, bytes]]:
    """Return what to append: the payload's bytes and the blobs to store with it.

    A payload above ``MAX_PAYLOAD`` becomes a blob, and a ``Bulk`` payload stands for it.
    """
    raw = encode(payload)
    if len(raw) <= MAX_PAYLOAD:
        return raw, MappingProxyType({})
    body = sha256_hex(raw)
    kind = str(type(payload).__struct_config__.tag)
    bulk = Bulk(at=payload.at, by=payload.by, of=kind, body=body, size=len(raw))
    return encode(bulk), MappingProxyType({body: raw})


def unpack(raw: bytes, fetch: FetchBlob) -> Payload | Opaque:
    """Return the payload that ``pack`` was given; ``fetch`` reads a blob by its SHA-256."""
    payload = decode(raw)
    return decode(_body(payload, fetch)) if isinstance(payload, Bulk) else payload


def bodies(raw: bytes, fetch: FetchBlob) -> frozenset[str]:
    """Return the names of the blobs that a payload holds: erased with it, verified with it.

    Opaque kinds name theirs in a top-level list ``blobs``; a payload that is not JSON holds none.
    """
    kind = kind_of(raw)
    if kind is None:
        return frozenset()
    if kind not in _KINDS:
        return frozenset(_opaque_bodies(raw))
    match decode(raw):
        case Import(source=source, objects=objects):
            return frozenset({source, *(item.content_hash for item in objects)})
        case Assessment(result=result, documents=documents):
            return frozenset({result, *documents.values()})
        case (
            Statement(blobs=blobs)
            | Document(blobs=blobs)
            | Bundle(blobs=blobs)
            | Sightings(blobs=blobs)
            | WatchNote(blobs=blobs)
            | Handover(blobs=blobs)
        ):
            return frozenset(blobs)
        case Bulk(body=body) as bulk:
            return frozenset({body}) | bodies(_body(bulk, fetch), fetch)
        case _:
            return frozenset()


def _body(bulk: Bulk, fetch: FetchBlob) -> bytes:
    raw = fetch(bulk.body)
    if bulk.of == "bulk" or kind_of(raw) != bulk.of:
        raise BadInput(f"The body {bulk.body} is not a payload of kind “{bulk.of}”.")
    return raw


def _opaque_bodies(raw: bytes) -> tuple[str, ...]:
    try:
        return msgspec.json.decode(raw, type=_Bodies).blobs
    except msgspec.DecodeError:
        raise BadInput("The payload's list of blobs is not a list of SHA-256 values.") from None


def _canonical(raw: bytes) -> bytes | None:
    try:
        value: Any = msgspec.json.decode(raw)
        return rfc8785.dumps(value)
    except (msgspec.DecodeError, rfc8785.CanonicalizationError, UnicodeDecodeError):
        return None
