"""What every request needs: the record, the clock, the knowledge; loaded once for the process."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from functools import cache, lru_cache
from pathlib import Path

import msgspec
from django.conf import settings

from comity.access import retention as retention_rules
from comity.access.release import RULES, Rules
from comity.access.retention import Rule
from comity.access.rules_file import FILE, LARGEST, read_rules
from comity.actions import ceiling
from comity.actions import operator_file as files
from comity.actions.outbound import OWN
from comity.gate.markings_file import Markings
from comity.gate.setting import Setting
from comity.knowledge.actors import ActorKnowledge
from comity.knowledge.base import Knowledge
from comity.knowledge.load import warning_lists
from comity.knowledge.load.actors import operator_actors, shipped_actors
from comity.knowledge.load.packs import shipped
from comity.knowledge.warning_lists import WarningList
from comity.record.store import Record


def now() -> datetime:
    """The system clock: the one place of the node that reads it."""
    return datetime.now(UTC)


def open_record() -> Record:
    """The node's record. One belongs to one thread: open it for a request, close it with it."""
    return Record(settings.HOME, clock=now, randomness=secrets.token_bytes)


@cache
def knowledge() -> Knowledge:
    """The packs that this version ships."""
    return shipped()


@cache
def actors() -> ActorKnowledge:
    """What an operator took from official bundles, else what the installed packages hold."""
    return operator_actors(settings.HOME) or shipped_actors(knowledge(), tell=_quiet)


@cache
def lists() -> tuple[WarningList, ...]:
    """The warning lists that this version ships."""
    found: Iterable[WarningList] = warning_lists.shipped()
    return tuple(found)


def rules() -> Rules:
    """What has to be approved by whom: the operator's file, if there is one, over what ships.

    Raises BadInput for a file that is wrong: then nothing is approved or released by it.
    """
    body = operator_file(FILE, LARGEST)
    return RULES if body is None else _read(body)


def operator_file(name: str, largest: int) -> bytes | None:
    """What an operator put into the data folder, None where there is no such file.

    ``name`` may be an absolute path. Raises BadInput where it has more than ``largest`` bytes.
    """
    return files.read(Path(settings.HOME), name, largest)


def retention() -> Mapping[str, Rule]:
    """How long the operator has content kept, by kind of entry; none without a file.

    Raises BadInput for a file that is wrong: then nothing falls due by it.
    """
    body = operator_file(retention_rules.FILE, LARGEST)
    return {} if body is None else retention_rules.read_retention(body)


def markings() -> Markings:
    """The operator's marking schemes and the node's ceiling; none where there is no file.

    Raises Unavailable for a file that is wrong: then nothing is taken in or released.
    """
    return ceiling.load(Path(settings.HOME))


def setting() -> Setting:
    """What the gate knows of this node. Raises Unavailable as ``markings`` does."""
    return msgspec.structs.replace(markings().setting, own=OWN)


def copy_key() -> bytes:
    """What hides, in a copy that leaves without some parts, what they were. Never changes."""
    return hmac.digest(settings.SECRET_KEY.encode(), b"comity: sanitised copies", "sha256")


@lru_cache(maxsize=1)
def _read(body: bytes) -> Rules:
    templates = knowledge().templates.values()
    return read_rules(body, {one.id: one.audience for one in templates})


def _quiet(text: str) -> None:
    """Progress of a first start is shown by ``comity serve``, not by a request."""
