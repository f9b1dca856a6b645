"""Numbers that an incident has in other systems: noted, and taken off by a later entry."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from comity.access.roles import Act, Actor, Decision
from comity.actions.desk import Desk
from comity.actions.ledger import payload_at
from comity.errors import BadInput
from comity.record.payload import Ticket, encode
from comity.record.store import Record
from comity.wording import Sentence, say

SYSTEMS: Mapping[str, Sentence] = {
    "rtir": say("RTIR"),
    "thehive": say("TheHive"),
    "other": say("another system"),
}
LONGEST_NUMBER, LONGEST_URL = 60, 400  # characters
_NUMBER = re.compile(r"[^\W_](?:[\w .:/#+-]*\w)?", re.ASCII)
_URL = re.compile(r"https://[!-~]+", re.ASCII)


def tickets_at(record: Record, entries: Iterable[int]) -> tuple[Ticket, ...]:
    """The tickets that stand after these entries of one incident, in the order of their last word.

    An entry that was erased has said nothing.
    """
    last: dict[tuple[str, str], Ticket] = {}
    for index in entries:
        said = payload_at(record, index)
        if isinstance(said, Ticket):
            last.pop((said.system, said.number), None)
            last[said.system, said.number] = said
    return tuple(one for one in last.values() if one.kept)


def label(ticket: Ticket) -> str:
    """The number with the name of its system, as it is told to others."""
    system = "" if ticket.system == "other" else str(SYSTEMS.get(ticket.system, ""))
    return f"{system} {ticket.number}".strip()


def note_ticket(
    desk: Desk, *, incident: str, system: str, number: str, url: str | None, reason: str
) -> int:
    """Note a number; return the entry. Again with another address, this takes the earlier's place.

    Raises BadInput for what is no number or no address, and Refused where it stands there already.
    """
    number = " ".join(number.split()).removeprefix("#")
    if system not in SYSTEMS:
        raise BadInput(f"The system is one of: {', '.join(SYSTEMS)}.")
    if len(number) > LONGEST_NUMBER or not _NUMBER.fullmatch(number):
        raise BadInput(
            f"A number is at most {LONGEST_NUMBER} letters, digits, blanks and the signs .:/#+-_,"
            " as the other system shows it."
        )
    if url is not None and (len(url) > LONGEST_URL or not _URL.fullmatch(url)):
        raise BadInput("The address begins with https:// and has no blanks.")
    return _append(desk, incident, system, number, url, reason, kept=True)


def take_off(desk: Desk, *, incident: str, system: str, number: str, reason: str) -> int:
    """Take a number off again; return the entry. Raises BadInput, and Refused where it is none."""
    if not reason.strip():
        raise BadInput("Say why the number is taken off.")
    return _append(desk, incident, system, number, None, reason, kept=False)


def _append(
    desk: Desk, incident: str, system: str, number: str, url: str | None, reason: str, *, kept: bool
) -> int:
    entry = Ticket(
        at=desk.at, by=desk.by, incident=incident, account=desk.actor.account,
        system=system, number=number, url=url, kept=kept, reason=reason,
    )  # fmt: skip

    def also(_person: Actor) -> Decision:
        standing = tickets_at(desk.record, desk.projections.tickets_of(incident))
        found = next(
            (one for one in standing if (one.system, one.number) == (system, number)), None
        )
        if kept and found is not None and found.url == url:
            return Decision(allowed=False, reason=say("This number is noted already."))
        if not kept and found is None:
            return Decision(allowed=False, reason=say("The incident has no such number."))
        return Decision(allowed=True, reason=say("It changes what is noted."))

    return desk.ledger(Act.STATE_FACTS, incident, also).append([encode(entry)]).first_index
