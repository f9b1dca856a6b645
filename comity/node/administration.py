"""How the node stands, for whoever keeps it running: no word of any case."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from datetime import datetime

import msgspec
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db import connection
from django.db.models import Count, Q

from comity import __version__
from comity.access import misp_file, retention, rules_file, sign_on_file
from comity.access.roles import APPROVING, Role
from comity.actions import witnesses_file
from comity.errors import ComityError
from comity.gate import markings_file
from comity.node import misp, services, witnesses
from comity.node.models import Account, Entry, Job, Token
from comity.node.projections import roles_of
from comity.node.sign_on import configured

_FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


class OperatorFile(msgspec.Struct, frozen=True):
    """A file that an operator may put into the data folder; ``faults`` are sentences."""

    name: str
    there: bool
    faults: tuple[str, ...]


class Health(msgspec.Struct, frozen=True, kw_only=True):
    """The node at one moment. ``free`` are bytes of the disk; ``entries`` those of the record.

    ``alone`` are roles that one person holds and ``missing`` those that nobody does, of the roles
    without which nothing leaves. ``stopped`` is why the record writes nothing more, if it is.
    """

    version: str
    address: str
    database: str
    free: int
    entries: int
    last_entry: datetime | None
    accounts: int
    half: tuple[str, ...]  #: names of those who have no second factor yet
    missing: tuple[Role, ...]
    alone: tuple[Role, ...]
    tokens: int
    failed_jobs: int
    waiting_jobs: int
    stopped: str | None
    files: tuple[OperatorFile, ...]


def health() -> Health:
    """Look at the node."""
    active = list(Account.objects.filter(is_active=True).order_by("name", "id"))
    secured = set(Authenticator.objects.filter(type__in=_FACTORS).values_list("user_id", flat=True))
    held = [roles_of(str(one.key)) for one in active]
    needed = {
        role: sum(role in roles for roles in held) for role in (*APPROVING, Role.DUTY_OFFICER)
    }
    last = Entry.objects.filter(at__isnull=False).order_by("-index").first()
    jobs = Job.objects.aggregate(
        failed=Count("pk", filter=Q(state=Job.State.FAILED)),
        waiting=Count("pk", filter=Q(state__in=(Job.State.WAITING, Job.State.RUNNING))),
    )
    with services.open_record() as record:
        size, stopped = record.size(), record.stopped()
    return Health(
        version=__version__,
        address=settings.URL.geturl(),
        database=connection.vendor,
        free=shutil.disk_usage(settings.HOME).free,
        entries=size,
        last_entry=last.at if last else None,
        accounts=len(active),
        half=tuple(one.name for one in active if one.pk not in secured),
        missing=tuple(sorted(role for role, n in needed.items() if n == 0)),
        alone=tuple(sorted(role for role, n in needed.items() if n == 1)),
        tokens=Token.objects.filter(revoked_at=None, expires_at__gt=services.now()).count(),
        failed_jobs=jobs["failed"],
        waiting_jobs=jobs["waiting"],
        stopped=stopped,
        files=tuple(
            OperatorFile(name, (settings.HOME / name).exists(), check())
            for name, check in _FILES.items()
        ),
    )


def _read(load: Callable[[], object]) -> Callable[[], tuple[str, ...]]:
    def faults() -> tuple[str, ...]:
        try:
            load()
        except ComityError as error:
            return (str(error),)
        return ()

    return faults


_FILES: Mapping[str, Callable[[], tuple[str, ...]]] = {
    rules_file.FILE: _read(services.rules),
    retention.FILE: _read(services.retention),
    markings_file.FILE: _read(services.markings),
    misp_file.FILE: lambda: (said,) if (said := misp.fault()) else (),
    witnesses_file.FILE: lambda: (said,) if (said := witnesses.fault()) else (),
    sign_on_file.FILE: lambda: tuple(configured.faults()),
}
"""The operator's files, each with what is wrong with it."""
