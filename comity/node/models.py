"""Tables of the node.

Accounts, invitations and tokens are kept for themselves. What ``PROJECTIONS`` lists is made out of
the record by ``comity.node.projections`` and may be dropped at any time; texts in it are as long
as the record has them.
"""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from comity.node.words import Phrases

_Sql = tuple[str, tuple[str | int, ...]]


class AccountManager(BaseUserManager["Account"]):
    """Makes accounts; an e-mail address is compared without regard to capitals."""

    def get_by_natural_key(self, username: str | None) -> Account:
        return self.get(email__iexact=username)

    def make(self, email: str, name: str, password: str) -> Account:
        """Make an account that can sign in with this password."""
        account = self.model(email=email.lower(), name=name)
        account.set_password(password)
        account.save(using=self._db)
        return account


class Account(AbstractBaseUser):
    """A person who can sign in. ``key`` is the name of the account in the record, for ever."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120)
    is_active = models.BooleanField(default=True)
    made_at = models.DateTimeField(auto_now_add=True)
    factors = models.IntegerField(default=0)  #: how often its ways in were changed

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]
    objects: ClassVar[AccountManager] = AccountManager()

    def __str__(self) -> str:
        return self.name

    @property
    def signature(self) -> str:
        """How the record names this person: the name of now, and the account for ever."""
        return f"{self.name} ({self.key})"

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """Sessions end with a new password (Django) and with any change of factors or identities.

        Without that, whoever knew the password before the factor was set up would stay signed in.
        """
        key_salt = "comity.node.models.Account.session"
        value = f"{self.password}:{self.factors}"
        return salted_hmac(key_salt, value, secret=secret, algorithm="sha256").hexdigest()


class Invitation(models.Model):
    """A link that makes one account, once. Only the hash of its token is kept."""

    token_sha256 = models.CharField(max_length=64, unique=True)
    roles = models.JSONField(default=list)
    name = models.CharField(max_length=120, blank=True)
    invited_by = models.CharField(max_length=200)
    inviter = models.CharField(max_length=36, blank=True)  #: key of the account; none: operator
    reason = models.CharField(max_length=400)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)


class Job(models.Model):
    """Work that a person asked for and that goes on without them: filing reports, assessing.

    ``size`` is that of the record when it was asked for; ``files`` the names of what was handed
    in, or of the ``event`` to fetch from MISP, ``results`` one row for each file that is done
    (``comity.node.jobs.FileResult``); ``entry`` the assessment that came of it; ``document`` the
    sightings to tell MISP. Kept for itself: no projection.
    """

    class Kind(models.TextChoices):
        OPEN = "open", _("Open an incident")
        FILE = "file", _("File reports")
        FETCH = "fetch", _("Fetch an event from MISP")
        TELL = "tell", _("Tell MISP what was seen")
        ASSESS = "assess", _("Assess")
        ATTRIBUTE = "attribute", _("Work out technical resemblance")

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        RUNNING = "running", _("being done")
        DONE = "done", _("done")
        REFUSED = "refused", _("refused")
        FAILED = "failed", _("failed")

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=12, choices=Kind.choices)
    state = models.CharField(max_length=12, choices=State.choices, default=State.WAITING)
    incident = models.TextField(db_index=True)
    title = models.TextField()
    account = models.CharField(max_length=36)
    name = models.CharField(max_length=120)
    by = models.TextField()
    size = models.BigIntegerField()
    event = models.UUIDField(null=True)
    document = models.CharField(max_length=36, blank=True)
    scopes = models.JSONField(null=True)  #: acts of the token that asked; null: a person did
    files = models.JSONField(default=list)
    results = models.JSONField(default=list)
    entry = models.BigIntegerField(null=True)
    reason = models.TextField(blank=True)
    tries = models.IntegerField(default=0)
    asked_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar[list[Any]] = [models.Index(fields=["-asked_at"])]

    @property
    def going_on(self) -> bool:
        """Whether somebody should wait for it."""
        return self.state in {self.State.WAITING, self.State.RUNNING}


class Token(models.Model):
    """What a program sends instead of signing in (``comity.node.tokens``). Only its hash is kept.

    ``scopes`` are the acts it was made for; ``name`` is how the record names it beside the person.
    """

    sha256 = models.CharField(max_length=64, unique=True)
    account = models.ForeignKey(Account, models.CASCADE, related_name="tokens")
    name = models.CharField(max_length=60)
    scopes = models.JSONField(default=list)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)


class Cursor(models.Model):
    """How many entries of the record have been applied. One row."""

    size = models.BigIntegerField(default=0)


class Entry(models.Model):
    """One entry of the record. ``index`` is its place; ``incident`` the UUID it is filed under.

    ``about`` says in a few words what it is about, ``body`` is the SHA-256 of what it holds first.
    Of an erased entry only index and leaf are left. ``held``: nobody reads it, because it is in
    quarantine or was made from one that is; ``about`` is empty then.
    """

    index = models.BigIntegerField(primary_key=True)
    kind = models.TextField(blank=True)
    at = models.DateTimeField(null=True)
    by = models.TextField(blank=True)
    incident = models.TextField(blank=True)
    document = models.TextField(blank=True)
    about = models.TextField(blank=True)
    body = models.TextField(blank=True)
    leaf = models.TextField()
    held = models.BooleanField(default=False)

    class Meta:
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["incident", "index"]),
            models.Index(fields=["document", "index"]),
            models.Index(fields=["kind", "index"]),
        ]


class Incident(models.Model):
    """An incident as it stands: sums over its entries.

    ``dossier`` is the SHA-256 of the last assessment's result, ``dossier_entry`` its entry;
    ``last_input`` the last entry that an assessment would read; ``next_due`` when the first of the
    clocks ends that run or may run, None where none is known to. ``withheld`` is no column: it says
    of a row that is shown that its title was taken out for this reader.
    """

    withheld = False

    key = models.TextField(unique=True)
    title = models.TextField()
    opened_at = models.DateTimeField()
    opened_by = models.TextField()
    changed_at = models.DateTimeField()
    reports = models.IntegerField(default=0)
    statements = models.IntegerField(default=0)
    last_input = models.BigIntegerField(null=True)
    dossier = models.TextField(blank=True)
    dossier_entry = models.BigIntegerField(null=True)
    next_due = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["-changed_at", "-id"]),
            models.Index(fields=["next_due"]),
        ]

    @property
    def stale(self) -> bool:
        """Whether something came in that the dossier does not know."""
        if self.last_input is None:
            return False
        return self.dossier_entry is None or self.last_input > self.dossier_entry


class RoleEntry(models.Model):
    """An entry that gave a role to an account, or took it away: the last one of each counts.

    A deputy's role is one of its own, for ``deputy_of``, up to ``until`` (seconds since 1970, UTC).
    """

    index = models.BigIntegerField(primary_key=True)
    account = models.TextField(db_index=True)
    name = models.TextField()
    role = models.TextField()
    granted = models.BooleanField()
    deputy_of = models.TextField(blank=True)
    until = models.BigIntegerField(null=True)


class Affiliation(models.Model):
    """An entry that says for which organisation a guest reads: the last one counts."""

    index = models.BigIntegerField(primary_key=True)
    account = models.TextField(db_index=True)
    organisation = models.TextField(blank=True)


class ClearanceEntry(models.Model):
    """An entry that cleared an account for a scheme: the last one of each counts.

    ``level`` is empty where the clearance was taken away; it ends with the day ``until``, in UTC.
    """

    index = models.BigIntegerField(primary_key=True)
    account = models.TextField(db_index=True)
    scheme = models.TextField()
    level = models.TextField(blank=True)
    until = models.DateField(null=True)


class QuarantineEntry(models.Model):
    """An entry that put another one, ``about``, in quarantine or gave it back: the last counts.

    ``of`` is the kind of the other one, ``incident`` what that is filed under.
    """

    index = models.BigIntegerField(primary_key=True)
    about = models.BigIntegerField(db_index=True)
    of = models.TextField()
    incident = models.TextField(blank=True, db_index=True)
    held = models.BooleanField()


class Mark(models.Model):
    """What can name a classification on an import or an assessment, as it is compared.

    Which of them do is up to the operator's file of the moment, so that its changes are followed.
    """

    entry = models.ForeignKey(
        Entry, models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False
    )
    said = models.TextField()

    class Meta:
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["entry", "said"]),
            models.Index(fields=["said"]),
        ]


PLACES = 24
"""Bits of a number that are an object's place in its import, counted from 1.

