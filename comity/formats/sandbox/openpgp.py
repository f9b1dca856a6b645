"""The child process that checks OpenPGP signatures of e-mails (RFC 9580, RFC 3156).

Run as ``python -I -m comity.formats.sandbox.openpgp``. Certificates are those that the operator
gave. What is too weak is decided by the library's own policy.
"""

import hashlib
import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import partial
from typing import NamedTuple

from pysequoia import Cert, Sig, verify
from pysequoia.packet import PacketPile, Tag

from comity.errors import BadInput
from comity.formats.sandbox.child import serve
from comity.formats.sandbox.message import parse, sender
from comity.formats.sandbox.openpgp_parts import OnlyPart, Signed, signed
from comity.formats.sandbox.question import KeyFacts, Question
from comity.formats.sender import SenderCheck, SenderKey

MOST_SIGNATURES = 10
_SECRET = (Tag.SecretKey, Tag.SecretSubkey)
_PUBLIC = (Tag.PublicKey, Tag.PublicSubkey)
_ADDRESS = re.compile(r"(?:.*<)?([^<>\s]+@[^<>\s]+?)>?\s*\Z", re.DOTALL)
# What the library raises on packets that it cannot read or that do not hold.
_NOT = (RuntimeError, ValueError, TypeError, OSError)

_answer = partial(SenderCheck, "openpgp")


class _Known(NamedTuple):
    """A certificate, the names of its keys in small hexadecimal digits, the hash of its file."""

    cert: Cert
    names: frozenset[str]
    file: str


def check(question: Question, mail: bytes) -> tuple[SenderCheck, ...]:
    """Check each OpenPGP signature that covers the whole body; say so if one covers less."""
    try:
        message = parse(mail)
        found = signed(message)
        if found is None:
            return ()
        address = sender(message)
        packets = _signatures(found.signature)
    except OnlyPart as error:
        return (_answer("not checked", "", aligned=False, reason=str(error)),)
    except BadInput as error:
        return (_answer("invalid", "", aligned=False, reason=str(error)),)
    known = tuple(_certificates(question.keys))
    checks = [
        _check(packet, found, known, address, question.now) for packet in packets[:MOST_SIGNATURES]
    ]
    if len(packets) > MOST_SIGNATURES:
        more = len(packets) - MOST_SIGNATURES
        said = f"There are {more} signatures more; the first {MOST_SIGNATURES} are checked."
        checks.append(_answer("not checked", "", aligned=False, reason=said))
    return tuple(checks)


def _signatures(armor: bytes) -> list[Sig]:
    try:
        found = [
            Sig.from_bytes(bytes(packet))
            for packet in PacketPile.from_bytes(armor)
            if packet.tag == Tag.Signature
        ]
    except _NOT:
        found = []
    if not found:
        raise BadInput("The OpenPGP signature is damaged.")
    return found


def _certificates(keys: Sequence[SenderKey]) -> Iterator[_Known]:
    for key in keys:
        try:
            cert = Cert.from_bytes(key.data)
            packets = [p for p in PacketPile.from_bytes(bytes(cert)) if p.tag in _PUBLIC]
        except _NOT:
            continue  # a file that somebody put there by hand; the others still count
        names = {name for p in packets for name in (p.fingerprint, p.key_id) if name}
        yield _Known(cert, frozenset(names), hashlib.sha256(key.data).hexdigest())


def _check(
    signature: Sig, found: Signed, known: Sequence[_Known], address: str, now: datetime
) -> SenderCheck:
    issuer = signature.issuer_fingerprint or signature.issuer_key_id or ""
    at_hand = next((one for one in known if issuer in one.names), None)
    if at_hand is None:
        named = grouped(issuer) if issuer else "a key that it does not name"
        reason = f"It says that it was made by {named}, whose certificate was not given."
        return _answer("no key", named if issuer else "", aligned=False, reason=reason)
    cert = at_hand.cert
    users = [str(user) for user in cert.user_ids]
    own = [user for user in users if _address(user) == address]
    answer = partial(
        _answer,
        who=" ".join((grouped(cert.fingerprint), *(own or users)[:1])),
        aligned=bool(own),
        key=at_hand.file,
    )
    if cert.is_revoked:
        return answer("invalid", reason="The certificate has been revoked.")
    if signature.expiration and signature.expiration < now:
        reason = f"The signature ended on {signature.expiration:%Y-%m-%d}."
        return answer("invalid", reason=reason)
    if not _holds(signature, found, cert):
        return answer("invalid", reason=_why_not(signature, cert))
    made = (
        f" It says that it was made on {signature.created:%Y-%m-%d}." if signature.created else ""
    )
    return answer("valid", reason=found.said + made)


def _holds(signature: Sig, found: Signed, cert: Cert) -> bool:
    """Whether this one signature is of this text, made by a key that could sign at that time."""
    try:
        if found.framed:
            verify(bytes=found.text + str(signature).encode(), store=lambda _: [cert])
        else:
            verify(bytes=found.text, store=lambda _: [cert], signature=signature)
    except _NOT:
        return False
    return True


def _why_not(signature: Sig, cert: Cert) -> str:
    made = signature.created
    if made and cert.expiration and made > cert.expiration:
        return f"It was made after the certificate ended on {cert.expiration:%Y-%m-%d}."
    return "The text is not the one that was signed, or the key could not sign at that time."


def _address(user: str) -> str:
    found = _ADDRESS.match(user)
    return found[1].lower() if found else ""


def grouped(fingerprint: str) -> str:
    """A fingerprint in groups of four, for people to compare."""
    digits = fingerprint.upper()
    return " ".join(digits[at : at + 4] for at in range(0, len(digits), 4))


def look(question: Question) -> KeyFacts:
    """What the one certificate is; BadInput in a sentence if it is none, private or revoked."""
    (given,) = question.keys
    try:
        packets = list(PacketPile.from_bytes(given.data))
        if any(packet.tag in _SECRET for packet in packets):
            raise BadInput(
                f"{given.name} holds a private key: whoever has it can sign in that name. Hand"
                " in the certificate (public key) alone."
            )
        certs = Cert.split_bytes(given.data)
    except _NOT:
        certs = []
    if len(certs) != 1:
        what = f"{len(certs)} OpenPGP certificates" if certs else "no OpenPGP certificate"
        raise BadInput(f"{given.name} holds {what}; hand in one that was exported by itself.")
    (cert,) = certs
    if cert.is_revoked:
        raise BadInput(
            f"The certificate {grouped(cert.fingerprint)} was revoked by its owner; if an older"
            " copy was added before, remove it."
        )
    warnings = []
    if cert.expiration and cert.expiration < question.now:
        warnings.append("It has ended: only what was signed before that will be valid.")
    users = [str(user) for user in cert.user_ids]
    if not any(map(_address, users)):
        warnings.append("It names no address, so no e-mail will be from its owner's address.")
    armored = given.data.lstrip().startswith(b"-----BEGIN")
    return KeyFacts(
        name=f"{cert.fingerprint.upper()}.{'asc' if armored else 'pgp'}",
        facts=(
            ("kind", "OpenPGP"),
            ("fingerprint", grouped(cert.fingerprint)),
            *(("user id", user) for user in users[:20]),
            ("ends", f"{cert.expiration:%Y-%m-%d}" if cert.expiration else "never"),
            ("SHA-256", hashlib.sha256(given.data).hexdigest()),
        ),
        warnings=tuple(warnings),
    )


if __name__ == "__main__":
    serve(check, look)
