"""The record as tables: ``apply`` one entry after the other, with the cursor beside the rows."""

from __future__ import annotations

from datetime import datetime
from itertools import islice

import msgspec
from django.db import connection, transaction
from django.db.models import Count, Max, Min, Q

from comity.access.roles import Role
from comity.documents.model import Dossier, running
from comity.errors import BadInput
from comity.node import search
from comity.node.bulk import storable
from comity.node.holds import hold_on
from comity.node.models import (
    PROJECTIONS,
    ClearanceEntry,
    Cursor,
    Entry,
    Incident,
    QuarantineEntry,
    RoleEntry,
    number_of,
)
from comity.node.models import Affiliation as Affiliated
from comity.node.quarantine import UNTITLED, hide, withheld
from comity.node.received import (
    bury_marks,
    bury_objects,
    statement_texts,
    write_marks,
    write_objects,
)
from comity.node.services import now
from comity.record.payload import (
    Affiliation,
    Approval,
    Assessment,
    Bundle,
    Carriage,
    Clearance,
    Consent,
    Deconfliction,
    Document,
    Erasure,
    ErasureWord,
    Handling,
    Handover,
    Hold,
    Import,
    Opaque,
    Payload,
    PersonExport,
    Quarantine,
    Release,
    RoleGrant,
    Sightings,
    Statement,
    Takeover,
    Ticket,
    Told,
    WatchNote,
    unpack,
)
from comity.record.payload import Incident as Opening
from comity.record.store import Entry as LogEntry
from comity.record.store import Record

BATCH, ENOUGH = 500, 5_000
"""Entries, and objects of imports, after which a transaction ends: so that others get in."""

# Asked at every request, and written out: making the statement anew took a third of a short one.
_ROLES = (
    'SELECT role, deputy_of, granted, until, "index" FROM node_roleentry'
    ' WHERE account = %s ORDER BY "index"'
)


class Tables:
    """The projections in the node's database (``actions.ledger.Projections``)."""

    def catch_up(self, record: Record) -> None:
        while self._batch(record):
            pass

    def roles(self, account: str) -> frozenset[Role]:
        return roles_of(account)

    def has_incident(self, incident: str) -> bool:
        return Incident.objects.filter(key=incident).exists()

    def reports_of(self, incident: str) -> tuple[int, ...]:
        return _of_kind(incident, "import")

    def consents_of(self, incident: str) -> tuple[int, ...]:
        return _of_kind(incident, "consent")

    def handling_of(self, incident: str) -> tuple[int, ...]:
        return _of_kind(incident, "handling")

    def tickets_of(self, incident: str) -> tuple[int, ...]:
        return _of_kind(incident, "ticket")

    def document_entries(self, document: str) -> tuple[int, ...]:
        rows = Entry.objects.filter(document=document, held=False).order_by("index")
        return tuple(rows.values_list("index", flat=True)) if document else ()

    def erasure_words(self) -> tuple[int, ...]:
        rows = Entry.objects.filter(kind="erasure-word").order_by("index")
        return tuple(rows.values_list("index", flat=True))

    def last_of(self, kind: str) -> int | None:
        rows = Entry.objects.filter(kind=kind, held=False).order_by("-index")
        return rows.values_list("index", flat=True).first()

    def on_hold(self, incident: str) -> bool:
        return hold_on(incident) is not None

    def in_quarantine(self, index: int) -> bool:
        rows = QuarantineEntry.objects.filter(about=index).order_by("-index")
        return rows.values_list("held", flat=True).first() or False

    def _batch(self, record: Record) -> bool:
        """Apply some entries and the cursor at once; return whether there may be more."""
        if record.size() <= size():
            return False
        with transaction.atomic():
            # Whoever comes second waits here, and sees how far the first one came.
            Cursor.objects.get_or_create(pk=1)
            done = Cursor.objects.select_for_update().get(pk=1).size
            objects = 0
            for entry in islice(record.entries(done), BATCH):
                objects += apply(entry, record)
                done += 1
                if objects >= ENOUGH:
                    break
            Cursor.objects.filter(pk=1).update(size=done)
        return True


def _of_kind(incident: str, kind: str) -> tuple[int, ...]:
    rows = Entry.objects.filter(incident=incident, kind=kind, held=False).order_by("index")
    return tuple(rows.values_list("index", flat=True))


def size() -> int:
    """How many entries have been applied."""
    return Cursor.objects.filter(pk=1).values_list("size", flat=True).first() or 0


def drop() -> None:
    """Empty the projections, and only those."""
    with transaction.atomic():
        for model in PROJECTIONS:
            model._default_manager.all().delete()  # noqa: SLF001


def roles_of(account: str) -> frozenset[Role]:
    """The roles that an account holds now, as a deputy too: the last entry on each counts."""
    own, standing_in, _taken = _held(account)
    return own.union(one[0] for one in standing_in if _lent(*one))


def own_roles_of(account: str) -> frozenset[Role]:
    """The roles that an account holds itself, and not for somebody else."""
    return _held(account)[0]


