"""Forms: what people type, checked at the edge."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from comity.access.roles import ROLE_NAMES, Role
from comity.actions.take_in import Report
from comity.formats.text import MAX_BYTES

MAX_FILES = 20


class ManyFiles(forms.ClearableFileInput):
    """A file input that takes several files."""

    allow_multiple_selected = True


class ReportsField(forms.FileField):
    """One or more reports, each no larger than the readers take."""

    widget = ManyFiles

    def clean(self, data: Any, initial: Any = None) -> tuple[Report, ...]:  # noqa: ARG002
        """Return the reports as handed in. ValidationError names the file that is too large."""
        files: list[UploadedFile[Any]] = (
            [data] if isinstance(data, UploadedFile) else list(data or ())
        )
        if not files:
            raise forms.ValidationError(_("Choose at least one file."))
        if len(files) > MAX_FILES:
            raise forms.ValidationError(
                _("Hand in at most %(n)d files at once."), params={"n": MAX_FILES}
            )
        reports = []
        for file in files:
            name = file.name or _("unnamed")
            if not file.size:
                raise forms.ValidationError(
                    _("%(name)s is empty: look at the original."), params={"name": name}
                )
            if file.size > MAX_BYTES:
                raise forms.ValidationError(
                    _("%(name)s is larger than %(n)d MiB: hand in the part that matters."),
                    params={"name": name, "n": MAX_BYTES >> 20},
                )
            reports.append(Report(str(name), file.read()))
        return tuple(reports)


class _Styled(forms.Form):
    """A form whose inputs look as the design system says and point at their hint and error."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            kind = type(field.widget)
            name = "govuk-input"
            if issubclass(kind, forms.Textarea):
                name = "govuk-textarea"
            elif issubclass(kind, forms.CheckboxSelectMultiple):
                name = "govuk-checkboxes__input"
            elif issubclass(kind, forms.Select):
                name = "govuk-select"
            elif issubclass(kind, forms.FileInput):
                name = "govuk-file-upload"
            field.widget.attrs.setdefault("class", name)


class OpenIncident(_Styled):
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


class AddReports(_Styled):
    """More reports for an incident."""

    reports = ReportsField(label=_("Reports"))


class Join(_Styled):
    """The person who was invited makes the account."""

    name = forms.CharField(label=_("Your name"), max_length=120)
    email = forms.EmailField(
        label=_("E-mail address"), widget=forms.EmailInput(attrs={"autocomplete": "email"})
    )
    password = forms.CharField(
        label=_("Password"),
        help_text=_("At least 12 characters: three or four words that do not belong together."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        validate_password(password)
        return password


_ROLES = [(role.value, str(ROLE_NAMES[role]).capitalize()) for role in Role]


class Invite(_Styled):
    """Whom to invite, and as what."""

    name = forms.CharField(label=_("Name"), max_length=120)
    roles = forms.MultipleChoiceField(
        label=_("Roles"), choices=_ROLES, widget=forms.CheckboxSelectMultiple
    )
    reason = forms.CharField(
        label=_("Reason"), help_text=_("It stands in the record beside the roles."), max_length=400
    )


class ChangeRole(_Styled):
    """A role to give or to take away."""

    role = forms.ChoiceField(label=_("Role"), choices=_ROLES)
    reason = forms.CharField(label=_("Reason"), max_length=400)
