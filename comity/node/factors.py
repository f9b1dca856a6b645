"""A change of the ways into an account ends every other session of it."""

from __future__ import annotations

from allauth.mfa.signals import authenticator_added, authenticator_removed
from allauth.socialaccount.models import SocialAccount, SocialLogin
from allauth.socialaccount.signals import social_account_added, social_account_removed
from django.contrib.auth import update_session_auth_hash
from django.dispatch import receiver
from django.http import HttpRequest

from comity.node.models import Account


@receiver([authenticator_added, authenticator_removed])
def end_other_sessions(request: HttpRequest, user: Account, **_more: object) -> None:
    """Count the change, which every session's hash holds, and let this session go on.

    It was opened, or re-authenticated, by the one who made the change (django-allauth asks).
    """
    user.factors += 1
    user.save(update_fields=["factors"])
    update_session_auth_hash(request, user)


@receiver(social_account_added)
def identity_tied(request: HttpRequest, sociallogin: SocialLogin, **_more: object) -> None:
    """An identity of a provider opens the account from now on."""
    end_other_sessions(request, sociallogin.user)


@receiver(social_account_removed)
def identity_untied(request: HttpRequest, socialaccount: SocialAccount, **_more: object) -> None:
    """An identity of a provider opens the account no more."""
    end_other_sessions(request, socialaccount.user)