def stands_in(account: str) -> frozenset[tuple[Role, str]]:
    """The roles that an account holds for others now, and for which account each."""
    _own, standing_in, _taken = _held(account)
    return frozenset((role, by) for role, by, index in standing_in if _lent(role, by, index))


def _lent(role: Role, by: str, index: int) -> bool:
    """Whether who named a deputy by this entry has held the role ever since."""
    own, _standing_in, taken = _held(by)
    return role in own and taken.get(role, -1) < index


def _held(
    account: str,
) -> tuple[frozenset[Role], set[tuple[Role, str, int]], dict[str, int]]:
    """The roles of an account; those that it holds for the accounts that named it, by which entry;
    and the entry by which each was last taken away from it."""
    with connection.cursor() as cursor:
        cursor.execute(_ROLES, [account])
        rows = cursor.fetchall()
    # Whoever takes a role away means a deputy's too.
    taken = {role: index for role, by, granted, _until, index in rows if not by and not granted}
    last = {(role, by): (granted, until, index) for role, by, granted, until, index in rows}
    at = now().timestamp()
    held = {
        (Role(role), by, index)
        for (role, by), (granted, until, index) in last.items()
        if granted
        and (until is None or at < until)
        and taken.get(role, -1) < index
        and role in set(Role)
    }
    own = frozenset(role for role, by, _index in held if not by)
    return own, {one for one in held if one[1]}, taken


def apply(entry: LogEntry, record: Record) -> int:
    """Write what one entry means; return how many objects. Again, it gives the same rows."""
    payload = unpack(entry.payload, record.blob) if entry.payload is not None else None
    known = None if isinstance(payload, Opaque) else payload
    incident = storable(getattr(known, "incident", None) or "")
    row, _new = Entry.objects.update_or_create(
        index=entry.index,
        defaults={
            "kind": _kind(payload),
            "at": known.at if known else None,
            "by": storable(known.by if known else ""),
            "incident": incident,
            "document": storable(getattr(known, "document", None) or ""),
            "about": storable(_about(known)),
            "body": _body(known),
            "leaf": entry.leaf_hash.hex(),
        },
    )
    search.bury(entry.index)
    objects = 0
    match known:
        case Import():
            bury_objects(entry.index)
            bury_marks(entry.index)
            objects = write_objects(entry.index, known.objects, record)
            write_marks(entry.index, known.stated)
        case Assessment():
            write_marks(entry.index, known.stated)
        case RoleGrant() | Affiliation() | Clearance():
            _apply_to_person(entry.index, known)
        case Quarantine(index=index):
            QuarantineEntry.objects.update_or_create(
                index=entry.index,
                defaults={
                    "about": index,
                    "of": storable(known.of),
                    "incident": incident,
                    "held": known.held,
                },
            )
            _withhold(incident, index, record)
        case Erasure(index=index):
            incident = _bury(index)
            _withhold(incident, index, record)
        case _:
            pass
    if incident:
        search.index([(number_of(entry.index), _texts(known, record))])
    if row.held:  # applied again: it stays where it was
        hide(entry.index)
    if incident:
        _sum_up(incident, record)
    return objects


def _apply_to_person(index: int, known: RoleGrant | Affiliation | Clearance) -> None:
    """Write what one entry says of what a person may do or read."""
    match known:
        case RoleGrant():
            RoleEntry.objects.update_or_create(
                index=index,
                defaults={
                    "account": storable(known.account),
                    "name": storable(known.name),
                    "role": storable(known.role),
                    "granted": known.granted,
                    "deputy_of": storable(known.deputy_of or ""),
                    "until": None if known.until is None else int(known.until.timestamp()),
                },
            )
        case Affiliation():
            Affiliated.objects.update_or_create(
                index=index,
                defaults={
                    "account": storable(known.account),
                    "organisation": storable(known.organisation or ""),
                },
            )
        case Clearance():
            ClearanceEntry.objects.update_or_create(
                index=index,
                defaults={
                    "account": storable(known.account),
                    "scheme": storable(known.scheme),
                    "level": storable(known.level or ""),
                    "until": known.until,
                },
            )


def _withhold(incident: str, index: int, record: Record) -> None:
    """Take out of the tables what nobody is to read now, and put back what was given back."""
    rows = Entry.objects.filter(held=True)
    before = set(
        (rows.filter(incident=incident) if incident else rows.filter(index=index))
        .values_list("index", flat=True)
    )  # fmt: skip
    hidden = withheld(incident, index)
    for one in hidden:
        hide(one)
    for one in sorted(before - hidden):
        Entry.objects.filter(index=one).update(held=False)
        apply(next(record.entries(one)), record)


def _bury(index: int) -> str:
    """Take an erased entry's content out of the tables; return the incident it was filed under."""
    RoleEntry.objects.filter(index=index).delete()
    search.bury(index)
    bury_objects(index)
    bury_marks(index)
    rows = Entry.objects.filter(index=index)
    incident = rows.values_list("incident", flat=True).first() or ""
    rows.update(kind="", at=None, by="", incident="", document="", about="", body="", held=False)
    return incident


