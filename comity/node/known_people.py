"""The people whom the node knows: its accounts, and those whom the reports of an incident name."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

import msgspec
from django.conf import settings
from django.db.models import Count, Max, QuerySet

from comity.documents.drafts.personal_data import Known
from comity.errors import BadInput
from comity.node.models import Account, Object
from comity.node.objects import of_incident
from comity.node.services import knowledge, open_record
from comity.stix.decode import decode
from comity.stix.sco import EmailAddress, UserAccount
from comity.stix.sdo import Identity

_TYPES = ("identity", "user-account", "email-addr")


def known_people(incident: str) -> Known:
    """Whom a document of this incident may name without anybody noticing.

    Closed accounts count: their owners are people still.
    """
    rows = _rows(incident).aggregate(count=Count("id"), last=Max("id"))
    reported = _reported(str(settings.HOME), incident, rows["count"], rows["last"])
    own = knowledge().states.get(settings.OWN_STATE or "")
    return msgspec.structs.replace(
        reported,
        accounts=tuple(Account.objects.order_by("pk").values_list("name", flat=True)),
        region=own.alpha2 if own else None,
    )


def _rows(incident: str) -> QuerySet[Object]:
    return of_incident(incident).filter(type__in=_TYPES)


@lru_cache(maxsize=4)
def _reported(_home: str, incident: str, _count: int, _last: int | None) -> Known:
    """Whom the reports name. Read again once objects came in or were erased, which the key shows.

    Reports of tens of thousands of addresses would hold the record's lock for seconds each time.
    """
    persons: list[str] = []
    users: list[str] = []
    mails: list[str] = []
    for value in _objects(incident):
        match value:
            case Identity(identity_class="individual", name=name):
                persons.append(name)
            case UserAccount(user_id=number, account_login=login, display_name=name):
                users += [one for one in (number, login, name) if one]
            case EmailAddress(value=mail, display_name=name):
                mails.append(mail.casefold())
                persons += [name] if name else []
            case _:
                pass
    return Known(persons=tuple(persons), users=tuple(users), mails=frozenset(mails))


def _objects(incident: str) -> Iterator[object]:
    with open_record() as record:
        for row in _rows(incident):
            try:
                yield decode(record.blob(row.sha256)).value
            except BadInput:  # broken, or erased a moment ago
                continue
