"""Deterministic ids of cyber-observable objects (STIX 2.1 §2.9)."""

import uuid
from typing import Any

import msgspec

from comity.errors import BadInput
from comity.stix.base import Sco
from comity.stix.canonical import canonical
from comity.stix.registry import SCO_TYPES, TYPES
from comity.stix.types import Opaque

SCO_NAMESPACE = uuid.UUID("00abedb4-aa42-466c-9c01-fed23315a9b7")
_HASH_ORDER = ("MD5", "SHA-1", "SHA-256", "SHA-512")


def sco_id(type: str, properties: Opaque) -> str:  # noqa: A002
    """Return the id that ``properties`` give an SCO of ``type``; others are ignored.

    ``sco_id("ipv4-addr", {"value": "198.51.100.3"})`` is
    ``ipv4-addr--28bb3599-77cd-5a82-a950-b5bc3caf07c4``. Values are not folded: fold the case
    of a domain name before. Raises ``BadInput`` for a type that is no SCO, and where no
    ID-contributing property is present, for such an object takes a random UUID.
    """
    cls = TYPES[type] if type in SCO_TYPES else None
    if cls is None or not issubclass(cls, Sco):
        raise BadInput(f"{type!r} is no cyber-observable type; only those have computed ids.")
    chosen: dict[str, Any] = {name: properties[name] for name in cls.id_from if name in properties}
    if "hashes" in chosen:
        chosen["hashes"] = _one_hash(chosen["hashes"])
    if not chosen:
        raise BadInput(
            f"This {type} has no property that its id could be computed from;"
            " give it a random UUID."
        )
    return f"{type}--{uuid.uuid5(SCO_NAMESPACE, canonical(chosen).decode())}"


def computed_id(sco: Sco) -> str:
    """Return the id that the object's own properties give it.

    It can differ from ``sco.id``, because producers may choose a random UUID.
    """
    return sco_id(sco.type, msgspec.to_builtins(sco, enc_hook=str))


def _one_hash(hashes: dict[str, str]) -> dict[str, str]:
    # The standard names four algorithms; for others only the sent order is left.
    name = next((name for name in _HASH_ORDER if name in hashes), next(iter(hashes)))
    return {name: hashes[name]}
