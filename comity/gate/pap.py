"""Rule: the Permissible Actions Protocol (MISP taxonomy PAP 3): what recipients may do."""

from __future__ import annotations

from collections.abc import Mapping

from comity.gate.case import Case
from comity.gate.decision import Reason, each
from comity.gate.marks import PAP_ORDER, Marks
from comity.gate.purpose import Purpose
from comity.gate.recipient import Recipient
from comity.stix.audience import Pap
from comity.wording import say

# The strictest PAP under which a purpose can still be served. To end an activity or to help on
# the spot is an action that the other side can notice; what is published anybody may use.
_STRICTEST: Mapping[Purpose, Pap] = {
    "inform": "amber",
    "clarify": "amber",
    "consultation": "amber",
    "evidence": "amber",
    "preservation": "amber",
    "regulator": "amber",
    "capacity": "amber",
    "mitigation": "green",
    "assistance": "green",
    "publish": "clear",
}


def pap(marks: Marks, case: Case) -> list[Reason]:
    """RED stays in the own organisation; the others are held against the purpose."""
    stated = max(marks.pap, key=PAP_ORDER.index, default=None)
    if stated is None:
        return [Reason("pap", allows=True, text=say("no PAP is stated"))]
    label = f"PAP:{stated.upper()}"
    purpose = case.request.purpose
    return each(
        "pap",
        case.request.recipients,
        lambda recipient: _serves(stated, purpose, recipient, case),
        say("{label} allows the purpose {purpose}", label=label, purpose=purpose),
        lambda recipient: say(
            "{label} does not allow the purpose {purpose} with {recipient}",
            label=label,
            purpose=purpose,
            recipient=recipient.title,
        ),
    )


def _serves(stated: Pap, purpose: Purpose, recipient: Recipient, case: Case) -> bool:
    if stated == "red":
        return case.is_own(recipient) and purpose != "publish"
    strictest = "clear" if recipient.kind == "public" else _STRICTEST[purpose]
    return PAP_ORDER.index(stated) <= PAP_ORDER.index(strictest)