def _sum_up(incident: str, record: Record) -> None:
    """Make an incident's row say what its entries say."""
    rows = Entry.objects.filter(incident=incident)
    opened = rows.filter(kind="incident").order_by("index").first()
    if opened is None:
        Incident.objects.filter(key=incident).delete()
        return
    last = rows.filter(kind="assessment", held=False).order_by("-index").first()
    sums = rows.aggregate(
        opened_at=Min("at", filter=Q(index=opened.index)),
        changed_at=Max("at"),
        reports=Count("index", filter=Q(kind="import")),
        statements=Count("index", filter=Q(kind="statement")),
        last_input=Max("index", filter=Q(kind__in=("import", "statement"), held=False)),
    )
    Incident.objects.update_or_create(
        key=incident,
        defaults={
            **sums,
            "title": UNTITLED if opened.held else opened.about,
            "opened_by": opened.by,
            "dossier": last.body if last else "",
            "dossier_entry": last.index if last else None,
            "next_due": _next_due(incident, last.body if last else "", record),
        },
    )


def _next_due(incident: str, dossier: str, record: Record) -> datetime | None:
    """When the first clock of a dossier ends; read once, for the row keeps it."""
    if not dossier:
        return None
    known = Incident.objects.filter(key=incident, dossier=dossier).first()
    if known is not None:
        return known.next_due
    try:
        found = msgspec.json.decode(record.blob(dossier), type=Dossier)
    except (BadInput, msgspec.MsgspecError):  # erased a moment ago, or of a form of long ago
        return None
    return min((at for _clock, at in running(found)), default=None)


def _kind(payload: Payload | Opaque | None) -> str:
    if payload is None:
        return ""
    if isinstance(payload, Opaque):
        return payload.kind
    return str(type(payload).__struct_config__.tag)


def _about(payload: Payload | None) -> str:
    """What an entry is about, in a few words for a list."""
    text = ""
    match payload:
        case (
            Opening(title=text)
            | Import(file_name=text)
            | Document(title=text)
            | Bundle(title=text)
            | Sightings(title=text)
            | Release(reason=text)
        ):
            pass
        case Affiliation(name=name, organisation=addressee):
            text = f"{name}: {addressee or '-'}"
        case Clearance(name=name, scheme=scheme, level=level):
            text = f"{'-' if level is None else '+'} {level or ''} ({scheme}): {name}"
        case Erasure(index=index, reason=reason):
            text = f"{index}: {reason}"
        case PersonExport(count=count, reason=reason):
            text = f"{count}: {reason}"
        case Carriage(way=way, to=to):
            text = f"{way}: {to}"
        case Told(attribute=name, outcome=outcome):
            text = f"{outcome}: {name}"
        case Takeover(name=name, reason=reason):
            text = f"{name}: {reason}" if reason else name
        case _:
            text = _yes_or_no(payload)
    return text


def _yes_or_no(payload: Payload | None) -> str:
    """The same of what somebody decided: + for yes, - for no, and about what."""
    match payload:
        case RoleGrant(name=name, role=role, granted=yes):
            text = f"{role}: {name}"
        case (
            ErasureWord(index=index, asks=yes, reason=reason)
            | Quarantine(index=index, held=yes, reason=reason)
        ):
            text = f"{index}: {reason}"
        case Approval(approved=yes, reason=text) | Hold(held=yes, reason=text):
            pass
        case Ticket(system=service, number=name, kept=yes):
            text = f"{service}: {name}"
        case Deconfliction(service=service, clear=yes, said_by=name):
            text = f"{service}: {name}"
        case Consent(index=index, given=yes, to=addressee):
            text = f"{index}: {addressee or '*'}"
        case Handling(index=index, limits=yes, said_by=name):
            text = f"{index}: {name}"
        case _:
            return ""
    return f"{'+' if yes else '-'} {text}"


def _texts(payload: Payload | None, record: Record) -> tuple[str, ...]:
    """What of an entry can be looked for, beside its objects."""
    match payload:
        case Opening(title=text) | Import(file_name=text) | Document(title=text):
            return (text,)
        case Statement(blobs=(body, *_)):
            return statement_texts(body, record)
        case Ticket(system=system, number=number, kept=True):
            return (system, number)
        case _:
            return ()


def _body(payload: Payload | None) -> str:
    match payload:
        case Import(source=body) | Assessment(result=body):
            return body
        case (
            Statement(blobs=(body, *_))
            | Document(blobs=(body, *_))
            | Bundle(blobs=(body, *_))
            | Sightings(blobs=(body, *_))
            | WatchNote(blobs=(body, *_))
            | Handover(blobs=(body, *_))
        ):
            return body
        case (
            Deconfliction(body=body)
            | Approval(body=body)
            | Release(body=body)
            | Carriage(body=body)
        ):
            return body
        case _:
            return ""
