"""The dossier as one self-contained page: opens offline, prints page one on one A4 sheet."""

from __future__ import annotations

import datetime as dt
from functools import cache
from importlib import resources

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from comity.documents.language import Language
from comity.documents.model import ClockRow, Dossier, Moment
from comity.documents.timeline import Bar, timeline

_LEAD = 420  # characters of the description on page one; the whole text follows later


def render(dossier: Dossier, language: Language) -> str:
    """The page. Everything that came from outside is escaped by the template engine."""
    css = resources.files("comity.documents").joinpath("templates/dossier.css").read_text("utf-8")
    template = environment().get_template("dossier.html")
    now = _instant(dossier.moment)
    numbered = [(n, clock) for n, clock in enumerate(dossier.clocks, 1) if clock.due]
    return template.render(
        d=dossier,
        _=language.tr,
        direction="rtl" if language.right_to_left else "ltr",
        css=Markup(css),  # noqa: S704  # our own style sheet
        lead=_lead(dossier.happened),
        lead_is_cut=len(dossier.happened) > _LEAD,
        picture=timeline([_bar(n, clock) for n, clock in numbered], now, language.tr("now")),
    )


@cache
def environment() -> Environment:
    """The template engine of all pages: it escapes, and refuses a name that is not there."""
    return Environment(
        loader=PackageLoader("comity.documents"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _instant(moment: Moment) -> dt.datetime:
    return dt.datetime.fromisoformat(moment.utc)


def _bar(number: int, clock: ClockRow) -> Bar:
    due = _instant(clock.due) if clock.due else dt.datetime.min.replace(tzinfo=dt.UTC)
    start = _instant(clock.start) if clock.start else due
    return Bar(number, start, due, clock.state == "running")


def _lead(text: str) -> str:
    if len(text) <= _LEAD:
        return text
    return text[:_LEAD].rsplit(" ", 1)[0] + " …"
