"""The knowledge of this version as pages: packs, their entries, and where states stand."""

from __future__ import annotations

import datetime as dt
from typing import Any, NamedTuple

import msgspec
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.timesince import timesince
from django.utils.translation import gettext_lazy as say
from django.views.decorators.http import require_safe

from comity.access.roles import Act
from comity.agreements.instrument import Instrument
from comity.documents.language import language
from comity.knowledge import catalogue
from comity.knowledge.base import Place
from comity.knowledge.catalogue import Row
from comity.knowledge.model import Commitment, Group, Norm
from comity.node.services import knowledge, now
from comity.web.actor import needs
from comity.web.entry_words import HEAD, MAPPED, Shown, shown

PAGE = 50
PACKS = {
    "vocabulary": say("Facts that are asked for"),
    "norms": say("Norms"),
    "commitments": say("Confidence-building measures"),
    "instruments": say("Instruments: treaties, laws, political commitments"),
    "channels": say("Channels"),
    "severity": say("Scales of severity"),
    "law": say("Concepts of international law"),
    "measures": say("Ways to respond"),
    "glossary": say("Glossary"),
    "confidence": say("Words of likelihood and confidence"),
    "maturity": say("Models of maturity"),
    "checklists": say("Checklists"),
    "groups": say("Groups of states"),
    "states": say("States"),
    "templates": say("Templates of documents"),
}
_BADGES = {
    "norm": say("norm: voluntary"),
    "states": say("treaty: binds states"),
    "entities": say("law: binds entities"),
    "political": say("political commitment"),
}
_STANDING: dict[str, dict[Place, Any]] = {
    "group": {"in": say("member"), "out": say("not a member"), "unknown": say("not known")},
    "states": {"in": say("party"), "out": say("not party"), "unknown": say("not known")},
    "entities": {
        "in": say("law there"),
        "out": say("not law there"),
        "unknown": say("not known"),
    },
    "political": {"in": say("takes part"), "out": say("no part"), "unknown": say("not known")},
}


class Tile(NamedTuple):
    """A member state of the United Nations, and where it stands today, with the reason."""

    code: str
    name: str
    place: Place
    word: str
    reason: str


@require_safe
@needs(Act.READ_INCIDENTS)
def overview(request: HttpRequest) -> HttpResponse:
    """The packs with age and how much was checked; ``q`` looks in all of them."""
    if request.GET.get("q", "").strip():
        return _listing(request, None)
    packs = [(PACKS[row.name], row, _age(row.oldest)) for row in catalogue.pack_rows(knowledge())]
    return render(request, "web/knowledge.html", {"packs": packs, "q": ""})


@require_safe
@needs(Act.READ_INCIDENTS)
def pack(request: HttpRequest, name: str) -> HttpResponse:
    """The entries of one pack; ``q`` looks among them."""
    if name not in PACKS:
        raise Http404
    return _listing(request, name)


@require_safe
@needs(Act.READ_INCIDENTS)
def entry(request: HttpRequest, ident: str) -> HttpResponse:
    """One entry with its source, its age, and whether anybody checked it."""
    row = _found(ident)
    assert isinstance(row.entry, msgspec.Struct)  # noqa: S101  # every entry of a pack is one
    mapped = isinstance(row.entry, Instrument | Group)
    skip = HEAD | MAPPED if mapped else HEAD
    context = {
        "row": row,
        "pack_title": PACKS[row.pack],
        "badge": _badge(row),
        "age": _age(row.entry.as_of),
        "shown": shown(row.entry, _link, skip=skip),
        "mapped": mapped,
    }
    return render(request, "web/entry.html", context)


@require_safe
@needs(Act.READ_INCIDENTS)
def states(request: HttpRequest, ident: str) -> HttpResponse:
    """Where every member state of the United Nations stands to an instrument or a group, today."""
    row = _found(ident)
    if not isinstance(row.entry, Instrument | Group):
        raise Http404
    tiles = _tiles(row.entry)
    words = _words(row.entry)
    context = {
        "row": row,
        "badge": _badge(row),
        "tiles": tiles,
        "on": now().date(),
        "legend": [
            (place, word, sum(tile.place == place for tile in tiles))
            for place, word in words.items()
        ],
    }
    return render(request, "web/entry_states.html", context)


def _listing(request: HttpRequest, name: str | None) -> HttpResponse:
    words = request.GET.get("q", "").replace("\0", "").split()[:10]
    found = catalogue.search(catalogue.rows(knowledge(), name), words)
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": [(row, PACKS[row.pack], _badge(row)) for row in page],
        "q": " ".join(words),
        "name": name,
        "pack_title": PACKS[name] if name else None,
    }
    return render(request, "web/pack.html", context)


def _age(day: dt.date) -> str:
    """How long ago, in the largest unit alone."""
    return timesince(day, depth=1)


def _found(ident: str) -> Row:
    row = catalogue.find(knowledge(), ident)
    if row is None:
        raise Http404
    return row


def _badge(row: Row) -> tuple[str, Any] | None:
    """What kind of thing it is: norms, treaties and laws are never taken for each other."""
    kind = None
    if isinstance(row.entry, Norm):
        kind = "norm"
    elif isinstance(row.entry, Commitment):
        kind = "political"
    elif isinstance(row.entry, Instrument):
        kind = row.entry.binding
    return (kind, _BADGES[kind]) if kind else None


def _link(ident: str) -> Shown | None:
    row = catalogue.find(knowledge(), ident)
    if row is None:
        return None
    return Shown("", "link", (reverse("entry", args=[ident]), row.title))


def _words(of: Instrument | Group) -> dict[Place, Any]:
    return _STANDING["group" if isinstance(of, Group) else of.binding]


def _tiles(of: Instrument | Group) -> list[Tile]:
    """One tile for each member state, by its code: equal, and in nobody's order of importance."""
    words = _words(of)
    return [
        Tile(code, name, one.place, str(words[one.place]), language().say(one.reason))
        for code, name, one in catalogue.standings(knowledge(), of, now().date())
    ]
