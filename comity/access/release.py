"""Four eyes: which approvals a document needs, who may give them, and when it may leave.

Pure. A document is judged by its versions, approvals and release as the record holds them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec

from comity.access.roles import Actor, Decision, Role, roles_in_words
from comity.wording import Sentence, say

_UNREAD = say(
    "The list of personal data in it is not the one that you let stay. Read it as it is now."
)

Needed = tuple[frozenset[Role], ...]
"""One approval for each, in one of these roles, each by another person."""

BUNDLE = "bundle"
"""The kind of act that is a STIX bundle, beside the templates of documents."""

SIGHTINGS = "sightings"
"""The kind of act that tells a MISP instance what was seen of its event."""

OBJECTS = frozenset({BUNDLE, SIGHTINGS})
"""Kinds of act that are objects and no documents: they are read by whoever reads what is shared."""

TECHNICAL = frozenset({BUNDLE, SIGHTINGS, "tpl.notification", "tpl.mitigation", "tpl.information"})
"""Kinds of act that carry technical detail: who watches an adversary may lose the sight of it."""

SERVICES: Mapping[str, Sentence] = {
    "csirt": say("the CSIRT"),
    "police": say("the police"),
    "intelligence": say("the intelligence service"),
}
"""Who may have an operation that technical detail gives away. Keys stand in the record."""


class Rules(msgspec.Struct, frozen=True):
    """``approvals`` by kind of act or by audience; the rule of a kind of act goes first.

    ``clears``: the services of this node that say clear before technical detail leaves.
    """

    approvals: Mapping[str, Needed]
    clears: frozenset[str] = frozenset()


RULES = Rules(
    {
        "external": (frozenset({Role.RELEASING}),),
        "public": (frozenset({Role.RELEASING}), frozenset({Role.LEGAL})),
        "internal": (),
    }
)
"""What this version asks for, beside the one who wrote it. An operator's file may ask for more
(``access.rules_file``). An audience that is not here never leaves.
"""

EMERGENCY = frozenset({"tpl.notification", "tpl.mitigation"})
"""Kinds of act that one officer may release alone: telling in time, and asking to stop harm.

