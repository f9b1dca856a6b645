"""A change of second factors ends every other session of the account."""

from __future__ import annotations

from allauth.mfa.signals import authenticator_added, authenticator_removed
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
