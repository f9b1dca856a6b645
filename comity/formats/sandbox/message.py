"""An e-mail cut into header fields and body, by the letter of RFC 5322.

What other programs might read in another way is refused: a signature that holds for one reading
says nothing of the other.
"""

import re
from collections import Counter
from email.headerregistry import Address, HeaderRegistry
from typing import NamedTuple

from comity.errors import BadInput
from comity.formats.email_parts import BROKEN

MOST_HEADER = 1024 * 1024  # bytes
LONGEST_FROM = 4_000  # bytes, as much as the reader of e-mails parses

# RFC 5322 §3.6 and RFC 2045 allow each of these once; a program shows whichever it likes of two.
_ONCE = frozenset(
    b"from sender reply-to to cc subject date message-id mime-version content-type"
    b" content-transfer-encoding".split()
)
_FIELD = re.compile(rb"([!-9;-~]{1,998}):")
_STRAY = re.compile(rb"\r(?!\n)|(?<!\r)\n|\x00")


class Field(NamedTuple):
    """A header field: its name in small letters, and all of its bytes, the last CRLF included."""

    name: bytes
    raw: bytes

    @property
    def value(self) -> bytes:
        """What stands behind the colon, without the last CRLF."""
        return self.raw[len(self.name) + 1 : -2]


class Message(NamedTuple):
    """The header fields in order, and the body with CRLF line ends."""

    fields: tuple[Field, ...]
    body: bytes

    def all(self, name: bytes) -> tuple[Field, ...]:
        """The fields of a name (in small letters)."""
        return tuple(field for field in self.fields if field.name == name)


def parse(data: bytes) -> Message:
    """Cut a message; BadInput says why it cannot be done in one way only.

    A file saved with LF alone throughout is read as if it had CRLF: that is how it was sent.
    """
    if b"\r\n" not in data:
        data = data.replace(b"\n", b"\r\n")
    head, gap, body = data.partition(b"\r\n\r\n")
    if not gap:
        head = head.removesuffix(b"\r\n")
    if len(head) > MOST_HEADER:
        raise BadInput("The headers are larger than any that are sent.")
    if _STRAY.search(head):
        raise BadInput("The headers have broken line ends.")
    fields = _fields(head)
    for name, count in Counter(field.name for field in fields).items():
        if count > 1 and name in _ONCE:
            raise BadInput(
                f"The message has {count} headers {name.decode().title()} where one is allowed,"
                " so nobody can tell which of them was signed."
            )
    return Message(fields, body)


def _fields(head: bytes) -> tuple[Field, ...]:
    fields: list[list[bytes]] = []
    for number, line in enumerate(head.split(b"\r\n")):
        if line[:1] in (b" ", b"\t") and fields:
            fields[-1].append(line)
        elif _FIELD.match(line):
            fields.append([line])
        elif number or not line.startswith(b"From "):  # the line that mailboxes put before
            raise BadInput("The headers are broken: a line of them has no name.")
    return tuple(
        Field(lines[0].partition(b":")[0].lower(), b"\r\n".join(lines) + b"\r\n")
        for lines in fields
    )


def sender(message: Message) -> str:
    """The one address of the From header in small letters; BadInput if there is not just one."""
    found = message.all(b"from")
    if not found:
        raise BadInput("The message has no From header.")
    value = found[0].value
    if len(value) > LONGEST_FROM:
        raise BadInput("The From header is longer than any that is sent.")
    text = value.replace(b"\r\n", b"").decode("utf-8", "replace")
    try:
        addresses: tuple[Address, ...] = getattr(HeaderRegistry()("From", text), "addresses", ())
        (address,) = addresses
    except BROKEN:
        raise BadInput("The From header does not hold one address.") from None
    if not (address.username and address.domain):
        raise BadInput("The From header does not hold one address.")
    return f"{address.username}@{address.domain}".lower()
