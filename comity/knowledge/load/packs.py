"""Pack files (TOML) into the frozen types of the knowledge room."""

from __future__ import annotations

import hashlib
import tomllib
from functools import cache
from importlib import resources
from typing import Any, Protocol, TypeVar

import msgspec

from comity.agreements.instrument import Instrument
from comity.errors import BadInput
from comity.knowledge.base import Knowledge, PackStamp
from comity.knowledge.law import Concept, Measure
from comity.knowledge.model import Channel, Commitment, Feature, Group, Norm, State, Template
from comity.knowledge.reference import Checklist, MaturityModel, Term, WordScale
from comity.knowledge.severity import Scale


class _Entry(Protocol):
    @property
    def id(self) -> str: ...


_T = TypeVar("_T", bound=_Entry)
PACKS = (
    "vocabulary",
    "norms",
    "commitments",
    "instruments",
    "channels",
    "severity",
    "law",
    "measures",
    "glossary",
    "confidence",
    "maturity",
    "checklists",
    "groups",
    "states",
    "templates",
)


@cache
def shipped() -> Knowledge:
    """The packs that come with Comity. Immutable, so one copy serves the process."""
    folder = resources.files("comity.knowledge").joinpath("packs")
    return load({name: folder.joinpath(f"{name}.toml").read_bytes() for name in PACKS})


def load(files: dict[str, bytes]) -> Knowledge:
    """Packs by name, as bytes, into one value.

    Raises BadInput with the pack, the entry and the property that is wrong.
    """
    return Knowledge(
        features=_pack("vocabulary", files["vocabulary"], Feature),
        norms=_pack("norms", files["norms"], Norm),
        commitments=_pack("commitments", files["commitments"], Commitment),
        instruments=_pack("instruments", files["instruments"], Instrument),
        channels=_pack("channels", files["channels"], Channel),
        scales=_pack("severity", files["severity"], Scale),
        concepts=_pack("law", files["law"], Concept),
        measures=_pack("measures", files["measures"], Measure),
        terms=_pack("glossary", files["glossary"], Term),
        confidence=_pack("confidence", files["confidence"], WordScale),
        maturity=_pack("maturity", files["maturity"], MaturityModel),
        checklists=_pack("checklists", files["checklists"], Checklist),
        groups=_pack("groups", files["groups"], Group),
        states=_pack("states", files["states"], State),
        templates=_pack("templates", files["templates"], Template),
        stamps=tuple(
            PackStamp(name, hashlib.sha256(data).hexdigest()) for name, data in files.items()
        ),
    )


def _pack(name: str, data: bytes, kind: type[_T]) -> dict[str, _T]:
    try:
        document: dict[str, Any] = tomllib.loads(data.decode())
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise BadInput(f"the pack {name} is not valid TOML: {error}") from error
    defaults = document.get("defaults", {})
    entries: dict[str, _T] = {}
    for number, row in enumerate(document.get("entry", []), start=1):
        label = row.get("id", f"number {number}")
        try:
            entry = msgspec.convert({**defaults, **row}, kind)
        except msgspec.ValidationError as error:
            raise BadInput(f"the pack {name}, entry {label}: {error}") from error
        if entry.id in entries:
            raise BadInput(f"the pack {name} has the entry {entry.id} twice")
        entries[entry.id] = entry
    return entries
