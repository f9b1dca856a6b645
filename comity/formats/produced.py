"""Objects that a reader makes of a file that held none: their ids, times and labels."""

import uuid
from typing import Literal, TypedDict

from comity.formats.reading import Origin, ReadObject
from comity.stix.base import StixObject
from comity.stix.canonical import canonical
from comity.stix.decode import decode
from comity.stix.timestamp import Timestamp
from comity.stix.types import ExternalReference

# Drawn once as a random UUIDv4; not the namespace of the cyber-observables (STIX 2.1 §2.9).
# Names below it are the JCS of type, key and the SHA-256 of the file.
PRODUCED_NAMESPACE = uuid.UUID("5c53e3b5-65b0-4a24-bc38-d5208104d470")

# STIX wants a time of creation and a pure reader has no clock. This instant stands for "the
# file does not say"; an object that bears it bears the label too, so nobody takes it for real.
UNDATED = Timestamp("1970-01-01T00:00:00Z")
UNDATED_LABEL = "comity:undated"

# Found in prose by a machine: an indicator only once an analyst has confirmed it.
CANDIDATE_LABEL = "comity:candidate"
# Its writer defanged it, which nobody does to a mere reference.
DEFANGED_LABEL = "comity:defanged"
# Private, documentation and other addresses and names that no public party holds.
SPECIAL_USE_LABEL = "comity:special-use"


class Common(TypedDict):
    """The properties that every versioned object is given."""

    spec_version: Literal["2.1"]
    id: str
    created: Timestamp
    modified: Timestamp
    labels: tuple[str, ...]
    object_marking_refs: tuple[str, ...]
    external_references: tuple[ExternalReference, ...]


def produced_id(type: str, key: str, source: str) -> str:  # noqa: A002
    """The id of a versioned object: the same file gives the same one, another file another."""
    name = canonical({"type": type, "key": key, "source": source}).decode()
    return f"{type}--{uuid.uuid5(PRODUCED_NAMESPACE, name)}"


def common(
    id_: str,
    at: Timestamp | None,
    *,
    labels: tuple[str, ...] = (),
    markings: tuple[str, ...] = (),
    references: tuple[ExternalReference, ...] = (),
) -> Common:
    """The common properties of an object whose file dates it ``at``, or not at all."""
    undated = () if at else (UNDATED_LABEL,)
    return Common(
        spec_version="2.1",
        id=id_,
        created=at or UNDATED,
        modified=at or UNDATED,
        labels=tuple(dict.fromkeys((*labels, *undated))),
        object_marking_refs=markings,
        external_references=references,
    )


def produce(value: StixObject, source: str, position: str) -> ReadObject:
    """Write an object out and read it back, so that it obeys every rule a sent one obeys.

    Raises ``BadInput`` (a ``StixError``, where a rule of STIX is broken) if it does not.
    """
    return ReadObject(decode(canonical(value)), Origin(source, position))
