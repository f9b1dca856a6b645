"""Which identities of which providers open an account: its owner ties and unties them."""

from __future__ import annotations

from allauth.socialaccount.internal.flows.connect import validate_disconnect
from allauth.socialaccount.models import SocialAccount
from allauth.socialaccount.signals import social_account_removed
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest

from comity.errors import BadInput
from comity.node.models import Account


def account_of(ident: str, uid: str) -> Account | None:
    """The account that an identity opens, unless it is closed."""
    found = SocialAccount.objects.filter(provider=ident, uid=uid).select_related("user").first()
    return found.user if found and found.user.is_active else None


def of(account: Account) -> list[SocialAccount]:
    """The identities that open an account, the oldest first."""
    return list(SocialAccount.objects.filter(user=account).order_by("date_joined", "pk"))


def untie(request: HttpRequest, account: Account, key: int) -> bool:
    """Let an identity of one's own open the account no more; return whether there was one.

    The other sessions of the account end (``comity.node.factors``). Raises BadInput where it is the
    only way in.
    """
    found = SocialAccount.objects.filter(user=account, pk=key).first()
    if found is None:
        return False
    try:
        validate_disconnect(request, found)
    except ValidationError as error:
        raise BadInput("This is the only way into your account: set a password first.") from error
    with transaction.atomic():
        found.delete()
        social_account_removed.send(sender=SocialAccount, request=request, socialaccount=found)
    return True
