"""The form of facts: one question for each feature, with what the person said before."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from comity.assess.facts import Claim
from comity.assess.interview import parse_answer
from comity.assess.release import VERIFIED
from comity.documents.model import Dossier
from comity.errors import BadInput
from comity.knowledge.model import Feature
from comity.node.services import knowledge, now

_FIRST = 5
_AT = "@"  # between a feature and the report that it is about; in no id of the vocabulary


class FactForm(forms.Form):
    """Answers and where they are from. Only what differs from the person's last word is said."""

    source = forms.CharField(
        label=_("Where do you have it from?"),
        help_text=_("Such as: call with the victim's CSIRT at 10:15, on the number we had."),
        max_length=300,
        widget=forms.TextInput(attrs={"class": "govuk-input"}),
    )

    def __init__(
        self, *args: Any, own: Iterable[Claim], dossier: Dossier | None, reports: Sequence[str],
        **kwargs: Any,
    ) -> None:  # fmt: skip
        super().__init__(*args, **kwargs)
        self._said = {(claim.name, claim.report): claim for claim in own}
        self._names: dict[str, tuple[Feature, str | None]] = {}
        urgent = [gap.id for gap in dossier.gaps[:_FIRST]] if dossier else []
        features = knowledge().features
        for name in (*urgent, *(name for name in features if name not in urgent)):
            about: Sequence[str | None] = [None]
            if name == VERIFIED and len(reports) > 1:
                about = reports
            for report in about:
                self._ask(features[name], report)
        self.urgent = [field for field in self if field.name.partition(_AT)[0] in urgent]
        self.others = [
            field
            for field in self
            if field.name != "source" and field.name.partition(_AT)[0] not in urgent
        ]

    def _ask(self, feature: Feature, report: str | None) -> None:
        name = feature.id if report is None else f"{feature.id}{_AT}{report}"
        self._names[name] = (feature, report)
        label = feature.question if report is None else f"{feature.question} ({report})"
        initial = _typed(self._said.get((feature.id, report)))
        field: forms.Field
        if feature.type == "bool" or (feature.type == "string" and feature.values):
            words = ("yes", "no") if feature.type == "bool" else feature.values
            choices = [("", _("not known")), *((word, word.replace("_", " ")) for word in words)]
            field = forms.ChoiceField(
                label=label, required=False, choices=choices, initial=initial,
                widget=forms.Select(attrs={"class": "govuk-select"}),
            )  # fmt: skip
        else:
            field = forms.CharField(
                label=label, required=False, initial=initial, max_length=2_000,
                widget=forms.TextInput(attrs={"class": "govuk-input"}),
            )  # fmt: skip
        field.help_text = f"{feature.why} {_hint(feature)}".strip()
        self.fields[name] = field

    def clean(self) -> dict[str, Any]:
        """Read each answer as its feature has it; what does not fit is said beside its question."""
        cleaned = super().clean() or {}
        for name, (feature, _report) in self._names.items():
            try:
                cleaned[name] = parse_answer(feature, str(cleaned.get(name, "")), knowledge())
            except BadInput as error:
                self.add_error(name, str(error))
        return cleaned

    def claims(self, by: str) -> tuple[Claim, ...]:
        """What is new, as claims of this person."""
        found = []
        for name, (feature, report) in self._names.items():
            value = self.cleaned_data[name]
            before = self._said.get((feature.id, report))
            if value != (before.value if before else None):
                found.append(
                    Claim(
                        name=feature.id,
                        value=value,
                        said_by=by,
                        said_at=now(),
                        source=self.cleaned_data["source"],
                        report=report,
                    )
                )
        return tuple(found)


def _typed(claim: Claim | None) -> str:
    """A value as one would type it."""
    match claim.value if claim else None:
        case None:
            return ""
        case bool(value):
            return "yes" if value else "no"
        case datetime() as value:
            return value.astimezone(UTC).isoformat(timespec="minutes").replace("+00:00", "Z")
        case tuple(words):
            return ", ".join(words) or "none"
        case value:
            return str(value)


def _hint(feature: Feature) -> str:
    if feature.type == "time":
        return str(_("With its zone: 2026-01-31T08:00Z, or 2026-01-31T09:00+01:00."))
    if feature.states:
        return str(_("Names or three-letter codes of states, with commas between them."))
    if (feature.type == "strings" and feature.values) or feature.suggested:
        words = ", ".join(feature.values or feature.suggested)
        return str(_("Such as: %(words)s.")) % {"words": words}
    return ""
