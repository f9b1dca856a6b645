"""Start of the node: its database, the first administrator, the server in this process."""

from __future__ import annotations

import logging
import os
import signal
import time
from functools import partial
from threading import Thread
from typing import TYPE_CHECKING

from django.core.management import call_command
from django.db import connections
from granian import Granian
from granian.constants import Interfaces

from comity.access.roles import Role
from comity.node import projections, witnesses, work
from comity.node.invitations import invite
from comity.node.models import Account, Invitation
from comity.node.services import actors, knowledge, lists, now, open_record, retention, rules

if TYPE_CHECKING:
    from collections.abc import Callable

_LOOKS = 0.5  # seconds between two looks whether the server is still there


def migrate() -> None:
    """Bring the node's database to the form of this version."""
    call_command("migrate", verbosity=0, interactive=False)


def rebuild() -> int:
    """Drop the projections, and only those, and make them anew; return the number of entries."""
    projections.drop()
    with open_record() as record:
        projections.Tables().catch_up(record)
    return projections.size()


def first_link(url: str) -> str | None:
    """A link that makes an administrator, while nobody is one; else None.

    Each start makes a new one and withdraws the last: whoever reads an old log gets nothing.
    """
    active = Account.objects.filter(is_active=True)
    if any(Role.ADMINISTRATOR in projections.roles_of(str(account.key)) for account in active):
        return None
    operator = "operator (local)"
    Invitation.objects.filter(invited_by=operator, used_at=None).delete()
    token = invite("", [Role.ADMINISTRATOR], "nobody administers the node", by=operator, at=now())
    return f"{url}/join/{token}"


def serve(port: int) -> None:
    """Answer on this machine's loopback until the process is told to stop.

    A worker in a process beside it does the jobs. A proxy in front carries TLS.
    """
    stopped = witnesses.look()
    with open_record() as record:
        if stopped is None:
            record.recover()
        else:  # what is there can still be read
            logging.getLogger(__name__).error("%s", stopped)
        projections.Tables().catch_up(record)
    # What answers is forked from here. SQLite in it would believe that it holds the locks of a
    # connection that is open now. They end with this process, and others would then overwrite
    # what it goes on to write (sqlite.org/howtocorrupt.html, section 2.6).
    connections.close_all()
    knowledge(), actors(), lists()  # a first request should not wait for them
    rules(), retention()  # a file of the operator that is wrong is said now
    server = Granian(
        "comity.node.wsgi:application",
        address="127.0.0.1",
        port=port,
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=8,
        log_enabled=False,
    )
    with work.beside():
        server.serve(target_loader=partial(_answering, os.getpid()))


def _answering(server: int, _target: str) -> Callable[..., object]:
    """The application, loaded in the process that answers, which ends with the server.

    Without that, one whose server was killed goes on for ever, and shares the port with the next:
    half of the people would get the pages of an older version.
    """
    from comity.node.wsgi import application  # noqa: PLC0415 - read where it is run

    Thread(target=_end_with, args=(server,), daemon=True).start()
    return application


def _end_with(server: int) -> None:
    while os.getppid() == server:
        time.sleep(_LOOKS)
    os.kill(os.getpid(), signal.SIGTERM)
