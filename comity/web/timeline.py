"""What happened, what was done, what is due: one list by day, and a picture of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any, NamedTuple, cast
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from comity.access.roles import Act, may
from comity.node.cases import dossier_of
from comity.node.services import open_record
from comity.node.timeline import Lane, Row, line_of
from comity.web.actor import actor_of, case_of, needs
from comity.web.incidents import case_page

PAGE = 50
COLUMNS = 40
_LEFT, _WIDTH, _ROW = 120, 720, 56
_DAY, _MONTH, _YEAR, _CENTURY, _MILLENNIUM = 10, 7, 4, 2, 1  # characters of 2026-03-02


class Bar(NamedTuple):
    """One column of one lane: where it stands, how high it is, and what it counts."""

    x: float
    y: float
    width: float
    height: float
    span: str
    n: int


class Strip(NamedTuple):
    """A lane of the picture: its name, how many rows it has, where its ground is."""

    lane: Lane
    name: str
    n: int
    ground: int
    bars: list[Bar]


class Picture(NamedTuple):
    """The picture of a time line. Each column is a span in which something is; others are not."""

    strips: list[Strip]
    spans: list[str]
    left: int
    width: int
    ground: int


@require_safe
@needs(Act.READ_INCIDENTS)
def timeline(request: HttpRequest, key: UUID) -> HttpResponse:
    """What of it somebody may read: objects are for the technical side, papers for the other."""
    incident = case_of(request, key)
    wanted = request.GET.get("lane", "")
    lanes = [lane for lane in Lane if lane == wanted] or list(Lane)
    with open_record() as record:
        dossier = dossier_of(record, incident)
    actor = actor_of(request)
    line = line_of(incident.key, dossier, actor, lanes)
    pages: Paginator[Row] = Paginator(cast("Any", line), PAGE)  # by len and slices
    page = pages.get_page(request.GET.get("page"))
    names = {Lane.HAPPENED: _("Happened"), Lane.DONE: _("Done"), Lane.DUE: _("Due")}
    rows = [(f"{row.at:%Y-%m-%d}", names[row.lane], row) for row in page]
    more: dict[str, object] = {
        "page": page,
        "rows": rows,
        "picture": picture({names[lane]: (lane, line.days[lane]) for lane in lanes}),
        "lanes": [(lane, name, [lane] == lanes) for lane, name in names.items()],
        "all": len(lanes) > 1,
        "may_objects": may(actor, Act.READ_TECHNICAL).allowed,
        "may_papers": may(actor, Act.READ_DIPLOMATIC).allowed,
        "dossier": dossier,
    }
    return case_page(request, incident, "timeline", more)


def picture(lanes: Mapping[str, tuple[Lane, Mapping[str, int]]]) -> Picture | None:
    """Draw how many rows each lane has in each day, month or longer span; None without rows."""
    days = {day for _lane, counts in lanes.values() for day in counts}
    if not days:
        return None
    lengths = (_DAY, _MONTH, _YEAR, _CENTURY, _MILLENNIUM)
    length = next(cut for cut in lengths if len({day[:cut] for day in days}) <= COLUMNS)
    spans = sorted({day[:length] for day in days})
    step = (_WIDTH - _LEFT) / len(spans)
    strips = []
    for row, (name, (lane, counts)) in enumerate(lanes.items(), 1):
        sums: Counter[str] = Counter()
        for day, n in counts.items():
            sums[day[:length]] += n
        most = max(sums.values(), default=1)
        bars = []
        for place, span in enumerate(spans):
            if sums[span]:
                # By the root: one beside ten thousand is still to be seen.
                height = max(4.0, round((sums[span] / most) ** 0.5 * (_ROW - 14), 1))
                x, y = round(_LEFT + place * step, 1), round(_ROW * row - height, 1)
                bars.append(Bar(x, y, round(min(step, 48) - 2, 1), height, span, sums[span]))
        strips.append(Strip(lane, name, sums.total(), _ROW * row, bars))
    named = [span if length >= _YEAR else f"{span}…" for span in spans]
    return Picture(strips, named, _LEFT, _WIDTH, _ROW * len(lanes))
