"""The watch: who is on it, and who may hand it over or take it (pure)."""

from __future__ import annotations

import datetime as dt

import msgspec

from comity.access.roles import Actor, Decision
from comity.wording import say


class Watch(msgspec.Struct, frozen=True):
    """Who is on watch since when, by the entry ``index``.

    ``handover`` is the entry by which they handed it over, None before they did.
    """

    account: str
    name: str
    since: dt.datetime
    index: int
    handover: int | None = None


def may_hand_over(actor: Actor, watch: Watch | None) -> Decision:
    """Whether this person may hand the watch over."""
    if watch is None or watch.account != actor.account:
        who = watch.name if watch else say("nobody")
        reason = say("You are not on watch: {who} is. Take it over first.", who=who)
        return Decision(allowed=False, reason=reason)
    return Decision(allowed=True, reason=say("You are on watch."))


def may_take(actor: Actor, watch: Watch | None, handover: int | None, reason: str) -> Decision:
    """Whether this person may take the watch, having read the sheet of the entry ``handover``."""
    if watch is not None and watch.account == actor.account and watch.handover is None:
        return Decision(allowed=False, reason=say("You are on watch already."))
    if (watch.handover if watch else None) != handover:
        return Decision(
            allowed=False, reason=say("There is a newer sheet. Read it before you take the watch.")
        )
    if watch is not None and handover is None and not reason.strip():
        return Decision(
            allowed=False,
            reason=say(
                "{who} has not handed over. Say why you take it all the same.", who=watch.name
            ),
        )
    return Decision(allowed=True, reason=say("The sheet was read, or there is none."))
