"""Forms of what people decide on something that leaves: complete, approve, release, carry."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from comity.access.roles import ROLE_NAMES, Role
from comity.actions.papers import WAYS, Listing
from comity.documents.drafts.personal_data import KIND_NAMES
from comity.record.payload import sha256_hex
from comity.web.fields import MomentField, Styled


class Complete(Styled):
    """What is open in a document, and its marking. ``body`` is the version that was read."""

    body = forms.CharField(widget=forms.HiddenInput)
    marking = forms.ChoiceField(
        label=_("Marking"),
        help_text=_("Whoever approves it sees which marking it had before."),
    )

    def __init__(
        self, *args: Any, blanks: Sequence[str], markings: Sequence[str], **kwargs: Any
    ) -> None:
        # By what is asked, so that words cannot end up under another question.
        self._blanks = {f"blank-{sha256_hex(what.encode())[:12]}": what for what in blanks}
        super().__init__(*args, **kwargs)
        field = self.fields["marking"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101
        field.choices = [(marking, marking) for marking in markings]
        self.order_fields(["body", *self._blanks, "marking"])

    def _more(self) -> dict[str, forms.Field]:
        return {
            name: forms.CharField(label=what, required=False, max_length=4_000)
            for name, what in self._blanks.items()
        }

    def words(self) -> dict[str, str]:
        """What was typed for each blank, by what the blank asks for."""
        return {what: self.cleaned_data[name] for name, what in self._blanks.items()}


class _PersonalData(Styled):
    """A decision for which each finding of personal data has to stay; no field where none is.

    ``listing`` is the list that is shown.
    """

    def __init__(self, *args: Any, listing: Listing, **kwargs: Any) -> None:
        self._found, self._listed = listing.found, listing.sha256
        super().__init__(*args, **kwargs)
        if listing.found:
            self.fields["reason"].label = _("Reason, and why the personal data stays")
            self.fields["reason"].required = True

    def _more(self) -> dict[str, forms.Field]:
        if not self._found:
            return {}
        choices = [
            (str(at), f"{one.text} ({KIND_NAMES[one.kind]})") for at, one in enumerate(self._found)
        ]
        return {
            "personal_data": forms.CharField(
                initial=self._listed, required=False, widget=forms.HiddenInput
            ),
            "stays": forms.MultipleChoiceField(
                label=_("Personal data that stays, because it is needed"),
                help_text=_("Tick each, or have it taken out of the document first."),
                choices=choices,
                required=False,
                widget=forms.CheckboxSelectMultiple,
            ),
        }

    def _all_stay(self, cleaned: dict[str, Any]) -> None:
        """Say what is missing; an older list is shown as it is now."""
        if not self._found:
            return
        if cleaned.get("personal_data") != self._listed:
            now = QueryDict(mutable=True)
            now.update(self.data)
            now["personal_data"] = self._listed
            now.setlist("stays", [])
            self.data = now
            self.add_error("stays", _("The list changed after you opened it. Read it again."))
        elif len(cleaned.get("stays", ())) < len(self._found):
            self.add_error("stays", _("Tick each one that has to stay. Have the others taken out."))


class Approve(_PersonalData):
    """Yes or no to the version that was read (``body``), after what is to be done before."""

    body = forms.CharField(widget=forms.HiddenInput)
    done = forms.MultipleChoiceField(
        label=_("Before it leaves"), required=False, widget=forms.CheckboxSelectMultiple
    )
    role = forms.ChoiceField(label=_("As"))
    answer = forms.ChoiceField(
        label=_("Your decision"),
        choices=[
            ("", _("Choose")),
            ("yes", _("I approve this version")),
            ("no", _("I do not approve it")),
        ],
    )
    reason = forms.CharField(label=_("Reason"), max_length=400)

    def __init__(
        self, *args: Any, roles: Sequence[Role], before: Sequence[str], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.order_fields(["body", "personal_data", "done", "stays"])
        self._before = before
        field = self.fields["role"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101
        field.choices = [(role.value, str(ROLE_NAMES[role])) for role in roles]
        done = self.fields["done"]
        assert isinstance(done, forms.MultipleChoiceField)  # noqa: S101
        done.choices = [(str(number), text) for number, text in enumerate(before)]

    def clean(self) -> dict[str, Any]:
        """A yes needs everything on the list to be done; a no does not."""
        cleaned = super().clean() or {}
        undone = len(set(cleaned.get("done", ()))) < len(self._before)
        if cleaned.get("answer") == "yes" and undone:
            self.add_error("done", _("Tick each line once it has been done, or do not approve."))
        if cleaned.get("answer") == "yes":
            self._all_stay(cleaned)
        return cleaned


class ReleaseForm(_PersonalData):
    """Release of the version that was read; ``alone``: in an emergency, without a second person."""

    body = forms.CharField(widget=forms.HiddenInput)
    alone = forms.BooleanField(
        label=_("This is an emergency, and nobody else can be reached"), required=False
    )
    reason = forms.CharField(label=_("Note"), required=False, max_length=400)

    def __init__(self, *args: Any, alone: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.order_fields(["body", "personal_data", "stays"])
        if not alone:
            self.fields["alone"].widget = forms.HiddenInput()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        self._all_stay(cleaned)
        return cleaned


class Carry(Styled):
    """How a released document left: asserted, not proven."""

    way = forms.ChoiceField(label=_("How"), choices=[(way, way) for way in WAYS])
    to = forms.CharField(label=_("To whom"), max_length=200)
    carrier = forms.CharField(label=_("Who carried it"), max_length=200)
    carried_at = MomentField(label=_("When"))
    evidence = forms.CharField(
        label=_("What shows that it arrived"), required=False, max_length=400
    )
    answer = forms.CharField(label=_("What was answered"), required=False, max_length=1_000)
