"""What the gate says of a document: under its marking, to its addressee, for its purpose."""

from __future__ import annotations

import uuid
from collections.abc import Mapping

import msgspec

from comity.access import roles as access
from comity.actions.handling import terms_of
from comity.documents.drafts.model import Draft
from comity.gate.classification import Classification
from comity.gate.decision import Decision
from comity.gate.marks import worded
from comity.gate.purpose import Purpose
from comity.gate.recipient import Recipient
from comity.gate.release import release
from comity.gate.setting import Own, Setting, Terms
from comity.record.payload import Handling
from comity.stix.canonical import canonical
from comity.stix.decode import decode
from comity.stix.markings import TLP_2_IDS, Tlp, tlp_named
from comity.stix.timestamp import Timestamp
from comity.wording import say

# Drawn once as a random UUIDv4. Until nodes have identities, addressees have ids made from it.
_NAMESPACE = uuid.UUID("0b0f6f5c-8d4a-4a58-9d0c-6f7c1f0d3a52")
_UUID = str(uuid.uuid5(_NAMESPACE, "the own organisation"))
OWN = Own(uuid=_UUID, identities=(f"identity--{_UUID}",))
"""The own organisation, until nodes have identities."""
_PURPOSES: Mapping[str, Purpose] = {
    "tpl.notification": "inform",
    "tpl.mitigation": "mitigation",
    "tpl.assistance": "assistance",
    "tpl.information": "clarify",
    "tpl.consultation": "consultation",
    "tpl.note_verbale": "inform",
    "tpl.public_statement": "publish",
}


def organisation(
    name: str, groups: tuple[str, ...] = (), clearances: tuple[Classification, ...] = ()
) -> Recipient:
    """An organisation that people named, as a recipient; capitals and spaces make no other one."""
    plain = " ".join(name.split())
    own = str(uuid.uuid5(_NAMESPACE, plain.casefold()))
    return Recipient(
        kind="organisation", name=plain, organisation=own, groups=groups, clearances=clearances
    )


def guest(
    account: str,
    name: str,
    organisation_name: str | None,
    clearances: tuple[Classification, ...] = (),
) -> Recipient:
    """A person who reads on this node what was released, for an organisation or for none."""
    own = None if organisation_name is None else organisation(organisation_name).organisation
    return Recipient(kind="person", name=name, id=account, organisation=own, clearances=clearances)


def in_circles(recipient: Recipient, handling: Mapping[int, Handling]) -> Recipient:
    """The recipient, also in each circle of a report that names its organisation."""
    named = {name for entry in handling.values() for name in entry.circle}
    own = recipient.organisation
    kept = sorted(name for name in named if organisation(name).organisation == own)
    return msgspec.structs.replace(recipient, groups=(*recipient.groups, *kept))


def for_people(gate: Decision) -> access.Decision:
    """What the gate decided as people are told it: yes, or every reason against it."""
    if gate.allowed:
        return access.Decision(allowed=True, reason=say("The gate lets it go."))
    against = tuple(reason.text for reason in gate.reasons if not reason.allows)
    return access.Decision(
        allowed=False, reason=say("The gate keeps it in: {reasons}.", reasons=against)
    )


def outbound(
    draft: Draft,
    document: str,
    *,
    at: Timestamp,
    by: str,
    setting: Setting,
    handling: Mapping[int, Handling],
    reader: Recipient | None = None,
) -> Decision:
    """Whether the gate lets this version go; ``by`` is the account of the one who releases.

    The addressee that people approved is who was named to receive it, and cleared as far as the
    operator's file says of that name; ``reader`` is a person of it who reads it here. A level of a
    scheme goes to the addressee and no further, as AMBER+STRICT does. Any other marking that is no
    TLP level counts as RED. ``handling`` are the limits of the reports that its detail is from.
    """
    id_ = f"x-comity-document--{document}"
    level = tlp_named(draft.marking)
    classified = worded(draft.marking) in setting.words
    if level is None:
        level = Tlp.AMBER_STRICT if classified else Tlp.RED
    received = decode(
        canonical(
            {
                "type": "x-comity-document",
                "spec_version": "2.1",
                "id": id_,
                "created": str(at),
                "modified": str(at),
                "created_by_ref": OWN.identities[0],
                "object_marking_refs": [TLP_2_IDS[level]],
                **({"labels": [draft.marking]} if classified else {}),
            }
        )
    )
    named: tuple[str, ...] = ()
    if draft.audience == "public":
        recipient = Recipient(kind="public")
    else:
        name = draft.addressee or "the addressee"
        recipient = organisation(name, clearances=setting.addressees.get(name, ()))
        named = (str(recipient.organisation),)
    recipient = in_circles(reader or recipient, handling)
    terms = Terms(object=id_, originator=OWN.identities[0], named=named)
    limits = (terms_of(one, id_) for one in handling.values())
    here = msgspec.structs.replace(setting, terms=(*setting.terms, terms, *limits))
    return release(received, (recipient,), _PURPOSES[draft.template], at, here, by=by)
