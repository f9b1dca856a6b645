"""The two relationship objects (STIX 2.1 §5)."""

from typing import Annotated

from msgspec import Meta

from comity.stix.base import Versioned
from comity.stix.sco import SCOS
from comity.stix.timestamp import Timestamp
from comity.stix.types import NON_EMPTY, ref, ref_except

_NOT_ENDS = ("bundle", "language-content", "marking-definition", "relationship", "sighting")
_SCO_TYPES = tuple(str(sco.__struct_config__.tag) for sco in SCOS)
_End = Annotated[str, ref_except(*_NOT_ENDS)]


class Relationship(Versioned, frozen=True, kw_only=True, tag="relationship"):
    """STIX 2.1 §5.1; which types a relationship name may join is not enforced there."""

    after = (("stop_time", "start_time"),)

    id: Annotated[str, ref("relationship")]
    relationship_type: str
    source_ref: _End
    target_ref: _End
    description: str | None = None
    start_time: Timestamp | None = None
    stop_time: Timestamp | None = None


class Sighting(Versioned, frozen=True, kw_only=True, tag="sighting"):
    """STIX 2.1 §5.2."""

    not_before = (("modified", "created"), ("last_seen", "first_seen"))

    id: Annotated[str, ref("sighting")]
    sighting_of_ref: Annotated[str, ref_except(*_NOT_ENDS, *_SCO_TYPES)]
    description: str | None = None
    first_seen: Timestamp | None = None
    last_seen: Timestamp | None = None
    count: Annotated[int, Meta(ge=0, le=999_999_999)] | None = None
    observed_data_refs: Annotated[tuple[Annotated[str, ref("observed-data")], ...], NON_EMPTY] = ()
    where_sighted_refs: Annotated[
        tuple[Annotated[str, ref("identity", "location")], ...], NON_EMPTY
    ] = ()
    summary: bool = False
