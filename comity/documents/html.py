"""The dossier as one self-contained page, which prints page one on one A4 sheet, or in parts."""

from __future__ import annotations

import datetime as dt

from markupsafe import Markup

from comity.documents.engine import environment, style
from comity.documents.language import Language
from comity.documents.model import ClockRow, Dossier, Moment
from comity.documents.timeline import Bar, timeline

_LEAD = 420  # characters of the description on page one; the whole text follows later


def render(dossier: Dossier, language: Language) -> str:
    """The page. Everything that came from outside is escaped by the template engine."""
    return (
        environment()
        .get_template("dossier.html")
        .render(
            _shown(dossier, language),
            direction="rtl" if language.right_to_left else "ltr",
            css=style("dossier"),
            beside=True,
        )
    )


def part(name: str, dossier: Dossier, language: Language) -> Markup:
    """One section of the page (``templates/dossier/NAME.html``), for a page of another's making."""
    template = environment().get_template(f"dossier/{name}.html")
    return Markup(template.render(_shown(dossier, language), beside=False))  # noqa: S704  # escaped


def _shown(dossier: Dossier, language: Language) -> dict[str, object]:
    numbered = [(n, clock) for n, clock in enumerate(dossier.clocks, 1) if clock.due]
    bars = [_bar(n, clock) for n, clock in numbered]
    return {
        "d": dossier,
        "_": language.tr,
        "lead": lead(dossier.happened),
        "lead_is_cut": len(dossier.happened) > _LEAD,
        "picture": timeline(bars, _instant(dossier.moment), language.tr("now")),
    }


def _instant(moment: Moment) -> dt.datetime:
    return dt.datetime.fromisoformat(moment.utc)


def _bar(number: int, clock: ClockRow) -> Bar:
    due = _instant(clock.due) if clock.due else dt.datetime.min.replace(tzinfo=dt.UTC)
    start = _instant(clock.start) if clock.start else due
    return Bar(number, start, due, clock.state == "running")


def lead(text: str) -> str:
    """The beginning of a description, as much as page one has room for."""
    if len(text) <= _LEAD:
        return text
    # Half a sentence can say the opposite of the whole: the last whole one ends it, if any.
    cut = text[:_LEAD]
    end = max(cut.rfind(stop) for stop in (". ", "。", "؟ ", "! ", "? "))
    return cut[: end + 1] if end > _LEAD // 3 else cut.rsplit(" ", 1)[0] + " …"
