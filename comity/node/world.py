"""The world of a demonstration: a desk with one account for each role, and three incidents.

Everything in it goes through what the pages call, as the person whose role it is: the record of a
demonstration is made like any other.
"""

from __future__ import annotations

import secrets
import string
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import msgspec
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.conf import settings

from comity.access.roles import ROLE_NAMES, Actor, Role
from comity.actions import papers as actions
from comity.actions import watch
from comity.actions.bundles import put_together
from comity.actions.desk import Desk
from comity.actions.papers import draft_of
from comity.actions.take_in import Report
from comity.assess.facts import Claim
from comity.assess.release import VERIFIED
from comity.node import bundles, cases, demonstration, objects, papers
from comity.node.demonstration import Demonstration, Login
from comity.node.guests import change_organisation
from comity.node.invitations import accept, invite
from comity.node.models import Account, Incident
from comity.node.projections import roles_of
from comity.node.services import knowledge, now
from comity.record.payload import BundleFor, Carriage
from comity.rules.predicate import Value

EXERCISE = "exercise-harbour"
_PAST = {
    "ransomware-hse-2021": "Ransomware at a health service, May 2021 (restated)",
    "wiper-albania-2022": "Operation against government services, July 2022 (restated)",
}
_REASON = "a role of the demonstration"


class Player(msgspec.Struct, frozen=True):
    """Somebody of the desk: the account, and how to sign in to it."""

    account: Account
    login: Login

    @property
    def actor(self) -> Actor:
        """As pages see them: with the roles that the record gives them now."""
        key = str(self.account.key)
        return Actor(key, self.account.name, roles_of(key), second_factor=True)

    @property
    def by(self) -> str:
        return self.account.signature


Cast = Mapping[Role, Player]


