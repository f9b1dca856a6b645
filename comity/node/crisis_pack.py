"""What goes into the crisis pack, out of the node as it stands. Reads only."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from django.conf import settings
from django.db.models import QuerySet

from comity.access.release import Paper
from comity.access.roles import Role, roles_in_words
from comity.assess.interview import next_question
from comity.documents.crisis_pack import (
    CrisisPack,
    DueClock,
    Person,
    Question,
    Waiting,
    Way,
    crisis_pack,
)
from comity.documents.drafts.model import Draft
from comity.documents.language import language
from comity.errors import BadInput
from comity.knowledge.base import Standing
from comity.knowledge.model import Channel
from comity.node import demonstration, duties
from comity.node.clearances import open_to
from comity.node.models import Account, Incident
from comity.node.papers import waiting
from comity.node.projections import Tables, roles_of
from comity.node.services import knowledge, now, open_record
from comity.record.store import Record


def pack_of_now() -> Draft:
    """The pack of this moment, made at the record's last checkpoint. BadInput before the first."""
    at = now()
    with open_record() as record:
        Tables().catch_up(record)
        keys, signed = record.keys(), record.checkpoint()
        if keys is None or signed is None:
            raise BadInput("there is nothing on the record yet: a pack needs a node with people")
        _origin, size, root = signed.decode().splitlines()[:3]
        # Anybody can pick the paper up: it is for those who are cleared for nothing.
        rows = open_to(None, Incident.objects.order_by("-changed_at", "-id"), "key")
        incidents = list(rows)
        made = CrisisPack(
            made=at,
            timezone=knowledge().timezone_of(settings.OWN_STATE),
            state=knowledge().name_of(settings.OWN_STATE) if settings.OWN_STATE else None,
            people=tuple(_people()),
            left_out=Incident.objects.count() - len(incidents),
            due=tuple(_due(record, rows, at)),
            waiting=tuple(_waiting(record, incidents)),
            ways=tuple(_ways(at.date())),
            questions=tuple(_questions(at)),
            origin=keys.origin,
            fingerprint=keys.fingerprint,
            size=int(size),
            root=root,
            demonstration=demonstration.here(settings.HOME),
        )
    return crisis_pack(made, language())


def _people() -> Iterator[Person]:
    """Everybody who holds a role, in the order of the roles."""
    held = [
        ([role for role in Role if role in roles_of(str(account.key))], account)
        for account in Account.objects.filter(is_active=True).order_by("name", "id")
    ]
    order = list(Role).index
    for roles, account in sorted(
        ((roles, account) for roles, account in held if roles), key=lambda row: order(row[0][0])
    ):
        names = ", ".join(language().say(name) for name in roles_in_words(frozenset(roles)))
        yield Person(names, account.name, account.email)


def _due(record: Record, incidents: QuerySet[Incident], at: dt.datetime) -> Iterator[DueClock]:
    for row in duties.clocks(record, incidents):
        if row.clock.due:
            yield DueClock(
                due=row.clock.due,
                duty=row.clock.title,
                basis=row.clock.basis,
                incident=row.incident.title,
                sure=row.clock.sure,
                passed=row.at < at,
            )


def _waiting(record: Record, incidents: list[Incident]) -> Iterator[Waiting]:
    for incident, paper in waiting(record, incidents):
        template = knowledge().templates.get(paper.template)
        kind = template.title if template else language().tr("Objects for others")
        yield Waiting(kind, incident.title, language().tr(_standing(paper)))


def _standing(paper: Paper) -> str:
    if paper.released is not None:
        return "released in an emergency: to be reviewed"
    if paper.audience == "internal":
        return "for inside"
    if paper.turned_down:
        return "not approved: to change"
    return "approved: to release" if paper.approved else "to approve"


def _ways(on: dt.date) -> Iterator[Way]:
    """Channels that operate and are not known to be shut to the own state; the quickest first."""
    speeds = ("immediate", "hours", "days")
    for channel in sorted(knowledge().channels.values(), key=lambda one: speeds.index(one.speed)):
        standing = _open_to(channel, on)
        if channel.status != "operating" or (standing and standing.place == "out"):
            continue
        said = language().tr("whose desk this is was not said")
        yield Way(
            title=channel.title,
            operator=channel.operator,
            how=channel.how,
            speed=channel.speed,
            standing=language().say(standing.reason) if standing else said,
            verified=channel.verified,
            as_of=channel.as_of,
        )


def _open_to(channel: Channel, on: dt.date) -> Standing | None:
    packs, own = knowledge(), settings.OWN_STATE
    if own is None:
        return None
    if channel.open_to in packs.groups:
        return packs.standing_in_group(channel.open_to, own, on)
    return packs.standing_to_instrument(packs.instruments[channel.open_to], own, on)


def _questions(at: dt.datetime) -> Iterator[Question]:
    """What the intake would ask of somebody who knows nothing yet, in its order."""
    asked: set[str] = set()
    own = settings.OWN_STATE
    while gap := next_question(knowledge(), (), asked, own=own, now=at):
        feature = gap.feature
        asked.add(feature.id)
        words = ("yes", "no") if feature.type == "bool" else feature.values
        yield Question(feature.question, tuple(words))
