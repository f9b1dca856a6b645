"""The node as a witness of others, and the witnesses that it asks.

Without ``witnesses.toml`` there is neither: nothing is asked, and nobody is answered.
"""

from __future__ import annotations

import logging
import secrets
import time
from collections.abc import Callable
from contextlib import closing
from functools import lru_cache
from pathlib import Path
from typing import Final

import msgspec
from django.conf import settings

from comity.actions import witnesses as asking
from comity.actions.witnesses_file import FILE, LARGEST, Witnessing, read_witnesses
from comity.errors import ComityError
from comity.node.services import now, open_record, operator_file
from comity.node.witness_http import Http
from comity.record import cosignature, policy
from comity.record.checkpoint import LogKeys
from comity.record.cosigned import CosignedCheckpoints, Standing
from comity.record.evidence import Kind
from comity.record.keys import FileSigner, KeyFile
from comity.record.witness import Witness, held
from comity.record.witness_state import Kept, WitnessState

EVERY: Final = 60.0
"""Seconds between two rounds of asking."""
_log = logging.getLogger(__name__)


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """A witness as people see it. ``size`` is 0 and the times None before there is anything.

    ``said`` is why it did not cosign when it was asked last, empty where it did.
    """

    title: str
    name: str
    size: int
    cosigned_at: int | None
    asked_at: int | None
    said: str


class Watched(msgspec.Struct, frozen=True, kw_only=True):
    """A log that this node cosigns: its last cosigned size, and what is kept against it."""

    title: str
    origin: str
    size: int
    forks: int
    unproven: int


class Standings(msgspec.Struct, frozen=True, kw_only=True):
    """How it stands with witnesses. ``met`` is the last size that enough of them cosigned.

    ``weak`` are the reasons why the policy is weak, ``stopped`` why the record writes nothing;
    ``fault`` is what is wrong with the operator's file.
    """

    asked: tuple[Asked, ...] = ()
    watched: tuple[Watched, ...] = ()
    quorum: int = 0
    met: int = 0
    weak: tuple[str, ...] = ()
    stopped: str | None = None
    fault: str | None = None


def configured() -> Witnessing | None:
    """What ``witnesses.toml`` says; None without the file. Raises BadInput where it is wrong."""
    body = operator_file(FILE, LARGEST)
    return None if body is None else _read(body, _signer(Path(settings.HOME)).keys(), own_keys())


def fault() -> str | None:
    """What is wrong with the file, in a sentence."""
    try:
        found = configured()
    except ComityError as error:
        return str(error)
    if found and found.logs:
        if own_keys() is None:
            return "This node has no keys of a witness yet: call comity witness keys."
        try:
            with closing(open_state()) as state:
                state.evidence()
        except ComityError as error:
            return str(error)
    return None


@lru_cache(maxsize=4)
def _key_file(home: Path) -> KeyFile[cosignature.CosignerPair]:
    """Where the keys of this node's witness lie: read once, since they never change."""
    return KeyFile(
        home / "keys" / cosignature.FILE_NAME, cosignature.CosignerPair, secrets.token_bytes
    )


def own_keys() -> cosignature.WitnessKeys | None:
    """The keys of this node's witness; None before the operator has had them made."""
    pair = _key_file(Path(settings.HOME)).pair()
    return pair.keys if pair else None


def open_state() -> WitnessState:
    """What this node's witness cosigned. Open it for a request, close it with it."""
    return WitnessState(Path(settings.HOME) / "witness")


def witness(state: WitnessState) -> Witness | None:
    """This node as a witness; None where the operator set up none."""
    found, pair = configured(), _key_file(Path(settings.HOME)).pair()
    return Witness(pair, found.logs, state) if found and found.logs and pair else None


def evidence(origin: str) -> tuple[Kept, ...]:
    """What is kept against a log."""
    with closing(open_state()) as state:
        return tuple(kept for kept in state.evidence() if kept.evidence.origin == origin)


def look(transport: asking.Transport | None = None) -> str | None:
    """Before the first write: why the record is stopped by what a witness shows, or None.

    Raises BadInput where the file is wrong: a node that cannot ask does not start.
    """
    found = configured()
    with open_record() as record:
        if found is None:
            return record.stopped()
        return asking.look(record, found.witnesses, transport or Http(timeout=5))


def ask(transport: asking.Transport | None = None) -> asking.Round | None:
    """One round of asking; None where nobody is to be asked, or the record is empty."""
    found = configured()
    if found is None or not found.witnesses:
        return None
    with open_record() as record:
        keys = record.keys()
        if keys is None or record.stopped():
            return None
        with closing(CosignedCheckpoints(Path(settings.HOME))) as kept:
            return asking.ask(
                record, found.witnesses, found.policy(keys), kept, transport or Http(), _seconds
            )


def keep_asking(stopping: Callable[[], bool], pause: float) -> None:
    """Ask every ``EVERY`` seconds until told to stop. What fails is logged and asked again."""
    asked = float("-inf")
    while not stopping():
        if time.monotonic() - asked > EVERY:
            try:
                made = ask()
                if made and made.stopped:
                    _log.error("%s", made.stopped)
            except ComityError as error:
                _log.warning("%s", error)
            except Exception:  # noqa: BLE001  # a fault of ours must not end the asking
                _log.exception("asking witnesses failed")
            asked = time.monotonic()
        time.sleep(pause)


def standings() -> Standings | None:
    """How it stands with witnesses; None where there is no file and nothing is stopped."""
    with open_record() as record:
        stopped, keys = record.stopped(), record.keys()
    try:
        found = configured()
    except ComityError as error:
        return Standings(stopped=stopped, fault=str(error))
    if found is None:
        return Standings(stopped=stopped) if stopped else None
    wrong = fault()
    asked: tuple[Asked, ...] = ()
    met = 0
    if found.witnesses:
        with closing(CosignedCheckpoints(Path(settings.HOME))) as kept:
            asked = tuple(_asked(one, kept.standing(one.keys.name)) for one in found.witnesses)
            head = held(kept.met())
            met = head.size if head else 0
    return Standings(
        asked=asked,
        watched=() if wrong else _watched(found),
        quorum=found.quorum,
        met=met,
        weak=policy.weak(found.policy(keys)) if keys and found.witnesses else (),
        stopped=stopped,
        fault=wrong,
    )


def _asked(one: asking.Listed, standing: Standing) -> Asked:
    times = cosignature.times(standing.body, one.keys)
    return Asked(
        title=one.title,
        name=one.keys.name,
        size=standing.size,
        cosigned_at=max(times) if times else None,
        asked_at=standing.asked_at or None,
        said=standing.said,
    )


def _watched(found: Witnessing) -> tuple[Watched, ...]:
    rows = []
    if not found.logs:
        return ()
    with closing(open_state()) as state:
        kept = [(one.evidence.origin, one.evidence.kind) for one in state.evidence()]
        for origin in found.logs:
            head = held(state.last(origin))
            rows.append(
                Watched(
                    title=found.names[origin],
                    origin=origin,
                    size=head.size if head else 0,
                    forks=kept.count((origin, Kind.FORK)),
                    unproven=kept.count((origin, Kind.UNPROVEN)),
                )
            )
    return tuple(rows)


@lru_cache(maxsize=4)
def _read(body: bytes, log: LogKeys | None, own: cosignature.WitnessKeys | None) -> Witnessing:
    return read_witnesses(body, log, own)


@lru_cache(maxsize=4)
def _signer(home: Path) -> FileSigner:
    return FileSigner(home / "keys", secrets.token_bytes)


def _seconds() -> int:
    return int(now().timestamp())
