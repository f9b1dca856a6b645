"""Rule: national classification, when something leaves and when it comes in."""

from __future__ import annotations

from collections.abc import Iterable

from comity.gate.carried import marking_texts
from comity.gate.case import Case
from comity.gate.classification import Classification
from comity.gate.content import marking_refs
from comity.gate.decision import Decision, Reason, decided, each
from comity.gate.marks import Marks
from comity.gate.setting import Setting
from comity.stix.decode import Received
from comity.wording import say


def cleared(marks: Marks, case: Case) -> list[Reason]:
    """Every recipient needs a clearance that is at least equivalent; none known is none."""
    if not marks.classified:
        return [Reason("classification", allows=True, text=say("it is not classified"))]
    return [reason for needed in sorted(set(marks.classified)) for reason in _one(needed, case)]


def _one(needed: Classification, case: Case) -> list[Reason]:
    return each(
        "classification",
        case.request.recipients,
        lambda recipient: case.request.setting.cleared(recipient.clearances, needed),
        say("all recipients are cleared for {level}", level=needed.title),
        lambda recipient: say(
            "{recipient} has no clearance known to be equivalent to {level}",
            recipient=recipient.title,
            level=needed.title,
        ),
    )


def may_take_in(
    received: Received, setting: Setting, ceiling: Iterable[Classification]
) -> Decision:
    """Whether a node that is cleared up to ``ceiling`` may take an object in at all.

    Every marking counts, also one of a part and one that is defined here. What nobody has
    described is no classification that this node knows; such a thing comes in, and the gate keeps
    it from leaving.
    """
    words = setting.words
    said = set(setting.said(marking_refs(received)).classified)
    said |= {words[text] for text in marking_texts(received) if text in words}
    held = tuple(ceiling)
    above = [
        Reason(
            "classification",
            allows=False,
            text=say("{level} is above what this node may hold", level=needed.title),
        )
        for needed in sorted(said)
        if not setting.cleared(held, needed)
    ]
    fits = Reason("classification", allows=True, text=say("nothing in it is above the ceiling"))
    return decided(above or [fits])
