"""Rule: what another made leaves only as that other lets it."""

from __future__ import annotations

from comity.gate.case import Case
from comity.gate.decision import Reason, each
from comity.gate.marks import Marks
from comity.gate.recipient import Recipient
from comity.stix.markings import Tlp
from comity.wording import say


def originator(marks: Marks, case: Case, *, default: Tlp = Tlp.CLEAR) -> list[Reason]:
    """CLEAR, GREEN and, for own clients, AMBER are consent within their bounds; the rest asks.

    A marking of originator control asks for it at every level. ``default`` is the level where
    none is stated.
    """
    if not case.originators:
        return [Reason("originator", allows=True, text=say("it is this node's own work"))]
    level = default if marks.level is None else marks.level
    return each(
        "originator",
        case.request.recipients,
        lambda recipient: (
            case.consented(recipient)
            or _within(level, recipient, case, control=marks.originator_control)
        ),
        say("whoever made it lets it go to all recipients"),
        lambda recipient: say(
            "no consent of {originator} for {recipient} is recorded",
            originator=", ".join(sorted(case.originators)),
            recipient=recipient.title,
        ),
    )


def _within(level: Tlp, recipient: Recipient, case: Case, *, control: bool) -> bool:
    # Who received it may show it in the own house, save what was for the eyes of persons.
    if case.is_own(recipient):
        return level < Tlp.RED
    if control or level > Tlp.AMBER:
        return False
    if level is Tlp.CLEAR or case.is_own_client(recipient):
        return True
    return level is Tlp.GREEN and case.in_community(recipient, connected=True)
