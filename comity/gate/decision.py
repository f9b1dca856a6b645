"""What the gate answers: yes or no, every reason, and what has to be taken out before."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Literal

import msgspec

from comity.gate.recipient import Recipient, Recipients
from comity.wording import Sentence

Rule = Literal[
    "recipients",
    "tlp",
    "distribution",
    "pap",
    "classification",
    "originator",
    "unknown",
    "agreement",
    "embargo",
    "expiry",
    "groups",
    "redaction",
    "reference",
    "versions",
    "translation",
]


class Reason(msgspec.Struct, frozen=True):
    """What one rule says, for people inside: it may name what the recipient must not know."""

    rule: Rule
    allows: bool
    text: Sentence


class Redaction(msgspec.Struct, frozen=True):
    """A part that has to be taken out before the rest may leave (STIX 2.1 §7.2.3.1)."""

    selector: str
    reason: Reason


class Decision(msgspec.Struct, frozen=True):
    """Whether it may leave. ``allowed`` with ``redactions``: only the copy without those parts."""

    allowed: bool
    reasons: tuple[Reason, ...]
    redactions: tuple[Redaction, ...] = ()

    def because(self, *reasons: Reason) -> Decision:
        """The same decision with reasons against it."""
        return decided((*self.reasons, *reasons), self.redactions)


def decided(reasons: Iterable[Reason], redactions: Iterable[Redaction] = ()) -> Decision:
    """One decision out of all reasons: any no wins, and no reason at all is a no.

    The order in which the reasons came makes no difference.
    """
    kept = tuple(found for _, found in sorted({_key(r): r for r in reasons}.items()))
    if not kept or not all(reason.allows for reason in kept):
        return Decision(allowed=False, reasons=kept)
    parts = {(part.selector, _key(part.reason)): part for part in redactions}
    return Decision(
        allowed=True, reasons=kept, redactions=tuple(part for _, part in sorted(parts.items()))
    )


def each(
    rule: Rule,
    recipients: Recipients,
    may: Callable[[Recipient], bool],
    yes: Sentence,
    no: Callable[[Recipient], Sentence],
) -> list[Reason]:
    """One reason for each recipient that may not, or one that all may."""
    barred = [Reason(rule, allows=False, text=no(it)) for it in recipients if not may(it)]
    return barred or [Reason(rule, allows=True, text=yes)]


def _key(reason: Reason) -> tuple[bool, str, str]:
    return reason.allows, reason.rule, str(reason.text)
