"""``attribution.html``: self-contained like the dossier, under the same policy."""

from __future__ import annotations

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