Never a statement to the public, a note between governments or anything on who is responsible.
"""
REVIEW_WITHIN = dt.timedelta(hours=72)


class Version(msgspec.Struct, frozen=True):
    """A version: the SHA-256 of its draft, who wrote it, its entry; ``complete`` has no blank."""

    body: str
    account: str
    index: int
    complete: bool


class Given(msgspec.Struct, frozen=True):
    """A yes or no of a person, in a role, to one version."""

    body: str
    account: str
    role: Role
    approved: bool
    index: int


class Word(msgspec.Struct, frozen=True):
    """What a service said to one version: clear, or hold; ``account`` noted it."""

    body: str
    service: str
    clear: bool
    said_by: str
    account: str
    index: int


class Released(msgspec.Struct, frozen=True):
    """That a version was released, by whom, when, and on which approvals (none: an emergency)."""

    body: str
    account: str
    at: dt.datetime
    approvals: tuple[int, ...]
    index: int


class Listed(msgspec.Struct, frozen=True):
    """The list of personal data in a version, by its SHA-256; empty where nothing is on it.

    ``seen`` is the list that a person read and let stay, ``found`` the one that is found now.
    """

    seen: str
    found: str


class Paper(msgspec.Struct, frozen=True, kw_only=True):
    """A document as it stands. ``versions`` from first to last, never empty.

    Of ``erased`` versions the author and the entry are known, and nothing else. ``needed`` is what
    the rules of the node ask for it, None where no rule says; ``clears`` are the services that have
    to say clear to it, ``words`` what services said.
    """

    document: str
    incident: str
    template: str
    audience: str
    title: str
    needed: Needed | None
    versions: tuple[Version, ...]
    given: tuple[Given, ...] = ()
    released: Released | None = None
    erased: tuple[Version, ...] = ()
    clears: frozenset[str] = frozenset()
    words: tuple[Word, ...] = ()

    @property
    def authors(self) -> frozenset[str]:
        """Everybody who wrote a version of it, whether or not that version is still there."""
        return frozenset(version.account for version in (*self.versions, *self.erased))

    @property
    def current(self) -> Version:
        """The last version: any edit voids what was approved before it."""
        return self.versions[-1]

    def of_current(self) -> tuple[Given, ...]:
        """The last word of each person on the current version, given after it was written.

        A later version may have the same bytes as an earlier one, and whoever wrote any of them
        has no say. A version that was erased had voided what was approved before it, too.
        """
        last = {
            one.account: one
            for one in self.given
            if one.body == self.current.body
            and one.index > self._written
            and one.account not in self.authors
        }
        return tuple(last.values())

    def words_on_current(self) -> Mapping[str, Word]:
        """The last word of each service, as far as it counts for the current version.

        A clear is for the version that was read. A hold stays until the same service says clear: an
        edit does not lift it.
        """
        last = {word.service: word for word in self.words}
        return {
            service: word
            for service, word in last.items()
            if not word.clear or (word.body == self.current.body and word.index > self._written)
        }

    @property
    def technical(self) -> bool:
        """Whether it carries technical detail."""
        return self.template in TECHNICAL

    @property
    def holding(self) -> tuple[str, ...]:
        """The services whose last word is hold."""
        said = self.words_on_current()
        return tuple(name for name in SERVICES if name in said and not said[name].clear)

    @property
    def silent(self) -> tuple[str, ...]:
        """The services that have to say clear and have said nothing."""
        said = self.words_on_current()
        return tuple(name for name in SERVICES if name in self.clears and name not in said)

    @property
    def _written(self) -> int:
        return max(version.index for version in (*self.versions, *self.erased))

    @property
    def turned_down(self) -> bool:
        """Whether somebody's last word on the current version is no."""
        return any(not one.approved for one in self.of_current())

    @property
    def approved(self) -> bool:
        """Whether nobody has to approve the current version any more, and nobody is against it."""
        return not missing(self) and not self.turned_down

    def objections(self) -> tuple[Given, ...]:
        """What was said against a version after it had left."""
        out = self.released
        return (
            ()
            if out is None
            else tuple(one for one in self.given if one.index > out.index and not one.approved)
        )

    def review_due(self) -> dt.datetime | None:
        """Until when a release in an emergency has to be reviewed; None if there is nothing to."""
        out = self.released
        if out is None or out.approvals:
            return None
        if any(one.index > out.index and one.account != out.account for one in self.given):
            return None
        return out.at + REVIEW_WITHIN


def needed_for(template: str, audience: str, rules: Rules) -> Needed | None:
    """What the rules ask for a kind of act, None where they say nothing."""
    if audience not in RULES.approvals:
        return None
    return rules.approvals.get(template, rules.approvals.get(audience))


def clears_for(template: str, audience: str, rules: Rules) -> frozenset[str]:
    """The services that have to say clear to a kind of act before it leaves."""
    leaves = template in TECHNICAL and audience != "internal"
    return rules.clears if leaves else frozenset()


def missing(paper: Paper) -> Needed:
    """The approvals that the current version still needs."""
    needed = paper.needed or ()
    yes = [one for one in paper.of_current() if one.approved]
    matched = _matched(needed, yes)
    return tuple(roles for at, roles in enumerate(needed) if at not in matched)


def approvals(paper: Paper) -> tuple[int, ...]:
    """The entries that a release of the current version would rest on."""
    yes = [one for one in paper.of_current() if one.approved]
    return tuple(sorted(one.index for one in _matched(paper.needed or (), yes).values()))


def may_edit(paper: Paper) -> Decision:
    """Whether a new version may be written."""
    if paper.released is not None:
        return _no(say("It has been released. Draft a new document that refers to it."))
    return _yes(say("It has not been released."))


def may_approve(
    actor: Actor, role: Role, body: str, paper: Paper, personal_data: Listed
) -> Decision:
    """Whether this person may say yes or no, in this role, to the version that they read."""
    if role not in actor.roles:
        return _no(say("You do not hold this role."))
    if body != paper.current.body:
        return _no(say("It was changed after you opened it. Read it again."))
    if not paper.current.complete:
        return _no(say("Something in it is still to be filled in."))
    if actor.account in paper.authors:
        return _no(say("You wrote a version of it: somebody else has to approve it."))
    if paper.released is not None and (
        paper.released.approvals or paper.released.account == actor.account
    ):
        return _no(say("It has been released."))
    if personal_data.seen != personal_data.found:
        return _no(_UNREAD)
    return _yes(say("You did not write it, and hold the role."))


