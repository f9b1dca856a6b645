"""To whom something would go."""

from __future__ import annotations

from collections.abc import Collection
from typing import Literal, TypeAlias

import msgspec

from comity.errors import BadInput
from comity.gate.classification import Classification


class Recipient(msgspec.Struct, frozen=True, kw_only=True):
    """One recipient. Ids of groups are those of communities and of sharing circles.

    ``id`` is a person's; ``organisation`` the UUID of the organisation that a person or node
    belongs to. ``client_of`` are organisations that it is a client of, and ``need_to_know``
    says that somebody found that it has to know. ``state`` is ISO 3166-1 alpha-3.
    """

    kind: Literal["person", "organisation", "node", "public"]
    name: str = ""
    id: str | None = None
    organisation: str | None = None
    client_of: tuple[str, ...] = ()
    need_to_know: bool = False
    state: str | None = None
    groups: tuple[str, ...] = ()
    clearances: tuple[Classification, ...] = ()

    def __post_init__(self) -> None:
        bound = (self.id, self.organisation, self.state, self.client_of, self.groups)
        if self.kind == "public" and any((*bound, self.clearances, self.need_to_know)):
            raise BadInput("The public belongs to nobody and is cleared for nothing.")
        if self.kind == "person" and not self.id:
            raise BadInput("A person among the recipients needs an id.")
        if self.kind in ("organisation", "node") and not self.organisation:
            raise BadInput(f"A recipient of kind {self.kind} needs the UUID of its organisation.")

    @property
    def title(self) -> str:
        """What reasons call it."""
        return self.name or self.id or self.organisation or "the public"

    def belongs_to(self, organisations: Collection[str]) -> bool:
        """Whether its organisation is among these UUIDs, given in lower case."""
        return self.organisation is not None and self.organisation.lower() in organisations

    def named_in(self, names: Collection[str]) -> bool:
        """Whether it, its organisation or a group of it is named; names are in lower case."""
        own = (self.id, self.organisation, *self.groups)
        if self.kind == "public":
            return PUBLIC in names
        return any(name is not None and name.lower() in names for name in own)


PUBLIC = "public"
"""How consent names everybody."""

Recipients: TypeAlias = tuple[Recipient, ...]
