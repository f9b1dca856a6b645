"""Forms: what people type, checked at the edge."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from comity.actions.watch import LONGEST as LONGEST_NOTE
from comity.documents.held import Person
from comity.node.models import Incident
from comity.node.search import LONGEST
from comity.web.fields import DayField, LinesField, ReportsField, Styled


class OpenIncident(Styled):
    """A new incident: its title and the first reports."""

    title = forms.CharField(
        label=_("What it is, in a few words"),
        help_text=_("As you would say it on the telephone. No names of victims or suspects."),
        max_length=200,
    )
    reports = ReportsField(
        label=_("Reports"),
        help_text=_(
            "STIX, MISP, CSV, plain text, HTML, e-mail (.eml) or PDF: the file as you received it."
        ),
    )


class AddReports(Styled):
    """More reports for an incident."""

    reports = ReportsField(label=_("Reports"))


class WatchNoteForm(Styled):
    """A note of the watch."""

    text = forms.CharField(
        label=_("What happened, or what was said"),
        help_text=_("Everybody who works on cases reads the log."),
        max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    incident = forms.ChoiceField(label=_("Incident, if it is about one"), required=False)

    def __init__(self, *args: Any, incidents: Sequence[Incident], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["incident"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101
        field.choices = [("", _("none")), *((one.key, one.title) for one in incidents)]


class HandOver(Styled):
    """The words of who hands the watch over."""

    words = forms.CharField(
        label=_("What the next watch should know first"),
        help_text=_("What is under way, who is expected to call, what was promised to whom."),
        max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": 5}),
    )


class TakeOver(Styled):
    """Who takes the watch has read the sheet."""

    handover = forms.IntegerField(required=False, widget=forms.HiddenInput)
    reason = forms.CharField(
        label=_("Without a sheet: why you take it all the same"),
        required=False,
        max_length=400,
    )


class Erase(Styled):
    """An officer's word on an erasure, or the erasure on the word of another one."""

    word = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)
    answer = forms.ChoiceField(choices=[("ask", "ask"), ("against", "against")], required=False)
    reason = forms.CharField(
        required=False,
        max_length=400,
        widget=forms.TextInput(attrs={"aria-describedby": "id_reason_hint"}),
    )


class HoldForm(Styled):
    """Why a hold is put on an incident or lifted."""

    reason = forms.CharField(label=_("Reason"), max_length=400)


class HeldAbout(Styled):
    """Of whom a list is made of what is held, and why; one name, address or number a line."""

    names = LinesField(label=_("Names"), help_text=_("Each spelling on a line of its own."))
    mails = LinesField(label=_("E-mail addresses"))
    users = LinesField(
        label=_("Names of user accounts"),
        help_text=_("As they sign in, or as they are known in a network."),
    )
    telephones = LinesField(
        label=_("Telephone numbers"),
        help_text=_("With the country code, such as +33 1 42 68 53 00."),
    )
    reason = forms.CharField(
        label=_("Reason"),
        help_text=_(
            "It stays in the record: the number of the letter, not the name of the person."
        ),
        max_length=400,
    )

    def person(self) -> Person:
        """Whom to look for."""
        return Person(**{name: self.cleaned_data[name] for name in Person.__struct_fields__})


class Spill(Styled):
    """Why an entry is put in quarantine, or given back."""

    reason = forms.CharField(
        label=_("Reason"),
        help_text=_("It stays in the record for ever: do not repeat what nobody is to read."),
        max_length=400,
    )


class FindIncidents(Styled):
    """What narrows the list of incidents."""

    q = forms.CharField(
        label=_("Words of the title"),
        required=False,
        max_length=LONGEST,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    stale = forms.BooleanField(label=_("To assess again"), required=False)
    clock = forms.BooleanField(label=_("A clock runs"), required=False)
    mine = forms.BooleanField(label=_("Opened by me"), required=False)
    since = DayField(
        label=_("Changed since (day in UTC)"),
        required=False,
    )
