"""Proof files: one entry, its opening and its place in the log, checked without the network.

The file is a C2SP tlog-proof (``c2sp.org/tlog-proof@v1``). Its ``extra`` line, which the
specification leaves to the application and does not authenticate, carries the salt and payload
that open the log entry, and the log's two verifier keys. Its checkpoint may carry cosignatures;
which witnesses count, and how many are enough, is the policy of whoever reads the file.
"""

import re
from base64 import b64encode
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

import msgspec

from comity.errors import BadInput
from comity.record import checkpoint, commitment, cosignature, merkle, note
from comity.record.policy import Policy, satisfied

HEADER: Final = "c2sp.org/tlog-proof@v1"
MAX_PROOF: Final = 1 << 21
"""Bytes accepted in one proof file."""
MAX_HASHES: Final = 63
"""Hashes in an inclusion proof: a tree of 2**63 leaves is 63 levels high."""

_INDEX = re.compile(r"0|[1-9][0-9]{0,18}")


@dataclass(frozen=True, slots=True)
class TlogProof:
    """A parsed tlog-proof; ``checkpoint`` is the signed note verbatim, nothing is verified."""

    extra: bytes
    index: int
    hashes: tuple[bytes, ...]
    checkpoint: bytes

    def __bytes__(self) -> bytes:
        """Return the proof file."""
        lines = [HEADER]
        if self.extra:
            lines.append(f"extra {b64encode(self.extra).decode()}")
        lines.append(f"index {self.index}")
        lines += [b64encode(value).decode() for value in self.hashes]
        return "\n".join((*lines, "", "")).encode() + self.checkpoint


