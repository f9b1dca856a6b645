"""Forms of what is put together for others: what, for whom, who agreed, what services say."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from comity.access.release import SERVICES
from comity.node.bundles import APART
from comity.node.models import Entry
from comity.record.payload import BundleFor
from comity.web.fields import FAR_OFF, DayField, LinesField, MomentField, Styled

_PURPOSES = [
    ("inform", _("to inform")),
    ("mitigation", _("to stop harm")),
    ("assistance", _("to ask for assistance")),
    ("clarify", _("to clarify")),
    ("consultation", _("to consult")),
    ("evidence", _("as evidence")),
    ("preservation", _("to have data preserved")),
    ("regulator", _("to report to a regulator")),
    ("capacity", _("to build capacity")),
]


def purpose_in_words(purpose: str) -> str:
    """What a bundle is for, as people say it."""
    return str(dict(_PURPOSES).get(purpose, _("to publish")))


class PutTogether(Styled):
    """What goes to whom, and for what."""

    whom = forms.ChoiceField(
        label=_("For"),
        choices=[("organisation", _("one organisation")), ("public", _("everybody"))],
    )
    name = forms.CharField(
        label=_("Name of the organisation"),
        help_text=_("One that receives it: a CSIRT, a ministry, a company."),
        max_length=200,
        required=False,
    )
    community = forms.BooleanField(
        label=_("It belongs to our community (TLP:GREEN may go to it)"), required=False
    )
    purpose = forms.ChoiceField(label=_("What for"), choices=_PURPOSES)
    types = forms.MultipleChoiceField(
        label=_("Types of objects"),
        help_text=_(
            "Types that name somebody, hold prose or limit others are ticked by you, not before."
        ),
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, types: Mapping[str, int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["types"]
        assert isinstance(field, forms.MultipleChoiceField)  # noqa: S101
        field.choices = [(name, f"{name} ({n})") for name, n in types.items()]
        field.initial = [name for name in types if name not in APART]

    def clean(self) -> dict[str, Any]:
        """One organisation has a name; everybody has none."""
        cleaned = super().clean() or {}
        if cleaned.get("whom") == "organisation" and not cleaned.get("name", "").strip():
            self.add_error("name", _("Name the organisation that receives it."))
        return cleaned

    def to(self) -> BundleFor:
        """For whom, of a form that is valid."""
        said = self.cleaned_data
        if said["whom"] == "public":
            return BundleFor(name=None, community=False, purpose="publish")
        name = " ".join(said["name"].split())
        return BundleFor(name=name, community=said["community"], purpose=said["purpose"])


class ConsentForm(Styled):
    """What an originator agreed to, as somebody was told."""

    report = forms.TypedChoiceField(label=_("Report"), coerce=int)
    answer = forms.ChoiceField(
        label=_("What was said"),
        choices=[
            ("", _("Choose")),
            ("yes", _("Whoever sent it lets it go on")),
            ("no", _("An earlier consent is taken back")),
        ],
    )
    whom = PutTogether.base_fields["whom"]
    name = forms.CharField(label=_("Name of the organisation"), max_length=200, required=False)
    until = DayField(
        label=_("Until the end of (day in UTC), if there is an end"),
        required=False,
        validators=[FAR_OFF],
    )
    said_by = forms.CharField(label=_("Who said so, and how"), max_length=200)
    reason = forms.CharField(label=_("Note"), required=False, max_length=400)

    def __init__(self, *args: Any, reports: Sequence[Entry], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self.fields["report"], reports)

    def clean(self) -> dict[str, Any]:
        """One organisation has a name."""
        cleaned = super().clean() or {}
        if cleaned.get("whom") == "organisation" and not cleaned.get("name", "").strip():
            self.add_error("name", _("Name the organisation that it may go to."))
        return cleaned


class HandlingForm(Styled):
    """How whoever sent a report limits its sharing, as somebody was told."""

    report = forms.TypedChoiceField(label=_("Report"), coerce=int)
    answer = forms.ChoiceField(
        label=_("What was said"),
        choices=[
            ("", _("Choose")),
            ("limits", _("The limits below hold, and no others")),
            ("lifted", _("It is limited no more")),
        ],
    )
    embargo_until = MomentField(label=_("Nothing leaves before"), required=False)
    expires = MomentField(label=_("Nothing leaves from"), required=False)
    circle = LinesField(
        label=_("Only for these organisations"),
        help_text=_("One on each line. None: for whomever the gate lets it go to."),
    )
    said_by = forms.CharField(label=_("Who said so, and how"), max_length=200)
    reason = forms.CharField(label=_("Note"), required=False, max_length=400)

    def __init__(self, *args: Any, reports: Sequence[Entry], **kwargs: Any) -> None:
        # It stands on a page beside a form with fields of the same names.
        super().__init__(*args, auto_id="id_handling_%s", **kwargs)
        _offer(self.fields["report"], reports)

    def clean(self) -> dict[str, Any]:
        """Limits limit something; what is limited no more has none."""
        cleaned = super().clean() or {}
        some = any(cleaned.get(name) for name in ("embargo_until", "expires", "circle"))
        if cleaned.get("answer") == "limits" and not some and not self.errors:
            self.add_error("answer", _("Say what the limits are: a time, or organisations."))
        if cleaned.get("answer") == "lifted" and some:
            self.add_error("answer", _("Empty the limits, or say that they hold."))
        return cleaned


class WordForm(Styled):
    """What a service says to the version that it was shown (``body``)."""

    body = forms.CharField(widget=forms.HiddenInput)
    service = forms.ChoiceField(label=_("Which service"))
    answer = forms.ChoiceField(
        label=_("What it says"),
        choices=[
            ("", _("Choose")),
            ("clear", _("clear: nothing of ours suffers")),
            ("hold", _("hold: it must not leave yet")),
        ],
    )
    said_by = forms.CharField(label=_("Who spoke for it, and how"), max_length=200)
    reason = forms.CharField(
        label=_("Note"),
        help_text=_("Nothing of the operation: the note stays in the record for ever."),
        required=False,
        max_length=400,
    )

    def __init__(self, *args: Any, services: Collection[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["service"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101
        field.choices = [(key, str(name)) for key, name in SERVICES.items() if key in services]


def _offer(field: forms.Field, reports: Sequence[Entry]) -> None:
    assert isinstance(field, forms.TypedChoiceField)  # noqa: S101
    field.choices = [(row.index, f"{row.about} ({row.index})") for row in reports]
