"""Erasure by two officers: one asks and says why, another one does it (pure)."""

from __future__ import annotations

import msgspec

from comity.access.roles import Actor, Decision
from comity.wording import say


class Asked(msgspec.Struct, frozen=True):
    """That the content of entry ``index`` be erased: who asked, why, by which entry ``word``."""

    index: int
    account: str
    name: str
    reason: str
    word: int


def may_erase(actor: Actor, word: int, asked: Asked | None) -> Decision:
    """Whether this person may erase what was asked for by the entry ``word``, which they read."""
    if asked is None or asked.word != word:
        return Decision(
            allowed=False,
            reason=say("Nobody asks for it any more, or in other words. Read it again."),
        )
    if asked.account == actor.account:
        return Decision(
            allowed=False, reason=say("You asked for it: a second officer has to erase it.")
        )
    return Decision(allowed=True, reason=say("Another officer asked for it."))
