"""The warning lists that come with the package pymispwarninglists, one by one.

They are 66 MB of JSON. Each is decoded, handed out and let go, so that no more than the largest
is held; decoding all of them takes a fifth of a second of processor time, and an index of them
on disk would save less than it costs to keep it right.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

import msgspec

from comity.errors import Unavailable
from comity.knowledge.warning_lists import ALL_KINDS, KIND_OF, Match, WarningList

_PACKAGE = "pymispwarninglists"


class _File(msgspec.Struct):
    name: str
    entries: list[str] = msgspec.field(name="list")
    type: Match = "string"
    version: int | str = ""
    matching_attributes: tuple[str, ...] = ()


def shipped() -> Iterator[WarningList]:
    """All lists in the order of their folders; nothing is read before the first is asked for.

    Raises Unavailable if the package is not installed. A list that cannot be read is handed
    out without entries, with its fault.
    """
    # Importing the package would import a schema validator that is not needed.
    spec = find_spec(_PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise Unavailable(f"the package {_PACKAGE} is not installed: install Comity again")
    folder = Path(spec.submodule_search_locations[0], "data", "misp-warninglists", "lists")
    source = f"MISP warning lists (CC0 1.0), {_PACKAGE} {version(_PACKAGE)}"
    for file in sorted(folder.glob("*/list.json")):
        yield load(file.parent.name, file.read_bytes(), source)


def load(folder: str, data: bytes, source: str) -> WarningList:
    """One list out of the bytes of its ``list.json``."""
    sha256 = hashlib.sha256(data).hexdigest()
    try:
        read = msgspec.json.decode(data, type=_File)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        return WarningList(
            name=folder, version="", match="string", kinds=frozenset(), entries=(), source=source,
            sha256=sha256, fault=str(error),
        )  # fmt: skip
    kinds = {KIND_OF[name] for name in read.matching_attributes if name in KIND_OF}
    return WarningList(
        name=read.name,
        version=str(read.version),
        match=read.type,
        # A list that does not say what it is for is for everything.
        kinds=frozenset(kinds) if read.matching_attributes else ALL_KINDS,
        entries=read.entries,
        source=source,
        sha256=sha256,
    )
