"""What is held about a person, for the officer who answers them."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated

from msgspec import Meta

from comity.access.roles import Act
from comity.api.endpoint import Call, File, Request, endpoint
from comity.api.fields import Line, Reason
from comity.documents.held import MOST, Person
from comity.node import person_export as node

JSON = "application/json"
_Lines = Annotated[tuple[Line, ...], Meta(max_length=MOST)]


class HeldAbout(Request, frozen=True, kw_only=True):
    """Of whom: each spelling of the name, address, account and number; and why.

    The reason stays in the record: the number of the letter, not the name of the person.
    """

    names: _Lines = ()
    mails: _Lines = ()
    users: _Lines = ()
    telephones: _Lines = ()
    reason: Reason


@endpoint("POST", "/record/person", Act.TELL_PERSON, status=HTTPStatus.CREATED, media=(JSON,))
def export_person(call: Call, body: HeldAbout) -> File:
    """List what is held about a person, as a file whose SHA-256 becomes an entry of the record.

    It looks through what the token may read: one for this act alone finds what any reader may see.
    """
    person = Person(
        names=body.names, mails=body.mails, users=body.users, telephones=body.telephones
    )
    listed, entry = node.export(call.actor, call.by, person, body.reason)
    return File(listed, JSON, f"held-{entry}.json")
