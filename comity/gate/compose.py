"""What may leave of objects that somebody chose to go together, as it would leave. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from comity.gate.bundle import Dangling, release_all
from comity.gate.decision import Decision, Reason
from comity.gate.purpose import Purpose
from comity.gate.recipient import Recipients
from comity.gate.sanitise import Removed, sanitise
from comity.gate.setting import Setting
from comity.stix.decode import Received, decode
from comity.stix.meta import LanguageContent
from comity.stix.timestamp import Timestamp
from comity.wording import say

_ENDS = frozenset({"source_ref", "target_ref", "sighting_of_ref"})


class Item(msgspec.Struct, frozen=True):
    """What becomes of one object: the decision, and what goes in its place, None where it stays.

    ``removed`` are the parts that the copy lacks; without any the object goes as it was received.
    """

    decision: Decision
    sent: Received | None
    removed: tuple[Removed, ...] = ()


class Composed(msgspec.Struct, frozen=True):
    """The items in the order of the objects; ``dangling`` refers to what does not go as it is."""

    items: tuple[Item, ...]
    dangling: tuple[Dangling, ...]

    @property
    def leaving(self) -> tuple[Received, ...]:
        """What goes, each thing once, although several reports may have brought it."""
        sent = {item.sent.raw: item.sent for item in self.items if item.sent is not None}
        return tuple(sent.values())


def compose(
    objects: Sequence[Received],
    recipients: Recipients,
    purpose: Purpose,
    at: Timestamp,
    setting: Setting,
    *,
    key: bytes,
    held: Iterable[Received] = (),
    by: str | None = None,
) -> Composed:
    """Decide about the objects together; of what may leave in part, make the copy that leaves.

    The same objects under the same decisions give the same bytes: who approved them approved
    exactly what goes. ``key`` hides what was taken out (``sanitise``), ``held`` and ``by`` are
    those of ``release_all``.
    """
    released = release_all(objects, recipients, purpose, at, setting, held=held, by=by)
    # A relationship without one of its ends says nothing to whoever gets it.
    loose = {one.object for one in released.dangling if one.selector in _ENDS}
    creator = next(iter(setting.own.identities), None) if setting.own else None
    items = []
    for one, decision in zip(objects, released.decisions, strict=True):
        if decision.allowed and one.value.id in loose:
            text = say("one of its ends does not go")
            items.append(Item(decision.because(Reason("reference", allows=False, text=text)), None))
        elif isinstance(one.value, LanguageContent) and one.value.object_ref in loose:
            text = say("what it translates does not leave as a whole")
            why = Reason("translation", allows=False, text=text)
            items.append(Item(decision.because(why), None))
        elif not decision.allowed:
            items.append(Item(decision, None))
        elif decision.redactions:
            copy = sanitise(one, decision.redactions, key=key, by=creator)
            items.append(Item(decision, decode(copy.raw), copy.diff))
        else:
            items.append(Item(decision, one))
    return Composed(tuple(items), released.dangling)
