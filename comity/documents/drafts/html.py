"""A draft as one self-contained page."""

from __future__ import annotations

from functools import cache
from importlib import resources

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from comity.documents.drafts.model import Block, Draft


def draft_page(draft: Draft) -> bytes:
    """The page in UTF-8. Everything that came from outside is escaped by the template engine."""
    template = environment().get_template("draft.html")
    return template.render(d=draft, css=style(), kind=_kind).encode()


def _kind(block: Block) -> str:
    return str(block.__struct_config__.tag)


@cache
def style() -> Markup:
    """The style sheet of the drafts and of their list."""
    file = resources.files("comity.documents").joinpath("templates/draft.css")
    return Markup(file.read_text("utf-8"))  # noqa: S704  # our own style sheet


@cache
def environment() -> Environment:
    """The template engine of the drafts: escapes, and refuses what is not defined."""
    return Environment(
        loader=PackageLoader("comity.documents"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
