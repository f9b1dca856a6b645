"""Asking witnesses to cosign the record (C2SP tlog-witness, the log's side)."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from http import HTTPStatus
from typing import Final, Never, Protocol

from comity.errors import BadInput, Unavailable
from comity.record import checkpoint, note
from comity.record.cosignature import WitnessKeys, verify_cosigned
from comity.record.cosigned import CosignedCheckpoints
from comity.record.policy import Policy, satisfied
from comity.record.store import Record
from comity.record.witness import Request

MAX_ANSWER: Final = 1 << 17
"""Bytes of a witness's answer that are read."""

_SIZE = re.compile(rb"(0|[1-9][0-9]{0,18})\n")


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back over HTTP: nothing in it is trusted."""

    status: int
    body: bytes


class Transport(Protocol):
    """One request to a witness over HTTP.

    Certificates are checked, no redirect is followed, at most ``MAX_ANSWER`` bytes are read, and
    there is an end to waiting. Unavailable, in a sentence, if no whole answer came: whether the
    witness acted on the request is then not known. Nobody retries here.
    """

    def post(self, url: str, body: bytes) -> Reply:
        """Send a body and return the answer, whatever its status."""

    def get(self, url: str) -> Reply:
        """Return the answer, whatever its status."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A witness that the operator lists: what people call it, its address, its pinned keys."""

    title: str
    url: str
    keys: WitnessKeys


@dataclass(frozen=True, slots=True)
class Round:
    """What one round of asking came to, for a checkpoint of ``size`` entries.

    ``cosigned`` are the titles of the witnesses that cosigned this very checkpoint; ``met`` says
    whether they are enough; ``stopped`` is why the record writes nothing more, if it was stopped.
    """

    size: int
    cosigned: tuple[str, ...]
    met: bool
    stopped: str | None = None


def checkpoint_url(prefix: str, origin: str) -> str:
    """Return where a witness shows what it cosigned last for a log."""
    return f"{prefix.rstrip('/')}/{sha256(origin.encode()).hexdigest()}/checkpoint"


def ask(
    record: Record,
    witnesses: Sequence[Listed],
    policy: Policy,
    kept: CosignedCheckpoints,
    transport: Transport,
    now: Callable[[], int],
) -> Round | None:
    """Bring every witness up to the record's last checkpoint; None for an empty record.

    Who cosigned that checkpoint already is not asked again. What went wrong with a witness is
    noted with it and keeps no other from being asked; the caller asks again later. A witness that
    shows a checkpoint under the record's own signatures that the record does not hold stops the
    record (``Record.stop``), and the round.
    """
    body, keys = record.checkpoint(), record.keys()
    if body is None or keys is None:
        return None
    asking = _Asking(record, keys, note.parse(body), transport)
    for witness in witnesses:
        name = witness.keys.name
        if _text(kept.standing(name).body) == asking.note.text:
            continue
        try:
            cosigned = asking.cosignature(witness, kept.standing(name).size)
        except _Stopped as stopped:
            kept.said(name, str(stopped), now())
            return Round(asking.head.size, (), met=False, stopped=str(stopped))
        except (BadInput, Unavailable) as error:
            kept.said(name, str(error), now())
        else:
            kept.cosigned(name, asking.head.size, cosigned, now())
    return _collected(asking, witnesses, policy, kept)


def look(record: Record, witnesses: Sequence[Listed], transport: Transport) -> str | None:
    """Ask every witness what it cosigned last; return why the record is stopped, or None.

    This comes before the first write of a node that starts: a copy that was restored does not know
    what it signed after it was made, but its witnesses do. A witness that is away, or that shows
    nothing under the record's own signatures, stops nothing.
    """
    keys = record.keys()
    if keys is None:
        return None
    for witness in witnesses:
        try:
            shown = _shown(keys, witness, transport)
        except Unavailable:
            continue
        if shown and (reason := record.stop(shown)):
            return reason
    return record.stopped()


def _shown(keys: checkpoint.LogKeys, witness: Listed, transport: Transport) -> bytes:
    """Return the checkpoint of this log that a witness shows, or no bytes; it is not verified."""
    reply = transport.get(checkpoint_url(witness.url, keys.origin))
    usable = reply.status == HTTPStatus.OK and len(reply.body) <= MAX_ANSWER
    return reply.body if usable else b""


