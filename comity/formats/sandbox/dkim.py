"""The child process that checks DKIM signatures (RFC 6376, RFC 8301, RFC 8463).

Run as ``python -I -m comity.formats.sandbox.dkim``. Keys are the records that the operator gave:
no name is looked up.
"""

import hashlib
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from functools import partial

from comity.errors import BadInput
from comity.formats.sandbox import dkim_canonical as canonical
from comity.formats.sandbox.child import serve
from comity.formats.sandbox.dkim_key import PublicKey, holds, kind_and_size, usable, weak
from comity.formats.sandbox.dkim_tags import (
    ALGORITHMS,
    KeyRecord,
    Signature,
    named,
    read_record,
    read_signature,
    without_signature,
)
from comity.formats.sandbox.message import Field, Message, parse, sender
from comity.formats.sandbox.question import KeyFacts, Question
from comity.formats.sender import SenderCheck, SenderKey

MOST_SIGNATURES = 10
SUFFIX = ".txt"
_FIELD = b"dkim-signature"
# What a reader is shown, and what decides how the body is read: said where it is not signed.
_SHOWN = (b"subject", b"date", b"to", b"content-type", b"content-transfer-encoding")

_answer = partial(SenderCheck, "dkim")


def check(question: Question, mail: bytes) -> tuple[SenderCheck, ...]:
    """Check the first ten DKIM signatures of a message; one more value stands for the rest."""
    try:
        message = parse(mail)
        found = message.all(_FIELD)
        address = sender(message) if found else ""
    except BadInput as error:
        return (_answer("invalid", "", aligned=False, reason=str(error)),)
    keys = {key.name.lower(): key for key in question.keys}
    hashes = _BodyHashes(message.body)
    checks = [
        _check(message, field, keys, hashes, address, question.now)
        for field in found[:MOST_SIGNATURES]
    ]
    if len(found) > MOST_SIGNATURES:
        more = len(found) - MOST_SIGNATURES
        said = f"There are {more} DKIM signatures more; the first {MOST_SIGNATURES} are checked."
        checks.append(_answer("not checked", "", aligned=False, reason=said))
    return tuple(checks)


class _BodyHashes:
    """The hash of the body in either way of reading it, each made once."""

    def __init__(self, body: bytes) -> None:
        self._body = body
        self._made: dict[str, bytes] = {}

    def of(self, way: str) -> bytes:
        if way not in self._made:
            self._made[way] = hashlib.sha256(canonical.body(self._body, way)).digest()
        return self._made[way]


def _check(
    message: Message,
    field: Field,
    keys: Mapping[str, SenderKey],
    hashes: _BodyHashes,
    address: str,
    now: datetime,
) -> SenderCheck:
    try:
        signature = read_signature(field.value)
    except BadInput as error:
        said = f"The signature cannot be read: {error}."
        return _answer("invalid", "", aligned=False, reason=said)
    aligned = belongs(address, signature.domain)
    answer = partial(_answer, who=signature.domain, aligned=aligned)
    given = keys.get(f"{signature.record}{SUFFIX}")
    if given is None:
        return answer("no key", reason=f"The key {signature.record} was not given.")
    answer = partial(answer, key=hashlib.sha256(given.data).hexdigest())
    try:
        record = read_record(given.data)
        key = usable(record)
    except BadInput as error:
        return answer("invalid", reason=f"The key {signature.record} cannot be used: {error}.")
    if record.testing:
        # RFC 6376 §3.6.1: such a message must not be treated otherwise than an unsigned one.
        reason = "The domain says that it only tries DKIM out (t=y): it counts no more than none."
        return answer("not checked", reason=reason)
    against = next(_against(message, field, signature, record, key, hashes, now), None)
    if against:
        return answer("invalid", reason=against)
    return answer("valid", reason=" ".join(_said(message, signature, key)))


