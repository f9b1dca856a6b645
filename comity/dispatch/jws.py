"""Statements that two algorithms sign: JWS, General JSON Serialization (RFC 7515 §7.2.1).

Exactly two signatures over one payload, ``Ed25519`` (RFC 9864) and ``ML-DSA-65`` (RFC 9964), in
this order. Each protected header names both keys in ``with``, and ``crit`` demands that the reader
knows what that means: one signature that was cut out of its pair is valid nowhere. Libraries take
a JWS as valid if *any* signature is; what is demanded here is demanded here.
"""

from typing import Annotated, Final

import msgspec
from jwcrypto.common import (
    JWException,
    JWSEHeaderParameter,
    base64url_decode,
    base64url_encode,
)
from jwcrypto.jwk import JWK
from jwcrypto.jws import JWS

from comity.dispatch import strict_json
from comity.errors import BadInput
from comity.identity.pair import PrivatePair, PublicPair

MAX_JWS: Final = 12 << 20
"""Bytes accepted in one signed statement."""
MAX_PROTECTED: Final = 1_024
"""Characters accepted in one protected header; ours take about 300."""
ALGORITHMS: Final = ("Ed25519", "ML-DSA-65")
"""By the kind of the key, never by what the message says."""
SIGNATURE_SIZES: Final = (64, 3_309)
"""Bytes (RFC 8032, FIPS 204)."""

Kid = Annotated[str, msgspec.Meta(pattern=r"\A[A-Za-z0-9_-]{43}\Z")]
"""RFC 7638 thumbprint with SHA-256, in base64url."""

_CRIT: Final = ("with",)


class _Signature(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    protected: str
    signature: str


class _Statement(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    payload: str
    signatures: tuple[_Signature, ...]


class _Protected(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"with_": "with"}):
    alg: str
    crit: tuple[str, ...]
    kid: Kid
    typ: str
    with_: tuple[Kid, Kid]


def sign(payload: bytes, typ: str, pair: PrivatePair) -> bytes:
    """Return the statement; ``typ`` (RFC 7515 §4.1.9) says what kind of statement it is.

    ML-DSA signs with randomness of the library's own: two calls give two texts.
    """
    statement = JWS(payload, header_registry=_registry())
    kids = pair.public.kids
    for alg, kid, key in zip(ALGORITHMS, kids, (pair.ed25519, pair.ml_dsa_65), strict=True):
        protected = _Protected(alg, _CRIT, kid, typ, _sorted(kids))
        statement.allowed_algs = [alg]
        statement.add_signature(
            JWK.from_pyca(key), alg, protected=msgspec.json.encode(protected).decode()
        )
    data = str(statement.serialize()).encode()
    if len(data) > MAX_JWS:
        raise BadInput(f"The signed statement would be longer than {MAX_JWS} bytes.")
    return data


def kids_of(data: bytes) -> tuple[str, str]:
    """Return the keys that the statement claims, Ed25519 first, to find the pinned pair.

    Nothing is verified.
    """
    _, (first, second) = _read(data)
    return first.kid, second.kid


def verify(data: bytes, typ: str, keys: PublicPair) -> bytes:
    """Return the payload if both of ``keys`` signed it as ``typ``; BadInput if anything differs."""
    statement, headers = _read(data)
    for header, alg, kid in zip(headers, ALGORITHMS, keys.kids, strict=True):
        if header.kid != kid:
            raise BadInput(
                f"The statement is not signed under the {alg} key pinned for its signer."
            )
        if header.typ != typ:
            raise BadInput(f"The statement is signed as {header.typ!r:.80}, not as {typ!r}.")
    payload = _decoded(statement.payload, "The payload of the statement")
    for position, jwk in enumerate(keys.jwks):
        _verify_one(statement, position, jwk)
    return payload


def _read(data: bytes) -> tuple[_Statement, tuple[_Protected, _Protected]]:
    """Return the statement and its two headers if their form is right; no signature is verified."""
    if len(data) > MAX_JWS:
        raise BadInput(f"The signed statement is longer than {MAX_JWS} bytes.")
    statement = strict_json.decode(data, _Statement, "The signed statement")
    match statement.signatures:
        case [first, second]:
            headers = _header(first), _header(second)
        case [_] | []:
            raise BadInput("The statement lacks one of its two signatures: it was cut out.")
        case _:
            raise BadInput("The statement carries more than its two signatures.")
    kids = headers[0].kid, headers[1].kid
    if kids[0] == kids[1]:
        raise BadInput("The statement carries two signatures under one key.")
    for header, alg in zip(headers, ALGORITHMS, strict=True):
        if header.alg != alg:
            raise BadInput("A statement is signed with Ed25519 first and with ML-DSA-65 second.")
        if header.crit != _CRIT:
            raise BadInput("A header of the statement does not demand that “with” is understood.")
        if header.with_ != _sorted(kids):
            raise BadInput("A signature was made together with another one than stands beside it.")
    return statement, headers


def _header(signature: _Signature) -> _Protected:
    if len(signature.protected) > MAX_PROTECTED:
        raise BadInput(f"A header of the statement is longer than {MAX_PROTECTED} characters.")
    raw = _decoded(signature.protected, "A header of the statement")
    return strict_json.decode(raw, _Protected, "A header of the statement")


def _verify_one(statement: _Statement, position: int, jwk: JWK) -> None:
    """Have the library verify one signature alone, with the algorithm of the key."""
    alg, size = ALGORITHMS[position], SIGNATURE_SIZES[position]
    one = statement.signatures[position]
    if len(_decoded(one.signature, f"The {alg} signature")) != size:
        raise BadInput(f"The {alg} signature has not {size} bytes.")
    compact = JWS(header_registry=_registry())
    compact.allowed_algs = [alg]
    try:
        compact.deserialize(f"{one.protected}.{statement.payload}.{one.signature}", jwk, alg)
    except JWException:
        raise BadInput(
            f"The {alg} signature does not fit: the statement was changed, or others signed it."
        ) from None


def _registry() -> dict[str, JWSEHeaderParameter]:
    """Tell the library that ``with`` is understood; ``_read`` has checked it."""
    parameter = JWSEHeaderParameter(
        description="Keys that sign together", mustprotect=True, supported=True, check_fn=None
    )
    return {"with": parameter}


def _sorted(kids: tuple[str, str]) -> tuple[str, str]:
    return min(kids), max(kids)


def _decoded(text: str, what: str) -> bytes:
    """Return RFC 7515 §2 base64url; only the one canonical spelling is accepted."""
    try:
        raw = bytes(base64url_decode(text))
    except ValueError:
        raise BadInput(f"{what} is not base64url.") from None
    if base64url_encode(raw) != text:
        raise BadInput(f"{what} is not base64url in its canonical form.")
    return raw
