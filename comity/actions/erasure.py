"""Content is erased by two officers: the first one's word is an entry, the second acts on it."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from comity.access.erasure import Asked, may_erase
from comity.access.roles import Act, Actor, Decision
from comity.actions.desk import Desk
from comity.actions.ledger import payload_at
from comity.errors import BadInput
from comity.record.payload import ErasureWord, encode
from comity.record.store import Record


def speak(desk: Desk, index: int, *, asks: bool, reason: str) -> int:
    """Ask that an entry's content be erased, or be against it; return the entry of the word."""
    if not reason.strip():
        raise BadInput("Say why: the reason stays in the record when the content has gone.")
    desk.record.erasable(index)
    word = ErasureWord(
        at=desk.at, by=desk.by, index=index, account=desk.actor.account, asks=asks, reason=reason
    )
    return desk.ledger(Act.ERASE).append([encode(word)]).first_index


def erase(
    desk: Desk,
    index: int,
    word: int,
    *,
    rule: str | None = None,
    also: Callable[[Actor], Decision] | None = None,
) -> int:
    """Erase what another officer asked for by the entry ``word``; return the tombstone's entry.

    ``rule`` is that of retention by which it goes, if it is one; ``also`` is asked as well.
    """

    def both(person: Actor) -> Decision:
        words = desk.projections.erasure_words()
        decision = may_erase(person, word, asked(desk.record, words, index))
        return also(person) if also is not None and decision.allowed else decision

    ledger = desk.ledger(Act.ERASE, None, both)
    said = payload_at(desk.record, word)
    if not isinstance(said, ErasureWord):
        raise BadInput("Nobody has asked for that.")
    return ledger.erase(index, said.reason, (said.by, desk.by), rule).first_index


def asked(record: Record, words: Iterable[int], index: int) -> Asked | None:
    """What is asked for an entry: the last word on it, if that one asks. ``words`` by entry."""
    return open_words(record, words).get(index)


def open_words(record: Record, words: Iterable[int]) -> dict[int, Asked]:
    """What is asked for and not done, by the entry that it is about."""
    found: dict[int, Asked] = {}
    for at in words:
        said = payload_at(record, at)
        if not isinstance(said, ErasureWord):
            continue
        found.pop(said.index, None)
        if said.asks and payload_at(record, said.index) is not None:
            found[said.index] = Asked(said.index, said.account, said.by, said.reason, at)
    return found