def code_now(secret: str) -> str:
    """The six digits of this moment (RFC 6238)."""
    counters = list(yield_hotp_counters_from_time())
    return str(format_hotp_value(hotp_value(secret, counters[len(counters) // 2])))


def make(examples: Path, tell: Callable[[str], None]) -> Demonstration | None:
    """Fill a fresh node from the folder of examples; None where somebody has an account already."""
    if Account.objects.exists() or not demonstration.begin(settings.HOME):
        return None
    tell("making the demonstration node: accounts ...")
    cast = _cast()
    for number, (case, title) in enumerate(_PAST.items()):
        tell(f"making the demonstration node: {title} ...")
        _past(cast[(Role.DIPLOMAT, Role.ANALYST)[number]], cast, title, examples / case)
    tell("making the demonstration node: the exercise ...")
    _exercise(cast, examples / EXERCISE)
    return demonstration.finish(settings.HOME, tuple(cast[role].login for role in Role))


def _cast() -> Cast:
    """An administrator whom the operator invites, and everybody else whom that one invites."""
    first = _join(Role.ADMINISTRATOR, by="operator (local)", inviter="")
    others = [role for role in Role if role is not Role.ADMINISTRATOR]
    key = str(first.account.key)
    return {
        Role.ADMINISTRATOR: first,
        **{role: _join(role, by=first.by, inviter=key) for role in others},
    }


def _join(role: Role, *, by: str, inviter: str) -> Player:
    title = str(ROLE_NAMES[role])
    name = f"{title[0].upper()}{title[1:]} (demo)"
    token = invite(name, [role], _REASON, by=by, at=now(), inviter=inviter)
    email, password = f"{role.value}@demo.example", _password()
    account = accept(token, email, name, password)
    secret = generate_totp_secret()
    TOTP.activate(account, secret)
    return Player(account, Login(name, email, password, secret))


def _password() -> str:
    """Sixteen letters in groups of four: 75 bits that can be typed from a screen."""
    letters = "".join(secrets.choice(string.ascii_lowercase) for _ in range(16))
    return "-".join(letters[at : at + 4] for at in range(0, 16, 4))


def _say(player: Player, incident: str, source: str, values: Mapping[str, Value]) -> None:
    _claim(player, incident, [(name, value, None) for name, value in values.items()], source)


def _claim(
    player: Player, incident: str, said: Sequence[tuple[str, Value, str | None]], source: str
) -> None:
    claims = [
        Claim(name=name, value=value, said_by=player.by, said_at=now(), source=source, report=file)
        for name, value, file in said
    ]
    cases.say_facts(player.actor, player.by, incident, claims)


def _assess(player: Player, incident: str) -> None:
    cases.assess_case(player.actor, player.by, incident)


# -- past cases -------------------------------------------------------------------------------


def _past(player: Player, cast: Cast, title: str, folder: Path) -> None:
    """A shipped case, closed: what it asked for has long been due, so no clock is started."""
    report = Report(f"{folder.name}.json", (folder / "bundle.json").read_bytes())
    key = str(uuid4())
    cases.file_report(player.actor, player.by, key, report, opens=title)
    officer = cast[Role.DUTY_OFFICER]
    _say(officer, key, "the README beside the example", {"incident.status": "closed"})
    _assess(player, key)
    with papers.desk_of(officer.actor, officer.by) as desk:
        papers.take_up(desk, Incident.objects.get(key=key), "lessons")


# -- the exercise -----------------------------------------------------------------------------

_ADDRESSEE = "FRA"
_MARKING = "TLP:GREEN"
_WORDS = {
    "channel used": "e-mail between the points of contact of the exercise",
    "name and office": "the registry of the exercise",
    "name, office and time": "the releasing officer of the exercise, on the day of the exercise",
    "Designated critical infrastructure": "not known yet",
    "Way in": "not known yet",
    "date": "the day of the exercise",
    "date and time, UTC": "the end of the day of the exercise",
    "languages": "English",
    "immediate, urgent or routine": "urgent",
    "low, moderate or high, and why": "moderate: one call-back, no forensics yet",
    "limits, or none": "none beyond the marking",
    "further question, or strike out": "Have others been seen to speak to the server?",
    "measures, in a few words": "the server is taken off the network and its logs are preserved",
    "the one answer that is needed most": "whether the server has been taken off the network",
    "what is offered": "what the exercise finds out about the loader",
    "the request, in one sentence": "have the rented server taken off the network",
    "continuing effect, in one sentence": "The cargo system stays encrypted, and ships wait.",
    "number of the note": "EX-1",
    "list of annexes, or none": "none",
}
_CSIRT = "the CSIRT of the addressee, played by exercise control"
_OTHERWISE = "the duty officer of the exercise, by the list of the day"


def _exercise(cast: Cast, folder: Path) -> None:
    """The one case whose clocks run: times are of today, and everybody plays a part."""
    officer, analyst = cast[Role.DUTY_OFFICER], cast[Role.ANALYST]
    bundle = Report("exercise-harbour.json", (folder / "bundle.json").read_bytes())
    call = Report("exercise-harbour-call.txt", (folder / "call.txt").read_bytes())
    title = "EXERCISE HARBOUR: cargo system of a port operator encrypted"
    key = str(uuid4())
    cases.file_report(officer.actor, officer.by, key, bundle, opens=title)
    cases.file_report(analyst.actor, analyst.by, key, call, opens=title)
    _watch(officer, key)
    hour = now().astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    _say(officer, key, "EXERCISE: first call of the operator", _known(hour))
    # Both reports were confirmed with the one they are said to come from.
    _claim(
        analyst,
        key,
        [(VERIFIED, True, bundle.name), (VERIFIED, True, call.name)],
        "EXERCISE: called the operator back on the number that the CSIRT had",
    )
    # Two people differ, so the fact is disputed and decides nothing until they agree.
    _say(analyst, key, "EXERCISE: the loader read files of drivers", {"data.personal": True})
    counsel = cast[Role.LEGAL]
    _say(counsel, key, "EXERCISE: the operator's own list of its data", {"data.personal": False})
    _assess(officer, key)
    _documents(cast, key)
    _sharing(cast, key)


def _watch(officer: Player, incident: str) -> None:
    """The duty officer is on watch, and has noted the first call."""
    with papers.desk_of(officer.actor, officer.by) as desk:
        watch.take_over(desk, None, "")
        watch.note(desk, "EXERCISE: the operator called. It calls again at six.", incident)


def _known(hour: datetime) -> dict[str, Value]:
    return {
        "victim.state": demonstration.OWN,
        "victim.sector": "transportation",
        "victim.kind": "large_organisation",
        "victim.nis2_class": "essential",
        "victim.is_manufacturer": False,
        "victim.is_financial_entity": False,
        "victim.consents_to_sharing": True,
        "incident.status": "ongoing",
        "incident.occurred_at": hour - timedelta(hours=9),
        "incident.aware_at": hour - timedelta(hours=7),
        "incident.significant": True,
        "effect.kinds": ("encryption",),
        "effect.loss_of_functionality": True,
        "effect.serious": True,
        "cross_border": True,
        "crime.offence": True,
        "transit.territories": (_ADDRESSEE,),
        "response.sensitive_work": False,
    }


def _documents(cast: Cast, key: str) -> None:
    """One document in each state in which a document can be."""
    officer, diplomat = cast[Role.DUTY_OFFICER], cast[Role.DIPLOMAT]
    releasing, counsel = cast[Role.RELEASING], cast[Role.LEGAL]
    incident = Incident.objects.get(key=key)
    to = _ADDRESSEE.lower()
    _take_up(diplomat, incident, f"consultation-{to}")
    _complete(officer, incident, _take_up(officer, incident, f"mitigation-{to}"))
    approved = _take_up(diplomat, incident, f"information-{to}")
    _decide(releasing, Role.RELEASING, key, approved, _complete(diplomat, incident, approved))
    refused = _take_up(diplomat, incident, f"note-verbale-{to}")
    body = _complete(diplomat, incident, refused)
    why = "EXERCISE: the notification says the same to the same addressee; one of the two is enough"
    _decide(counsel, Role.LEGAL, key, refused, body, no=why)
    sent = _take_up(officer, incident, f"notification-{to}")
    body = _complete(officer, incident, sent)
    _decide(releasing, Role.RELEASING, key, sent, body)
    with papers.desk_of(releasing.actor, releasing.by) as desk:
        actions.release(
            desk,
            incident=key,
            document=sent,
            body=body,
            alone=False,
            reason="EXERCISE: the addressee needs each of these addresses to act",
            personal_data=_personal_data(desk, key, sent),
        )
    with papers.desk_of(diplomat.actor, diplomat.by) as desk:
        carriage = Carriage(
            at=desk.at,
            by=desk.by,
            incident=key,
            document=sent,
            body=body,
            way="e-mail",
            to="the point of contact of the addressee, played by exercise control",
            carrier="the registry of the exercise",
            carried_at=desk.at,
            evidence="EXERCISE: acknowledged by exercise control",
            answer="",
        )
        actions.carry(desk, carriage)


def _sharing(cast: Cast, key: str) -> None:
    """A bundle that waits for approval, on hold by the CSIRT; and a guest who reads the rest."""
    analyst, boss, guest = cast[Role.ANALYST], cast[Role.ADMINISTRATOR], cast[Role.GUEST]
    incident = Incident.objects.get(key=key)
    to = BundleFor(name=_CSIRT, community=True, purpose="mitigation")
    types = [name for name in objects.types_of(key) if name not in bundles.APART]
    with papers.desk_of(analyst.actor, analyst.by) as desk:
        parcel = bundles.preview(desk, incident, types, to)
        made = put_together(desk, incident=key, title=f"Objects for {_CSIRT}", to=to, parcel=parcel)
        paper = papers.one(desk.record, key, made)
        assert paper is not None  # noqa: S101  # it was put together a moment ago
        actions.note_word(
            desk, paper, body=paper.current.body, service="csirt", clear=False,
            said_by="the shift lead of the exercise",
            reason="EXERCISE: to be asked again at the end of the day",
        )  # fmt: skip
    name = knowledge().states[_ADDRESSEE].name
    reason = "EXERCISE: liaison of the addressee"
    change_organisation(boss.actor, boss.by, guest.account, name, reason)


def _take_up(player: Player, incident: Incident, draft: str) -> str:
    with papers.desk_of(player.actor, player.by) as desk:
        return papers.take_up(desk, incident, draft)


def _complete(player: Player, incident: Incident, document: str) -> str:
    """Fill in every blank; return the version that this made."""
    with papers.desk_of(player.actor, player.by) as desk:
        paper = papers.one(desk.record, incident.key, document)
        assert paper is not None  # noqa: S101  # it was taken up a moment ago
        draft = draft_of(desk.record, paper.current.body)
        words = {what: _WORDS.get(what, _OTHERWISE) for what in draft.blanks}
        papers.complete(desk, paper, words, _MARKING, paper.current.body)
        done = papers.one(desk.record, incident.key, document)
        assert done is not None  # noqa: S101
        return done.current.body


def _personal_data(desk: Desk, incident: str, document: str) -> str:
    """The list that a person would read on the page before they let it stay."""
    paper = papers.one(desk.record, incident, document)
    return "" if paper is None else actions.listing(desk, paper).sha256


def _decide(
    player: Player, role: Role, incident: str, document: str, body: str, *, no: str = ""
) -> None:
    with papers.desk_of(player.actor, player.by) as desk:
        actions.approve(
            desk,
            incident=incident,
            document=document,
            body=body,
            role=role,
            approved=not no,
            reason=no or "EXERCISE: read, and each point on the list is done",
            personal_data=_personal_data(desk, incident, document),
        )
