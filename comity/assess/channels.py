"""Whom we can reach through what: channels ranked with reasons, and reasons not to use them."""

from __future__ import annotations

import datetime as dt

import msgspec

from comity.assess.basis import ANSWER_OF, Answer, Condition, combine
from comity.assess.facts import FactSheet
from comity.assess.parties import Parties
from comity.knowledge.base import Knowledge
from comity.knowledge.model import Channel
from comity.wording import Sentence, say, term, terms

# Asked of the state where activity comes from or passes through, and of nobody else.
_OF_TERRITORY = frozenset({"mitigation", "clarify", "consultation"})
_RANK: dict[Answer, int] = {"yes": 0, "open": 1, "fault": 2, "no": 3}
SPEED = {"immediate": 0, "hours": 1, "days": 2}


class Purpose(msgspec.Struct, frozen=True):
    """Something one may want from others, and why in this incident."""

    word: str
    why: Sentence


class ChannelFinding(msgspec.Struct, frozen=True):
    """A channel to one counterpart (or to a whole network), with reasons for and against.

    ``serves`` are the purposes of this incident that the channel is made for.
    ``belongs`` says whether both sides are known to be in it; ``answer`` also
    asks whether it operates, fits, and whether contacts are known. ``cautions``
    are reasons not to use it, or not yet.
    """

    channel: Channel
    counterpart: str | None
    answer: Answer
    belongs: Answer
    serves: tuple[str, ...]
    tests: tuple[Condition, ...]
    cautions: tuple[Sentence, ...]


def purposes(facts: FactSheet, sides: Parties) -> tuple[Purpose, ...]:
    """What this incident gives reason to ask or tell."""
    wanted = [Purpose("inform", say("others may be hit by the same activity"))]
    abroad = sides.territories
    if abroad and facts.text("incident.status") != "closed":
        wanted.append(
            Purpose("mitigation", say("activity appears to come from or through another state"))
        )
    if abroad:
        wanted.append(Purpose("clarify", say("another state may know what this is")))
        wanted.append(Purpose("consultation", say("consultation lowers the risk of misperception")))
    if facts.value("victim.is_ci") is True:
        wanted.append(Purpose("assistance", say("critical infrastructure is affected")))
    if facts.value("crime.offence") is True or facts.value("crime.evidence_abroad") is True:
        wanted.append(Purpose("preservation", say("electronic evidence disappears quickly")))
        wanted.append(Purpose("evidence", say("a criminal offence is suspected")))
    return tuple(wanted)


def channel_findings(
    knowledge: Knowledge,
    sides: Parties,
    wanted: tuple[Purpose, ...],
    general: tuple[Sentence, ...],
) -> tuple[ChannelFinding, ...]:
    """Every channel to every counterpart, best first; ties keep the order of the pack.

    ``general`` are the ``cautions`` that hold for all of them.
    """
    on = sides.now.astimezone(dt.UTC).date()
    found: list[ChannelFinding] = []
    for channel in knowledge.channels.values():
        counterparts: tuple[str | None, ...] = (None,)
        if channel.reach == "bilateral" and sides.counterparts:
            counterparts = sides.counterparts
        for other in counterparts:
            members = _members(knowledge, channel, sides, other, on)
            serves = _serves(knowledge, channel, sides, other, wanted, on)
            tests = (*members, *_contact(channel), _operating(channel, on), _fits(serves))
            found.append(
                ChannelFinding(
                    channel=channel,
                    counterpart=other,
                    answer=combine(test.answer for test in tests),
                    belongs=combine(test.answer for test in members),
                    serves=serves,
                    tests=tests,
                    cautions=(
                        *(say("not for: {what}", what=term(text)) for text in channel.not_for),
                        *general,
                    ),
                )
            )
    return tuple(sorted(found, key=_order))


def _order(finding: ChannelFinding) -> tuple[int, int, int]:
    return (_RANK[finding.answer], -len(finding.serves), SPEED[finding.channel.speed])


def _members(
    knowledge: Knowledge, channel: Channel, sides: Parties, other: str | None, on: dt.date
) -> tuple[Condition, ...]:
    """Are both sides in it? A network needs only the side that asks."""
    if sides.own is None:
        asks = Condition("open", say("it is not known which state asks"))
    else:
        asks = _belongs(knowledge, channel, sides.own, on)
    if channel.reach == "network":
        return (asks,)
    if other is None:
        return asks, Condition("open", say("no other state is known to be concerned yet"))
    return asks, _belongs(knowledge, channel, other, on)


def _contact(channel: Channel) -> tuple[Condition, ...]:
    if not channel.nomination:
        return ()
    where = say("the contact points are in the operator's directory: look them up")
    return (Condition("open", where),)


def _serves(
    knowledge: Knowledge,
    channel: Channel,
    sides: Parties,
    other: str | None,
    wanted: tuple[Purpose, ...],
    on: dt.date,
) -> tuple[str, ...]:
    """What this channel is good for towards this side.

    Whoever is asked to mitigate or clarify must be where the activity comes
    from or passes through: never the victim, and a network only where it has
    one of these states among its members.
    """
    if channel.reach == "network":
        reached = any(_belongs(knowledge, channel, s, on).answer != "no" for s in sides.territories)
    else:
        reached = other is None or other in sides.territories
    return tuple(
        purpose.word
        for purpose in wanted
        if purpose.word in channel.purposes and (reached or purpose.word not in _OF_TERRITORY)
    )


def _belongs(knowledge: Knowledge, channel: Channel, state: str, on: dt.date) -> Condition:
    instrument = knowledge.instruments.get(channel.open_to)
    if instrument is not None:
        standing = knowledge.standing_to_instrument(instrument, state, on)
    else:
        standing = knowledge.standing_in_group(channel.open_to, state, on)
    return Condition(ANSWER_OF[standing.place], standing.reason)


def _operating(channel: Channel, on: dt.date) -> Condition:
    if channel.status != "operating":
        return Condition("no", say("it is not operating (as of {as_of})", as_of=channel.as_of))
    if channel.operating_from is not None and on < channel.operating_from:
        return Condition("no", say("it operates only from {start}", start=channel.operating_from))
    return Condition("yes", say("it is operating (as of {as_of})", as_of=channel.as_of))


def _fits(serves: tuple[str, ...]) -> Condition:
    if serves:
        return Condition("yes", say("it serves: {purposes}", purposes=terms(serves)))
    return Condition("no", say("it serves none of the purposes of this incident"))


def cautions(facts: FactSheet) -> tuple[Sentence, ...]:
    """What holds for every channel before it is used."""
    found = []
    sensitive = facts.facts["response.sensitive_work"]
    if sensitive.value is True:
        found.append(
            say("police, intelligence or containment work is under way: ask those who do it first")
        )
    elif sensitive.state != "known":
        found.append(
            say(
                "it is not known whether a message could disturb police or containment work: ask "
                "those who do it"
            )
        )
    consent = facts.facts["victim.consents_to_sharing"]
    if consent.value is False:
        found.append(
            say("the victim has not consented: tell nobody outside anything that identifies it")
        )
    elif consent.state != "known":
        found.append(
            say(
                "it is not known whether the victim consents: do not name it to others "
                "before it does"
            )
        )
    return tuple(found)
