"""What forms are made of: how they look, days, moments, lines, reports that are handed in."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.core.validators import MaxValueValidator
from django.utils.translation import gettext_lazy as _

from comity.actions.take_in import Report
from comity.assess.facts import odd_time
from comity.formats.text import MAX_BYTES
from comity.node.cases import MOST_REPORTS


class Styled(forms.Form):
    """A form whose inputs look as the design system says and point at their hint and error."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields |= self._more()
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

    def _more(self) -> dict[str, forms.Field]:
        """Fields that depend on what the form is about."""
        return {}


FAR_OFF = MaxValueValidator(date(2200, 1, 1), _("Choose a day up to 2200-01-01."))
"""Of a day after which something ends: the last that there is has no end."""


class DayField(forms.DateField):
    """A day, as browsers let people choose one."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            input_formats=["%Y-%m-%d"],
            widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
            error_messages={"invalid": _("Write the day as in 2026-03-02.")},
            **kwargs,
        )


class MomentField(forms.CharField):
    """A moment, with its zone: what is typed as local time is another one elsewhere."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            help_text=_("With its zone: 2026-01-31T08:00Z, or 2026-01-31T09:00+01:00."),
            max_length=40,
            **kwargs,
        )

    def clean(self, value: Any) -> datetime | None:
        """The moment; None where nothing was typed and nothing has to be."""
        said = super().clean(value)
        if not said:
            return None
        try:
            at = datetime.fromisoformat(said)
        except ValueError:
            at = None
        if at is None or odd_time(at):
            raise forms.ValidationError(_("Type a time with its zone, such as 2026-01-31T08:00Z."))
        return at


class LinesField(forms.CharField):
    """Several of a kind, each on a line; there may be none."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.Textarea(attrs={"rows": 2})
        super().__init__(required=False, max_length=2_000, widget=widget, **kwargs)

    def clean(self, value: Any) -> tuple[str, ...]:
        """The lines that say something."""
        lines = super().clean(value).splitlines()
        return tuple(line.strip() for line in lines if line.strip())


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
        if len(files) > MOST_REPORTS:
            raise forms.ValidationError(
                _("Hand in at most %(n)d files at once."), params={"n": MOST_REPORTS}
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
