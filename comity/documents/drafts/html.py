"""A draft as one self-contained page."""

from __future__ import annotations

from markupsafe import Markup

from comity.documents.drafts.model import Block, Draft
from comity.documents.engine import environment, style


def draft_page(draft: Draft) -> bytes:
    """The page in UTF-8. Everything that came from outside is escaped by the template engine."""
    template = environment().get_template("draft.html")
    return template.render(d=draft, css=style("draft"), kind=_kind).encode()


def draft_body(draft: Draft) -> Markup:
    """Head and body of the draft, for a page of another's making."""
    template = environment().get_template("draft_body.html")
    return Markup(template.render(d=draft, kind=_kind))  # noqa: S704  # escaped by the engine


def _kind(block: Block) -> str:
    return str(block.__struct_config__.tag)