class Extra(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Comity's extra data, as JSON: what opens the entry, and the keys that the sender claims."""

    type: str
    salt: bytes
    payload: bytes
    vkeys: tuple[str, str]


EXTRA_TYPE: Final = "comity-opening/v1"


@dataclass(frozen=True, slots=True)
class Cosigner:
    """A witness of the reader's policy that cosigned, and when, in POSIX seconds by its clock."""

    name: str
    timestamp: int


@dataclass(frozen=True, slots=True)
class CheckResult:
    """What a proof file shows. ``pinned``: the keys came from the reader, not from the file.

    ``timestamp`` is the log's own claim, in POSIX seconds, of when it signed; ``fingerprint`` is
    eight groups of five digits over the two keys that verified the checkpoint. ``cosigned`` are
    the witnesses of the reader's policy, the earliest first. ``enough`` says whether they meet it,
    None where the reader gave none; ``existed_by`` is when the first of them that met it had all
    cosigned: the entry is no younger, if those witnesses are honest.
    """

    pinned: bool
    origin: str
    index: int
    size: int
    timestamp: int
    payload: bytes
    fingerprint: str
    cosigned: tuple[Cosigner, ...] = ()
    enough: bool | None = None
    existed_by: int | None = None

    def __str__(self) -> str:
        """Say what was shown and what was not."""
        return " ".join(part for part in (self._keys(), self._witnesses()) if part)

    def _keys(self) -> str:
        entry = f"entry {self.index} of the log {self.origin} at size {self.size}"
        if self.pinned:
            return f"Proven under pinned keys: the payload is {entry}."
        return (
            f"Consistent with the keys inside the file: the payload is {entry}, if those keys are "
            f"the log's; compare this fingerprint over another channel: {self.fingerprint}."
        )

    def _witnesses(self) -> str:
        if self.enough is None:
            return ""
        seen = [f"{one.name} at {_utc(one.timestamp)}" for one in self.cosigned]
        by = f"cosigned by {'; '.join(seen)}" if seen else "cosigned by no witness of the policy"
        if not self.enough:
            return f"Unwitnessed: {by}, which is not enough for the policy."
        if self.existed_by is None:
            return f"The policy demands no witness: {by}."
        return f"Witnessed: {by}; it existed by {_utc(self.existed_by)}."


def make(
    opening: commitment.Opening,
    index: int,
    hashes: tuple[bytes, ...],
    signed_checkpoint: bytes,
    keys: checkpoint.LogKeys,
) -> bytes:
    """Return the proof file of one entry."""
    extra = Extra(type=EXTRA_TYPE, salt=opening.salt, payload=opening.payload, vkeys=keys.vkeys)
    return bytes(TlogProof(msgspec.json.encode(extra), index, hashes, signed_checkpoint))


def parse(data: bytes) -> TlogProof:
    """Return the proof in ``data``; raise BadInput with one sentence for each way it is malformed.

    tlog-proof, "Format". The checkpoint is kept as bytes for ``checkpoint.verify``.
    """
    if len(data) > MAX_PROOF:
        raise BadInput(f"The proof is longer than {MAX_PROOF} bytes.")
    head, separator, signed = data.partition(b"\n\n")
    if not separator:
        raise BadInput("The proof has no blank line before its checkpoint.")
    try:
        lines = head.decode("ascii").split("\n")
    except UnicodeDecodeError:
        raise BadInput(
            "The proof contains characters that are not ASCII before its checkpoint."
        ) from None
    if lines.pop(0) != HEADER:
        raise BadInput(f"The proof does not begin with the line {HEADER}.")
    extra = b""
    if lines and lines[0].startswith("extra "):
        extra = note.decode_base64(lines.pop(0)[6:], "The extra data of the proof")
        if not extra:
            raise BadInput("The proof has an extra line without data.")
    index = _parse_index(lines.pop(0) if lines else "")
    if len(lines) > MAX_HASHES:
        raise BadInput(f"The proof carries more than {MAX_HASHES} hashes.")
    hashes = tuple(note.decode_base64(line, "A hash of the proof") for line in lines)
    if any(len(value) != merkle.HASH_SIZE for value in hashes):
        raise BadInput("A hash of the proof is not 32 bytes long.")
    return TlogProof(extra, index, hashes, signed)


def _parse_index(line: str) -> int:
    if not line.startswith("index "):
        raise BadInput("The proof has no index line where one belongs.")
    index = line[6:]
    if not _INDEX.fullmatch(index) or int(index) > checkpoint.MAX_SIZE:
        raise BadInput("The index of the proof is not a decimal number without leading zeroes.")
    return int(index)


def verify(proof: TlogProof, entry: bytes, keys: checkpoint.LogKeys) -> checkpoint.Signed:
    """Return the checkpoint that proves ``entry``; raise BadInput if anything does not fit."""
    signed = checkpoint.verify(proof.checkpoint, keys)
    head = signed.checkpoint
    if proof.index >= head.size:
        raise BadInput(
            f"The proof is for entry {proof.index}, but its checkpoint covers only {head.size}."
        )
    leaf = merkle.leaf_hash(entry)
    merkle.verify_inclusion(leaf, proof.index, head.size, proof.hashes, head.root)
    return signed


def check(
    data: bytes,
    trusted_vkeys: tuple[str, ...] | None = None,
    policy: Policy | None = None,
) -> CheckResult:
    """Check a Comity proof file offline; raise BadInput if it proves nothing.

    With ``trusted_vkeys`` (the two vkeys of the log, pinned earlier), or a ``policy`` that lists
    the log, the keys inside the file are ignored. Without them the file can only be shown to agree
    with itself, and the result says so. A policy that is not met is no error: see ``enough``.
    """
    proof = parse(data)
    if not proof.extra:
        raise BadInput("The proof carries no payload, so there is nothing to check it against.")
    try:
        extra = msgspec.json.decode(proof.extra, type=Extra)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise BadInput("The extra data of the proof is not a Comity opening.") from None
    if extra.type != EXTRA_TYPE:
        raise BadInput(f"The extra data of the proof is not of type {EXTRA_TYPE}.")
    opening = commitment.Opening(extra.salt, extra.payload)
    pinned = _pinned(proof, trusted_vkeys, policy)
    keys = pinned or checkpoint.parse_log_keys(extra.vkeys)
    signed = verify(proof, commitment.commit(opening), keys)
    cosigned: list[cosignature.Cosigned] = []
    enough, existed_by = None, None
    if policy is not None:
        found = cosignature.verify_cosigned(proof.checkpoint, keys, policy.witnesses)
        cosigned = sorted(found.cosigned, key=lambda one: one.timestamp)
        enough = satisfied(policy, [one.witness for one in cosigned])
        existed_by = _existed_by(policy, cosigned)
    return CheckResult(
        pinned=pinned is not None,
        origin=keys.origin,
        index=proof.index,
        size=signed.checkpoint.size,
        timestamp=signed.timestamp,
        payload=opening.payload,
        fingerprint=keys.fingerprint,
        cosigned=tuple(Cosigner(one.witness.name, one.timestamp) for one in cosigned),
        enough=enough,
        existed_by=existed_by,
    )


def _pinned(
    proof: TlogProof, trusted_vkeys: tuple[str, ...] | None, policy: Policy | None
) -> checkpoint.LogKeys | None:
    """Return the keys of the log that the reader pinned, None where they pinned none."""
    given = None if trusted_vkeys is None else checkpoint.parse_log_keys(trusted_vkeys)
    if policy is None or not policy.logs:
        return given
    origin = checkpoint.parse(note.parse(proof.checkpoint).text).origin
    listed = policy.log(origin)
    if listed is None:
        raise BadInput(f"The policy does not list the log {origin}.")
    if given is not None and given != listed:
        raise BadInput(f"The policy lists other keys of the log {origin} than those given.")
    return listed


def _existed_by(policy: Policy, cosigned: list[cosignature.Cosigned]) -> int | None:
    """Return the first moment at which enough of the witnesses had cosigned."""
    for count, one in enumerate(cosigned, 1):
        if policy.quorum and satisfied(policy, [each.witness for each in cosigned[:count]]):
            return one.timestamp
    return None


def _utc(seconds: int) -> str:
    """Return a moment as text; what no calendar holds stays a number."""
    try:
        return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
    except (OverflowError, ValueError, OSError):
        return f"second {seconds}"
