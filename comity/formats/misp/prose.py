"""Who wrote an event and what they wrote about it (MISP core format 2.2.2 and 2.7)."""

from comity.formats.misp.context import UNKNOWN, Context, labels, own_uuid
from comity.formats.misp.limits import Binding
from comity.formats.misp.pieces import Placed
from comity.formats.misp.scalars import text, valid_uuid
from comity.formats.misp.shapes import EventReport, Org
from comity.formats.misp.sheet import Sheet, derived
from comity.formats.misp.tags import NO_TAGS
from comity.stix.convert import to_struct
from comity.stix.error import StixError
from comity.stix.sdo import Identity, Note
from comity.stix.timestamp import Timestamp


def author(sheet: Sheet, sent: Placed | None, modified: Timestamp, binding: Binding) -> str | None:
    """Put the organisation that made the event and return its id; without one, ``None``."""
    if sent is None:
        return None
    try:
        org = to_struct(sent.sent, Org)
    except StixError as error:
        sheet.lose(None, sent.position, error.path, error.rule)
        return None
    identity = Identity(
        spec_version="2.1",
        id=f"identity--{valid_uuid(org.uuid) or derived(f'organisation {org.name}')}",
        created=UNKNOWN,
        modified=modified,
        name=org.name,
        identity_class="organization",
    )
    return sheet.put(identity, sent.position, binding)


def event_report(context: Context, placed: Placed) -> None:
    """Put a report that belongs to the event; its Markdown stays as sent."""
    position, sent = placed
    try:
        shape = to_struct(sent, EventReport)
        common = context.common(shape, labels(type="EventReport"), None)
    except StixError as error:
        context.sheet.lose(valid_uuid(sent.get("uuid")), position, error.path, error.rule)
        return
    note = Note(
        id=f"note--{own_uuid(sent)}",
        abstract=text(shape.name) or None,
        content=shape.content,
        object_refs=(context.report_id,),
        **common,
    )
    binding = context.bound(shape, NO_TAGS, position, context.binding)
    context.sheet.put(note, position, binding)
