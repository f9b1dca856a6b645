"""Objects of an incident that are put together for somebody outside, out of the tables."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from comity.access.release import BUNDLE, OBJECTS, Paper
from comity.actions.bundles import Fate, Parcel
from comity.actions.desk import Desk
from comity.actions.exits import packed
from comity.actions.ledger import payload_at
from comity.actions.papers import draft_of, still_leaving
from comity.documents.drafts.model import Indicator, indicators_in
from comity.errors import BadInput
from comity.node import papers
from comity.node.models import Entry, Incident, Object, number_of, place_of
from comity.record.payload import BundleFor, Consent
from comity.record.store import Record

_IDENTITY = re.compile(r"identity--[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_SENDER = "whoever sent the report"
MOST = 5_000
"""Objects that go together: more than that nobody has looked at."""
KIND = "application/stix+json;version=2.1"
APART = frozenset(
    {
        "threat-actor", "intrusion-set", "campaign", "identity", "incident", "report", "note",
        "opinion", "grouping", "location", "marking-definition",
    }
)  # fmt: skip
"""Types that say who or whom, hold prose, or limit others: somebody has to ask for them by name."""


def preview(desk: Desk, incident: Incident, types: Collection[str], to: BundleFor) -> Parcel:
    """What of the objects of these types the gate would let go. BadInput for none or too many."""
    rows = Object.objects.filter(entry__incident=incident.key, type__in=types)
    chosen = list(rows.values_list("id", "entry_id")[: MOST + 1])
    if not chosen:
        raise BadInput("Choose at least one type of object that this incident has.")
    if len(chosen) > MOST:
        raise BadInput(f"At most {MOST:,} objects go together: choose fewer types.")
    wanted = frozenset((entry, place_of(number)) for number, entry in chosen)
    return packed(desk, incident.key, wanted, to, desk.actor.account)


def rows_of(fates: Collection[Fate]) -> Mapping[tuple[int, int], Object]:
    """The row of each object, as far as it is still there."""
    numbers = [number_of(fate.entry, fate.place) for fate in fates]
    return {(row.entry_id, row.place): row for row in Object.objects.filter(id__in=numbers)}


def in_words(incident: str, whys: Collection[str]) -> Mapping[str, str]:
    """Reasons of the gate as people read them: with names in place of the ids of identities."""
    ids = {found for why in whys for found in _IDENTITY.findall(why)}
    rows = Object.objects.filter(entry__incident=incident, stix_id__in=ids).exclude(name="")
    names = dict(rows.values_list("stix_id", "name"))
    return {why: _IDENTITY.sub(lambda id_: names.get(id_[0], _SENDER), why) for why in whys}


def in_work(record: Record, incident: str) -> list[Paper]:
    """The bundles of an incident, the last changed first."""
    return [paper for paper in papers.in_work(record, incident) if paper.template == BUNDLE]


def to_clear(record: Record, incident: str) -> list[tuple[Paper, tuple[Indicator, ...]]]:
    """Documents with technical detail that have not left, each with the detail and nothing else."""
    return [
        (paper, indicators_in(draft_of(record, paper.current.body)))
        for paper in papers.in_work(record, incident)
        if paper.technical and paper.template not in OBJECTS and paper.released is None
    ]


def consents(record: Record, incident: str) -> list[Consent]:
    """What originators were said to agree to, the last first."""
    rows = Entry.objects.filter(incident=incident, kind="consent").order_by("-index")
    found = (payload_at(record, index) for index in rows.values_list("index", flat=True))
    return [one for one in found if isinstance(one, Consent)]


def file_of(desk: Desk, paper: Paper) -> bytes:
    """A released bundle, the very bytes that were approved.

    BadInput before release. Raises Refused where the gate does not let it go any more.
    """
    if paper.released is None:
        raise BadInput("Nothing can be taken out of the node before it is released.")
    still_leaving(desk, paper, paper.released)
    return desk.record.blob(paper.released.body)
