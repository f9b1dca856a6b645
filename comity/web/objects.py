"""The technical pages of an incident: its objects as a list, one by one, and as a graph."""

from __future__ import annotations

from uuid import UUID

import msgspec
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.loader import get_template
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from comity.access.roles import Act
from comity.errors import BadInput
from comity.node import objects, search
from comity.node.models import PLACES, number_of
from comity.node.objects import Graph, Node
from comity.node.services import open_record
from comity.stix.parse import parse_object
from comity.web.actor import case_of, needs
from comity.web.incidents import case_page
from comity.web.templatetags.received import names_an_actor, shown

PAGE = 50
MOST_RAW, MOST_TEXT, MOST_NAME = 100_000, 2_000, 40
"""Characters of an object, of one property and of a label in the graph."""
MOST_PROPERTIES = 200


@require_safe
@needs(Act.READ_TECHNICAL)
def listing(request: HttpRequest, key: UUID) -> HttpResponse:
    """The objects that reports brought, in the order in which they came; by type and words."""
    incident = case_of(request, key)
    kind, q = request.GET.get("type", "").replace("\0", ""), request.GET.get("q", "")
    found = objects.of_incident(incident.key)
    if kind:
        found = found.filter(type=kind)
    if q.strip():
        found = search.among(found, q)
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    more = {"page": page, "types": objects.types_of(incident.key), "type": kind, "q": q}
    return case_page(request, incident, "objects", more | {"longest": search.LONGEST})


@require_safe
@needs(Act.READ_TECHNICAL)
def one(request: HttpRequest, key: UUID, entry: int, place: int) -> HttpResponse:
    """One object: what it says, what it is linked to, and its bytes as received."""
    incident = case_of(request, key)
    if not 0 < place < 1 << PLACES:
        raise Http404
    row = get_object_or_404(objects.of_incident(incident.key), id=number_of(entry, place))
    with open_record() as record:
        raw = record.blob(row.sha256)
    properties = _properties(raw)
    page = Paginator(objects.links_of(incident.key, row.stix_id), PAGE).get_page(
        request.GET.get("page")
    )
    ends = objects.named(incident.key, [end for link in page for end in (link.source, link.target)])
    text = raw[: 4 * MOST_RAW].decode("utf-8", "replace")
    more = {
        "row": row,
        "properties": properties[:MOST_PROPERTIES],
        "left": len(properties[MOST_PROPERTIES:]),
        "most_text": MOST_TEXT,
        "most_raw": MOST_RAW,
        "raw": text[:MOST_RAW],
        "cut": len(text) > MOST_RAW,
        "size": len(raw),
        "page": page,
        "links": [(ends[link.source], link, ends[link.target]) for link in page],
        "same": objects.of_incident(incident.key).filter(stix_id=row.stix_id).exclude(id=row.id)
        if row.stix_id
        else (),
    }
    return case_page(request, incident, "object", more)


@require_safe
@needs(Act.READ_TECHNICAL)
def graph(request: HttpRequest, key: UUID) -> HttpResponse:
    """What is linked to what, as a picture and as a table that says the same."""
    incident = case_of(request, key)
    found = objects.graph(incident.key, request.GET.getlist("type"))
    # A node may stand in hundreds of links: what the table says of it is made once.
    cell = get_template("web/node.html")
    cells = {one.stix_id: cell.render({"node": one, "incident": incident}) for one in found.shown}
    more = {
        "graph": found,
        "drawn": _drawn(found),
        "links": [(cells[e.source.stix_id], e.kind, cells[e.target.stix_id]) for e in found.links],
        "alone": [cells[node.stix_id] for node in found.alone],
    }
    return case_page(request, incident, "graph", more)


def _properties(raw: bytes) -> list[tuple[str, str]]:
    """The object's own properties as text, those that hold others as JSON."""
    try:
        sent = parse_object(raw)
    except BadInput:
        return []
    return [
        (name, value if isinstance(value, str) else msgspec.json.encode(value).decode())
        for name, value in sent.items()
    ]


def _drawn(graph: Graph) -> list[dict[str, dict[str, str]]]:
    """The graph as the script draws it."""
    places = {node.stix_id: str(n) for n, node in enumerate(graph.shown)}
    nodes = [{"data": _label(node) | {"id": places[node.stix_id]}} for node in graph.shown]
    edges = [
        {
            "data": {
                "source": places[edge.source.stix_id],
                "target": places[edge.target.stix_id],
                "label": shown(edge.kind, MOST_NAME),
            }
        }
        for edge in graph.links
    ]
    return nodes + edges


def _label(node: Node) -> dict[str, str]:
    name = shown(node.name, MOST_NAME) or (_("not named") if node.number else _("not received"))
    kind = f"{node.type} ({_('alleged')})" if names_an_actor(node.type) else node.type
    came = "yes" if node.number else "no"
    return {"label": f"{name}\n{kind}", "type": node.type, "came": came}