64 MiB of a report hold fewer objects than that. The entry itself has the place 0.
"""


def number_of(entry: int, place: int = 0) -> int:
    """The number of an object of an import, or of the entry itself."""
    return entry << PLACES | place


def place_of(number: int) -> int:
    """The place in its import that is in a number."""
    return number & (1 << PLACES) - 1


class Object(models.Model):
    """One object of an import, as it was received. ``id`` is ``number_of(entry, place)``.

    The incident is that of the entry. ``name`` is a name or value for people, in full; ``at`` the
    time that its property ``at_of`` says; ``tlp`` a TLP label, ``other`` where a marking of
    another kind binds it, or empty where it has none. ``sha256`` names the bytes.
    """

    id = models.BigIntegerField(primary_key=True)
    entry = models.ForeignKey(
        Entry, models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False
    )
    stix_id = models.TextField(blank=True)
    type = models.TextField()
    name = models.TextField(blank=True)
    at = models.DateTimeField(null=True)
    at_of = models.TextField(blank=True)
    tlp = models.TextField(blank=True)
    position = models.TextField()
    sha256 = models.TextField()

    # The entry comes first: what an incident costs does not grow with the others.
    class Meta:
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["entry", "type"]),
            models.Index(fields=["entry", "stix_id"]),
        ]

    @property
    def place(self) -> int:
        """Which object of its import it is, from 1."""
        return place_of(self.id)


class Link(models.Model):
    """That an object of an import (``stated_by``) says how one STIX id refers to another."""

    entry = models.ForeignKey(
        Entry, models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False
    )
    stated_by = models.BigIntegerField()
    source = models.TextField()
    kind = models.TextField()
    target = models.TextField()

    class Meta:
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["entry", "source"]),
            models.Index(fields=["entry", "target"]),
        ]

    @property
    def place(self) -> int:
        """Which object of the import says so, from 1."""
        return place_of(self.stated_by)


class TermsField(models.TextField):  # type: ignore[type-arg]
    """Terms in the form in which a database finds them quickly."""

    def db_type(self, connection: BaseDatabaseWrapper) -> str:
        return "tsvector" if connection.vendor == "postgresql" else "text"


@TermsField.register_lookup
class Holds(models.Lookup):
    """Whether all phrases are among the terms, asked of the index."""

    lookup_name = "holds"
    prepare_rhs = False
    rhs: Phrases

    # Terms are letters and digits alone, so that nothing in them is syntax.
    def as_sql(self, compiler: Any, connection: BaseDatabaseWrapper) -> _Sql:
        column, values = self.process_lhs(compiler, connection)
        told = " AND ".join(f'"{" ".join(phrase)}" *' for phrase in self.rhs)
        return f"{column} MATCH %s", (*values, told)

    def as_postgresql(self, compiler: Any, connection: BaseDatabaseWrapper) -> _Sql:
        column, values = self.process_lhs(compiler, connection)
        told = " & ".join(
            "(" + " <-> ".join(f"'{term}'" for term in phrase) + ":*)" for phrase in self.rhs
        )
        return f"{column} @@ %s::tsquery", (*values, told)


@TermsField.register_lookup
class Reads(Holds):
    """The same, asked of each row: for few rows of many, because it costs nothing of the others."""

    lookup_name = "reads"

    def as_sql(self, compiler: Any, connection: BaseDatabaseWrapper) -> _Sql:
        column, values = self.process_lhs(compiler, connection)
        told = [f"% {' '.join(phrase)}%" for phrase in self.rhs]
        each = " AND ".join([f"' ' || {column} LIKE %s"] * len(told))
        return f"({each})", (*(values * len(told)), *told)


class Terms(models.Model):
    """What can be looked for of an object or an entry; ``rowid`` is its ``number_of``.

    An FTS5 table on SQLite, a tsvector with a GIN index on PostgreSQL (migration 0003).
    """

    rowid = models.BigIntegerField(primary_key=True)
    terms = TermsField()


PROJECTIONS: tuple[type[models.Model], ...] = (
    Entry,
    Incident,
    RoleEntry,
    Affiliation,
    ClearanceEntry,
    QuarantineEntry,
    Mark,
    Object,
    Link,
    Terms,
    Cursor,
)
