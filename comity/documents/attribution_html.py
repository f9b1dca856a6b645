"""``attribution.html``: self-contained like the dossier, under the same policy; or its inside."""

from __future__ import annotations

from markupsafe import Markup

from comity.documents.attribution import AttributionPage
from comity.documents.engine import environment, style
from comity.documents.language import Language


def render_attribution(page: AttributionPage, language: Language) -> str:
    """The page. Everything that came from outside is escaped by the template engine."""
    template = environment().get_template("attribution.html")
    return template.render(
        d=page,
        _=language.tr,
        direction="rtl" if language.right_to_left else "ltr",
        css=style("dossier"),
    )


def resemblance(page: AttributionPage, language: Language) -> Markup:
    """What the page says, without head and title, for a page of another's making."""
    template = environment().get_template("resemblance.html")
    return Markup(template.render(d=page, _=language.tr))  # noqa: S704  # escaped
