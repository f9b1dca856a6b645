"""A draft as one self-contained page."""

from __future__ import annotations

from comity.documents.drafts.model import Block, Draft
from comity.documents.engine import environment, style


def draft_page(draft: Draft) -> bytes:
    """The page in UTF-8. Everything that came from outside is escaped by the template engine."""
    template = environment().get_template("draft.html")
    return template.render(d=draft, css=style("draft"), kind=_kind).encode()


def _kind(block: Block) -> str:
    return str(block.__struct_config__.tag)
