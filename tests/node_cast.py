"""A node of its own for each test, and the cast that every page meets.

The owner opened the incident and is duty officer; a colleague holds whichever role the test is
about; a stranger has signed in and holds none.
"""

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import generate_totp_secret
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from comity.access.roles import Role
from comity.actions.people import clear, grant
from comity.cli.assess import DEMO, examples
from comity.gate.markings_file import read_markings
from comity.node.models import Account, Incident
from comity.node.projections import Tables
from comity.node.services import now, open_record
from comity.node.work import drain as work_off
from tests.markings import TOML

PASSWORD = "correct horse battery staple"
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture
def home(settings, tmp_path, db):
    settings.HOME = tmp_path
    cache.clear()  # attempts are counted by account, and the next test's has the same number
    return tmp_path


@pytest.fixture
def record(home):
    with open_record() as record:
        yield record


def account(name, *roles, second_factor=True):
    """An account that can sign in, with its roles on the record."""
    made = Account.objects.make(f"{name.lower()}@example.org", name, PASSWORD)
    if second_factor:
        Authenticator.objects.create(
            user=made, type=Authenticator.Type.TOTP, data={"secret": generate_totp_secret()}
        )
    with open_record() as record:
        for role in roles:
            grant(
                record, account=str(made.key), name=name, role=Role(role), granted=True,
                reason="a test", by="operator (local)", at=now(),
            )  # fmt: skip
        Tables().catch_up(record)
    return made


def cleared(person, level, *, scheme="Demoland", until=None, at=None):
    """Clear an account, or take its clearance away (None), as an administrator would."""
    with open_record() as record:
        clear(
            record, read_markings(TOML.encode()).setting, account=str(person.key),
            name=person.name, scheme=scheme, level=level, until=until, reason="a test",
            by="operator (local)", at=at or now(),
        )  # fmt: skip
        Tables().catch_up(record)
    return person


def drain():
    """The worker does what is due, inside the transaction of the test, whose connection it keeps.

    Django's own test client keeps it in the same way.
    """
    with pytest.MonkeyPatch.context() as kept:
        kept.setattr(
            "django_tasks_db.management.commands.db_worker.close_old_connections", lambda: None
        )
        work_off()


class Browser(Client):
    """A client behind whose every post the worker does what was asked for."""

    def post(self, *args, **kwargs):
        answer = super().post(*args, **kwargs)
        drain()
        return answer


def without_a_worker(client, *args, **kwargs):
    """Post, and leave what was asked for undone."""
    return Client.post(client, *args, **kwargs)


def browser(person=None):
    """A client, signed in as this person."""
    client = Browser()
    if person is not None:
        client.force_login(person, BACKEND)
    return client


@pytest.fixture
def owner(home):
    return browser(account("Owner", Role.DUTY_OFFICER))


@pytest.fixture
def stranger(home):
    return browser(account("Stranger"))


def shipped_bundle():
    return (examples() / DEMO / "bundle.json").read_bytes()


def upload(name, body):
    return SimpleUploadedFile(name, body)


@pytest.fixture
def incident(owner):
    """An incident that the owner opened with the shipped ransomware case."""
    answer = owner.post(
        "/incidents/new",
        {"title": "Ransomware (demo)", "reports": [upload("bundle.json", shipped_bundle())]},
    )
    assert answer.status_code == 302, answer.content.decode()
    return Incident.objects.get()