class _Stopped(Exception):
    """The record has just been stopped, and why."""


class _Asking:
    """One checkpoint of the record, for which witnesses are asked."""

    def __init__(
        self, record: Record, keys: checkpoint.LogKeys, signed: note.Note, transport: Transport
    ) -> None:
        self.record, self.keys, self.transport = record, keys, transport
        self.note = signed
        self.head = checkpoint.parse(signed.text)

    def cosignature(self, witness: Listed, old: int) -> bytes:
        """Return the note with the cosignature of a witness that knows ``old`` entries of it.

        Raise Unavailable or BadInput, in a sentence of ours, if it gave none.
        """
        reply = self._post(witness, min(old, self.head.size))
        if reply.status == HTTPStatus.CONFLICT:
            told = _SIZE.fullmatch(reply.body)
            if told and int(told[1]) <= self.head.size:
                reply = self._post(witness, int(told[1]))
        match reply.status:
            case HTTPStatus.OK:
                return self._verified(witness, reply.body)
            case HTTPStatus.CONFLICT | HTTPStatus.UNPROCESSABLE_ENTITY:
                self._differs(witness)
            case HTTPStatus.NOT_FOUND:
                raise BadInput(
                    "The witness does not know this record: send its operator the record's keys."
                )
            case HTTPStatus.FORBIDDEN:
                raise BadInput("The witness knows this record by other keys.")
        raise Unavailable(f"The witness answered with the status {reply.status}.")

    def _differs(self, witness: Listed) -> Never:
        """Find out what else a witness knows: only what this record signed counts."""
        shown = _shown(self.keys, witness, self.transport)
        if shown and (reason := self.record.stop(shown)):
            raise _Stopped(reason)
        try:
            checkpoint.verify(shown, self.keys)
        except BadInput:
            raise BadInput(
                "The witness says that it knows another history of this record, and shows no "
                "checkpoint of it that this record signed: nothing follows from that."
            ) from None
        raise Unavailable(
            "The witness did not accept the proof, and what it shows is part of this record."
        )

    def _post(self, witness: Listed, old: int) -> Reply:
        proof = self.record.prove_consistency(old, self.head.size)
        url = f"{witness.url.rstrip('/')}/add-checkpoint"
        return self.transport.post(url, bytes(Request(old, proof, bytes(self.note))))

    def _verified(self, witness: Listed, body: bytes) -> bytes:
        """Return the note with the two lines of the witness, and no other line that came."""
        sentence = "The witness answered with something that is no cosignature of the checkpoint."
        if len(body) > MAX_ANSWER:
            raise BadInput(sentence)
        whole = bytes(self.note) + body
        try:
            found = verify_cosigned(whole, self.keys, (witness.keys,)).cosigned
            lines = note.parse(whole).signatures
        except BadInput:
            raise BadInput(sentence) from None
        if not found:
            raise BadInput(sentence)
        pinned = [(key.name, key.key_id) for key in (witness.keys.ed25519, witness.keys.ml_dsa_44)]
        own = tuple(line for line in lines if (line.name, line.key_id) in pinned)
        return bytes(note.Note(self.note.text, (*self.note.signatures, *own)))


def _collected(
    asking: _Asking, witnesses: Sequence[Listed], policy: Policy, kept: CosignedCheckpoints
) -> Round:
    """Put together what the witnesses gave for this checkpoint, and keep it if it is enough."""
    given = []
    for one in witnesses:
        body = kept.standing(one.keys.name).body
        if _text(body) == asking.note.text:
            given.append((one, note.parse(body).signatures[len(asking.note.signatures) :]))
    lines = tuple(line for _, own in given for line in own)
    met = satisfied(policy, [one.keys for one, _ in given])
    if met and given:
        whole = bytes(note.Note(asking.note.text, (*asking.note.signatures, *lines)))
        kept.meet(asking.head.size, whole)
    return Round(asking.head.size, tuple(one.title for one, _ in given), met)


def _text(body: bytes) -> str:
    return note.parse(body).text if body else ""
