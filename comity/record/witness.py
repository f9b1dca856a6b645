"""The witness: cosigns another log's checkpoints as long as they tell one history.

C2SP tlog-witness v1.0.0, ``add-checkpoint``. What to answer is decided by a pure function,
``decide``; ``Witness`` persists what was decided before it answers.
"""

import re
from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

from comity.errors import BadInput, Unavailable
from comity.record import checkpoint, merkle, note
from comity.record.cosignature import CosignerPair
from comity.record.evidence import Evidence, Kind
from comity.record.witness_state import WitnessState

MAX_REQUEST: Final = 1 << 17
"""Bytes of a request: a log need send no lines but its own two."""
MAX_HASHES: Final = 63
"""Lines of a consistency proof (tlog-witness)."""
SIZE_MEDIA: Final = "text/x.tlog.size"
TEXT_MEDIA: Final = "text/plain; charset=utf-8"
FRESH: Final = 10
"""Seconds for which a cosignature is given out again instead of a new one."""

_OLD = re.compile(rb"old (0|[1-9][0-9]{0,18})")
_ATTEMPTS: Final = 16
"""How often a request is decided anew because another one came first."""


@dataclass(frozen=True, slots=True)
class Request:
    """A parsed ``add-checkpoint``: nothing in it is verified."""

    old: int
    proof: tuple[bytes, ...]
    checkpoint: bytes

    def __bytes__(self) -> bytes:
        """Return the body of the request."""
        lines = [f"old {self.old}", *(b64encode(value).decode() for value in self.proof)]
        return "\n".join((*lines, "", "")).encode() + self.checkpoint


@dataclass(frozen=True, slots=True)
class Answer:
    """What is answered over HTTP. ``body`` is signature lines, a size, or one sentence."""

    status: HTTPStatus
    media: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Cosign:
    """The decision to cosign ``head`` in the place of the note ``expected``.

    ``lines`` are the log's own two signatures.
    """

    expected: bytes
    head: checkpoint.Checkpoint
    lines: tuple[note.Signature, ...]


@dataclass(frozen=True, slots=True)
class Refusal:
    """The decision not to; ``evidence`` where the log signed what does not fit."""

    answer: Answer
    evidence: Evidence | None = None


def parse_request(body: bytes) -> Request:
    """Return the request in ``body``; raise BadInput with a sentence for each malformation."""
    if len(body) > MAX_REQUEST:
        raise BadInput(f"The request is longer than {MAX_REQUEST} bytes.")
    head, separator, signed = body.partition(b"\n\n")
    if not separator:
        raise BadInput("The request has no blank line before its checkpoint.")
    old, *proof = head.split(b"\n")
    match = _OLD.fullmatch(old)
    if match is None:
        raise BadInput("The request does not begin with the word old and a size.")
    if len(proof) > MAX_HASHES:
        raise BadInput(f"The request carries more than {MAX_HASHES} hashes.")
    hashes = tuple(
        note.decode_base64(line.decode("latin-1"), "A hash of the request") for line in proof
    )
    if any(len(value) != merkle.HASH_SIZE for value in hashes):
        raise BadInput("A hash of the request is not 32 bytes long.")
    return Request(int(match[1]), hashes, signed)


def decide(
    body: bytes, logs: Mapping[str, checkpoint.LogKeys], last: Callable[[str], bytes]
) -> Cosign | Refusal:
    """Say what to do with a request.

    ``logs`` are the pinned keys by origin; ``last`` returns the note that was cosigned last for an
    origin, or no bytes. Unknown origins are refused before any signature is verified.
    """
    try:
        request = parse_request(body)
        sent = note.parse(request.checkpoint)
        head = checkpoint.parse(sent.text)
    except BadInput as error:
        return _refuse(HTTPStatus.BAD_REQUEST, str(error))
    keys = logs.get(head.origin)
    if keys is None:
        return _refuse(HTTPStatus.NOT_FOUND, "This witness does not know that log.")
    try:
        checkpoint.verify(request.checkpoint, keys)
    except BadInput as error:
        return _refuse(HTTPStatus.FORBIDDEN, str(error))
    ids = {keys.ed25519.key_id, keys.ml_dsa_44.key_id}
    lines = tuple(
        line for line in sent.signatures if line.name == keys.origin and line.key_id in ids
    )
    expected = last(head.origin)
    return _compare(request, head, lines, expected)


