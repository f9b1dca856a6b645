"""Rule: the Traffic Light Protocol (FIRST TLP 2.0, August 2022)."""

from __future__ import annotations

from comity.gate.case import Case
from comity.gate.decision import Reason, each
from comity.gate.marks import Marks
from comity.gate.recipient import Recipient
from comity.stix.markings import Tlp
from comity.wording import say


def tlp(marks: Marks, case: Case, *, default: Tlp | None = None) -> list[Reason]:
    """Each level lets through whom a stricter one lets through, and more.

    ``default`` counts where nothing is stated; without it a part says nothing of itself.
    """
    level = default if marks.level is None else marks.level
    if level is None:
        return []
    label = say("{level}", level=level.label)
    if marks.level is None:
        label = say("{level}, which this node takes where nothing is marked", level=level.label)
    return each(
        "tlp",
        case.request.recipients,
        lambda recipient: _may_see(level, recipient, case),
        say("{label}: all recipients may see it", label=label),
        lambda recipient: say(
            "{label}: {who}, and {recipient} is not among them",
            label=label,
            who=_WHO[level],
            recipient=recipient.title,
        ),
    )


_WHO = {
    Tlp.GREEN: say("for the community, and for those who are named"),
    Tlp.AMBER: say(
        "for organisations that are named, and for those of their clients that have to know"
    ),
    Tlp.AMBER_STRICT: say("for organisations that are named, and for nobody else"),
    Tlp.RED: say("for persons who are named, and released by a person"),
}


def _may_see(level: Tlp, recipient: Recipient, case: Case) -> bool:
    served = case.named | case.request.setting.own_uuids
    public = recipient.kind == "public"
    named = not public and recipient.named_in(case.named)
    if level is Tlp.RED:
        one = recipient.kind == "person" and (recipient.id or "").lower() in case.named
        return one and bool(case.request.by)
    if level is Tlp.AMBER_STRICT or named:
        return named or case.is_own(recipient)
    if level is Tlp.AMBER:
        return case.is_own(recipient) or case.is_client(recipient, served)
    if level is Tlp.GREEN:
        return case.in_community(recipient, connected=True) or case.is_client(recipient, served)
    return True
