"""Rule: MISP's distribution and sharing groups (MISP core format, 2.2.1)."""

from __future__ import annotations

from comity.gate.case import Case
from comity.gate.decision import Reason, each
from comity.gate.marks import Marks
from comity.gate.recipient import Recipient
from comity.stix.audience import Audience
from comity.wording import say


def distribution(marks: Marks, case: Case) -> list[Reason]:
    """Every distribution that is stated binds: of two sharing groups one has to be in both."""
    stated = [one for one in marks.audiences if one.distribution is not None]
    if not stated:
        return [Reason("distribution", allows=True, text=say("no distribution is stated"))]
    return [reason for audience in stated for reason in _one(audience, case)]


def _one(audience: Audience, case: Case) -> list[Reason]:
    who = _WHO[audience.distribution or 0]
    if audience.sharing_group is not None:
        group = audience.sharing_group
        who = say("for the sharing group {group} only", group=group.name or group.uuid)
    return each(
        "distribution",
        case.request.recipients,
        lambda recipient: _reaches(audience, recipient, case),
        say("the distribution is {who}: all recipients are covered", who=who),
        lambda recipient: say(
            "the distribution is {who}, and {recipient} is not covered",
            who=who,
            recipient=recipient.title,
        ),
    )


_WHO = {
    0: say("for the own organisation only"),
    1: say("for this community only"),
    2: say("for this and connected communities"),
    3: say("for all communities"),
    4: say("for a sharing group only"),
}


def _reaches(audience: Audience, recipient: Recipient, case: Case) -> bool:
    match audience.distribution:
        case 3:
            return True
        case 1 | 2:
            return case.in_community(recipient, connected=audience.distribution == 2)
        case 4 if audience.sharing_group is not None:
            members = {one.uuid.lower() for one in audience.sharing_group.organisations if one.uuid}
            return recipient.belongs_to(members)
        case _:
            return case.is_own(recipient)
