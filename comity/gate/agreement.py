"""Rule: what came under an agreement leaves within its parties, purposes and time."""

from __future__ import annotations

from collections.abc import Iterator

from comity.gate.case import Case
from comity.gate.decision import Reason, each
from comity.gate.recipient import Recipient
from comity.gate.setting import Agreement
from comity.wording import Sentence, say


def agreement(case: Case) -> list[Reason]:
    """Each agreement that binds has to allow it; one that nobody knows allows nothing."""
    bound = {one.agreement for one in case.terms if one.agreement} | {case.request.under} - {None}
    if not bound:
        return [Reason("agreement", allows=True, text=say("no agreement limits it"))]
    return [reason for id_ in sorted(filter(None, bound)) for reason in _one(id_, case)]


def _one(id_: str, case: Case) -> Iterator[Reason]:
    known = case.request.setting.agreements_by_id.get(id_)
    if not known:
        yield _no(say("the agreement {id} is not known here", id=id_))
        return
    for scope in known:
        yield from _scope(scope, case)


def _scope(scope: Agreement, case: Case) -> Iterator[Reason]:
    at, purpose = case.request.at, case.request.purpose
    if (scope.since and at < scope.since) or (scope.until and at >= scope.until):
        yield _no(say("the agreement {id} does not hold at this time", id=scope.id))
    if purpose not in scope.purposes:
        yield _no(
            say("the agreement {id} is not for the purpose {purpose}", id=scope.id, purpose=purpose)
        )
    parties = frozenset(map(str.lower, scope.parties))
    yield from each(
        "agreement",
        case.request.recipients,
        lambda recipient: _party(recipient, parties),
        say("all recipients are party to the agreement {id}", id=scope.id),
        lambda recipient: say(
            "{recipient} is not party to the agreement {id}", recipient=recipient.title, id=scope.id
        ),
    )


def _party(recipient: Recipient, parties: frozenset[str]) -> bool:
    return recipient.belongs_to(parties) or (recipient.state or "").lower() in parties


def _no(text: Sentence) -> Reason:
    return Reason("agreement", allows=False, text=text)
