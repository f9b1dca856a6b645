"""A report that came as an e-mail (RFC 5322, RFC 2045), saved as .eml.

Who sent it is not verified here: what headers and signatures say are claims.
"""

import re
from email.errors import MessageError
from email.message import EmailMessage as Mail
from email.parser import BytesParser
from email.policy import EmailPolicy
from typing import Any, cast

from comity.errors import BadInput
from comity.formats.email_parts import BROKEN, attachments, bodies, header
from comity.formats.hits import Passage
from comity.formats.misp.sheet import identified
from comity.formats.plain import refuse_binary
from comity.formats.prose import Prose, read_prose
from comity.formats.reading import Reading
from comity.formats.stated import from_datetime
from comity.stix.base import StixObject
from comity.stix.ids import sco_id
from comity.stix.sco import EmailAddress, EmailMessage
from comity.stix.sdo import Report
from comity.stix.timestamp import Timestamp

FORMAT = "email"
READER = "email/1"
LONGEST_HEADER = 4_000
MOST_PARTS = 500
# Each line of a message is compared with the boundary of each part around it.
MOST_COMPARISONS = 20_000_000

_NAMES = (
    b"from to cc date subject message-id received return-path delivered-to mime-version sender "
    b"reply-to content-type x-mailer dkim-signature authentication-results arc-seal"
).split()
_HEADER = re.compile(rb"([!-9;-~]{1,76}):(?:[^\n]*+\n)(?:[ \t][^\n]*+\n){0,200}+")
_MULTIPART = re.compile(rb"multipart/|message/rfc822", re.IGNORECASE)
_CLAIMED = "comity:sender-authentication="
_DKIM = re.compile(r"\bdkim\s?=\s?pass\b", re.IGNORECASE)


class _Bounded(EmailPolicy):
    """The standard policy, with what it parses cut: its header parser is not linear."""

    def header_fetch_parse(self, name: str, value: str) -> Any:
        value = value[:LONGEST_HEADER]
        try:
            parsed = super().header_fetch_parse(name, value)
            str(parsed).encode()  # half a surrogate is found here and not later
        except BROKEN:
            return value.encode("ascii", "replace").decode()
        return parsed


def recognises(data: bytes) -> bool:
    """Whether the file begins with message headers, the sender's among them."""
    seen: set[bytes] = set()
    at = 0
    text = data[:65_536].replace(b"\r\n", b"\n").lstrip(b"\n")
    while header := _HEADER.match(text, at):
        seen.add(header[1].lower())
        at = header.end()
    known = seen.intersection(_NAMES)
    ended = text[at : at + 1] in (b"\n", b"") or at == 0
    return len(known) >= 2 and bool(known & {b"from", b"received", b"return-path"}) and ended


def read(data: bytes, *, source: str) -> Reading:
    """Read one e-mail; ``source`` is the SHA-256, in hex, of ``data``.

    The body is searched; attachments are listed with their hash and not opened, each being a
    loss. Raises ``BadInput`` for a file that is empty, too large, no text, or a message whose
    parts are too many or nested too deeply.
    """
    refuse_binary(data)
    lines = data.count(b"\n") + 1
    parts = len(_MULTIPART.findall(data))
    if parts > MOST_PARTS or parts * lines > MOST_COMPARISONS:
        raise BadInput(
            "The e-mail is packed into itself too many times to be read;"
            " save the message that matters alone."
        )
    try:
        mail = BytesParser(policy=_Bounded()).parsebytes(data)
        return _read(cast("Mail", mail), source)  # what this policy makes
    except BadInput:
        raise
    except (MessageError, *BROKEN):
        raise BadInput(
            "The e-mail's parts are nested too deeply or are broken;"
            " save the message again, or its text alone."
        ) from None


def _read(mail: Mail, source: str) -> Reading:
    if mail.get_content_type() in ("multipart/encrypted", "application/pkcs7-mime"):
        raise BadInput("The e-mail is encrypted; decrypt it and hand in the readable message.")
    subject = _line(header(mail, "Subject"))
    passages, notes = bodies(mail)
    files, losses = attachments(mail)
    date = getattr(header(mail, "Date"), "datetime", None)
    at = from_datetime(date) if date else None
    envelope = tuple((value, "the headers") for value in _envelope(mail, subject, at))
    prose = Prose(
        ([Passage(subject, "subject, ")] if subject else []) + passages,
        title=subject or "An e-mail without a subject",
        summary=" ".join(passages[0].text[:4_000].split()) if passages else None,
        at=at,
        labels=_authentication(mail),
        also=(*envelope, *files),
    )
    return read_prose(FORMAT, READER, prose, source=source, losses=losses, notes=notes)


def _envelope(mail: Mail, subject: str | None, at: Timestamp | None) -> tuple[StixObject, ...]:
    """The sender's address and the message (STIX 2.1 §6.5 and §6.6)."""
    addresses = getattr(header(mail, "From"), "addresses", ())
    sender = None
    if addresses and addresses[0].username and addresses[0].domain:
        value = f"{addresses[0].username}@{addresses[0].domain.lower()}"
        sender = EmailAddress(
            spec_version="2.1",
            id=sco_id("email-addr", {"value": value}),
            value=value,
            display_name=addresses[0].display_name or None,
        )
    if sender is None and subject is None:
        return ()
    unnamed = EmailMessage(
        spec_version="2.1",
        id="",
        is_multipart=mail.is_multipart(),
        date=at,
        message_id=_line(header(mail, "Message-ID")),
        from_ref=sender.id if sender else None,
        subject=subject,
    )
    message = identified(unnamed)
    return (sender, message) if sender else (message,)


def _authentication(mail: Mail) -> tuple[str, ...]:
    """What is claimed of the sender: labels, so that nobody takes them for a check."""
    claims = []
    results = " ".join(str(value)[:LONGEST_HEADER] for value in _all(mail))
    if "DKIM-Signature" in mail or _DKIM.search(results):
        claims.append("claimed-dkim")
    if mail.get_content_type() == "multipart/signed":
        pgp = "pgp" in str(mail.get_param("protocol", "")).lower()
        claims.append("claimed-pgp" if pgp else "claimed-smime")
    return tuple(f"{_CLAIMED}{claim}" for claim in claims or ("none",))


def claimed_authentication(reading: Reading) -> tuple[str, ...]:
    """What the e-mail claims of its sender: ``claimed-dkim``, ``claimed-pgp``, ``claimed-smime``.

    Empty where it claims nothing, and for every other format: a file says
    nothing of who handed it over. None of these has been checked.
    """
    if reading.format != FORMAT:
        return ()
    labels = (
        label
        for item in reading.objects
        if isinstance(item.received.value, Report)
        for label in item.received.value.labels or ()
    )
    found = (label.removeprefix(_CLAIMED) for label in labels if label.startswith(_CLAIMED))
    return tuple(claim for claim in found if claim != "none")


def _all(mail: Mail) -> list[Any]:
    return mail.get_all("Authentication-Results", [])[:20]


def _line(value: object) -> str | None:
    return " ".join(str(value).split()) or None if value is not None else None
