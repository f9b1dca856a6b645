"""The template engine and the style sheets of all pages."""

from __future__ import annotations

from functools import cache
from importlib import resources

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup


@cache
def environment() -> Environment:
    """The engine: it escapes what comes from outside, and refuses a name that is not there."""
    return Environment(
        loader=PackageLoader("comity.documents"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@cache
def style(name: str) -> Markup:
    """One of our own style sheets, which need no escaping: ``dossier`` or ``draft``."""
    file = resources.files("comity.documents").joinpath(f"templates/{name}.css")
    return Markup(file.read_text("utf-8"))  # noqa: S704  # our own style sheet
