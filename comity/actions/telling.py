"""Released sightings on their way to MISP: each is begun once, on the record, before it goes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from comity.access.release import SIGHTINGS, Paper
from comity.access.roles import Act, Actor, Decision
from comity.actions.desk import Desk
from comity.actions.exits import gate_on
from comity.actions.ledger import payload_at
from comity.actions.papers import paper_of
from comity.record.payload import Told, encode
from comity.wording import say

Outcome = Literal["begun", "sent", "refused", "unknown"]


def told_of(desk: Desk, document: str) -> dict[str, Told]:
    """The last word on each attribute that was told of, by its UUID."""
    said = (payload_at(desk.record, n) for n in desk.projections.document_entries(document))
    return {one.attribute: one for one in said if isinstance(one, Told)}


def begin(desk: Desk, paper: Paper, attribute: str) -> None:
    """Write down that one sighting goes now. Raises Refused where it may not, or went before."""

    def also(_person: Actor) -> Decision:
        entries = desk.projections.document_entries(paper.document)
        now = paper_of(desk.record, entries, desk.rules)
        if now is None or now.template != SIGHTINGS or now.released is None:
            return Decision(allowed=False, reason=say("It has not been released."))
        if attribute in told_of(desk, paper.document):
            return Decision(allowed=False, reason=say("It was begun before, and goes only once."))
        return gate_on(desk, now, now.released.body, now.released.account)

    _append(desk, paper, attribute, "begun", "", also)


def end(desk: Desk, paper: Paper, attribute: str, outcome: Outcome, reason: str) -> None:
    """Write down what became of it."""
    _append(desk, paper, attribute, outcome, reason)


def _append(
    desk: Desk,
    paper: Paper,
    attribute: str,
    outcome: Outcome,
    reason: str,
    also: Callable[[Actor], Decision] | None = None,
) -> None:
    entry = Told(
        at=desk.at, by=desk.by, incident=paper.incident, document=paper.document,
        account=desk.actor.account, attribute=attribute, outcome=outcome, reason=reason,
    )  # fmt: skip
    desk.ledger(Act.SHARE, paper.incident, also).append([encode(entry)])
