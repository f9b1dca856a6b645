"""What the gate says of something that is about to leave, at this moment.

Every way out asks here: before the release, and again whenever a file is taken.
"""

from __future__ import annotations

import msgspec

from comity.access.release import BUNDLE, SIGHTINGS, Paper
from comity.access.roles import Decision
from comity.actions.bundles import Fate, Parcel, Said, consents_of, held_of, pack
from comity.actions.desk import Desk
from comity.actions.handling import handling_of
from comity.actions.ledger import payload_at
from comity.actions.outbound import for_people, organisation, outbound
from comity.actions.sightings import judge
from comity.documents.drafts.model import Draft, indicators_in
from comity.errors import BadInput, Unavailable
from comity.gate.recipient import Recipient
from comity.record.payload import Bundle, BundleFor, Sightings
from comity.stix.timestamp import Timestamp
from comity.wording import say


def gate_on(
    desk: Desk, paper: Paper, body: str, by: str, reader: Recipient | None = None
) -> Decision:
    """Whether the gate lets this version go now; ``by`` is the account of who releases it.

    ``reader`` is a guest who would read it here: then it has to be for everybody, or for the
    guest's organisation.
    """
    try:
        return _asked(desk, paper, body, by, reader)
    except Unavailable as error:  # the operator's file is wrong: nobody knows what a marking means
        return Decision(allowed=False, reason=say("{fault}", fault=str(error)))


def _asked(desk: Desk, paper: Paper, body: str, by: str, reader: Recipient | None) -> Decision:
    if paper.template == BUNDLE:
        return _bundle(desk, paper, body, by, reader)
    if paper.template == SIGHTINGS:
        return _sightings(desk, paper, body, by, reader)
    draft = msgspec.json.decode(desk.record.blob(body), type=Draft)
    if reader is not None and not _meant_for(
        reader, draft.addressee, everybody=draft.audience == "public"
    ):
        return _TO_OTHERS
    detail = handling_of(desk, paper.incident) if indicators_in(draft) else {}
    gate = outbound(
        draft,
        paper.document,
        at=Timestamp.of(desk.at),
        by=by,
        setting=desk.setting(),
        handling=detail,
        reader=reader,
    )
    return for_people(gate)


def bundle_at(desk: Desk, paper: Paper) -> tuple[Bundle, tuple[Fate, ...]]:
    """The last version of a bundle, and what the gate decided when it was put together."""
    made = payload_at(desk.record, paper.current.index)
    if not isinstance(made, Bundle):
        raise BadInput("This version of it has been erased.")
    return made, msgspec.json.decode(desk.record.blob(made.blobs[1]), type=tuple[Fate, ...])


def packed(
    desk: Desk,
    incident: str,
    wanted: frozenset[tuple[int, int]],
    to: BundleFor,
    by: str,
    reader: Recipient | None = None,
) -> Parcel:
    """Ask the gate now about objects of an incident, each named by its entry and place."""
    held = held_of(desk.record, desk.projections.reports_of(incident))
    return pack(
        [one for one in held if (one.entry, one.place) in wanted],
        [one for one in held if (one.entry, one.place) not in wanted],
        to,
        Said(consents_of(desk, incident), handling_of(desk, incident)),
        at=desk.at,
        setting=desk.setting(),
        key=desk.key,
        by=by,
        reader=reader,
    )


_TO_OTHERS = Decision(allowed=False, reason=say("It was released to somebody else."))


def _meant_for(reader: Recipient, name: str | None, *, everybody: bool) -> bool:
    return everybody or (
        name is not None and reader.organisation == organisation(name).organisation
    )


def _bundle(desk: Desk, paper: Paper, body: str, by: str, reader: Recipient | None) -> Decision:
    """A bundle goes if the gate would put the same bytes together now."""
    made, fates = bundle_at(desk, paper)
    if reader is not None and not _meant_for(reader, made.to.name, everybody=made.to.name is None):
        return _TO_OTHERS
    wanted = frozenset((fate.entry, fate.place) for fate in fates)
    now = packed(desk, paper.incident, wanted, made.to, by, reader)
    if now.sha256 != body:
        return Decision(
            allowed=False,
            reason=say(
                "The gate decides otherwise now: a report, a consent or a time limit has changed."
                " Put it together anew."
            ),
        )
    return Decision(allowed=True, reason=say("The gate lets it go."))


def sightings_at(desk: Desk, paper: Paper) -> Sightings:
    """What was put together to be told back. Raises BadInput where it has been erased."""
    made = payload_at(desk.record, paper.current.index)
    if not isinstance(made, Sightings):
        raise BadInput("This version of it has been erased.")
    return made


def _sightings(desk: Desk, paper: Paper, body: str, by: str, reader: Recipient | None) -> Decision:
    """Told to the instance that sent the event, as long as the event is there; to no guest."""
    made = sightings_at(desk, paper)
    if reader is not None:
        return _TO_OTHERS
    if made.report not in desk.projections.reports_of(paper.incident):
        return Decision(
            allowed=False, reason=say("The gate keeps it in: the event has been erased.")
        )
    return judge(desk.record.blob(body), made.to, desk.at, desk.setting(), by)