def belongs(address: str, domain: str) -> bool:
    """Whether an address is of a domain or of one below it.

    RFC 7489 §3.1.1 also lets two names below one registered domain pass for each other. Which
    domain is registered only the public suffix list knows; it is not used here.
    """
    own = address.rpartition("@")[2]
    return own == domain or own.endswith(f".{domain}")


def _against(
    message: Message,
    field: Field,
    signature: Signature,
    record: KeyRecord,
    key: PublicKey,
    hashes: _BodyHashes,
    now: datetime,
) -> Iterator[str]:
    """Why the signature does not count, the cheapest reasons first."""
    if b"from" not in signature.headers:
        yield "The From header is not signed."
    if signature.length is not None:
        yield (
            f"Only the first {signature.length} bytes of the body are signed (l=), so anybody"
            " could have added to it."
        )
    if ALGORITHMS[signature.algorithm] != record.kind:
        yield "The key is of another kind than the signature."
    if record.exact and signature.identity != signature.domain:
        yield "The key does not speak for names below its domain (t=s)."
    if signature.expires is not None and now.timestamp() > signature.expires:
        ended = datetime.fromtimestamp(signature.expires, UTC)
        yield f"The signature ended on {ended:%Y-%m-%d}, before the message was taken in."
    if hashes.of(signature.body_way) != signature.body_hash:
        yield "The body is not the one that was signed."
    elif not holds(key, signature.signature, _header_hash(message, field, signature)):
        yield "The headers are not those that were signed, or another key signed them."


def _header_hash(message: Message, field: Field, signature: Signature) -> bytes:
    """The hash of the signed headers (§3.7): of several with one name the last comes first."""
    way = signature.header_way
    left: dict[bytes, list[bytes]] = {}
    for other in message.fields:
        left.setdefault(other.name, []).append(other.raw)
    hasher = hashlib.sha256()
    for name in signature.headers:
        if raws := left.get(name):
            hasher.update(canonical.header(raws.pop(), way))
    own = field.raw[: len(field.name) + 1] + without_signature(field.value) + b"\r\n"
    hasher.update(canonical.header(own, way).removesuffix(b"\r\n"))
    return hasher.digest()


def _said(message: Message, signature: Signature, key: PublicKey) -> Iterator[str]:
    """What a person should know of a signature that holds."""
    present = {field.name for field in message.fields}
    open_ = [n.decode().title() for n in _SHOWN if n in present and n not in signature.headers]
    yield (
        "Body and From header are as signed, but not the headers " + ", ".join(open_) + "."
        if open_
        else "Body and headers are as signed."
    )
    if signature.signed is not None:
        made = datetime.fromtimestamp(signature.signed, UTC)
        yield f"It says that it was made on {made:%Y-%m-%d}."
    if weak(key):
        yield f"The key is weak ({kind_and_size(key)})."


def look(question: Question) -> KeyFacts:
    """What the one key is; BadInput in a sentence if it is none that can be used."""
    (given,) = question.keys
    name = given.name.lower()
    try:
        selector, domain = named(name.removesuffix(SUFFIX))
    except BadInput:
        raise BadInput(
            f"{given.name} is no name of a DKIM key: call the file SELECTOR._domainkey.DOMAIN.txt,"
            " such as s1._domainkey.example.org.txt."
        ) from None
    try:
        record = read_record(given.data)
        key = usable(record)
    except BadInput as error:
        raise BadInput(f"{given.name} is no key that can be used: {error}.") from None
    warnings = []
    if weak(key):
        warnings.append("The key is weak: RSA keys should have 2048 bits.")
    if record.testing:
        warnings.append(
            "The domain says that it only tries DKIM out (t=y), so nothing is checked with it."
        )
    return KeyFacts(
        name=name,
        facts=(
            ("kind", "DKIM"),
            ("domain", domain),
            ("selector", selector),
            ("key", kind_and_size(key)),
            ("SHA-256", hashlib.sha256(given.data).hexdigest()),
        ),
        warnings=tuple(warnings),
    )


if __name__ == "__main__":
    serve(check, look)
