"""Roles of a node and what each may do.

``may`` is the one place that answers; pages, endpoints and actions ask it. Default deny.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

import msgspec

from comity.wording import Sentence, say


class Role(StrEnum):
    """What a person is on this node. The value stands in entries of the record: never change it."""

    DUTY_OFFICER = "duty-officer"
    ANALYST = "csirt-analyst"
    DIPLOMAT = "cyber-diplomat"
    LEGAL = "legal-adviser"
    RELEASING = "releasing-officer"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"
    GUEST = "guest"


class Act(StrEnum):
    """Something that a person asks the node to do or to show."""

    READ_INCIDENTS = "read incidents"
    READ_TECHNICAL = "read the technical part of a case"
    READ_DIPLOMATIC = "read the diplomatic part of a case"
    OPEN_INCIDENT = "open an incident"
    IMPORT = "import a report"
    STATE_FACTS = "state facts"
    ASSESS = "assess"
    ATTRIBUTE = "work out technical resemblance"
    DRAFT = "work on a document"
    APPROVE = "approve a document"
    RELEASE = "release a document"
    SHARE = "put objects together for others"
    READ_SHARED = "read what is put together for others"
    DECONFLICT = "note what a service says"
    CARRY = "note how a document was carried"
    READ_WATCH = "read the watch log"
    KEEP_WATCH = "keep the watch"
    READ_RECORD = "read the record"
    QUARANTINE = "put an entry in quarantine"
    ERASE = "erase content"
    HOLD = "hold an incident against rules of retention"
    TELL_PERSON = "list what is held about a person"
    MANAGE_ACCOUNTS = "manage accounts"
    NAME_DEPUTY = "name a deputy"
    READ_RELEASED = "read what was released to you"
    MAKE_TOKENS = "make and revoke tokens"


class Actor(msgspec.Struct, frozen=True):
    """A person who has signed in: the UUID of the account, the name, and the roles held.

    ``second_factor`` says that this session was opened with one. ``scopes`` are the acts that a
    token was made for; None is a person at a page.
    """

    account: str
    name: str
    roles: frozenset[Role]
    second_factor: bool = False
    scopes: frozenset[Act] | None = None


class Decision(msgspec.Struct, frozen=True):
    """Whether it may be done, and why."""

    allowed: bool
    reason: Sentence


APPROVING = frozenset({Role.RELEASING, Role.LEGAL})
"""The roles that approve, and that a deputy may hold for whoever has them."""
_DESK = frozenset({Role.DUTY_OFFICER, Role.DIPLOMAT, Role.LEGAL, Role.RELEASING})
WORK = _DESK | {Role.ANALYST}
"""The roles that work on cases."""

# A CSIRT analyst does not read the political assessment, nor does a lawyer or diplomat need a
# list of addresses to do theirs: the duty officer and the releasing officer answer for both.
_ALLOWED: Mapping[Act, frozenset[Role]] = {
    Act.READ_INCIDENTS: WORK | {Role.AUDITOR},
    Act.READ_TECHNICAL: frozenset({Role.DUTY_OFFICER, Role.ANALYST, Role.RELEASING, Role.AUDITOR}),
    Act.READ_DIPLOMATIC: _DESK | {Role.AUDITOR},
    Act.OPEN_INCIDENT: WORK,
    Act.IMPORT: WORK,
    Act.STATE_FACTS: WORK,
    Act.ASSESS: WORK,
    Act.ATTRIBUTE: frozenset({Role.DUTY_OFFICER, Role.ANALYST, Role.RELEASING}),
    Act.DRAFT: _DESK,
    Act.APPROVE: APPROVING,
    Act.RELEASE: frozenset({Role.RELEASING}),
    # Who decides on what leaves reads what leaves, a lawyer too.
    Act.SHARE: frozenset({Role.DUTY_OFFICER, Role.ANALYST, Role.RELEASING}),
    Act.READ_SHARED: frozenset(
        {Role.DUTY_OFFICER, Role.ANALYST, Role.RELEASING, Role.LEGAL, Role.AUDITOR}
    ),
    Act.DECONFLICT: WORK,
    Act.CARRY: _DESK,
    Act.READ_WATCH: WORK | {Role.AUDITOR},
    Act.KEEP_WATCH: WORK,
    Act.READ_RECORD: WORK | {Role.AUDITOR},
    Act.QUARANTINE: WORK | {Role.AUDITOR},
    Act.ERASE: frozenset({Role.RELEASING, Role.LEGAL}),
    Act.HOLD: frozenset({Role.RELEASING, Role.LEGAL}),
    Act.TELL_PERSON: frozenset({Role.RELEASING, Role.LEGAL}),
    Act.MANAGE_ACCOUNTS: frozenset({Role.ADMINISTRATOR}),
    Act.NAME_DEPUTY: APPROVING,
    Act.READ_RELEASED: frozenset({Role.GUEST}),
    Act.MAKE_TOKENS: frozenset(Role),
}
SCOPES = frozenset(Act) - {Act.MAKE_TOKENS, Act.ERASE, Act.NAME_DEPUTY}
"""What a token can be made for: all but what takes a person and a password each time."""


def may(actor: Actor | None, act: Act) -> Decision:
    """Decide whether somebody may do something; nobody who has not signed in may do anything."""
    if actor is None:
        return Decision(allowed=False, reason=say("Nobody has signed in."))
    if not actor.second_factor:
        return Decision(
            allowed=False,
            reason=say("This needs a second factor, which your sign-in did not have."),
        )
    if actor.scopes is not None and act not in actor.scopes:
        return Decision(
            allowed=False,
            reason=say("This token was not made to {act}: make one that is.", act=say(act.value)),
        )
    holding = actor.roles & _ALLOWED[act]
    if not holding:
        return Decision(
            allowed=False,
            reason=say(
                "To {act} takes one of these roles: {roles}.",
                act=say(act.value),
                roles=roles_in_words(_ALLOWED[act]),
            ),
        )
    return Decision(
        allowed=True,
        reason=say("Allowed by the role: {roles}.", roles=roles_in_words(holding)),
    )


def roles_in_words(roles: frozenset[Role]) -> tuple[Sentence, ...]:
    """The names of roles, in the order of the list of roles."""
    return tuple(ROLE_NAMES[role] for role in Role if role in roles)


ROLE_NAMES: Mapping[Role, Sentence] = {
    Role.DUTY_OFFICER: say("duty officer"),
    Role.ANALYST: say("CSIRT analyst"),
    Role.DIPLOMAT: say("cyber diplomat"),
    Role.LEGAL: say("legal adviser"),
    Role.RELEASING: say("releasing officer"),
    Role.AUDITOR: say("auditor"),
    Role.ADMINISTRATOR: say("administrator"),
    Role.GUEST: say("guest"),
}
