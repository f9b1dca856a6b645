"""Rules: embargo, expiry and the groups that an object was kept for."""

from __future__ import annotations

from comity.gate.case import Case
from comity.gate.decision import Reason, each
from comity.wording import say


def embargo(case: Case) -> list[Reason]:
    """Nothing leaves before the last embargo has ended."""
    at = case.request.at
    held = [
        Reason(
            "embargo",
            allows=False,
            text=say("it is under embargo until {until}", until=one.embargo_until),
        )
        for one in case.terms
        if one.embargo_until is not None and at < one.embargo_until
    ]
    return held or [Reason("embargo", allows=True, text=say("it is under no embargo"))]


def expiry(case: Case) -> list[Reason]:
    """Nothing leaves from the first expiry on."""
    at = case.request.at
    over = [
        Reason(
            "expiry",
            allows=False,
            text=say("it was to be shared until {expires} only", expires=one.expires),
        )
        for one in case.terms
        if one.expires is not None and at >= one.expires
    ]
    return over or [Reason("expiry", allows=True, text=say("it has not expired"))]


def groups(case: Case) -> list[Reason]:
    """Every recipient has to be in at least one of the groups that each of the terms names."""
    kept = [one.groups for one in case.terms if one.groups]
    if not kept:
        return [Reason("groups", allows=True, text=say("it is kept for no group"))]
    return [reason for names in kept for reason in _kept_for(frozenset(names), case)]


def _kept_for(names: frozenset[str], case: Case) -> list[Reason]:
    return each(
        "groups",
        case.request.recipients,
        lambda recipient: not names.isdisjoint(recipient.groups),
        say("all recipients are in a group that it is kept for"),
        lambda recipient: say(
            "it is kept for {groups}, and {recipient} is in none of them",
            groups=", ".join(sorted(names)),
            recipient=recipient.title,
        ),
    )