def _compare(
    request: Request,
    head: checkpoint.Checkpoint,
    lines: tuple[note.Signature, ...],
    expected: bytes,
) -> Cosign | Refusal:
    """Compare a checkpoint that its log signed with the one that was cosigned last."""
    empty = checkpoint.Checkpoint(head.origin, 0, merkle.EMPTY_ROOT)
    known = held(expected) or empty
    seen = bytes(note.Note(str(head), lines))
    if not head.size and head != empty:
        return _refuse(HTTPStatus.UNPROCESSABLE_ENTITY, "That is not the root of an empty log.")
    if request.old > head.size:
        return _refuse(
            HTTPStatus.BAD_REQUEST,
            f"The old size {request.old} is above the size {head.size} of the checkpoint.",
        )
    # Two roots of one size are a fork whatever else the request says.
    forked = head.size == known.size and head.root != known.root
    fork = Evidence(Kind.FORK, expected, seen) if forked else None
    if request.old != known.size:
        answer = Answer(HTTPStatus.CONFLICT, SIZE_MEDIA, f"{known.size}\n".encode())
        return Refusal(answer, fork)
    if fork is not None:
        return _refuse(
            HTTPStatus.CONFLICT,
            f"This witness knows another root of the log at size {head.size}: the log has forked.",
            fork,
        )
    if not known.size:
        if request.proof:
            sentence = "There is nothing to prove from an empty log."
            return _refuse(HTTPStatus.UNPROCESSABLE_ENTITY, sentence)
        return Cosign(expected, head, lines)
    try:
        merkle.verify_consistency(known.root, known.size, head.root, head.size, request.proof)
    except BadInput as error:
        unproven = Evidence(Kind.UNPROVEN, expected, seen)
        return _refuse(HTTPStatus.UNPROCESSABLE_ENTITY, str(error), unproven)
    return Cosign(expected, head, lines)


def held(cosigned: bytes) -> checkpoint.Checkpoint | None:
    """Return the checkpoint in a note of the witness's own state, None where there is none."""
    return checkpoint.parse(note.parse(cosigned).text) if cosigned else None


def _refuse(status: HTTPStatus, sentence: str, evidence: Evidence | None = None) -> Refusal:
    return Refusal(Answer(status, TEXT_MEDIA, f"{sentence}\n".encode()), evidence)


class Witness:
    """A witness at work: its keys, the logs that it cosigns, and what it cosigned so far.

    Any number of threads and processes may share ``state``: of two requests that start from the
    same size one is decided anew, so no two inconsistent checkpoints are ever cosigned.
    """

    def __init__(
        self, pair: CosignerPair, logs: Mapping[str, checkpoint.LogKeys], state: WitnessState
    ) -> None:
        self._pair = pair
        self._logs = logs
        self._state = state

    def add_checkpoint(self, body: bytes, now: int) -> Answer:
        """Answer a request at ``now`` (POSIX seconds).

        What is answered has been persisted; evidence has been kept. Raise Unavailable if the disk
        does not allow it: then nothing was cosigned for the caller.
        """
        for _ in range(_ATTEMPTS):
            decision = decide(body, self._logs, self._state.last)
            if isinstance(decision, Refusal):
                if decision.evidence is not None:
                    self._state.keep(decision.evidence, now)
                return decision.answer
            head = decision.head
            fresh = self._fresh(decision, now)
            if fresh is not None:
                return _lines(fresh)
            cosigned = self._pair.cosign(head, now)
            signed = bytes(note.Note(str(head), (*decision.lines, *cosigned)))
            if self._state.advance(head.origin, decision.expected, signed):
                return _lines(cosigned)
        raise Unavailable("Others ask this witness about the same log all the time: try again.")

    def _fresh(self, decision: Cosign, now: int) -> tuple[note.Signature, ...] | None:
        """Return what was cosigned for this very checkpoint a moment ago, if it was.

        Whoever holds a checkpoint may send it again and again: that costs no signature and no
        write.
        """
        if held(decision.expected) != decision.head:
            return None
        keys = (self._pair.keys.ed25519, self._pair.keys.ml_dsa_44)
        lines = tuple(
            line
            for key in keys
            for line in note.parse(decision.expected).signatures
            if (line.name, line.key_id) == (key.name, key.key_id)
        )
        ages = [now - checkpoint.cosignature_timestamp(line.blob) for line in lines]
        return lines if len(lines) == 2 and all(0 <= age < FRESH for age in ages) else None


def _lines(cosigned: tuple[note.Signature, ...]) -> Answer:
    return Answer(HTTPStatus.OK, TEXT_MEDIA, "".join(f"{line}\n" for line in cosigned).encode())
