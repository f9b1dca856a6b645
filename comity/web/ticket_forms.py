"""The form by which a number of another system is noted."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from comity.actions.tickets import LONGEST_NUMBER, LONGEST_URL, SYSTEMS
from comity.web.fields import Styled


class TicketForm(Styled):
    """A number to note."""

    system = forms.ChoiceField(label=_("System"))
    number = forms.CharField(
        label=_("Number"),
        help_text=_("As the other system shows it. No names of victims or suspects."),
        max_length=LONGEST_NUMBER,
    )
    url = forms.CharField(
        label=_("Address, if there is one"),
        help_text=_("It is shown as text; the node never asks there."),
        max_length=LONGEST_URL,
        required=False,
    )
    reason = forms.CharField(label=_("Note"), max_length=400, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, auto_id="id_ticket_%s", **kwargs)
        field = self.fields["system"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101
        field.choices = [(key, str(name)) for key, name in SYSTEMS.items()]
