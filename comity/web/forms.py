"""Forms: what people type, checked at the edge."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.files.uploadedfile import UploadedFile
from django.core.validators import MaxValueValidator
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from comity.access.roles import ROLE_NAMES, Act, Role
from comity.actions.papers import WAYS, Listing
from comity.actions.take_in import Report
from comity.actions.watch import LONGEST as LONGEST_NOTE
from comity.assess.facts import odd_time
from comity.documents.drafts.personal_data import KIND_NAMES
from comity.documents.held import Person
from comity.formats.text import MAX_BYTES
from comity.gate.classification import Classification
from comity.node.cases import MOST_REPORTS
from comity.node.models import Account, Incident
from comity.node.search import LONGEST
from comity.record.payload import sha256_hex


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


class _Styled(forms.Form):
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


class GuestOf(_Styled):
    """For which organisation a guest reads."""

    organisation = forms.CharField(
        label=_("Organisation"),
        help_text=_("As documents name it. Empty: only what was released to everybody."),
        required=False,
        max_length=200,
    )
    reason = forms.CharField(label=_("Reason"), max_length=400)


FAR_OFF = MaxValueValidator(date(2200, 1, 1), _("Choose a day up to 2200-01-01."))
"""Of a day after which something ends: the last that there is has no end."""


class NameDeputy(_Styled):
    """Who stands in, as what, until when."""

    account = forms.ChoiceField(label=_("Person"))
    role = forms.ChoiceField(label=_("As"))
    until = forms.DateField(
        label=_("Last day (UTC)"),
        validators=[FAR_OFF],
        input_formats=["%Y-%m-%d"],
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={"invalid": _("Write the day as in 2026-03-02.")},
    )
    reason = forms.CharField(label=_("Reason"), max_length=400)

    def __init__(
        self, *args: Any, roles: Sequence[Role], accounts: Sequence[Account], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        for name, choices in (
            ("account", [("", _("Choose")), *((str(one.key), one.name) for one in accounts)]),
            ("role", [(role.value, str(ROLE_NAMES[role])) for role in roles]),
        ):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)  # noqa: S101
            field.choices = choices


class ChangeClearance(_Styled):
    """A clearance to give or to take away."""

    level = forms.ChoiceField(label=_("Cleared up to"))
    until = forms.DateField(
        label=_("Ends with the day (UTC)"),
        help_text=_("Leave it empty for a clearance that lasts until it is taken away."),
        required=False,
        input_formats=["%Y-%m-%d"],
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={"invalid": _("Write the day as in 2026-03-02.")},
    )
    reason = forms.CharField(
        label=_("Reason"),
        help_text=_("Such as the number of the certificate. It stands in the record."),
        max_length=400,
    )

    def __init__(self, *args: Any, levels: Sequence[Classification], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._levels = {level.title: level for level in levels}
        field = self.fields["level"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101
        field.choices = [("", _("Choose")), *((name, name) for name in self._levels)]

    def clean_level(self) -> Classification:
        return self._levels[self.cleaned_data["level"]]


class CloseAccount(_Styled):
    """Why an account is closed."""

    reason = forms.CharField(label=_("Reason"), max_length=400)


_LASTING = {8: _("8 hours"), 24: _("1 day"), 7 * 24: _("7 days"), 30 * 24: _("30 days"),
            90 * 24: _("90 days")}  # fmt: skip


class MakeToken(_Styled):
    """What a token is called, what it is for, and how long it lasts."""

    name = forms.CharField(
        label=_("Name"),
        help_text=_("What will use it, such as: ticket system. The record shows this name."),
        error_messages={"required": _("Name what will use the token.")},
        max_length=60,
    )
    scopes = forms.MultipleChoiceField(
        label=_("What it is for"),
        help_text=_(
            "Tick as little as will do. It never does more than your roles allow at that moment."
        ),
        error_messages={"required": _("Tick at least one thing that the token is for.")},
        widget=forms.CheckboxSelectMultiple,
    )
    hours = forms.ChoiceField(label=_("How long it lasts"), choices=list(_LASTING.items()))

    def __init__(self, *args: Any, acts: Sequence[Act], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["scopes"]
        assert isinstance(field, forms.MultipleChoiceField)  # noqa: S101
        field.choices = [(act.value, str(_(act.value)).capitalize()) for act in acts]
        if Act.MANAGE_ACCOUNTS in acts:
            warning = _("A token that manages accounts can make other people, with any role.")
            field.help_text = f"{field.help_text} {warning}"


class Complete(_Styled):
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


class _PersonalData(_Styled):
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


class Carry(_Styled):
    """How a released document left: asserted, not proven."""

    way = forms.ChoiceField(label=_("How"), choices=[(way, way) for way in WAYS])
    to = forms.CharField(label=_("To whom"), max_length=200)
    carrier = forms.CharField(label=_("Who carried it"), max_length=200)
    carried_at = forms.CharField(
        label=_("When"), help_text=_("With its zone: 2026-01-31T08:00Z, or 2026-01-31T09:00+01:00.")
    )
    evidence = forms.CharField(
        label=_("What shows that it arrived"), required=False, max_length=400
    )
    answer = forms.CharField(label=_("What was answered"), required=False, max_length=1_000)

    def clean_carried_at(self) -> datetime:
        try:
            at = datetime.fromisoformat(self.cleaned_data["carried_at"])
        except ValueError:
            at = None
        if at is None or odd_time(at):
            raise forms.ValidationError(_("Type a time with its zone, such as 2026-01-31T08:00Z."))
        return at


class WatchNoteForm(_Styled):
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


class HandOver(_Styled):
    """The words of who hands the watch over."""

    words = forms.CharField(
        label=_("What the next watch should know first"),
        help_text=_("What is under way, who is expected to call, what was promised to whom."),
        max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": 5}),
    )


class TakeOver(_Styled):
    """Who takes the watch has read the sheet."""

    handover = forms.IntegerField(required=False, widget=forms.HiddenInput)
    reason = forms.CharField(
        label=_("Without a sheet: why you take it all the same"),
        required=False,
        max_length=400,
    )


class Erase(_Styled):
    """An officer's word on an erasure, or the erasure on the word of another one."""

    word = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)
    answer = forms.ChoiceField(choices=[("ask", "ask"), ("against", "against")], required=False)
    reason = forms.CharField(
        required=False,
        max_length=400,
        widget=forms.TextInput(attrs={"aria-describedby": "id_reason_hint"}),
    )


