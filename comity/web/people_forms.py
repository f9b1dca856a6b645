"""Forms about people: accounts, roles, deputies, guests, clearances, tokens."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.utils.translation import gettext_lazy as _

from comity.access.roles import ROLE_NAMES, Act, Role
from comity.gate.classification import Classification
from comity.node.models import Account
from comity.web.fields import FAR_OFF, DayField, Styled


class Join(Styled):
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


class Invite(Styled):
    """Whom to invite, and as what."""

    name = forms.CharField(label=_("Name"), max_length=120)
    roles = forms.MultipleChoiceField(
        label=_("Roles"), choices=_ROLES, widget=forms.CheckboxSelectMultiple
    )
    reason = forms.CharField(
        label=_("Reason"), help_text=_("It stands in the record beside the roles."), max_length=400
    )


class ChangeRole(Styled):
    """A role to give or to take away."""

    role = forms.ChoiceField(label=_("Role"), choices=_ROLES)
    reason = forms.CharField(label=_("Reason"), max_length=400)


class GuestOf(Styled):
    """For which organisation a guest reads."""

    organisation = forms.CharField(
        label=_("Organisation"),
        help_text=_("As documents name it. Empty: only what was released to everybody."),
        required=False,
        max_length=200,
    )
    reason = forms.CharField(label=_("Reason"), max_length=400)


class NameDeputy(Styled):
    """Who stands in, as what, until when."""

    account = forms.ChoiceField(label=_("Person"))
    role = forms.ChoiceField(label=_("As"))
    until = DayField(
        label=_("Last day (UTC)"),
        validators=[FAR_OFF],
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


class ChangeClearance(Styled):
    """A clearance to give or to take away."""

    level = forms.ChoiceField(label=_("Cleared up to"))
    until = DayField(
        label=_("Ends with the day (UTC)"),
        help_text=_("Leave it empty for a clearance that lasts until it is taken away."),
        required=False,
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


class CloseAccount(Styled):
    """Why an account is closed."""

    reason = forms.CharField(label=_("Reason"), max_length=400)


_LASTING = {8: _("8 hours"), 24: _("1 day"), 7 * 24: _("7 days"), 30 * 24: _("30 days"),
            90 * 24: _("90 days")}  # fmt: skip


class MakeToken(Styled):
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
