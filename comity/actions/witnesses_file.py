"""What an operator says of witnesses: whose logs this node cosigns, and whom it asks.

Names are for people. Who a log or a witness *is* are its two keys, which came over another channel.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Annotated, Final

import msgspec

from comity.access.sign_on_file import safe_address
from comity.actions.witnesses import Listed
from comity.errors import BadInput
from comity.record import cosignature
from comity.record.checkpoint import LogKeys, parse_log_keys
from comity.record.policy import Policy, k_of_n

FILE: Final = "witnesses.toml"
LARGEST: Final = 1 << 20  # bytes
MOST: Final = 32
"""Logs, and witnesses, in the file: as many as tlog-policy recommends."""

_Line = Annotated[str, msgspec.Meta(min_length=1, max_length=200, pattern=r"^[^\r\n\x00]*$")]
_Keys = tuple[Annotated[str, msgspec.Meta(max_length=4_000)], ...]


class _Log(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    name: _Line
    vkeys: _Keys


class _Witness(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    name: _Line
    url: _Line
    vkeys: _Keys


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    quorum: Annotated[int, msgspec.Meta(ge=1, le=MOST)] | None = None
    monitors: bool = False
    log: Annotated[tuple[_Log, ...], msgspec.Meta(max_length=MOST)] = ()
    witness: Annotated[tuple[_Witness, ...], msgspec.Meta(max_length=MOST)] = ()


@dataclass(frozen=True, slots=True)
class Witnessing:
    """The file. ``logs`` are pinned keys and ``names`` what people call a log, both by origin.

    ``quorum`` of the ``witnesses`` are enough, 0 where there are none. ``monitors``: anybody may
    read checkpoint and tiles of the node's own log.
    """

    logs: Mapping[str, LogKeys]
    names: Mapping[str, str]
    witnesses: tuple[Listed, ...]
    quorum: int
    monitors: bool

    def policy(self, log: LogKeys) -> Policy:
        """Return the policy of the node for its own log."""
        return k_of_n((log,), [one.keys for one in self.witnesses], self.quorum)


def read_witnesses(
    body: bytes, own_log: LogKeys | None, own_witness: cosignature.WitnessKeys | None
) -> Witnessing:
    """Return what the file says. Raise BadInput that says what is wrong with it.

    A node neither cosigns its own log nor asks its own witness: that would say nothing.
    """
    try:
        found = msgspec.convert(tomllib.loads(body.decode()), _File)
    except (ValueError, RecursionError) as error:  # tomllib's, msgspec's and the decoder's own
        raise BadInput(f"{FILE} cannot be read: {error}") from error
    logs: dict[str, LogKeys] = {}
    names: dict[str, str] = {}
    for log in found.log:
        with _of(log.name):
            keys = parse_log_keys(log.vkeys)
        if keys == own_log:
            raise BadInput(f"{FILE}: the log {log.name} is this node's own")
        if keys.origin in logs:
            raise BadInput(f"{FILE}: the log {log.name} stands in it twice")
        logs[keys.origin], names[keys.origin] = keys, log.name
    witnesses = tuple(_listed(one, own_witness) for one in found.witness)
    with _of("witnesses"):
        cosignature.check_distinct([one.keys for one in witnesses])
    if len({one.title for one in witnesses}) != len(witnesses):
        raise BadInput(f"{FILE}: two witnesses are called the same")
    if bool(witnesses) is not bool(found.quorum):
        raise BadInput(f"{FILE}: say quorum, how many of the witnesses are enough, where any are")
    quorum = found.quorum or 0
    if quorum > len(witnesses):
        raise BadInput(f"{FILE}: {quorum} of {len(witnesses)} witnesses can never cosign")
    return Witnessing(logs, names, witnesses, quorum, found.monitors)


def _listed(one: _Witness, own: cosignature.WitnessKeys | None) -> Listed:
    with _of(one.name):
        keys = cosignature.parse_witness_keys(one.vkeys)
    if keys == own:
        raise BadInput(f"{FILE}: the witness {one.name} is this node's own, which does not count")
    if not safe_address(one.url):
        raise BadInput(f"{FILE}: the url of {one.name} has to be an https address")
    return Listed(one.name, one.url.rstrip("/"), keys)


@contextmanager
def _of(name: str) -> Iterator[None]:
    """Say of whom it is that something is wrong."""
    try:
        yield
    except BadInput as error:
        raise BadInput(f"{FILE}, {name}: {error}") from None