class HoldForm(_Styled):
    """Why a hold is put on an incident or lifted."""

    reason = forms.CharField(label=_("Reason"), max_length=400)


def _lines(label: Any, help_text: Any = "") -> forms.CharField:
    """Several of a kind, each on a line."""
    return forms.CharField(
        label=label,
        help_text=help_text,
        required=False,
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class HeldAbout(_Styled):
    """Of whom a list is made of what is held, and why; one name, address or number a line."""

    names = _lines(_("Names"), _("Each spelling on a line of its own."))
    mails = _lines(_("E-mail addresses"))
    users = _lines(
        _("Names of user accounts"), _("As they sign in, or as they are known in a network.")
    )
    telephones = _lines(
        _("Telephone numbers"), _("With the country code, such as +33 1 42 68 53 00.")
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
        said = self.cleaned_data
        lines = {
            name: tuple(line.strip() for line in said[name].splitlines() if line.strip())
            for name in Person.__struct_fields__
        }
        return Person(**lines)


class Spill(_Styled):
    """Why an entry is put in quarantine, or given back."""

    reason = forms.CharField(
        label=_("Reason"),
        help_text=_("It stays in the record for ever: do not repeat what nobody is to read."),
        max_length=400,
    )


class FindIncidents(_Styled):
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
    since = forms.DateField(
        label=_("Changed since (day in UTC)"),
        required=False,
        input_formats=["%Y-%m-%d"],
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={"invalid": _("Write the day as in 2026-03-02.")},
    )
