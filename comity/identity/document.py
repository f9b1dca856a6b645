"""A root document as bytes: TUF root metadata in the one form that Comity writes.

The form is that of python-tuf (TUF specification 1.0, "File formats: root.json") with two members
of our own, ``x-comity-holders`` and ``x-comity-node``. Reading takes the values out and writes
them anew: a document whose signed part differs from that in anything is refused, so there is one
spelling of each key, one order, and no member that nobody looked at.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Annotated, Any, Final, Literal

import jiter
import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA65PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from securesystemslib.signer import Key, Signature, SSlibKey
from tuf.api.metadata import Metadata, Role
from tuf.api.metadata import Root as TufRoot
from tuf.api.serialization.json import CanonicalJSONSerializer, JSONSerializer

from comity.errors import BadInput
from comity.identity.holders import MAX_PAIRS, Holder, check_threshold
from comity.identity.node_fields import Node
from comity.identity.pair import PublicPair

MAX_ROOT: Final = 1 << 18
"""Bytes of a root document: 8 pairs of keys and the signatures of two versions fit."""
MAX_SIGNATURES: Final = 4 * MAX_PAIRS
"""Signatures in one document: each key of this version and of the one before."""
SPECIFICATION: Final = "1.0.31"
ONLINE_ROLE: Final = "targets"
"""The TUF role of the online pair: it signs what the node offers, its dispatches."""
ONLINE_THRESHOLD: Final = 2
"""Both keys of the online pair sign, or it is no signature."""

_TIME = "%Y-%m-%dT%H:%M:%SZ"
_MAX_VERSION = 100_000
_KeyId = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]
_KeyIds = Annotated[list[_KeyId], msgspec.Meta(max_length=2 * MAX_PAIRS)]


class _Strict(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    pass


class _Public(_Strict, frozen=True):
    public: Annotated[str, msgspec.Meta(max_length=4_000)]


class _Key(_Strict, frozen=True):
    keytype: Literal["ed25519", "ml-dsa"]
    scheme: Literal["ed25519", "ml-dsa-65/1"]
    keyval: _Public


class _Role(_Strict, frozen=True):
    keyids: _KeyIds
    threshold: Annotated[int, msgspec.Meta(ge=1, le=2 * MAX_PAIRS)]


class _Roles(_Strict, frozen=True):
    root: _Role
    targets: _Role
    snapshot: _Role
    timestamp: _Role


class _Holder(_Strict, frozen=True):
    name: str
    keyids: _KeyIds


class _Signed(_Strict, frozen=True):
    type: Literal["root"] = msgspec.field(name="_type")
    spec_version: str
    version: Annotated[int, msgspec.Meta(ge=1, le=_MAX_VERSION)]
    expires: Annotated[str, msgspec.Meta(pattern=r"^[0-9]{4}-[0-9-]{5}T[0-9:]{8}Z$")]
    consistent_snapshot: bool
    keys: Annotated[dict[_KeyId, _Key], msgspec.Meta(max_length=2 * MAX_PAIRS + 2)]
    roles: _Roles
    holders: Annotated[list[_Holder], msgspec.Meta(max_length=MAX_PAIRS)] = msgspec.field(
        name="x-comity-holders"
    )
    node: Node = msgspec.field(name="x-comity-node")


class _Signature(_Strict, frozen=True):
    keyid: _KeyId
    sig: Annotated[str, msgspec.Meta(pattern="^([0-9a-f]{2}){0,3309}$")]


class _File(_Strict, frozen=True):
    signatures: Annotated[list[_Signature], msgspec.Meta(max_length=MAX_SIGNATURES)]
    signed: dict[str, Any]


@dataclass(frozen=True)
class Root:
    """One version of who a node is; BadInput if it would not be safe to rely on.

    ``version`` counts from 1. ``expires`` is in UTC, to the second. ``threshold`` counts root keys
    (``holders.check_threshold``). ``online`` is the pair that signs dispatches.
    """

    version: int
    expires: datetime
    holders: tuple[Holder, ...]
    threshold: int
    online: PublicPair
    node: Node

    def __post_init__(self) -> None:
        """Refuse a threshold that one kind of key or one person reaches, and a key used twice."""
        if not 1 <= self.version <= _MAX_VERSION:
            raise BadInput(f"The version of a root document is 1 to {_MAX_VERSION}.")
        if self.expires.tzinfo is not UTC or self.expires.microsecond:
            raise BadInput("A root document expires at a whole second, written in UTC.")
        check_threshold(self.holders, self.threshold)
        root_keys = {key for pair in self.pairs for key in keys_of(pair)}
        if len(root_keys) != 2 * len(self.pairs):
            raise BadInput("A root key stands in the document twice.")
        if root_keys & set(keys_of(self.online)):
            raise BadInput(
                "A key that signs dispatches is a root key too: root keys are never online."
            )

    @property
    def pairs(self) -> tuple[PublicPair, ...]:
        """Return all pairs of root keys, in the order of their holders."""
        return tuple(pair for holder in self.holders for pair in holder.pairs)

    def expired(self, now: datetime) -> bool:
        """Whether the node may begin no new dispatch at ``now``; old evidence still verifies."""
        return now >= self.expires

    @cached_property
    def tuf(self) -> TufRoot:
        """Return this version as python-tuf knows it."""
        root_keys = {key.keyid: key for pair in self.pairs for key in _keys(pair)}
        online = {key.keyid: key for key in _keys(self.online)}
        holders = [
            {"name": h.name, "keyids": [k.keyid for pair in h.pairs for k in _keys(pair)]}
            for h in self.holders
        ]
        keys: dict[str, Key] = {**root_keys, **online}
        return TufRoot(
            version=self.version,
            spec_version=SPECIFICATION,
            expires=self.expires,
            keys=keys,
            roles={
                "root": Role(list(root_keys), self.threshold),
                ONLINE_ROLE: Role(list(online), ONLINE_THRESHOLD),
                "snapshot": Role([], 1),
                "timestamp": Role([], 1),
            },
            unrecognized_fields={
                "x-comity-holders": holders,
                "x-comity-node": msgspec.json.decode(msgspec.json.encode(self.node)),
            },
        )

    @cached_property
    def signed_bytes(self) -> bytes:
        """Return the canonical JSON of the signed part: what is signed and fingerprinted."""
        return CanonicalJSONSerializer().serialize(self.tuf)


@dataclass(frozen=True)
class Document:
    """A root and what claims to be signatures of it, by key id, none of them verified yet."""

    root: Root
    signatures: dict[str, Signature]

    def signed_by(self, version: Root) -> frozenset[str]:
        """Return the ids of the root keys of ``version`` whose signatures here are valid."""
        found = version.tuf.get_verification_result("root", self.root.signed_bytes, self.signatures)
        return frozenset(found.signed)

    def __bytes__(self) -> bytes:
        """Return the file."""
        metadata = Metadata(self.root.tuf, dict(self.signatures))
        return JSONSerializer().serialize(metadata) + b"\n"


def parse(data: bytes) -> Document:
    """Return the document in ``data``; raise BadInput with one sentence if it is not one.

    No signature is verified. The rules of ``Root`` hold.
    """
    if len(data) > MAX_ROOT:
        raise BadInput(f"The root document is longer than {MAX_ROOT} bytes.")
    try:
        value = jiter.from_json(data, catch_duplicate_keys=True, allow_inf_nan=False)
    except ValueError:
        raise BadInput("The root document is no JSON in which each member stands once.") from None
    try:
        file = msgspec.convert(value, _File)
        signed = msgspec.convert(file.signed, _Signed)
    except msgspec.ValidationError as error:
        raise BadInput(f"The root document is not in the form of one: {error}.") from None
    signatures = {one.keyid: Signature(one.keyid, one.sig) for one in file.signatures}
    if len(signatures) != len(file.signatures):
        raise BadInput("The root document carries two signatures by one key.")
    root = _root(signed)
    if root.tuf.to_dict() != file.signed:
        raise BadInput(
            "The signed part of the root document is not in the one form that Comity writes: a "
            "key, its id, a role or an order in it is another."
        )
    return Document(root, signatures)


def keys_of(pair: PublicPair) -> tuple[bytes, bytes]:
    """Return the two raw keys of a pair."""
    return pair.ed25519, pair.ml_dsa_65


def key_ids(pair: PublicPair) -> tuple[str, str]:
    """Return the TUF ids of the two keys of a pair, Ed25519 first."""
    ed25519, ml_dsa_65 = _keys(pair)
    return ed25519.keyid, ml_dsa_65.keyid


def _keys(pair: PublicPair) -> tuple[SSlibKey, SSlibKey]:
    return (
        SSlibKey.from_crypto(Ed25519PublicKey.from_public_bytes(pair.ed25519)),
        SSlibKey.from_crypto(MLDSA65PublicKey.from_public_bytes(pair.ml_dsa_65)),
    )


def _root(signed: _Signed) -> Root:
    raw = {keyid: _raw(key) for keyid, key in signed.keys.items()}
    try:
        expires = datetime.strptime(signed.expires, _TIME).replace(tzinfo=UTC)
    except ValueError:
        raise BadInput("The root document expires on a day that is in no calendar.") from None
    return Root(
        version=signed.version,
        expires=expires,
        holders=tuple(Holder(h.name, _pairs(h.keyids, raw)) for h in signed.holders),
        threshold=signed.roles.root.threshold,
        online=_pairs(signed.roles.targets.keyids[:2], raw)[0],
        node=signed.node,
    )


def _pairs(keyids: list[str], raw: dict[str, bytes]) -> tuple[PublicPair, ...]:
    if not keyids or len(keyids) % 2 or not raw.keys() >= set(keyids):
        raise BadInput("A role or a holder of the root document names no whole pairs of its keys.")
    return tuple(
        PublicPair(raw[keyids[at]], raw[keyids[at + 1]]) for at in range(0, len(keyids), 2)
    )


def _raw(key: _Key) -> bytes:
    try:
        if key.keytype == "ed25519":
            return bytes.fromhex(key.keyval.public)
        loaded = load_pem_public_key(key.keyval.public.encode())
    except ValueError:
        loaded = None
    if isinstance(loaded, MLDSA65PublicKey):
        return loaded.public_bytes_raw()
    raise BadInput("A key of the root document is neither an Ed25519 nor an ML-DSA-65 key.")
