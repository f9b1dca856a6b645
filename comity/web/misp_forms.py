"""Forms by which an event is fetched from MISP, for pages of a node that has one set up."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from comity.access.misp_file import Misp
from comity.node.misp import offered
from comity.web.fields import Styled
from comity.web.forms import OpenIncident


class FetchEvent(Styled):
    """Which event. Stands on a page beside another form, so its fields have names of their own."""

    event = forms.UUIDField(
        label=_("UUID of the event"),
        help_text=_("As MISP shows it, such as 5a3c1b2d-8f4e-4c6a-9b7d-0e1f2a3b4c5d."),
        error_messages={"invalid": _("Copy the whole UUID of the event from MISP.")},
    )

    def __init__(self, *args: Any, misp: Misp, **kwargs: Any) -> None:
        super().__init__(*args, auto_id="id_misp_%s", **kwargs)
        self.misp = misp


class OpenFromMisp(FetchEvent):
    """A new incident, with an event as its first report."""

    title = OpenIncident.base_fields["title"]
    field_order = ("title", "event")


def fetch_form(kind: type[FetchEvent]) -> FetchEvent | None:
    """An empty form; None on a node without MISP."""
    misp = offered()
    return None if misp is None else kind(misp=misp)
