"""``attribution.html``: self-contained like the dossier, under the same policy."""

from __future__ import annotations

from importlib import resources

from markupsafe import Markup

from comity.documents.attribution import AttributionPage
from comity.documents.html import environment
from comity.documents.language import Language


def render_attribution(page: AttributionPage, language: Language) -> str:
    """The page. Everything that came from outside is escaped by the template engine."""
    css = resources.files("comity.documents").joinpath("templates/dossier.css").read_text("utf-8")
    return (
        environment()
        .get_template("attribution.html")
        .render(
            d=page,
            _=language.tr,
            direction="rtl" if language.right_to_left else "ltr",
            css=Markup(css),  # noqa: S704  # our own style sheet
        )
    )
