"""Rule: a marking that nobody has described may forbid anything."""

from __future__ import annotations

from comity.gate.decision import Reason
from comity.gate.marks import Marks
from comity.wording import say


def unknown(marks: Marks) -> list[Reason]:
    """Statements, foreign extensions and ids without a definition are all a no, each by its id."""
    if not marks.unknown:
        return [Reason("unknown", allows=True, text=say("every marking is understood"))]
    return [
        Reason(
            "unknown",
            allows=False,
            text=say(
                "nobody has said what the marking {id} means: read it and describe it", id=id_
            ),
        )
        for id_ in sorted(set(marks.unknown))
    ]
