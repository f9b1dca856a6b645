"""What the elements of one event share while it is read."""

from collections.abc import Iterator

from msgspec import Struct

from comity.errors import BadInput
from comity.formats.misp.catalogue import Catalogue
from comity.formats.misp.limits import Binding, Limits, limits_of
from comity.formats.misp.observables import Link
from comity.formats.misp.scalars import flag, seconds, text, valid_uuid
from comity.formats.misp.shapes import Limited, Parts, Tagged
from comity.formats.misp.sheet import Common, Sheet, derived
from comity.formats.misp.tags import Tags
from comity.stix.audience import SharingGroup
from comity.stix.base import Versioned
from comity.stix.canonical import canonical
from comity.stix.error import StixError
from comity.stix.sro import Relationship
from comity.stix.timestamp import Timestamp
from comity.stix.types import Opaque

# MISP says when an organisation or a cluster was changed, never when it was made. Zero stands
# for that, since ``created`` must be the same in every event that names it.
UNKNOWN = Timestamp("1970-01-01T00:00:00.000Z")

# Parts that belong to elements and have no reader.
UNREAD = (
    ("ShadowAttribute", "proposals", "proposals are not read yet"),
    ("Sighting", "sightings", "sightings are not read yet"),
    ("Note", "notes", "analyst notes are not read yet"),
    ("Opinion", "opinions", "analyst opinions are not read yet"),
    ("Relationship", "relationships", "analyst relationships are not read yet"),
)


class Context(Struct, frozen=True):
    """The event around an element.

    ``day`` is the start of the event's date. It stands as ``created`` of everything in the
    event, for MISP keeps only the time of the last change, and ``created`` must outlive that.
    """

    sheet: Sheet
    report_id: str
    author: str | None
    day: Timestamp
    modified: Timestamp
    binding: Binding
    groups: dict[str, SharingGroup]
    catalogue: Catalogue
    made: dict[str, Versioned]  # clusters by tag, filled as tags are met

    def bound(self, element: Limited, tags: Tags, position: str, parent: Binding) -> Binding:
        """The limits of an element together with those of its parent."""
        own = valid_uuid(element.uuid)

        def complain(path: str, rule: str) -> None:
            self.sheet.lose(own, position, path, rule)

        limits = limits_of(element, tags.tlp, tags.pap, self.groups, complain)
        return parent if limits == Limits() else tuple(dict.fromkeys((*parent, limits)))

    def common(self, element: Limited, labels: tuple[str, ...], confidence: int | None) -> Common:
        """The properties that an element gives to each versioned object made of it.

        Raises ``StixError`` for a timestamp that is none.
        """
        modified = seconds(element.timestamp, "timestamp") or self.modified
        return Common(
            spec_version="2.1",
            created=min(self.day, modified),
            modified=modified,
            created_by_ref=self.author,
            revoked=flag(element.deleted),
            labels=labels,
            confidence=confidence,
        )

    def relate(self, link: Link, claim: str, common: Common, at: str, binding: Binding) -> None:
        """Put a relationship that the element with the uuid ``claim`` states.

        Its id follows from the claim too: several elements can state one relationship, each
        with times and limits of its own.
        """
        bare = Common(**{**common, "labels": (), "confidence": None})
        kind, source, target = link
        relationship = Relationship(
            id=f"relationship--{derived(f'{claim} {kind} {source} {target}')}",
            relationship_type=kind,
            source_ref=source,
            target_ref=target,
            **bare,
        )
        self.sheet.put(relationship, at, binding)


def numbered(position: str, parts: Parts) -> Iterator[tuple[str, object]]:
    """The parts with their JSON pointers."""
    return ((f"{position}/{index}", part) for index, part in enumerate(parts))


def own_uuid(sent: Opaque) -> str:
    """The element's uuid; one that it lacks follows from what was sent.

    Raises ``StixError`` where it has neither a uuid nor a canonical form.
    """
    if own := valid_uuid(sent.get("uuid")):
        return own
    try:
        return derived(canonical(sent).decode())
    except BadInput as error:
        raise StixError(None, "uuid", f"is required here: {error}".rstrip(".")) from None


def sent_uuid(part: object) -> str | None:
    """The uuid of a part that may have any shape."""
    return valid_uuid(part.get("uuid")) if isinstance(part, dict) else None


def name_unread(sheet: Sheet, element: Tagged, position: str) -> None:
    """Make a loss of each part that nothing reads."""
    for key, field, rule in UNREAD:
        parts: Parts = getattr(element, field)
        for at, part in numbered(f"{position}/{key}", parts):
            sheet.lose(sent_uuid(part), at, "", rule)


def label(name: str, value: object) -> str:
    """A machine tag of our own for what MISP says and STIX has no property for."""
    return f'misp:{name}="{text(value)}"'


def labels(**said: object) -> tuple[str, ...]:
    """Machine tags of those that say something."""
    return tuple(label(name, value) for name, value in said.items() if text(value))
