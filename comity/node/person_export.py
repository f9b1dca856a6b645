"""What the node holds about a person: what it keeps beside the record, and the record."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
from allauth.account.models import EmailAddress
from django.conf import settings

from comity.access.roles import Actor
from comity.actions import person_export as actions
from comity.actions.person_export import Beside
from comity.actions.sender_keys import FOLDER, load
from comity.documents.held import Finder, Person
from comity.node.clearances import open_entries
from comity.node.entries import may_read_kind
from comity.node.models import Account, Entry, Invitation, Job, Token
from comity.node.papers import desk_of
from comity.node.services import knowledge


def export(actor: Actor, by: str, person: Person, reason: str) -> tuple[bytes, int]:
    """The list of what is held about a person, as JSON, and the entry that says it was made.

    Somebody with an account is also looked for by its number, which stands in entries for ever.
    """
    own = knowledge().states.get(settings.OWN_STATE or "")
    region = own.alpha2 if own else None
    finder = Finder(person, region)
    keys = tuple(
        str(account.key)
        for account in Account.objects.order_by("pk")
        if finder.in_text(account.name) or finder.in_text(account.email)
    )
    whole = msgspec.structs.replace(person, users=(*person.users, *keys))
    shown = set(open_entries(actor, Entry.objects.all()).values_list("index", flat=True))
    with desk_of(actor, by) as desk:
        return actions.export(
            desk,
            Finder(whole, region),
            whole,
            beside=_beside(),
            readable=lambda index, kind: index in shown and may_read_kind(actor, kind).allowed,
            reason=reason,
        )


def _beside() -> Iterator[Beside]:
    """Every text that the node keeps for itself, but for what proves who somebody is."""
    for account in Account.objects.order_by("pk"):
        yield Beside("account", "name", account.name)
        yield Beside("account", "email", account.email)
        yield Beside("account", "key", str(account.key))
    for address in EmailAddress.objects.order_by("pk"):
        yield Beside("account", "further e-mail address", address.email)
    for key in load(Path(settings.HOME) / FOLDER):
        yield Beside("sender key", "name", key.name)
    for token in Token.objects.select_related("account").order_by("pk"):
        yield Beside("token", f"name, of {token.account.name}", token.name)
    for invitation in Invitation.objects.order_by("pk"):
        yield Beside("invitation", "name", invitation.name)
        yield Beside("invitation", "invited_by", invitation.invited_by)
        yield Beside("invitation", "reason", invitation.reason)
    for job in Job.objects.order_by("pk"):
        yield Beside("job", "title", job.title)
        yield Beside("job", "by", job.by)
        yield Beside("job", "files", "\n".join(map(str, job.files)))
        yield Beside("job", "results", "\n".join(map(str, job.results)))
