"""Objects that go together, where one may give another away."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import msgspec

from comity.gate.case import Request
from comity.gate.content import content_of
from comity.gate.decision import Decision, Reason, Redaction
from comity.gate.parts import Cut, cut_at, leaves, path_of, selector_of
from comity.gate.purpose import Purpose
from comity.gate.recipient import Recipients
from comity.gate.release import weigh
from comity.gate.secrets_of import Withheld, secrets_of
from comity.gate.setting import Setting
from comity.stix.decode import Received
from comity.stix.markings import tlp_of
from comity.stix.meta import LanguageContent
from comity.stix.timestamp import Timestamp
from comity.stix.types import ID_PATTERN
from comity.wording import say

_is_id = re.compile(ID_PATTERN).match


class Dangling(msgspec.Struct, frozen=True):
    """A reference, in something that leaves, to something that does not leave as it is."""

    object: str | None
    selector: str
    target: str


class Released(msgspec.Struct, frozen=True):
    """The decisions, in the order of the objects, and the references that lead nowhere."""

    decisions: tuple[Decision, ...]
    dangling: tuple[Dangling, ...]


def release_all(
    objects: Sequence[Received],
    recipients: Recipients,
    purpose: Purpose,
    at: Timestamp,
    setting: Setting,
    *,
    held: Iterable[Received] = (),
    by: str | None = None,
    under: str | None = None,
) -> Released:
    """Decide about objects that go to the same recipients at once.

    ``held`` are others that the node holds, such as those that the objects refer to: what must
    not leave is not given away by what does, and the gate knows only what it is given.
    """
    request = Request(recipients, purpose, at, setting, by, under)
    alone = [weigh(one, request) for one in objects]
    others = [(one, weigh(one, request)) for one in held]
    every = [*zip(objects, alone, strict=True), *others]
    withheld = secrets_of(every, request)
    among = [
        _together(one, found, request, withheld) if found.allowed else found
        for one, found in zip(objects, alone, strict=True)
    ]
    whole = _whole(objects, among)
    decisions = tuple(
        _translating(one, found, whole) for one, found in zip(objects, among, strict=True)
    )
    return Released(decisions, tuple(_dangling(objects, decisions)))


def _whole(objects: Sequence[Received], decisions: Sequence[Decision]) -> frozenset[str]:
    """The ids of what leaves as it is, in every version that was given."""
    found: dict[str, bool] = {}
    for one, decision in zip(objects, decisions, strict=True):
        id_ = (one.value.id or "").lower()
        found[id_] = found.get(id_, True) and decision.allowed and not decision.redactions
    return frozenset(id_ for id_, whole in found.items() if whole)


def _translating(received: Received, decision: Decision, whole: frozenset[str]) -> Decision:
    value = received.value
    if not isinstance(value, LanguageContent) or value.object_ref.lower() in whole:
        return decision
    text = say("what it translates does not leave as a whole")
    return decision.because(Reason("translation", allows=False, text=text))


def _together(
    received: Received, alone: Decision, request: Request, withheld: Withheld
) -> Decision:
    value = received.value
    if (value.id or "").lower() in withheld.ids:
        other = say("another version of it, which was given too, may not leave")
        return alone.because(Reason("versions", allows=False, text=other))
    found = []
    for path, text in leaves(content_of(received)):
        if path[0] in _OF_ITSELF or not withheld.given_away_by(text):
            continue
        why = Reason(
            "reference",
            allows=False,
            text=say("{part} would give away what may not leave", part=".".join(path)),
        )
        selector = selector_of(path)
        if not selector:
            return alone.because(why)
        found.append(Redaction(selector, why))
    return weigh(received, request, found) if found else alone


_OF_ITSELF = frozenset({"id", "type", "object_marking_refs", "granular_markings"})


def _dangling(objects: Sequence[Received], decisions: Sequence[Decision]) -> Iterator[Dangling]:
    there = _whole(objects, decisions)
    for one, decision in zip(objects, decisions, strict=True):
        if not decision.allowed:
            continue
        content = content_of(one)
        gone = (path_of(content, part.selector) for part in decision.redactions)
        cut = cut_at(path for path in gone if path is not None)
        for selector, target in _references(content, cut):
            if target.lower() not in there and tlp_of(target) is None:
                yield Dangling(one.value.id, selector, target)


def _references(content: Any, cut: Cut) -> Iterator[tuple[str, str]]:
    for path, text in leaves(content, cut):
        name = next(step for step in reversed(path) if not step.startswith("["))
        if name.endswith(("_ref", "_refs")) and _is_id(text):
            yield ".".join(path), text
