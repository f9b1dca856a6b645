"""What was released to a guest: the list, and each as a file."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import Meta

from comity.access.release import BUNDLE
from comity.access.roles import Act
from comity.api.endpoint import Call, File, endpoint
from comity.api.problem import missing
from comity.node import bundles, guests, papers

Form = Annotated[
    str, Meta(max_length=8, extra_json_schema={"enum": ["docx", "pdf", "html", "json"]})
]


class ReleasedRow(msgspec.Struct, frozen=True, kw_only=True):
    """Something that was released to you; ``body`` is its SHA-256, ``forms`` how to take it."""

    document: str
    title: str
    released_at: datetime
    body: str
    forms: tuple[str, ...]


class ReleasedList(msgspec.Struct, frozen=True):
    """What was released to you, or to everybody, the last first."""

    released: tuple[ReleasedRow, ...]


@endpoint("GET", "/released", Act.READ_RELEASED)
def list_released(call: Call) -> ReleasedList:
    """What was released to you, or to everybody, the last first."""
    with papers.desk_of(call.actor, call.by) as desk:
        found = guests.released_to(desk)
    return ReleasedList(
        tuple(
            ReleasedRow(
                document=one.document, title=one.title, released_at=one.released.at,
                body=one.released.body,
                forms=guests.forms_of(one),
            )
            for one in found
            if one.released is not None
        )
    )  # fmt: skip


@endpoint(
    "GET",
    "/released/{document}/file/{form}",
    Act.READ_RELEASED,
    media=(bundles.KIND, *papers.KINDS.values()),
)
def take_released(call: Call, document: UUID, form: Form) -> File:
    """Something that was released to you, as a file."""
    with papers.desk_of(call.actor, call.by) as desk:
        paper = guests.one(desk, str(document))
        if paper is None or form not in guests.forms_of(paper):
            raise missing("document that was released to you in this form")
        body = guests.file_of(desk, paper, form)
    media = bundles.KIND if paper.template == BUNDLE else papers.KINDS[form]
    return File(body, media, papers.file_name(paper, form))
