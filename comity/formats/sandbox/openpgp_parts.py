"""What an OpenPGP signature in an e-mail covers: RFC 3156 §5 and RFC 9580 §7."""

import re
from email.message import EmailMessage
from email.parser import BytesHeaderParser, BytesParser
from email.policy import EmailPolicy
from itertools import islice
from typing import NamedTuple

from comity.errors import BadInput
from comity.formats.email_parts import BROKEN
from comity.formats.sandbox.message import LONGEST_FROM, Message

MOST_SIGNATURE = 256 * 1024  # bytes
_BEGIN = b"-----BEGIN PGP SIGNED MESSAGE-----"
_SIGNATURE = b"-----BEGIN PGP SIGNATURE-----"
_END = b"-----END PGP SIGNATURE-----"
_TYPE = b"application/pgp-signature"
_HEAD = re.compile(_BEGIN + rb"[ \t]*\r?\n(?:Hash:[ \tA-Za-z0-9,-]{1,60}\r?\n)*+[ \t]*\r?\n")
_COMMENT = re.compile(_SIGNATURE + rb"[ \t]*\r?\n[A-Za-z]+:")
_STRAY = re.compile(rb"\r(?!\n)|(?<!\r)\n")
_PART = (
    "An OpenPGP signature covers only a part of the message and was not checked: what stands"
    " beside it could be from anybody."
)


class Signed(NamedTuple):
    """What is signed and the armored signature.

    ``framed``: the text stands in front of the signature in one armor (RFC 9580 §7).
    ``said`` is what a person should know of it.
    """

    text: bytes
    signature: bytes
    framed: bool
    said: str


class OnlyPart(BadInput):
    """There is a signature, but not over the whole of the text."""


def signed(message: Message) -> Signed | None:
    """What an OpenPGP signature covers, if it covers all that a reader sees of the body.

    None: there is no such signature. Raises ``OnlyPart`` if it covers less, and BadInput if the
    message is not put together as the standard says.
    """
    try:
        return _signed(message, _top(message))
    except BROKEN:
        raise BadInput("The parts of the signed message cannot be told apart.") from None


def _signed(message: Message, top: EmailMessage) -> Signed | None:
    protocol = str(top.get_param("protocol", "")).lower()
    if top.get_content_type() == "multipart/signed" and protocol == _TYPE.decode():
        return _detached(message, top)
    if top.get_content_maintype() == "multipart":
        if _TYPE in message.body.lower() or _BEGIN in message.body:
            raise OnlyPart(_PART)
        return None
    return _cleartext(top, message.body)


def _top(message: Message) -> EmailMessage:
    """The headers, read as the reader of e-mails reads them."""
    head = b"".join(field.raw for field in message.fields)
    if any(len(field.raw) > LONGEST_FROM for field in message.all(b"content-type")):
        raise BadInput("The Content-Type header is longer than any that is sent.")
    return BytesHeaderParser(policy=EmailPolicy()).parsebytes(head + b"\r\n")


def _detached(message: Message, top: EmailMessage) -> Signed:
    """The first of just two parts, byte for byte, and the signature that is the second."""
    boundary = (top.get_boundary() or "").encode("ascii", "replace")
    if not boundary:
        raise BadInput("The signed message does not say where its parts begin.")
    body = b"\r\n" + message.body
    if _STRAY.search(body):
        raise BadInput("The signed message has broken line ends; save it again as it was sent.")
    line = re.compile(rb"\r\n--" + re.escape(boundary) + rb"(--)?[ \t]*(?=\r\n|\Z)")
    lines = list(islice(line.finditer(body), 4))
    if [bool(one[1]) for one in lines] != [False, False, True]:
        raise OnlyPart(_PART)
    first, second, third = lines
    part = body[second.end() + 2 : third.start()]
    if len(part) > MOST_SIGNATURE:
        raise BadInput("The signature is larger than any that is sent.")
    holder = BytesParser(policy=EmailPolicy()).parsebytes(part)
    if holder.get_content_type() != _TYPE.decode():
        raise OnlyPart(_PART)
    text = body[first.end() + 2 : second.start()]
    said = "Text and attachments are as signed; subject and date are not signed."
    return Signed(text, _content(holder), framed=False, said=said)


def _cleartext(top: EmailMessage, body: bytes) -> Signed | None:
    """A text that is signed from its first line to its last (RFC 9580 §7)."""
    top.set_payload(body.decode("ascii", "surrogateescape"))
    text = _content(top).strip()
    begins = text.count(_BEGIN)
    if not begins:
        return None
    at = text.rfind(_SIGNATURE)
    whole = text.startswith(_BEGIN) and text.endswith(_END) and text.count(_END) == 1 and at > 0
    if begins > 1 or not whole or not _HEAD.match(text) or top.get_content_type() != "text/plain":
        raise OnlyPart(_PART)
    armor = text[at:]
    if len(armor) > MOST_SIGNATURE:
        raise BadInput("The signature is larger than any that is sent.")
    said = "The text is as signed; subject and date are not signed"
    said += ", nor is the comment above the signature." if _COMMENT.match(armor) else "."
    return Signed(text[:at], armor, framed=True, said=said)


def _content(part: EmailMessage) -> bytes:
    try:
        raw = part.get_payload(decode=True)
    except BROKEN:
        raw = None
    if not isinstance(raw, bytes):
        raise BadInput("The signed text cannot be read.")
    return raw
