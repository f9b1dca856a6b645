"""The form by which somebody says what was seen of the attributes of an event."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from comity.actions.sightings import KINDS, Attribute
from comity.actions.tickets import label
from comity.node.papers import MARKINGS
from comity.record.payload import Ticket
from comity.web.fields import Styled

MOST_ROWS = 300
"""Attributes on one page; of the others a program tells."""


class SeenForm(Styled):
    """A choice for each attribute, the marking, and whether a number of the case goes along."""

    marking = forms.ChoiceField(
        label=_("Marking of what is told"),
        choices=[(name, name) for name in MARKINGS],
        initial="TLP:AMBER",
    )
    source = forms.ChoiceField(
        label=_("Number of the case that goes along"),
        help_text=_("Everybody who sees the attribute in MISP sees it."),
        required=False,
    )

    def __init__(
        self,
        *args: Any,
        attributes: Sequence[Attribute],
        tickets: Sequence[Ticket],
        **kwargs: Any,
    ) -> None:
        self._attributes = attributes[:MOST_ROWS]
        super().__init__(*args, **kwargs)
        field = self.fields["source"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101
        names = dict.fromkeys(map(label, tickets))
        field.choices = [("", _("none")), *((name, name) for name in names)]

    def _more(self) -> dict[str, forms.Field]:
        choices = [("", _("nothing to tell")), *((key, str(text)) for key, text in KINDS.items())]
        return {
            one.uuid: forms.ChoiceField(
                label=f"{one.type}: {one.value[:160]}", choices=choices, required=False
            )
            for one in self._attributes
        }

    def kinds(self) -> dict[str, str]:
        """What was said of each attribute, of a form that is valid."""
        said = ((one.uuid, self.cleaned_data[one.uuid]) for one in self._attributes)
        return {key: kind for key, kind in said if kind}
