"""The parts of a MISP event that are read (MISP core format section 2).

Numbers come as text, as numbers or not at all, and flags likewise, so both are taken as sent
and read by ``scalars``. What names things of one instance only is passed over: numeric ids,
``locked``, ``proposal_email_lock``, ``disable_correlation``, ``event_creator_email``, ``Org``
(the holder; ``Orgc`` is the author), ``RelatedEvent``, ``RelatedAttribute``, colours of tags,
``CryptographicKey``; likewise a cluster's ``meta`` beyond what stands below, which its
galaxy publishes.
"""

from typing import Any

from msgspec import Struct, field

from comity.stix.types import Integer

Scalar = str | Integer | float | bool | None
# Parts of parts are parsed one by one, so that a bad one costs only itself.
Parts = list[Any]


class _Shape(Struct, frozen=True, kw_only=True, gc=False):
    pass


class Limited(_Shape, frozen=True, kw_only=True):
    """What has a distribution of its own (2.2.1, 2.3.2, 2.5.2, 2.7.6)."""

    uuid: Scalar = None
    timestamp: Scalar = None
    deleted: Scalar = None
    distribution: Scalar = None
    sharing_group_id: Scalar = None
    # PHP writes an empty object as an empty list.
    sharing_group: Any = field(name="SharingGroup", default=None)


class Event(Limited, frozen=True, kw_only=True):
    """The event without its parts (2.2.1)."""

    info: str
    date: Scalar = None
    publish_timestamp: Scalar = None
    published: Scalar = None
    threat_level_id: Scalar = None
    analysis: Scalar = None
    extends_uuid: Scalar = None
    attribute_count: Scalar = None


class Tagged(Limited, frozen=True, kw_only=True):
    """What can wear tags, be sighted and be commented on."""

    tags: Parts = field(name="Tag", default_factory=list)
    galaxies: Parts = field(name="Galaxy", default_factory=list)
    proposals: Parts = field(name="ShadowAttribute", default_factory=list)
    sightings: Parts = field(name="Sighting", default_factory=list)
    notes: Parts = field(name="Note", default_factory=list)
    opinions: Parts = field(name="Opinion", default_factory=list)
    relationships: Parts = field(name="Relationship", default_factory=list)


class Attribute(Tagged, frozen=True, kw_only=True):
    """One attribute (2.3.2)."""

    type: str
    value: str | Integer | float
    category: Scalar = None
    to_ids: Scalar = None
    comment: Scalar = None
    object_relation: Scalar = None
    first_seen: Scalar = None
    last_seen: Scalar = None
    data: Scalar = None


class MispObject(Tagged, frozen=True, kw_only=True):
    """Several attributes that describe one thing (2.5.2)."""

    name: str
    meta_category: Scalar = field(name="meta-category", default=None)
    description: Scalar = None
    comment: Scalar = None
    template_uuid: Scalar = None
    template_version: Scalar = None
    first_seen: Scalar = None
    last_seen: Scalar = None
    attributes: Parts = field(name="Attribute", default_factory=list)
    references: Parts = field(name="ObjectReference", default_factory=list)


class ObjectReference(_Shape, frozen=True, kw_only=True):
    """A named link from an object to another element (2.6.2)."""

    referenced_uuid: str
    relationship_type: str
    uuid: Scalar = None
    timestamp: Scalar = None
    comment: Scalar = None
    deleted: Scalar = None


class EventReport(Limited, frozen=True, kw_only=True):
    """Prose that belongs to the event (2.7)."""

    name: str
    content: str


class Tag(_Shape, frozen=True, kw_only=True):
    """One tag (2.8). ``local`` and not ``exportable`` both say that it must not travel."""

    name: str
    exportable: Scalar = None
    local: Scalar = None
    relationship_type: Scalar = None


class Org(_Shape, frozen=True, kw_only=True):
    """An organisation (2.2.2)."""

    name: str
    uuid: Scalar = None


class GroupMember(_Shape, frozen=True, kw_only=True):
    """One entry of a sharing group (3, sharing_group_org)."""

    organisation: Org = field(name="Organisation")


class Group(_Shape, frozen=True, kw_only=True):
    """A sharing group (3, sharing_group)."""

    uuid: str
    name: str = ""
    id: Scalar = None
    members: list[GroupMember] = field(name="SharingGroupOrg", default_factory=list)


class Galaxy(_Shape, frozen=True, kw_only=True):
    """A named collection and those of its clusters that are attached (2.10)."""

    clusters: Parts = field(name="GalaxyCluster", default_factory=list)


class Cluster(_Shape, frozen=True, kw_only=True):
    """One entry of a galaxy (2.10); ``meta`` holds texts or lists of texts."""

    type: str
    value: str
    uuid: Scalar = None
    tag_name: Scalar = None
    description: Scalar = None
    local: Scalar = None
    relationship_type: Scalar = None
    meta: Any = None


class Meta(_Shape, frozen=True, kw_only=True):
    """What is read of a cluster's ``meta``."""

    synonyms: str | list[str] = field(default_factory=list)
    aliases: str | list[str] = field(default_factory=list)
    refs: str | list[str] = field(default_factory=list)
    external_id: str | list[str] = field(default_factory=list)
    iso: str | list[str] = field(name="ISO", default_factory=list)
    iso_code: str | list[str] = field(name="iso-code", default_factory=list)