def may_say_for(actor: Actor, service: str, body: str, paper: Paper) -> Decision:
    """Whether this person may note what a service said to the version that they read.

    The CSIRT speaks for itself where it has people here; others have no account, and somebody
    notes who said it.
    """
    if service not in SERVICES:
        return _no(say("There is no such service."))
    if not paper.technical:
        return _no(say("It carries no technical detail."))
    if service == "csirt" and Role.ANALYST not in actor.roles:
        return _no(say("Only a CSIRT analyst speaks for the CSIRT."))
    if paper.released is not None:
        return _no(say("It has been released."))
    if body != paper.current.body:
        return _no(say("It was changed after you opened it. Read it again."))
    return _yes(say("It has not been released."))


def may_release(
    actor: Actor, body: str, paper: Paper, personal_data: Listed, *, alone: bool
) -> Decision:
    """Whether this person may release the version that they read; ``alone``: in an emergency."""
    against = next(_against(actor, body, paper, alone=alone), None)
    if against is None and personal_data.seen != personal_data.found:
        against = _UNREAD
    if against is not None:
        return _no(against)
    if alone:
        return _yes(say("In an emergency, to be reviewed by somebody else."))
    return _yes(say("Everybody who has to approve it has done so."))


def _against(actor: Actor, body: str, paper: Paper, *, alone: bool) -> Iterator[Sentence]:
    if Role.RELEASING not in actor.roles:
        yield say("Only a releasing officer may release.")
    if paper.needed is None:
        yield say("No rule says who has to approve it.")
    if paper.audience == "internal":
        yield say("It is for inside, and never leaves.")
    if paper.released is not None:
        yield say("It has been released already.")
    if body != paper.current.body:
        yield say("It was changed after you opened it. Read it again.")
    if not paper.current.complete:
        yield say("Something in it is still to be filled in.")
    if paper.turned_down:
        yield say("Somebody said no to this version. Change it first.")
    yield from _services(actor, paper, alone=alone)
    if alone and paper.template not in EMERGENCY:
        yield say("This kind of act always takes a second person.")
    if not alone and (lacking := missing(paper)):
        wanted = tuple(map(_one, lacking))
        yield say("It still needs the approval of: {roles}.", roles=wanted)


def _services(actor: Actor, paper: Paper, *, alone: bool) -> Iterator[Sentence]:
    """What the services say against it. In an emergency silence is no hold."""
    if paper.holding:
        held = tuple(SERVICES[name] for name in paper.holding)
        yield say("On hold by: {services}. Ask them before anything leaves.", services=held)
    if not alone and paper.silent:
        asked = tuple(SERVICES[name] for name in paper.silent)
        yield say("It carries technical detail. These have to say clear: {services}.",
                  services=asked)  # fmt: skip
    if actor.account in {word.account for word in paper.words_on_current().values() if word.clear}:
        yield say("You noted that a service says clear: somebody else has to release it.")


def meets(given: Needed, least: Needed) -> bool:
    """Whether approvals that satisfy ``given`` always satisfy ``least``, by as many people."""
    if not least:
        return True
    first, *rest = least
    return any(
        roles <= first and meets(given[:at] + given[at + 1 :], tuple(rest))
        for at, roles in enumerate(given)
    )


def _one(roles: frozenset[Role]) -> Sentence:
    return say("a {role}", role=roles_in_words(roles))


def _matched(needed: Sequence[frozenset[Role]], yes: Iterable[Given]) -> dict[int, Given]:
    """Each need with a person of its own, as many needs as can be met.

    Needs are two or three: trying every person for each is quick, and finds what a greedy choice
    would miss.
    """
    people = tuple(yes)

    def best(at: int, taken: frozenset[str]) -> dict[int, Given]:
        if at == len(needed):
            return {}
        found = best(at + 1, taken)
        for one in people:
            if one.account not in taken and one.role in needed[at]:
                with_it = {at: one} | best(at + 1, taken | {one.account})
                found = max(found, with_it, key=len)
        return found

    return best(0, frozenset())


def _no(reason: Sentence) -> Decision:
    return Decision(allowed=False, reason=reason)


def _yes(reason: Sentence) -> Decision:
    return Decision(allowed=True, reason=reason)
