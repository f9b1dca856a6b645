"""One object before the gate: who would get it, what for, and what was recorded of it."""

from __future__ import annotations

import msgspec

from comity.gate.purpose import Purpose
from comity.gate.recipient import Recipient, Recipients
from comity.gate.setting import Consent, Setting, Terms
from comity.stix.comity_ext import COMITY
from comity.stix.decode import Received
from comity.stix.timestamp import Timestamp

_NOBODY_KNOWS = "unknown"


class Request(msgspec.Struct, frozen=True):
    """A release that is asked for. ``by``: the person who releases, None for the machine alone.

    ``under`` is the id of the agreement that it is made under, if any.
    """

    recipients: Recipients
    purpose: Purpose
    at: Timestamp
    setting: Setting
    by: str | None = None
    under: str | None = None


class Case(msgspec.Struct, frozen=True):
    """A request for one object."""

    request: Request
    terms: tuple[Terms, ...]
    consents: tuple[Consent, ...]  #: those that hold at the time
    originators: frozenset[str]  #: all but the own organisation
    named: frozenset[str]  #: whom the node or an originator named

    def is_own(self, recipient: Recipient) -> bool:
        """Whether the recipient belongs to the node's own organisation."""
        return recipient.belongs_to(self.request.setting.own_uuids)

    def in_community(self, recipient: Recipient, *, connected: bool) -> bool:
        """Whether the recipient is in a community of the node, or connected to one."""
        setting = self.request.setting
        circles = {*setting.communities, *(setting.connected if connected else ())}
        return self.is_own(recipient) or not circles.isdisjoint(recipient.groups)

    def is_client(self, recipient: Recipient, of: frozenset[str]) -> bool:
        """Whether the recipient is a client of one of these organisations that has to know."""
        return recipient.need_to_know and any(it.lower() in of for it in recipient.client_of)

    def is_own_client(self, recipient: Recipient) -> bool:
        """Whether the recipient is a client of the own organisation that has to know."""
        return self.is_client(recipient, self.request.setting.own_uuids)

    def consented(self, recipient: Recipient) -> bool:
        """Whether every originator but the own organisation agreed to this recipient."""
        return all(
            any(
                consent.originator.lower() == originator
                and recipient.named_in(frozenset(map(str.lower, consent.audience)))
                for consent in self.consents
            )
            for originator in self.originators
        )


def case_of(received: Received, request: Request) -> Case:
    """Look up what the setting holds of an object."""
    value, setting = received.value, request.setting
    id_ = (value.id or "").lower()
    terms = tuple(setting.terms_by_object.get(id_, ()))
    consents = tuple(
        consent
        for consent in setting.consents_by_object.get(id_, ())
        if consent.until is None or request.at < consent.until
    )
    claims = [getattr(value, "created_by_ref", None), *(one.originator for one in terms)]
    sanitised = value.extensions.get(COMITY, {}).get("sanitised")
    if sanitised is not None:
        # The node made the copy and not what is in it.
        creator = sanitised.get("creator") if isinstance(sanitised, dict) else None
        claims.append(creator if isinstance(creator, str) else _NOBODY_KNOWS)
    # Who made a thing that says nothing of it is not known, and cannot have agreed.
    makers = {claim.lower() for claim in claims if claim} or {_NOBODY_KNOWS}
    audiences = [*(one.named for one in terms), *(one.audience for one in consents)]
    return Case(
        request=request,
        terms=terms,
        consents=consents,
        originators=frozenset(makers) - setting.own_identities,
        named=frozenset(name.lower() for audience in audiences for name in audience),
    )
