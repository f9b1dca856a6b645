"""What people decide on something that leaves: the forms, and how it stands; a page shows them."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial
from typing import Any, NamedTuple

from django.forms import Form
from django.http import HttpRequest

from comity.access.release import SERVICES, Listed, Paper, may_approve, may_say_for, missing
from comity.access.roles import Act, Actor, may, roles_in_words
from comity.actions.desk import Desk
from comity.actions.exits import gate_on
from comity.actions.papers import leaving, listing
from comity.documents.drafts.personal_data import KIND_NAMES
from comity.errors import BadInput, Refused
from comity.node import papers
from comity.node.models import Entry
from comity.web.actor import person_of
from comity.web.bundle_forms import WordForm
from comity.web.decision_forms import Approve, Carry, ReleaseForm


class Decisions(NamedTuple):
    """Forms as somebody filled them in; those that are None are shown empty."""

    approve: Approve | None = None
    release: ReleaseForm | None = None
    carry: Carry | None = None
    word: WordForm | None = None
    status: int = 200


NONE = Decisions()


def status_of(error: BadInput | Refused) -> int:
    """403 where the rules say no to this person or this moment, 422 where the form has a fault."""
    return 403 if isinstance(error, Refused) else 422


def tried(
    request: HttpRequest, form: Form, record: Callable[[Desk, dict[str, Any]], object]
) -> int:
    """Have what the form says recorded; return 0, or the status of the fault that it now shows."""
    if not form.is_valid():
        return 422
    try:
        with papers.desk_of(*person_of(request)) as desk:
            record(desk, form.cleaned_data)
    except (BadInput, Refused) as error:
        form.add_error(None, str(error))
        return status_of(error)
    return 0


def standing(desk: Desk, actor: Actor, paper: Paper, forms: Decisions) -> dict[str, Any]:
    """How it stands, and the forms of what this person may decide.

    ``gate`` says what the gate would do now: asked while the desk is open, and once.
    """
    body = paper.current.body
    list_ = listing(desk, paper)
    read = Listed(list_.sha256, list_.sha256)  # as if the person had read it: it is shown
    gate = cache(partial(gate_on, desk, paper, body, actor.account))
    outright, alone = (leaving(actor, paper, body, read, gate, alone=one) for one in (False, True))
    approving = [
        role
        for role in papers.approving(actor)
        if may_approve(actor, role, body, paper, read).allowed
    ]
    before = papers.before_release(desk.record, paper)
    said = paper.words_on_current()
    return {
        "paper": paper,
        "personal_data": [(KIND_NAMES[one.kind], one) for one in list_.found],
        "history": Entry.objects.filter(document=paper.document).order_by("-index"),
        "carried": papers.carriages(desk.record, paper),
        "missing": [" / ".join(map(str, roles_in_words(roles))) for roles in missing(paper)],
        "words": [
            (SERVICES[name], said.get(name), name in paper.clears)
            for name in SERVICES
            if name in said or name in paper.clears
        ],
        "word": forms.word or word_form(actor, paper),
        "approve": forms.approve
        or (
            Approve(roles=approving, before=before, listing=list_, initial={"body": body})
            if approving
            else None
        ),
        "why_not_approve": ""
        if approving or not may(actor, Act.APPROVE).allowed
        else str(may_approve(actor, max(actor.roles), body, paper, read).reason),
        "release": forms.release
        or (
            ReleaseForm(initial={"body": body}, alone=not outright.allowed, listing=list_)
            if outright.allowed or alone.allowed
            else None
        ),
        "outright": outright,
        "gate": gate,
        "is_officer": may(actor, Act.RELEASE).allowed,
        "carry": (forms.carry or Carry())
        if paper.released and may(actor, Act.CARRY).allowed
        else None,
        "review_due": paper.review_due(),
    }


def word_form(actor: Actor, paper: Paper) -> WordForm | None:
    """The form for the word of a service, for the services that this person may speak for."""
    body = paper.current.body
    if not may(actor, Act.DECONFLICT).allowed:
        return None
    open_to = [key for key in SERVICES if may_say_for(actor, key, body, paper).allowed]
    return WordForm(services=open_to, initial={"body": body}) if open_to else None
