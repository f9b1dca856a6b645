"""Looking for words in everything that people may read: the one seam to the databases' indexes.

``index`` and ``bury`` keep it as a projection; the rest asks it. Nobody finds, or counts, what is
for other roles.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.db import connection
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Concat, Substr

from comity.access.roles import Act, Actor, may
from comity.node import bulk
from comity.node.clearances import open_to
from comity.node.models import PLACES, Entry, Incident, Object, Terms, number_of
from comity.node.words import phrases, terms

LONGEST = 200
"""Characters that one can look for at once."""

READING: Mapping[str, Act] = {
    "incident": Act.READ_INCIDENTS,
    "import": Act.READ_INCIDENTS,
    "statement": Act.READ_INCIDENTS,
    "document": Act.READ_DIPLOMATIC,
    "object": Act.READ_TECHNICAL,
}
"""What can be found, and what it takes to read it."""


def index(rows: Iterable[tuple[int, Iterable[str]]]) -> None:
    """Make texts findable under the numbers of objects or entries."""
    bulk.write("node_terms", ("rowid", "terms"), _stored(rows))


def bury(entry: int) -> None:
    """Take an entry and its objects out of the index."""
    rows = Terms.objects.filter(rowid__gte=number_of(entry), rowid__lt=number_of(entry + 1))
    gone, _ = rows.delete()
    if gone and connection.vendor == "sqlite":
        # Terms that were deleted lie in the index until it is merged, which this does.
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO node_terms(node_terms) VALUES('optimize')")


def objects(text: str) -> QuerySet[Object]:
    """Objects that hold all these words, the last received first. Whose they are is not asked."""
    return Object.objects.filter(id__in=_matching(text).values("rowid")).order_by("-id")


def among(rows: QuerySet[Object], text: str) -> QuerySet[Object]:
    """Those of some objects that hold all these words. What it costs is up to them alone."""
    wanted = phrases(text[:LONGEST])
    if not wanted:
        return rows.none()
    return rows.filter(Exists(Terms.objects.filter(rowid=OuterRef("id"), terms__reads=wanted)))


def incidents(text: str) -> QuerySet[Incident]:
    """Incidents whose title or one of whose tickets holds all these words, the last changed first.

    A ticket that was taken off is none. What an entry is about begins with + for one that stands.
    """
    later = Entry.objects.filter(
        kind="ticket",
        incident=OuterRef("incident"),
        about=Concat(Value("- "), Substr(OuterRef("about"), 3)),
        index__gt=OuterRef("index"),
    )
    ticket = Q(kind="ticket") & ~Exists(later)
    keys = _entries(text).filter(Q(kind="incident") | ticket).values("incident")
    return Incident.objects.filter(key__in=keys).order_by("-changed_at", "-id")


def everything(text: str, actor: Actor | None) -> dict[str, QuerySet[Any]]:
    """What this person may read and holds all these words, by kind, the last first.

    Only what is filed under an incident that this person can open; of a document its last version.
    """

    def filed(key: str) -> Exists:
        return Exists(Incident.objects.filter(key=OuterRef(key)))

    found: dict[str, QuerySet[Any]] = {}
    for kind, act in READING.items():
        if not may(actor, act).allowed:
            continue
        if kind == "object":
            held = objects(text).filter(filed("entry__incident")).select_related("entry")
            found[kind] = open_to(actor, held, "entry__incident")
        elif kind == "incident":
            found[kind] = open_to(actor, incidents(text), "key")
        else:
            rows = _entries(text).filter(filed("incident"), kind=kind).order_by("-index")
            rows = open_to(actor, rows, "incident")
            later = Entry.objects.filter(
                kind=kind, document=OuterRef("document"), index__gt=OuterRef("index")
            )
            found[kind] = rows.exclude(Exists(later)) if kind == "document" else rows
    return found


def _entries(text: str) -> QuerySet[Entry]:
    own = (
        _matching(text)
        .annotate(place=F("rowid").bitand((1 << PLACES) - 1))
        .filter(place=0)
        .annotate(entry=F("rowid").bitrightshift(PLACES))
    )
    return Entry.objects.filter(index__in=own.values("entry"))


def _matching(text: str) -> QuerySet[Terms]:
    wanted = phrases(text[:LONGEST])
    return Terms.objects.filter(terms__holds=wanted) if wanted else Terms.objects.none()


def _stored(rows: Iterable[tuple[int, Iterable[str]]]) -> Iterator[tuple[int, str]]:
    vector = connection.vendor == "postgresql"
    for number, texts in rows:
        found = list(terms(texts))
        if found:
            yield number, _vector(found) if vector else " ".join(found)


def _vector(found: Iterable[str]) -> str:
    """Terms with their places, as PostgreSQL keeps them: its own parser would cut other terms.

    Places end at 16383 there; behind it words are found, but not in their order.
    """
    return " ".join(f"'{term}':{min(place, 16383)}" for place, term in enumerate(found, 1))
