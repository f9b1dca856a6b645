"""What of the things that may not leave must not be given away by those that may."""

from __future__ import annotations

import re
import uuid
from collections.abc import Collection, Iterable, Iterator

import msgspec

from comity.gate.case import Request, case_of
from comity.gate.content import content_of, texts
from comity.gate.decision import Decision
from comity.gate.parts import at, path_of
from comity.gate.release import barred_parts, marks_of
from comity.gate.same_text import Quotes, folded
from comity.stix.base import Sco
from comity.stix.decode import Received
from comity.stix.markings import Tlp
from comity.stix.meta import ExtensionDefinition, MarkingDefinition
from comity.stix.sdo import Indicator

_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
# What in prose is a value: an address, a host, a mailbox, a URL, a digest.
_VALUE = re.compile(r"[^\s\"'<>(){},;|\[\]]{1,2000}")
_TELLING = re.compile(r"\w[.@]\w|:.*:|[0-9a-f]{32}")
# An open end is taken too, so that hostile quotes are gone through once.
_LITERAL = re.compile(r"'((?:[^'\\]|\\.)*+)(?:'|\\?\Z)", re.DOTALL)


class Withheld(msgspec.Struct, frozen=True):
    """``ids`` of all that may not leave; ``silent`` are the UUIDs that must not be named."""

    ids: frozenset[str]
    silent: frozenset[str]
    values: Quotes

    def given_away_by(self, text: str) -> bool:
        """Whether a text names one of the silent, or quotes a value of theirs."""
        named = self.silent.intersection(_UUID.findall(text.lower())) if self.silent else ()
        return bool(named) or self.values.found_in(text)


def secrets_of(every: Iterable[tuple[Received, Decision]], request: Request) -> Withheld:
    """What a recipient must not learn of objects with the decisions about each by itself.

    The id stays unsaid of what is RED or above a clearance, and where it was computed from the
    content (UUID version 5) so that it can be guessed back. Values that stay unsaid are those of
    parts that are barred by a marking of their own, each address or digest in them too, and
    observables that are AMBER+STRICT, RED, classified or for the own organisation or a sharing
    group only.
    """
    ids: set[str] = set()
    silent: set[str] = set()
    values: list[str] = []
    for received, decision in every:
        id_ = (received.value.id or "").lower()
        parts = barred_parts(received, case_of(received, request))
        values += _texts_at(received, {part.selector for part in parts})
        if decision.allowed:
            if decision.redactions and _computed(id_):
                silent.add(id_[-36:])
            continue
        ids.add(id_)
        # Markings and extensions are what others need to understand an object at all.
        if isinstance(received.value, MarkingDefinition | ExtensionDefinition):
            continue
        marks = marks_of(received, request.setting)
        barred = {reason.rule for reason in decision.reasons if not reason.allows}
        red = marks.level is Tlp.RED or "classification" in barred
        if red or _computed(id_):
            silent.add(id_[-36:])
        strict = any(level >= Tlp.AMBER_STRICT for level in marks.levels)
        if red or strict or any(one.distribution in (0, 4) for one in marks.audiences):
            values += _observables(received)
    return Withheld(frozenset(ids - {""}), frozenset(silent - {""}), Quotes(values))


def _computed(id_: str) -> bool:
    _, _, number = id_.partition("--")
    return bool(number) and uuid.UUID(number[-36:]).version != 4


def _texts_at(received: Received, selectors: Collection[str]) -> Iterator[str]:
    if selectors:
        content = content_of(received)
        for selector in selectors:
            path = path_of(content, selector)
            if path is not None:
                for text in texts(at(content, path)):
                    yield text
                    yield from filter(_TELLING.search, _VALUE.findall(folded(text)))


def _observables(received: Received) -> Iterator[str]:
    value = received.value
    if isinstance(value, Sco):
        content = content_of(received)
        for name in value.id_from:
            yield from texts(content.get(name))
    elif isinstance(value, Indicator):
        yield from _LITERAL.findall(value.pattern)
