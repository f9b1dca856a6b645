"""An entry of a pack for people: each of its properties under a label, in the order of its type."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

import msgspec
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as say

from comity.agreements.clock import parse_period
from comity.documents.language import language

Link = Callable[[str], "Shown | None"]

HEAD = frozenset({"id", "title", "name", "question", "short", "source", "as_of", "verified"})
"""Properties that stand above and below the others, not among them."""
MAPPED = frozenset({"parties", "parties_complete", "circle", "members", "complete", "disputed"})
"""Properties that are shown state by state, on a map and as a table."""
RULES = frozenset(
    {"applies_if", "fits_if", "raised_if", "unlikely_if", "trigger", "unless", "only_if"}
)
"""Properties that are CEL over the facts of an incident."""
_FIRST = frozenset({"summary", "duty", "text", "purpose"})
_PERIODS = frozenset({"within", "at_least", "every"})

LABELS: Mapping[str, Any] = {
    "addressee": say("Addressee"),
    "agreed": say("Agreed on"),
    "alpha2": say("ISO 3166-1 alpha-2"),
    "also": say("Also found as"),
    "applies_if": say("Comity looks at it when (rule)"),
    "ar": say("Arabic"),
    "asks": say("Questions to answer"),
    "at_least": say("At least"),
    "attribution": say("Has it to be established who is responsible?"),
    "audience": say("For"),
    "basis": say("Basis"),
    "before_release": say("Before it leaves"),
    "between": say("Applies where"),
    "beyond": say("Beyond its group"),
    "binding": say("Binds"),
    "body": say("Parts"),
    "both_in": say("Both sides in"),
    "bound_group": say("Binds the members of"),
    "bullets": say("Points"),
    "by": say("By"),
    "circle": say("Made among"),
    "complete": say("The list is whole"),
    "concept": say("Go through first"),
    "content": say("What it has to contain"),
    "creditor": say("Owed to"),
    "criterion": say("Criterion"),
    "debtor": say("Owed by"),
    "decided_by": say("Decided by"),
    "definitions": say("Definitions"),
    "depositary": say("Depositary"),
    "disputed": say("Membership not agreed upon"),
    "does": say("How one can tell that it is done"),
    "duty": say("Duty"),
    "elements": say("What has to be established"),
    "es": say("Spanish"),
    "every": say("Every"),
    "facts": say("Facts shown"),
    "features": say("Facts that bear on it"),
    "fits_if": say("Comity thinks of it when (rule)"),
    "fr": say("French"),
    "gate": say("Comes before any attribution"),
    "group": say("Group"),
    "heading": say("Heading"),
    "held_by": say("Held by"),
    "high": say("To, per cent"),
    "holds": say("Holds"),
    "how": say("What to do first"),
    "id": say("Id"),
    "in_force_from": say("In force from"),
    "in_force_until": say("Lapses on"),
    "insert": say("Filled in by the assessment"),
    "items": say("Points"),
    "kind": say("Kind"),
    "label": say("In a few words"),
    "levels": say("Levels"),
    "low": say("From, per cent"),
    "measures": say("Measures"),
    "members": say("Members"),
    "name": say("Name"),
    "names": say("In the other official languages of the United Nations"),
    "needs": say("What has to be found out"),
    "nomination": say("Each side must have nominated a contact"),
    "not_for": say("Not for"),
    "not_verified": say("Names not verified"),
    "note": say("Note"),
    "obligations": say("Obligations"),
    "observer": say("Observer state"),
    "one_of": say("One of"),
    "only_if": say("Only when (rule)"),
    "open_to": say("Open to"),
    "operating_from": say("Operating from"),
    "operator": say("Operator"),
    "organisation": say("Organisation"),
    "otherwise": say("If it is not met"),
    "ours": say("Only the own people can say"),
    "outside": say("Addresses states outside the group"),
    "paragraph": say("Paragraph"),
    "parties": say("Parties"),
    "parties_complete": say("The list of parties is whole"),
    "parties_source": say("Where the status can be read"),
    "parts": say("Parts"),
    "phases": say("Phases"),
    "points": say("Most points"),
    "publisher": say("Publisher"),
    "purpose": say("What it is for"),
    "purposes": say("Purposes"),
    "raised_if": say("A lawyer should look at it when (rule)"),
    "reach": say("Reach"),
    "ru": say("Russian"),
    "since": say("Since"),
    "speed": say("Speed"),
    "start_event": say("The clock starts with"),
    "starts": say("Started by"),
    "state": say("State"),
    "states": say("The answer names states"),
    "status": say("Status"),
    "suggested": say("Suggested words"),
    "summary": say("Summary"),
    "text": say("Text"),
    "timezone": say("Time zone of the seat of government"),
    "title": say("Title"),
    "towards": say("How the addressee stands to the incident"),
    "trigger": say("Owed when (rule)"),
    "type": say("Type of answer"),
    "undertakings": say("What a request or the calendar starts"),
    "unless": say("Not when (rule)"),
    "unlikely_if": say("Held back while this is open (rule)"),
    "until": say("Until"),
    "values": say("Possible words"),
    "views": say("Views"),
    "weighs": say("What it weighs"),
    "why": say("Why it is asked"),
    "within": say("Within"),
    "word": say("Word"),
    "words": say("Words"),
    "zh": say("Chinese"),
}


class Shown(NamedTuple):
    """One property: ``kind`` is text, code, link, list or parts; ``value`` is what it holds.

    A text is its string, a link its address and its words; a list holds texts and links, parts
    hold a heading and properties each.
    """

    label: str
    kind: str
    value: Any


def shown(entry: msgspec.Struct, link: Link, *, skip: frozenset[str] = HEAD) -> list[Shown]:
    """What an entry says, without what is empty; ``link`` turns the id of another into a link."""
    return list(_rows(entry, link, skip))


def _rows(entry: msgspec.Struct, link: Link, skip: frozenset[str]) -> Iterator[Shown]:
    names = entry.__struct_fields__
    # What it is comes before everything else, wherever the type has it.
    for name in sorted(names, key=lambda name: name not in _FIRST):
        value = getattr(entry, name)
        if name in skip or value is None or value == ():
            continue
        label = str(LABELS[name])
        if name in RULES:
            yield Shown(label, "code", value)
        elif name in _PERIODS:
            yield Shown(label, "text", language().period(parse_period(value)))
        else:
            yield _one(value, label, link)


def _one(value: object, label: str, link: Link) -> Shown:
    if isinstance(value, tuple):
        if isinstance(value[0], msgspec.Struct):
            parts = [(_heading(one), shown(one, link, skip=_INSIDE)) for one in value]
            return Shown(label, "parts", parts)
        return Shown(label, "list", [_one(one, "", link) for one in value])
    if isinstance(value, msgspec.Struct):
        return Shown(label, "parts", [("", shown(value, link, skip=frozenset()))])
    if isinstance(value, bool):
        return Shown(label, "text", _("yes") if value else _("no"))
    if isinstance(value, dt.date):
        return Shown(label, "text", value.isoformat())
    text = str(value)
    found = link(text)
    return Shown(label, "text", _words(text)) if found is None else found._replace(label=label)


_INSIDE = frozenset({"id", "title", "name"})


def _heading(part: msgspec.Struct) -> str:
    return str(getattr(part, "title", None) or getattr(part, "name", None) or "")


def _words(text: str) -> str:
    """A word of a closed list, such as in_force, as people write it."""
    return text.replace("_", " ") if text.islower() and " " not in text else text
