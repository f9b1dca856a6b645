"""A copy of an object without what must not leave, and what was taken out, as a value.

Only its creator may version a STIX object, so the copy is a new object of the node (STIX 2.1
§3.6.2). Its id and the hashes in the list of what is gone are keyed: whoever knows the rest of an
object could otherwise try out what is missing.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import uuid
from collections.abc import Iterable
from typing import Any

import msgspec

from comity.errors import BadInput
from comity.gate.content import content_of, texts
from comity.gate.decision import Redaction
from comity.gate.parts import Path, at, cut_at, leaves, moved, path_of, without
from comity.gate.same_text import Repeats
from comity.stix.base import Foreign, Versioned
from comity.stix.canonical import canonical, content_hash
from comity.stix.comity_ext import COMITY, Sanitisation
from comity.stix.decode import Received, decode
from comity.stix.error import StixError
from comity.stix.types import Opaque

# Drawn once as a random UUIDv4.
SANITISED_NAMESPACE = uuid.UUID("6f2c2f5e-5b0a-4d43-9a57-0f6d1c8f2b64")

_KEY_BYTES = 32
_MOST_WORK = 10**8  # hidden texts times characters to be searched
# Without these an object would say less of its limits, or more of itself than is true.
_KEPT = frozenset(
    {"type", "id", "spec_version", "revoked", "object_marking_refs", "granular_markings"}
)
# Replaced in the copy, or words of the standard.
_NOT_SEARCHED = frozenset({"type", "id", "spec_version", "created_by_ref"})


class Removed(msgspec.Struct, frozen=True):
    """A part that is gone; ``commitment`` is an HMAC-SHA-256 of what was there, in hex."""

    selector: str
    commitment: str


class Sanitised(msgspec.Struct, frozen=True):
    """The copy as bytes to be sent, under its own id, and what it lacks."""

    id: str
    raw: bytes
    diff: tuple[Removed, ...]


class Pruned(msgspec.Struct, frozen=True):
    """An object before and after, still under its old id, and the paths of what is gone."""

    before: Opaque
    after: Opaque
    gone: tuple[Path, ...]


def prune(received: Received, selectors: Iterable[str]) -> Pruned | None:
    """Take out parts, what repeats them, and what the standard does not allow without them.

    None where nothing valid is left: then the object must not leave. Raises ``BadInput`` for a
    selector that selects nothing.
    """
    before = content_of(received)
    asked = {_path(before, selector) for selector in selectors}
    if any(path[0] in _KEPT for path in asked):
        return None
    hidden = _texts_at(before, asked)
    if len(hidden) * sum(map(len, texts(before))) > _MOST_WORK:
        return None
    paths = set(asked)
    for path, text in leaves(before, cut_at(asked)):
        if path[0] not in _NOT_SEARCHED and hidden.found_in(text):
            if path[0] in _KEPT:
                return None
            paths.add(path)
    while True:
        after = _after(before, paths)
        if after is None:
            return None
        try:
            decode(canonical(after))
        except StixError as error:
            # What cannot stand without the part goes with it; what is required cannot go.
            name = re.split(r"[.\[]", error.path)[0]
            if name in after and name not in _KEPT:
                paths.add((name,))
                continue
            return None
        return Pruned(before, after, tuple(sorted(paths)))


def sanitise(
    received: Received, redactions: Iterable[Redaction], *, key: bytes, by: str | None = None
) -> Sanitised:
    """Return the copy that may leave; ``by`` is the id of the node's own identity.

    ``key`` are at least 32 secret bytes of the node: one key gives one copy of equal id. Whoever
    keeps the copy records the terms of the object for it too. Raises ``BadInput`` where nothing
    valid would be left.
    """
    if len(key) < _KEY_BYTES:
        raise BadInput(f"The key that hides what was taken out needs {_KEY_BYTES} bytes.")
    pruned = prune(received, (redaction.selector for redaction in redactions))
    if pruned is None:
        raise BadInput("Nothing valid is left of the object without what must stay inside.")
    copy = dict(pruned.after)
    creator = copy.pop("created_by_ref", None)
    if not isinstance(creator, str) or _texts_at(pruned.before, pruned.gone).found_in(creator):
        creator = None
    if by is not None and isinstance(received.value, Versioned | Foreign):
        copy["created_by_ref"] = by
    said = Sanitisation(made_from=_commitment(key, pruned.before), creator=creator)
    extensions = dict(copy.get("extensions", {}))
    extensions[COMITY] = {
        "extension_type": "property-extension",
        **extensions.get(COMITY, {}),
        "sanitised": msgspec.to_builtins(said),
    }
    copy["extensions"] = extensions
    name = f"{said.made_from} {content_hash({**copy, 'id': ''})}"
    copy["id"] = f"{copy['type']}--{uuid.uuid5(SANITISED_NAMESPACE, name)}"
    diff = (
        Removed(".".join(path), _commitment(key, {".".join(path): at(pruned.before, path)}))
        for path in pruned.gone
    )
    return Sanitised(copy["id"], canonical(copy), tuple(diff))


def _texts_at(content: Opaque, paths: Iterable[Path]) -> Repeats:
    return Repeats(text for path in paths for text in texts(at(content, path)) if text)


def _path(content: Opaque, selector: str) -> Path:
    path = path_of(content, selector)
    if path is None:
        raise BadInput(f"There is no {selector} in the object to be taken out.")
    return path


def _after(before: Opaque, paths: Iterable[Path]) -> Opaque | None:
    """What is left, with the selectors of its granular markings where the parts are now."""
    after, moves = without(before, cut_at(paths))
    if not isinstance(after, dict):
        return None
    markings = [
        _repointed(marking, before, moves) for marking in before.get("granular_markings", ())
    ]
    after.pop("granular_markings", None)
    if kept := [marking for marking in markings if marking["selectors"]]:
        after["granular_markings"] = kept
    return after


def _repointed(marking: Opaque, before: Opaque, moves: Any) -> Opaque:
    found = (moved(_path(before, selector), moves) for selector in marking["selectors"])
    return {**marking, "selectors": [".".join(path) for path in found if path is not None]}


def _commitment(key: bytes, content: Opaque) -> str:
    return hmac.new(key, canonical(content), hashlib.sha256).hexdigest()
